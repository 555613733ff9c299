"""Where a session's socket lies, how it is found, and who may speak through it: this user, nobody else.

Sockets lie in a folder of their own with mode 0700, because their paths must be short; the session's folder says which
one is its own, so that a page finds it whatever its environment says.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import stat
import struct
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from daisy_lab._places import not_private
from daisy_lab.errors import SessionError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Address", "connected", "listening", "peer_uid", "read_address", "socket_folder", "write_address"]

_FILE: Final = "socket"
_SUFFIX: Final = ".sock"
_LONGEST: Final = 100
"""Bytes of a socket's path; the system takes 107."""
_WAITING: Final = 64
_CREDENTIALS: Final = struct.Struct("3i")


class Address(NamedTuple):
    """Which process answers for a session, and where."""

    pid: int
    path: Path


def socket_folder() -> Path:
    """Give the folder of all sockets of this user, made when it is not there.

    Raises
    ------
    SessionError
        If it is not this user's alone.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    folders = [Path(runtime) / "daisy-lab"] if runtime else []
    folders.append(Path(f"/tmp/daisy-lab-{os.getuid()}"))  # noqa: S108 - checked for its owner
    for folder in folders[:-1]:
        # One that another user left in the environment, as after `su`, is no fault.
        with suppress(OSError, SessionError):
            return _made(folder)
    return _made(folders[-1])


def _made(folder: Path) -> Path:
    if len(os.fsencode(folder)) > _LONGEST - len("/0123456789abcdef.sock"):
        raise SessionError(_("the path {folder} is too long for a socket").format(folder=folder))
    folder.mkdir(mode=0o700, exist_ok=True)
    _check(folder)
    return folder


def _check(folder: Path) -> None:
    """Refuse a folder in which another user could put a socket of his own."""
    problem = not_private(folder)
    if problem:
        raise SessionError(
            _(
                "cannot keep the sockets of sessions in {folder}: {problem}; remove it, or give it mode 700"
            ).format(folder=folder, problem=problem)
        )


def listening(folder: Path) -> tuple[socket.socket, Path]:
    """Make a socket in a folder, and listen; sockets there that no process answers any more are removed."""
    for stale in _stale(folder):
        stale.unlink(missing_ok=True)
    path = folder / f"{secrets.token_hex(8)}{_SUFFIX}"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(os.fspath(path))
        listener.listen(_WAITING)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(before)
    return listener, path


def _stale(folder: Path) -> Iterator[Path]:
    for path in folder.glob(f"*{_SUFFIX}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(0)
            try:
                probe.connect(os.fspath(path))
            except ConnectionRefusedError:
                yield path
            except OSError:
                continue


def connected(address: Address) -> socket.socket:
    """Connect to a session's socket, after a look at who made it and who answers.

    Raises
    ------
    SessionError
        If it may be another user's.
    OSError
        If nobody answers.
    """
    _check(address.path.parent)
    found = address.path.lstat()
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.geteuid():
        raise SessionError(_("{path} is no socket of yours; remove it").format(path=address.path))
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(os.fspath(address.path))
        uid = peer_uid(connection)
    except BaseException:
        connection.close()
        raise
    if uid != os.geteuid():
        connection.close()
        raise SessionError(
            _("{path} is answered by user {uid}, not by you").format(path=address.path, uid=uid)
        )
    return connection


def peer_uid(connection: socket.socket) -> int:
    """Give the user id of the process at the other end, as the system knows it."""
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _pid, uid, _gid = _CREDENTIALS.unpack(told)
    return int(uid)


def write_address(folder: Path, address: Address) -> None:
    """Say in a session's folder where it is reached."""
    making = folder / f".{_FILE}-{secrets.token_hex(4)}"
    making.write_text(json.dumps({"pid": address.pid, "path": os.fspath(address.path)}))
    making.rename(folder / _FILE)


def read_address(folder: Path) -> Address | None:
    """Give where a session says it is reached; nothing when it does not say, or not any more."""
    try:
        told = json.loads((folder / _FILE).read_text())
        return Address(int(told["pid"]), Path(told["path"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None
