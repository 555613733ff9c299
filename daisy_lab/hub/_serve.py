"""Starts proxy and hub, keeps them running, and stops all of it at the end.

Whoever ends the hub's process alone (a fault, `kill -HUP` of this one) leaves proxy and servers running, and the hub
that starts next finds them. Only the end of `daisy hub` itself, by Ctrl-C or SIGTERM, stops the servers.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from daisy_lab.hub._errors import HubError
from daisy_lab.hub._logs import tail
from daisy_lab.hub._processes import die_with_parent
from daisy_lab.hub._proxy import Proxy, command
from daisy_lab.hub._settings import VARIABLE
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from daisy_lab.hub._settings import Settings

__all__ = ["free_port", "serve"]

_CONFIG = Path(__file__).parent / "jupyterhub_config.py"
_PATIENCE = 60.0
_MOST_FAILURES = 3
_SOON = 30.0


def serve(settings: Settings, ready: Callable[[], None], told: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; SIGHUP starts the hub's process anew, and servers stay.

    Parameters
    ----------
    settings
        What was asked for.
    ready
        Called once, when users can log in.
    told
        Called with what a reader of the terminal should know.

    Raises
    ------
    HubError
        It cannot start, or keeps ending: names the log and shows its end.
    """
    command()
    _check_port(settings)
    with _only_one(settings):
        path = settings.write()
        proxy, hub = Proxy(settings), _Hub(settings, path)
        with _signals() as asked:
            try:
                _bring_up(proxy, hub, asked)
                ready()
                _watch(proxy, hub, asked, told)
            finally:
                told(_("stopping all servers"))
                asked.ignore()
                hub.stop_servers()
                hub.stop()
                proxy.stop()


def free_port(host: str = "127.0.0.1") -> int:
    """Give a port that nobody listens on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as made:
        made.bind((host, 0))
        return int(made.getsockname()[1])


class _Asked:
    """What signals have asked for since somebody looked."""

    def __init__(self) -> None:
        self.end = self.again = self._deaf = False
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)

    def note(self, number: int, _frame: object) -> None:
        if self._deaf:
            return
        if number == signal.SIGHUP:
            self.again = True
        else:
            self.end = True
        with suppress(BlockingIOError):
            os.write(self._wake, b"!")

    def ignore(self) -> None:
        """Let nothing disturb the end."""
        self._deaf = True

    def wait(self, seconds: float) -> None:
        """Wait so long, or until a signal comes."""
        import select  # noqa: PLC0415 - only here

        if select.select([self._woken], [], [], seconds)[0]:
            os.read(self._woken, 64)

    def close(self) -> None:
        os.close(self._woken)
        os.close(self._wake)


@contextmanager
def _signals() -> Iterator[_Asked]:
    asked = _Asked()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, asked.note) for number in numbers}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        asked.close()


class _Hub:
    """The hub's own process."""

    def __init__(self, settings: Settings, path: Path) -> None:
        self._settings = settings
        self._env = os.environ | {VARIABLE: str(path)}
        self._log = settings.state / "hub.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - this Python
                [sys.executable, "-m", "jupyterhub", "--config", str(_CONFIG)],
                cwd=self._settings.state,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us, who end it in order
                preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509 - no other thread runs here
            )

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def answers(self) -> bool:
        with suppress(OSError, ValueError):
            self.ask("")
            return True
        return False

    def ask(self, path: str, method: str = "GET") -> Any:  # noqa: ANN401 - JSON
        """Ask the hub's own interface."""
        request = urllib.request.Request(f"{self._settings.hub_api}/{path}", method=method)  # noqa: S310 - our own
        request.add_header("Authorization", f"token {self._settings.secret('service-token')}")
        with urllib.request.urlopen(request, timeout=15) as response:  # noqa: S310 - likewise
            text = response.read()
        return json.loads(text) if text else None

    def stop_servers(self) -> None:
        """End all servers, politely, and wait for it."""
        if self.has_ended():
            return
        until = time.monotonic() + 30
        with suppress(OSError, ValueError):
            for user, server in self._servers():
                with suppress(urllib.error.HTTPError):
                    name = quote(user, safe="")
                    self.ask(f"users/{name}/servers/{server}" if server else f"users/{name}/server", "DELETE")
            while self._servers() and time.monotonic() < until:
                time.sleep(0.1)

    def _servers(self) -> list[tuple[str, str]]:
        users = self.ask("users?state=active")
        return [(user["name"], server) for user in users for server in user.get("servers", {})]

    def stop(self) -> None:
        """End the process; servers that still run go on."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def log(self) -> str:
        return "\n".join(["", *tail(self._log, 12)])

    @property
    def log_path(self) -> Path:
        return self._log


def _bring_up(proxy: Proxy, hub: _Hub, asked: _Asked) -> None:
    if not (proxy.is_running() and proxy.answers()):
        proxy.stop()  # one of an earlier hub that is deaf, or listens elsewhere
        proxy.start()
    hub.start()
    until = time.monotonic() + _PATIENCE
    while not (hub.answers() and proxy.answers()):
        if asked.end:
            raise KeyboardInterrupt
        if hub.has_ended() or not proxy.is_running() or time.monotonic() > until:
            raise HubError(
                _("the hub did not start; the end of {path} says:{log}").format(
                    path=hub.log_path, log=hub.log()
                )
            )
        asked.wait(0.1)


def _watch(proxy: Proxy, hub: _Hub, asked: _Asked, told: Callable[[str], None]) -> None:
    """Start again what ends by itself, until somebody asks for the end."""
    failures: list[float] = []
    while not asked.end:
        asked.wait(1)
        if asked.again:
            asked.again = False
            told(_("the hub starts anew; servers go on"))
            hub.stop()
            hub.start()
        elif not proxy.is_running():
            told(_("the proxy ended and is started again"))
            proxy.start()
            with suppress(OSError, ValueError):
                hub.ask("proxy", "POST")  # it knows no server yet
        elif hub.has_ended():
            now = time.monotonic()
            failures = [*(moment for moment in failures if now - moment < _SOON), now]
            if len(failures) > _MOST_FAILURES:
                raise HubError(
                    _("the hub ends again and again; the end of {path} says:{log}").format(
                        path=hub.log_path, log=hub.log()
                    )
                )
            told(_("the hub ended and is started again; servers go on"))
            hub.start()


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """Hold the state folder: two hubs with one database would undo each other's work."""
    with (settings.state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HubError(
                _("a hub runs already with the state in {path}: stop it, or name another folder").format(
                    path=settings.state
                )
            ) from None
        yield


def _check_port(settings: Settings) -> None:
    """See that the address is free, or held by the proxy of this very hub."""
    if Proxy(settings).is_running():
        return
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise HubError(
                _("{host}:{port} cannot be listened on ({reason}): name another port with --port").format(
                    host=settings.host, port=settings.port, reason=error.strerror
                )
            ) from None
