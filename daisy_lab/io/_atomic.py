"""A file or folder that gets its name only when it is complete, and what a killed writer leaves behind.

A writer works under a hidden name beside the final one, `.NAME.daisy-HOST-PID-START-TOKEN.part`, and holds a
lock (flock) on it for as long as it lives. So another process can tell a dead writer from a living one: by
the lock, and, where the file system has none, by the process that the name carries.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from daisy_lab.errors import FileError, MissingFileError
from daisy_lab.texts import gettext as _
from daisy_lab.texts import in_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Unfinished", "cannot_write", "check_place", "require_replaceable", "sweep_temporaries"]

_TEMPORARY = re.compile(r"\..+\.daisy-(?P<host>[^-]*)-(?P<pid>\d+)-(?P<start>\d+)-[0-9a-f]+\.part")
_NO_LOCKS = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})
_OTHER_HOST_SECONDS = 86_400
_LONGEST_NAME = 255


class Unfinished:
    """The hidden file, or folder, that becomes `target` on `finish` and vanishes on `abandon`.

    Parameters
    ----------
    target
        The final path.
    folder
        Make a folder instead of a file.

    Raises
    ------
    FileError
        The folder of the target is missing or not writable.
    """

    def __init__(self, target: Path, *, folder: bool = False) -> None:
        self.target = target
        self.path = target.parent / _temporary_name(target.name)
        self._lock = -1
        try:
            if folder:
                self.path.mkdir()
            else:
                self.path.touch(exist_ok=False)
            self._lock = os.open(self.path, os.O_RDONLY)
            _lock(self._lock, wait=True)
        except OSError as error:
            self.abandon()
            raise cannot_write(target, error) from None

    def finish(self, *, overwrite: bool) -> Path:
        """Give it the final name, once everything is on the disk.

        Raises
        ------
        FileError
            The disk refuses, or the target came into being meanwhile and may not be replaced.
        """
        try:
            os.fsync(self._lock)
            if overwrite or self.path.is_dir():
                self.path.replace(self.target)
            else:
                self.target.hardlink_to(self.path)
                self.path.unlink()
            _sync_folder(self.target.parent)
        except OSError as error:
            self.abandon()
            raise cannot_write(self.target, error) from None
        self._release()
        return self.target

    def abandon(self) -> None:
        """Remove it; nothing ever appears under the final name."""
        if self.path.is_dir():
            shutil.rmtree(self.path, ignore_errors=True)
        else:
            with suppress(OSError):
                self.path.unlink()
        self._release()

    def _release(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
        self._lock = -1


def require_replaceable(target: Path, is_ours: Callable[[Path], bool], kind: str) -> None:
    """Refuse to write over a folder, a device, or a file that somebody else made: it may be a raw scan.

    Parameters
    ----------
    target
        The final path.
    is_ours
        Tells whether the file there is one that may be made anew; an empty one always may.
    kind
        What such a file is called, in the user's language.

    Raises
    ------
    FileError
        Something else is there.
    """
    try:
        is_folder, is_file = target.is_dir(), target.is_file()
        is_free = not target.exists() or (is_file and not target.stat().st_size)
    except OSError as error:
        raise cannot_write(target, error) from None
    if is_folder:
        raise _is_a_folder(target)
    if not is_free and not (is_file and is_ours(target)):
        msg = _("cannot write {path}: what is there is no {kind}, and is not replaced; choose another name")
        raise FileError(msg.format(path=target, kind=kind))


def check_place(target: Path) -> None:
    """Refuse, before the work, a path at which no file could be written after it.

    Raises
    ------
    FileError
        A folder, or a path in a folder that is missing or not writable.
    """
    if target.is_dir():
        raise _is_a_folder(target)
    if not os.access(target.parent, os.W_OK):
        number = errno.EACCES if target.parent.exists() else errno.ENOENT
        raise cannot_write(target, OSError(number, os.strerror(number)))


def cannot_write(target: Path, error: OSError | RuntimeError) -> FileError:
    """Give the report of a write that failed: no room, no permission, no folder."""
    parent, number = target.parent, _number_of(error)
    if number in {errno.EACCES, errno.EPERM, errno.EROFS}:
        msg = _("cannot write {target}: the folder {folder} may not be written to; choose a folder of yours")
        return FileError(msg.format(target=target, folder=parent))
    if not parent.exists():
        msg = _("cannot write {target}: there is no folder {folder}; make it first")
        return MissingFileError(msg.format(target=target, folder=parent))
    if number in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        free = shutil.disk_usage(parent).free
        msg = _("cannot write {target}: no room left ({free} free); make room, or choose another folder")
        return FileError(msg.format(target=target, free=in_bytes(free)))
    if number == errno.EEXIST:
        msg = _("cannot write {target}: it is there already; choose another name, or allow to overwrite it")
        return FileError(msg.format(target=target))
    reason = error.strerror if isinstance(error, OSError) and error.strerror else error
    msg = _("cannot write {target}: {reason}; check the disk, or choose another folder")
    return FileError(msg.format(target=target, reason=reason))


def _is_a_folder(target: Path) -> FileError:
    msg = _("cannot write {path}: it is a folder; add a file name, as in {example}")
    return FileError(msg.format(path=target, example=target / "result.h5"))


def _number_of(error: OSError | RuntimeError) -> int:
    """Give the error number; HDF5 often has it in its words only, and NumPy has none of a write that was cut short."""
    if isinstance(error, OSError) and error.errno:
        return error.errno
    if re.search(r"\d+ requested and \d+ written", str(error)):
        return errno.ENOSPC
    found = re.search(r"errno = (\d+)", str(error))
    return int(found[1]) if found else 0


def sweep_temporaries(folder: Path) -> list[Path]:
    """Remove what killed writers left in a folder; what a living one still writes stays.

    Parameters
    ----------
    folder
        Where results are written.

    Returns
    -------
        The paths that were removed.
    """
    removed = []
    for path in sorted(Path(folder).glob(".*.part")):
        found = _TEMPORARY.fullmatch(path.name)
        if found and _is_dead(path, found["host"], int(found["pid"]), int(found["start"])):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
            removed.append(path)
    return removed


def _is_dead(path: Path, host: str, pid: int, start: int) -> bool:
    """Tell whether the writer of a temporary is gone; one on another computer gets a day."""
    try:
        handle = os.open(path, os.O_RDONLY)
        try:
            _lock(handle, wait=False)
            age = time.time() - os.fstat(handle).st_mtime
        finally:
            os.close(handle)
    except OSError:
        return False
    if host != _host():
        return age > _OTHER_HOST_SECONDS
    return _start_of(pid) != start


def _lock(handle: int, *, wait: bool) -> None:
    """Take the lock; a file system without locks leaves it to the process.

    A writer waits: a sweeper looking at its new file holds the lock for a moment.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise


def _temporary_name(name: str) -> str:
    tail = f".daisy-{_host()}-{os.getpid()}-{_start_of(os.getpid())}-{secrets.token_hex(4)}.part"
    kept = name.encode()[: _LONGEST_NAME - 1 - len(tail)].decode(errors="ignore")
    return f".{kept}{tail}"


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9.]", "_", socket.gethostname())[:64]


def _start_of(pid: int) -> int:
    """Give when a process began, in clock ticks since the computer did; 0 when it is gone."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    fields = facts.rpartition(")")[2].split()
    # A zombie is dead: only its parent has not noticed yet. Field 3 is the state, field 22 the start.
    return 0 if fields[0] in {"Z", "X"} else int(fields[19])


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems refuse to sync a folder; the file itself is safe.
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
