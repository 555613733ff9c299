"""Reaching a session's process: the one that answers, or a new one when none does.

Several pages may start one at the same moment. Each starts a process, the session's lock lets one of them in, and the
others tell that it is held; so all pages come to the same one.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final

from daisy_lab._detached._place import connected, read_address
from daisy_lab._places import not_private, session_folder, sessions_root
from daisy_lab.errors import InUseError, SessionError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

__all__ = ["Place", "find", "reach"]

_START_SECONDS: Final = 60.0
_HELD_SECONDS: Final = 10.0
"""Time for the process that holds a session to say where it answers."""
_PAUSE_SECONDS: Final = 0.05
_NOT_ITS_BUSINESS: Final = ("JPY_", "JUPYTERHUB_")


@dataclass(frozen=True)
class Place:
    """A session by name, and how a process for it is started."""

    name: str
    root: Path
    below: tuple[Path, ...] = ()
    idle: float | None = None
    device: str | None = None

    @property
    def folder(self) -> Path:
        """The session's folder.

        Raises
        ------
        SessionError
            If that is no name for a session.
        """
        return session_folder(self.name, self.root)

    @classmethod
    def of(cls, name: str, root: Path | None = None, **options: Any) -> Place:  # noqa: ANN401 - the fields above
        """Make a place below the configured root when none is given."""
        return cls(name, (sessions_root() if root is None else Path(root)).absolute(), **options)


def find(place: Place) -> socket.socket | None:
    """Connect to the session's process; nothing when there is none.

    Raises
    ------
    SessionError
        If what is there is not this user's.
    """
    folder = place.folder
    try:
        problem = not_private(folder.parent)
    except FileNotFoundError:
        return None
    if problem:
        raise SessionError(
            _("the sessions in {folder} may be another's: {problem}").format(
                folder=folder.parent, problem=problem
            )
        )
    address = read_address(folder)
    if address is None:
        return None
    try:
        return connected(address)
    except OSError as error:
        if isinstance(error, PermissionError):
            raise SessionError(
                _("{path} cannot be entered: {reason}").format(path=address.path, reason=error.strerror)
            ) from error
        return None


def reach(place: Place, given_up: Callable[[], bool] = lambda: False) -> socket.socket:
    """Connect to the session's process, and start one when none answers.

    Parameters
    ----------
    place
        The session.
    given_up
        Tells whether nobody waits for it any more.

    Raises
    ------
    SessionError
        If it cannot be opened: another program holds it, its folder is another user's, or the process fails.
    """
    end = time.monotonic() + _HELD_SECONDS
    while True:
        connection = find(place)
        if connection is not None:
            return connection
        try:
            _start(place)
        except InUseError:
            # Just started by somebody else, and not yet listening; or held by a program that never will.
            if time.monotonic() > end or given_up():
                raise
            if _appears(place):
                continue


def _appears(place: Place) -> bool:
    """Wait a little for the process that holds the session to say where it answers."""
    for _turn in range(10):
        time.sleep(_PAUSE_SECONDS)
        connection = find(place)
        if connection is not None:
            connection.close()
            return True
    return False


def _start(place: Place) -> None:
    """Start a process, and wait until it answers or tells why it cannot."""
    script = Path(__file__).with_name("_spawn.py")
    reading, writing = os.pipe()
    options = [f"--root={place.root}", f"--ready={writing}"]
    options += [f"--below={folder}" for folder in place.below]
    options += [] if place.idle is None else [f"--idle={place.idle}"]
    options += [] if place.device is None else [f"--device={place.device}"]
    with TemporaryFile() as complaints:
        try:
            # -P: neither the script's folder nor the one the user happens to be in is a place to import from.
            with subprocess.Popen(  # noqa: S603 - our own script in our own Python
                [sys.executable, "-P", str(script), place.name, *options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                env=_environment(),
                pass_fds=[writing],
            ):
                # The process that was started leaves at once: the session is its child, and nobody's.
                os.close(writing)
                writing = -1
            told = _told(reading)
        finally:
            os.close(reading)
            if writing >= 0:
                os.close(writing)
        if told.get("ok"):
            return
        kind = InUseError if told.get("kind") == InUseError.__name__ else SessionError
        raise kind(told.get("message") or _silent(place, complaints))


def _environment() -> dict[str, str]:
    """Give the environment of a session: nothing that a server gave to its kernels alone, as its keys."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_NOT_ITS_BUSINESS)}


def _told(reading: int) -> dict[str, Any]:
    end = time.monotonic() + _START_SECONDS
    said = b""
    while not said.endswith(b"\n"):
        ready, _w, _x = select.select([reading], [], [], max(end - time.monotonic(), 0.0))
        piece = os.read(reading, 65536) if ready else b""
        if not piece:
            break
        said += piece
    with suppress(ValueError):
        told: dict[str, Any] = json.loads(said)
        return told
    return {}


def _silent(place: Place, complaints: IO[bytes]) -> str:
    """Say what a process that told nothing left behind."""
    complaints.seek(0)
    lines = complaints.read().decode(errors="replace").strip().splitlines()
    return _("the process of session '{name}' could not be started: {reason}; {log} may say more").format(
        name=place.name, reason=lines[-1] if lines else _("it told nothing"), log=place.folder / "log.txt"
    )
