"""A hub of its own for tests, started as a user would, with apps that cost little; and who visits it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest
from processes import all_processes, command_of
from servers import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
# A page of the server extension: up as soon as the server is, without a kernel.
_PAGE = """
title = "{title}"
description = "A page without a kernel."
path = "daisy-lab/gallery"
order = {order}
sizes = [{size}]
[titles]
zh_CN = "{chinese}"
"""
_APPS = {
    "page": _PAGE.format(title="A page", order=1, size='{cpu = 1, memory = "1 GB"}', chinese="一个页面"),
    "broken": _PAGE.format(title="Broken", order=2, size='{cpu = 1, memory = "1 GB"}', chinese="坏的"),
    "cuda": _PAGE.format(title="On GPUs", order=3, size='{name = "gpu", gpu = 64}', chinese="GPU"),
    "told": 'title = "Told"\ndescription = "A notebook."\norder = 4\nnotebook = "told.ipynb"\n',
}
_CELL = """import os
import ipywidgets
slider = ipywidgets.IntSlider()
label = ipywidgets.Label('told by ' + os.environ['DAISY_LAB_ENVIRONMENT'])
slider.observe(lambda change: setattr(label, 'value', f'moved to {change.new}'), 'value')
ipywidgets.VBox([slider, label])"""
_CONFIG = """
async def spoil(spawner):
    spawner.args = ["--ServerApp.port=nonsense"] if spawner.name.startswith("broken") else []
