/* Before anything is drawn: light or dark, as chosen here before, else as the system has it. Then: is the kernel there? */
(() => {
  'use strict';
  const root = document.documentElement;

  const cookie = name =>
    document.cookie
      .split('; ')
      .find(part => part.startsWith(`${name}=`))
      ?.slice(name.length + 1);

  function theme() {
    const everywhere = cookie('daisy-theme');
    if (everywhere === 'light' || everywhere === 'dark') {
      return everywhere;
    }
    try {
      const chosen = localStorage.getItem('daisy-theme');
      if (chosen === 'light' || chosen === 'dark') {
        return chosen;
      }
    } catch {
      // A browser that keeps nothing follows the system.
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }

  root.dataset.daisyTheme = theme();
  addEventListener('storage', event => {
    if (event.key === 'daisy-theme') {
      root.dataset.daisyTheme = event.newValue ?? theme();
    }
  });

  // The token has opened the page; it need not stay where everybody reads it.
  const address = new URL(location.href);
  if (address.searchParams.has('token')) {
    address.searchParams.delete('token');
    history.replaceState(null, '', address);
  }

  const EVERY = 4000;
  let shown = null;

  function say(kind) {
    const source = document.getElementById('daisy-lost');
    if (!source || shown === kind) {
      return;
    }
    hide();
    shown = kind;
    document.body.append(source.content.cloneNode(true));
    document.getElementById('daisy-lost-title').textContent = source.dataset[kind];
    document.getElementById('daisy-lost-words').textContent = source.dataset[`${kind}Words`];
    const button = document.querySelector('.daisy-lost button');
    button.addEventListener('click', () => location.reload());
    button.focus();
  }

  function hide() {
    document.querySelector('.daisy-lost')?.remove();
    shown = null;
  }

  async function look(url) {
    if (document.visibilityState === 'hidden') {
      return;
    }
    try {
      // Under a hub who asks without this header is taken for somebody who has not logged in.
      const headers = { 'X-XSRFToken': cookie('_xsrf') ?? '' };
      const answer = await fetch(url, { cache: 'no-store', credentials: 'same-origin', headers });
      if (answer.status >= 500) {
        say('away');
      } else if (!answer.ok || (await answer.json()).alive !== true) {
        say('lost');
      } else if (shown === 'away') {
        hide();
      }
    } catch {
      say('away');
    }
  }

  // A part of the page's program that did not come through would leave the page at its start for ever: the page is
  // loaded again by itself, once in a while, and else says so.
  const PART = 'daisy-part';
  const RARELY = 60_000;

  function mayReload() {
    try {
      const last = Number(sessionStorage.getItem(PART) ?? 0);
      sessionStorage.setItem(PART, String(Date.now()));
      return Date.now() - last > RARELY;
    } catch {
      return false;
    }
  }

  function missed(event) {
    if (!(event.target instanceof HTMLScriptElement)) {
      return;
    }
    if (document.getElementById('loading') && mayReload()) {
      location.reload();
    } else {
      say('part');
    }
  }

  addEventListener('error', missed, true);

  addEventListener('DOMContentLoaded', () => {
    const source = document.getElementById('daisy-lost');
    const config = document.getElementById('jupyter-config-data');
    if (!source?.dataset.kernels || !config) {
      return;
    }
    const kernel = JSON.parse(config.textContent).kernelId;
    const url = source.dataset.kernels + kernel;
    const timer = setInterval(() => void look(url), EVERY);
    document.addEventListener('visibilitychange', () => void look(url));
    addEventListener('pagehide', () => clearInterval(timer));
  });
})();
