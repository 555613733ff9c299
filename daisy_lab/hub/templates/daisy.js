(() => {
  const keep = (name, value) => {
    document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
  };
  const root = document.documentElement;

  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      keep("daisy-language", button.dataset.language);
      location.reload();
    });
  }
  document.querySelector("#theme")?.addEventListener("click", () => {
    const shown = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = shown === "dark" ? "light" : "dark";
    keep("daisy-theme", root.dataset.theme);
    try {
      localStorage.setItem("daisy-theme", root.dataset.theme); // pages of apps that are open hear it
    } catch {
      // They see it when they are loaded anew.
    }
  });

  for (const time of document.querySelectorAll("time[datetime]")) {
    const then = new Date(time.dateTime);
    const today = then.toDateString() === new Date().toDateString();
    const options = today ? { hour: "2-digit", minute: "2-digit" } : { dateStyle: "medium", timeStyle: "short" };
    time.textContent = new Intl.DateTimeFormat(root.lang, options).format(then);
  }

  const base = root.dataset.base;
  const ask = (path, method = "GET") =>
    fetch(`${base}api/${path}`, { method, headers: { "X-XSRFToken": root.dataset.xsrf }, credentials: "same-origin" });
  const servers = async () => {
    const answer = await ask(`users/${encodeURIComponent(root.dataset.user)}`);
    return answer.ok ? (await answer.json()).servers ?? {} : {};
  };

  for (const form of document.querySelectorAll("form.start, form.login")) {
    form.addEventListener("submit", () => {
      const button = form.querySelector("button[type=submit], button:not([type])");
      // After the form's data are taken: a button that is switched off is not sent.
      setTimeout(() => {
        button.disabled = true;
        button.textContent = button.dataset.busy ?? button.textContent;
      });
    });
  }
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  for (const button of document.querySelectorAll("[data-stop]")) {
    button.addEventListener("click", async () => {
      const name = button.dataset.stop;
      button.disabled = true;
      button.textContent = button.dataset.busy;
      const user = encodeURIComponent(root.dataset.user);
      const answer = await ask(name === "" ? `users/${user}/server` : `users/${user}/servers/${name}`, "DELETE");
      if (!answer.ok && answer.status !== 404) {
        const said = await answer.json().catch(() => ({}));
        const fault = document.querySelector("#fault");
        fault.textContent = said.message ?? answer.statusText;
        fault.hidden = false;
        button.disabled = false;
        return;
      }
      for (let tries = 0; tries < 240; tries += 1) {
        if (!(name in (await servers()))) break;
        await new Promise((done) => setTimeout(done, 250));
      }
      location.assign(button.dataset.then ?? location.href);
    });
  }

  // A server that starts or stops changes its card by itself.
  const waits = document.querySelector(".cards [data-waits]");
  if (waits) {
    setInterval(async () => {
      if (document.hidden) return;
      const now = await servers();
      const changed = [...document.querySelectorAll(".cards [data-waits]")].some((card) => {
        const server = now[card.dataset.waits];
        return server === undefined || server.ready;
      });
      if (changed) location.reload();
    }, 2000);
  }

  const pending = document.querySelector("#pending");
  if (pending) {
    const bar = pending.querySelector("progress");
    const stages = pending.querySelector("ol.stages");
    const log = pending.querySelector("pre.log");
    const seconds = Number(pending.dataset.seconds) || 0;
    const begun = performance.now();
    let told = 5;
    const events = new EventSource(pending.dataset.events);
    const paint = setInterval(() => {
      const passed = (performance.now() - begun) / 1000;
      bar.value = Math.max(bar.value, told, seconds ? Math.min(92, (92 * passed) / seconds) : 0);
    }, 100);
    events.onmessage = (event) => {
      const said = JSON.parse(event.data);
      if (said.progress !== undefined) told = said.progress;
      if (said.log?.length) log.textContent = said.log.join("\n");
      if (said.ready) {
        events.close();
        location.reload();
      } else if (said.failed) {
        events.close();
        clearInterval(paint);
        location.reload();
      } else if (said.progress > 0 && said.message && stages.lastElementChild?.textContent !== said.message) {
        const line = document.createElement("li");
        line.textContent = said.message;
        stages.append(line);
      }
    };
  }
  const later = document.querySelector("[data-reload]");
  if (later) setTimeout(() => location.reload(), 1000 * Number(later.dataset.reload));
})();
