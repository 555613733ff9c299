"""The folder a store, or a session, keeps its files in; nothing of it stays behind, even after kill -9.

A directory is made under a hidden name, locked with `flock` and only then renamed, so under its own name it
is locked from the first moment. The kernel frees the lock when the process dies, in whatever way; whoever
starts next sweeps: a directory whose lock can be taken belongs to nobody. What is to go is renamed first,
then deleted.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import stat
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from daisy_lab._places import not_private, session_folder, sessions_root
from daisy_lab.errors import FileError, InUseError, SessionError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from typing import Self

__all__ = ["Directory", "sessions_root", "sweep"]

_EPHEMERAL, _MAKING, _GOING = "run-", ".making-", ".going-"
_LOCK = "lock"
_ARRAYS = "arrays"
_ABANDONED = 3600.0  # seconds after which a directory without a lock is not one being made just now


class Directory:
    """A locked folder, made by `Directory.open`: an ephemeral one goes when closed, a named one stays."""

    def __init__(self, path: Path, lock: int, *, name: str | None) -> None:
        self.path = path
        self.name = name
        self.arrays = path / _ARRAYS
        self._lock = lock
        self._finish = weakref.finalize(self, _leave, path, lock, os.getpid(), remove=name is None)
        _opened.add(self)

    @classmethod
    def open(cls, root: Path | None = None, *, name: str | None = None) -> Self:
        """Open a directory and lock it for the life of this process.

        Parameters
        ----------
        root
            Folder of all directories; made when it is not there. Default: `sessions_root()`.
        name
            Of a session that can be reopened. Without it the directory is gone when closed.

        Raises
        ------
        SessionError
            If the root is not this user's alone, or the named directory is in use.
        FileError
            If nothing can be written there.
        """
        folder = sessions_root() if root is None else Path(root)
        try:
            _check_root(folder)
            sweep(folder)
            if name is None:
                path = folder / f"{_EPHEMERAL}{secrets.token_hex(8)}"
                return cls(path, _make(path), name=None)
            path = session_folder(name, folder)
            return cls(path, _reopen(path, name), name=name)
        except SessionError:
            raise
        except OSError as error:
            raise FileError(
                _(
                    "cannot open a session directory in {root}: {reason}; "
                    "set DAISY_LAB_SESSIONS to a folder you can write to"
                ).format(root=folder, reason=error.strerror or error)
            ) from error

    def sweep_unreferenced(self, keep: AbstractSet[str]) -> tuple[str, ...]:
        """Remove the array files that nothing refers to any more, half-written ones too.

        Parameters
        ----------
        keep
            File names to keep, as `DataStore.files` gives them.

        Returns
        -------
        :
            The names removed.
        """
        gone = sorted(entry.name for entry in os.scandir(self.arrays) if entry.name not in keep)
        for file in gone:
            (self.arrays / file).unlink(missing_ok=True)
        return tuple(gone)

    @property
    def closed(self) -> bool:
        """Whether the lock is given back, or was never this process's (a forked child's)."""
        return not self._finish.alive

    def close(self) -> None:
        """Give the lock back; an ephemeral directory goes with all that is in it."""
        self._finish()

    def remove(self) -> None:
        """Remove a directory for good, a named one too."""
        if self._finish.detach():
            _leave(self.path, self._lock, os.getpid(), remove=True)

    def _forget_in_child(self) -> None:
        """Give up the lock's handle in a forked child: the parent alone holds and removes."""
        if self._finish.detach():
            os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


def sweep(root: Path) -> tuple[str, ...]:
    """Remove the ephemeral directories of processes that are no more; live ones stay.

    Parameters
    ----------
    root
        Folder of all directories.

    Returns
    -------
    :
        The names removed.
    """
    gone: list[str] = []
    if not root.is_dir():
        return ()
    for entry in sorted(os.scandir(root), key=lambda found: found.name):
        path = Path(entry.path)
        if entry.name.startswith(_GOING):
            shutil.rmtree(path, ignore_errors=True)
        elif entry.name.startswith((_EPHEMERAL, _MAKING)) and _sweep_one(path):
            gone.append(entry.name)
    return tuple(gone)


def _sweep_one(path: Path) -> bool:
    try:
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return _abandoned(path) and _discard(path)
    except OSError:  # not ours to judge: too many open files, or no folder at all
        return False
    try:
        # A lock just made may not be taken yet: below the hidden name, age decides.
        return (not path.name.startswith(_MAKING) or _abandoned(path)) and _take(lock) and _discard(path)
    finally:
        os.close(lock)


def _abandoned(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and time.time() - found.st_mtime > _ABANDONED


def _discard(path: Path) -> bool:
    going = path.with_name(f"{_GOING}{secrets.token_hex(8)}")
    try:
        path.rename(going)
    except OSError:
        return False
    shutil.rmtree(going, ignore_errors=True)
    return True


def _check_root(root: Path) -> None:
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    problem = not_private(root)
    if not problem:
        return
    raise SessionError(
        _(
            "cannot keep sessions in {root}: {problem}; "
            "use a folder of your own with mode 700, set by DAISY_LAB_SESSIONS"
        ).format(root=root, problem=problem)
    )


def _make(path: Path) -> int:
    """Make the directory locked; its own name appears last."""
    making = path.with_name(f"{_MAKING}{secrets.token_hex(8)}")
    making.mkdir(mode=0o700)
    lock = -1
    try:
        (making / _ARRAYS).mkdir(mode=0o700)
        lock = os.open(making / _LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _sign(lock)
        making.rename(path)
    except BaseException:
        if lock >= 0:
            os.close(lock)
        shutil.rmtree(making, ignore_errors=True)
        raise
    return lock


def _reopen(path: Path, name: str) -> int:
    """Lock a named directory, made when it is not there."""
    while True:
        # Another process may make or remove it in the meantime: then look again.
        if not path.exists():
            try:
                return _make(path)
            except OSError:
                if not path.is_dir():
                    raise
        try:
            lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            continue
        if not _take(lock):
            holder = os.read(lock, 32).decode(errors="replace").strip()
            os.close(lock)
            raise InUseError(
                _(
                    "session '{name}' is in use by process {pid}; "
                    "close it there, attach to it, or choose another name"
                ).format(name=name, pid=holder or "?")
            )
        if _same(lock, path / _LOCK):
            (path / _ARRAYS).mkdir(mode=0o700, exist_ok=True)
            _sign(lock)
            return lock
        os.close(lock)


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _same(lock: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(lock), path.lstat())
    except FileNotFoundError:
        return False


def _sign(lock: int) -> None:
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)


def _leave(path: Path, lock: int, pid: int, *, remove: bool) -> None:
    if os.getpid() != pid:
        return
    if remove:
        _discard(path)
    os.close(lock)


def _forget_all_in_child() -> None:
    for directory in list(_opened):
        directory._forget_in_child()  # noqa: SLF001 - the same module


_opened: weakref.WeakSet[Directory] = weakref.WeakSet()
os.register_at_fork(after_in_child=_forget_all_in_child)
