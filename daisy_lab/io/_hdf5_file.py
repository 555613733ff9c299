"""One HDF5 file, opened read-only when first needed, and every way in which opening can fail.

Handles are per process: a forked child opens its own. A file that was changed since it was first opened is
reported, because objects made from it must never change.
"""

from __future__ import annotations

import errno
import os
import threading
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING

import h5py

from daisy_lab.errors import FileError, FileFormatError
from daisy_lab.io._presence import content, not_permitted
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["Hdf5File", "open_readonly"]

_NO_LOCKS_HERE = frozenset(
    {errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL, errno.EACCES, errno.EPERM}
)


# A fork copies locks that a thread may hold which does not exist in the child.
_FILES: weakref.WeakSet[Hdf5File] = weakref.WeakSet()


class Hdf5File:
    """A file that opens itself; `using` lends the handle to one thread at a time.

    Parameters
    ----------
    path
        The real path, all symbolic links resolved and admitted.
    """

    def __init__(self, path: Path) -> None:
        if content(path) != "hdf5":
            msg = _("{path} is not an HDF5 file; give the file that was meant, or correct the link to it")
            raise FileFormatError(msg.format(path=path))
        self.path = path
        self._stamp = _stamp(path)
        self._lock = threading.RLock()
        self._handle: h5py.File | None = None
        self._owner = 0
        _FILES.add(self)

    @property
    def identity(self) -> str:
        """Path, size in bytes and time of the last change."""
        size, changed = self._stamp
        return f"{self.path} {size} {changed}"

    @contextmanager
    def using(self) -> Iterator[h5py.File]:
        """Lend the open handle; nobody closes it meanwhile, and what is read belongs to one content.

        A file that was only removed or renamed is still there for whoever has it open.

        Raises
        ------
        FileError
            The file was changed, or is gone.
        """
        with self._lock:
            if not self._handle or self._owner != os.getpid():
                self._require_same(_stamp(self.path))
                self._handle, self._owner = open_readonly(self.path), os.getpid()
            self._require_unchanged(self._handle)
            yield self._handle
            # HDF5 reads zeros beyond the end of a file that was cut off.
            self._require_unchanged(self._handle)

    def _require_unchanged(self, handle: h5py.File) -> None:
        facts = os.fstat(handle.id.get_vfd_handle())
        self._require_same((facts.st_size, facts.st_mtime_ns))

    def _require_same(self, stamp: tuple[int, int]) -> None:
        if stamp != self._stamp:
            msg = _("{path} was changed since it was first opened; open it again to get its new content")
            raise FileError(msg.format(path=self.path))

    def forget_lock(self) -> None:
        """Start with a free lock, in a child that was forked while a thread was reading."""
        self._lock = threading.RLock()

    def close(self) -> None:
        """Close the handle; `using` opens it again."""
        with self._lock:
            if self._handle and self._owner == os.getpid():
                self._handle.close()
            self._handle = None


def _stamp(path: Path) -> tuple[int, int]:
    try:
        facts = path.stat()
    except OSError as error:
        msg = _("{path} was there and is gone ({reason}); restore it and open it again")
        raise FileError(msg.format(path=path, reason=error.strerror)) from None
    return facts.st_size, facts.st_mtime_ns


def open_readonly(path: Path, opener: Callable[..., h5py.File] = h5py.File) -> h5py.File:
    """Open a file for reading, without a lock where the file system has none.

    Parameters
    ----------
    path
        An existing file.
    opener
        What opens it: `h5py.File`, or a stand-in.

    Raises
    ------
    FileFormatError
        Truncated or damaged.
    FileError
        Not permitted, or being written by another program.
    """
    try:
        try:
            return opener(path, "r")
        except OSError as error:
            if not _locking_failed(error):
                raise
            return opener(path, "r", locking=False)
    except PermissionError:
        raise not_permitted(path) from None
    except OSError as error:
        raise _report(path, error) from None


def _locking_failed(error: OSError) -> bool:
    return "lock" in str(error) and error.errno in _NO_LOCKS_HERE


def _report(path: Path, error: OSError) -> FileError:
    reason = str(error)
    if "unable to lock" in reason:
        msg = _(
            "{path} is being written by another program just now; wait until it is closed, or set the "
            "environment variable HDF5_USE_FILE_LOCKING=FALSE if you are sure that nobody writes"
        )
        return FileError(msg.format(path=path))
    if "already open for write" in reason:
        msg = _(
            "{path} is still being written, or was not closed by the program that wrote it; take frames as they "
            "arrive with --follow, or repair a copy of it with 'h5clear -s'"
        )
        return FileFormatError(msg.format(path=path))
    if "truncated file" in reason:
        have, want = path.stat().st_size, _number_after(reason, "stored_eof = ")
        msg = _("{path} is truncated: it has {have} of {want} bytes; copy it again, or repeat the scan")
        return FileFormatError(msg.format(path=path, have=have, want=want or "?"))
    msg = _("{path} looks like HDF5 but cannot be opened: {reason}; it is damaged: copy it again")
    return FileFormatError(msg.format(path=path, reason=reason))


def _number_after(text: str, mark: str) -> str:
    tail = text.partition(mark)[2]
    return tail[: len(tail) - len(tail.lstrip("0123456789"))]


def _forget_locks() -> None:
    for file in list(_FILES):
        file.forget_lock()


os.register_at_fork(after_in_child=_forget_locks)