c.Spawner.pre_spawn_hook = spoil
"""


class Hub:
    """A hub that `daisy hub` serves from a folder of its own; it is there in a `with` block.

    Parameters
    ----------
    options
        Further options of the command line.
    config
        More of JupyterHub's settings.
    """

    def __init__(self, *options: str, config: str = "") -> None:
        self._options = options
        # Not pytest's: where root runs the tests, the hub's account must be able to enter it.
        self.place = Path(tempfile.mkdtemp(prefix="daisy-hub-"))
        self.place.chmod(0o755)
        self.state, self.folder = self.place / "state", self.place / "data"
        self.config = self.place / "config.py"
        self.config.write_text(_CONFIG + config, "utf-8")
        self._lay_apps()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = self.user = self.password = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        shutil.rmtree(self.place, ignore_errors=True)

    def start(self) -> None:
        """Start it, the first time or again; users can log in when this returns."""
        command = [
            sys.executable,
            "-m",
            "daisy_lab",
            "hub",
            "--port",
            str(self._port),
            "--state",
            str(self.state),
        ]
        command += ["--config", str(self.config), *self._options]
        if "--pam" not in self._options:
            command += ["--folder", str(self.folder)]
        said = (self.place / "said").open("wb")
        env = os.environ | {
            "DAISY_LAB_APPS": str(self.place / "apps"),
            "DAISY_LAB_LANGUAGE": "en",
            "COLUMNS": "200",
        }
        with said:
            self.process = subprocess.Popen(command, env=env, stdout=said, stderr=said, cwd="/")
        wait_until(lambda: "Ctrl-C" in self.said() or self.process.poll() is not None, "the hub is ready")
        assert self.process.poll() is None, self.said()
        self.url = _found(r"(http://\S+)/", self.said())
        if "password" in self.said():
            self.user = _found(r"user +(\S+)", self.said())
            self.password = _found(r"password +(\S+)", self.said())

    def said(self) -> str:
        """Give what it printed."""
        return (self.place / "said").read_text("utf-8")

    def log(self) -> str:
        """Give what JupyterHub wrote."""
        return (self.state / "hub.log").read_text("utf-8")

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def hub_process(self) -> int | None:
        """Give the number of JupyterHub's own process; none between two of them."""
        return next((pid for pid in self.processes() if "jupyterhub_config.py" in command_of(pid)), None)

    def processes(self) -> list[int]:
        """Give the numbers of all processes that came from it."""
        return [pid for pid in all_processes() if str(self.place) in _words_of(pid)]

    def visitor(self) -> Visitor:
        """Give somebody with a browser of their own, not logged in."""
        return Visitor(self)

    def _lay_apps(self) -> None:
        for name, manifest in _APPS.items():
            folder = self.place / "apps" / name
            folder.mkdir(parents=True)
            (folder / "app.toml").write_text(manifest, "utf-8")
        cell = {
            "cell_type": "code",
            "id": "a",
            "source": _CELL,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        notebook = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        (self.place / "apps" / "told" / "told.ipynb").write_text(json.dumps(notebook), "utf-8")


class Answer:
    """What a visitor got."""

    def __init__(self, status: int, url: str, text: str) -> None:
        self.status, self.url, self.text = status, url, text


class Visitor:
    """Somebody with a browser's cookies, and nothing else of a browser."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))

    def get(self, path: str, **headers: str) -> Answer:
        """Open a page."""
        return self._ask(path, None, "GET", headers)

    def send(self, path: str, form: dict[str, str]) -> Answer:
        """Send a form."""
        form = form | {"_xsrf": self._xsrf()}
        return self._ask(path, urllib.parse.urlencode(form).encode(), "POST", {})

    def api(self, path: str, method: str = "GET") -> Any:
        """Ask JupyterHub's interface as a page's script does."""
        answer = self._ask(f"/hub/api/{path}", None, method, {"X-XSRFToken": self._xsrf()})
        # While the hub is away the proxy answers, with a page.
        return answer.status, json.loads(answer.text) if answer.text.startswith(("{", "[")) else None

    def log_in(self, user: str = "", password: str = "") -> Answer:
        """Log in with what the hub printed, or as somebody else."""
        self.get("/hub/login")
        form = {"username": user or self.hub.user, "password": password or self.hub.password}
        return self.send("/hub/login?next=%2Fhub%2Fhome", form)

    def start(self, environment: str, server: str = "", user: str = "") -> Answer:
        """Press Start on a card."""
        path = f"/hub/spawn/{user or self.hub.user}/{server or environment}"
        return self.send(path, {"environment": environment, "size": "", "language": "en"})

    def servers(self, user: str = "") -> dict[str, Any]:
        """Give one's servers."""
        said: list[Any] = []
        # A hub that starts anew answers a little later.
        wait_until(
            lambda: said.append(self.api(f"users/{user or self.hub.user}")[1]) or said[-1], "the hub answers"
        )
        return dict(said[-1]["servers"])

    def wait_for(self, server: str, user: str = "") -> dict[str, Any]:
        """Wait until a server is ready, and give what the hub says of it."""
        wait_until(lambda: self.servers(user).get(server, {}).get("ready"), f"'{server}' is ready")
        return dict(self.servers(user)[server])

    def stop(self, server: str, user: str = "") -> None:
        """Press Stop, and wait until it is gone."""
        self.api(f"users/{user or self.hub.user}/servers/{server}", "DELETE")
        wait_until(lambda: server not in self.servers(user), f"'{server}' is gone")

    def cookies(self, path: str) -> str:
        """Give what a browser would send as its cookies to an address."""
        request = urllib.request.Request(self.hub.url + path)  # noqa: S310 - our own hub
        self._cookies.add_cookie_header(request)
        return request.get_header("Cookie") or ""

    def _xsrf(self) -> str:
        """Give the cookie that a page's script would read: the one of the deepest path."""
        found = [
            cookie for cookie in self._cookies if cookie.name == "_xsrf" and cookie.path.startswith("/hub")
        ]
        return str(found[-1].value) if found else ""

    def _ask(self, path: str, data: bytes | None, method: str, headers: dict[str, str]) -> Answer:
        url = path if path.startswith("http") else self.hub.url + path
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - our own hub
        request.add_header("Sec-Fetch-Mode", "navigate")
        try:
            with self._opener.open(request, timeout=60) as response:
                return Answer(response.status, response.url, response.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.url or url, error.read().decode())


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, text
    return found[1]


def _words_of(pid: int) -> str:
    """Give command line and environment of a process: who was started with our folders."""
    try:
        return command_of(pid) + Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def skip_where_no_hub() -> None:
    """Skip where JupyterHub, its proxy, or an account for it is not to be had."""
    for name in ("jupyterhub", "jupyterhub_idle_culler", "voila", "jupyterlab"):
        pytest.importorskip(name)
    from daisy_lab.hub import HubError, proxy_command  # noqa: PLC0415 - after the check

    try:
        proxy_command()
    except HubError as error:
        pytest.skip(str(error))
    if os.geteuid() == 0:
        needed = [ROOT, *ROOT.parents, Path(sys.base_prefix), *Path(sys.base_prefix).parents]
        closed = [path for path in needed if not path.stat().st_mode & 0o001]
        if closed:
            pytest.skip(f"the hub never runs as root, and no other account can enter {closed[0]}")


def hub_or_skip(*options: str, config: str = "") -> Iterator[Hub]:
    """Give a hub for as long as a fixture lives."""
    skip_where_no_hub()
    with Hub(*options, config=config) as hub:
        yield hub
