"""What sessions there are on this machine and how they stand; looking starts nothing."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from daisy_lab._detached._errors import FrameError
from daisy_lab._detached._frames import FROM_SESSION, packed, receive, send
from daisy_lab._detached._start import Place, find
from daisy_lab._places import named_sessions
from daisy_lab.errors import SessionError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SessionFacts", "list_sessions", "look_at_session", "stop_session"]

_PATIENCE_SECONDS: Final = 10.0
_END_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 0.01


@dataclass(frozen=True)
class SessionFacts:
    """One session of this user, kept on disk."""

    name: str
    folder: Path
    nbytes: int
    """Bytes on disk."""
    changed: float
    """When something last happened in it, in seconds since 1970."""
    process: int | None
    """Process that answers for it; none while it rests."""
    pages: int = 0
    """Pages that are attached."""
    active: int = 0
    """Runs that have not ended."""
    since: float = 0.0
    """When the process started, in seconds since 1970."""


def list_sessions(root: Path | None = None) -> list[SessionFacts]:
    """Give all sessions of this user, by name."""
    return [_facts(name, folder, root) for name, folder in named_sessions(root).items()]


def look_at_session(name: str, root: Path | None = None) -> SessionFacts:
    """Give one session.

    Raises
    ------
    SessionError
        If there is none of that name.
    """
    known = named_sessions(root)
    if name not in known:
        raise SessionError(
            _("there is no session '{name}'; there is {known}{near}").format(
                name=name, known=choices(known), near=suggestion(name, known)
            )
        )
    return _facts(name, known[name], root)


def stop_session(name: str, root: Path | None = None) -> bool:
    """End a session's process and wait until it has ended; what runs is stopped, and goes on when it is opened again.

    Returns
    -------
    stopped
        False when there was no process.

    Raises
    ------
    SessionError
        If there is no such session, or its process does not end.
    """
    facts = look_at_session(name, root)
    connection = find(Place.of(name, root))
    if connection is None:
        return False
    with closing(connection):
        connection.settimeout(_END_SECONDS)
        try:
            # What breaks now breaks because the process ends.
            with suppress(BrokenPipeError, ConnectionResetError, FrameError):
                send(connection, packed({"id": 1, "method": "session.stop", "params": {}}))
                while receive(connection, FROM_SESSION) is not None:
                    pass
        except TimeoutError:
            raise SessionError(
                _(
                    "process {pid} of session '{name}' does not end; `kill -9 {pid}` ends it, and nothing is lost"
                ).format(pid=facts.process, name=name)
            ) from None
    _wait_until_free(facts.folder)
    return True


def _wait_until_free(folder: Path) -> None:
    """Wait until a session's lock is free: then everything is on disk and its process is at its end."""
    end = time.monotonic() + _END_SECONDS
    while time.monotonic() < end:
        try:
            lock = os.open(folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE_SECONDS)
        else:
            return
        finally:
            os.close(lock)


def _facts(name: str, folder: Path, root: Path | None) -> SessionFacts:
    files = [path.lstat() for path in folder.rglob("*") if not path.is_dir()]
    about = _about(Place.of(name, root))
    return SessionFacts(
        name=name,
        folder=folder,
        nbytes=sum(file.st_size for file in files),
        changed=max((file.st_mtime for file in files), default=0.0),
        process=about.get("pid"),
        pages=max(about.get("pages", 0) - 1, 0),
        active=about.get("active", 0),
        since=about.get("since", 0.0),
    )


def _about(place: Place) -> dict[str, Any]:
    """Hear how a session's process introduces itself; nothing when there is none."""
    connection = find(place)
    if connection is None:
        return {}
    with closing(connection):
        connection.settimeout(_PATIENCE_SECONDS)
        try:
            frame = receive(connection, FROM_SESSION)
            told = {} if frame is None else frame.data()
        except (OSError, FrameError):
            return {}
        connection.shutdown(socket.SHUT_RDWR)
    about: dict[str, Any] = told.get("data", {})
    return about
