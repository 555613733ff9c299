"""Arrays as files in the store's directory: raw values in C order, mapped, so that handing out is no copy.

A file is written under a temporary name and renamed when complete. Its room is claimed first
(`posix_fallocate`): a full disk is then an error with a message, never a SIGBUS in the middle of somebody's
loop.
"""

from __future__ import annotations

import errno
import math
import mmap
import os
import secrets
import weakref
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from daisy_lab._datastore._chunks import chunks
from daisy_lab._datastore._directory import Directory
from daisy_lab.errors import DataError, FileError, SessionError
from daisy_lab.texts import gettext as _
from daisy_lab.texts import in_bytes

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["Segment", "Segments", "release_pages"]

_SUFFIX = ".raw"
_PART = ".part"
_PIECE = 16 << 20  # bytes per write call
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Segment(NamedTuple):
    """A complete file of one array, and the process that may remove it (not one forked from it)."""

    path: Path
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    owner: int

    def map(self) -> Array:
        """Map the file, read-only; it holds no open file.

        Raises
        ------
        SessionError
            If the file is gone or too short.
        """
        size = math.prod(self.shape) * self.dtype.itemsize
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                mapped = mmap.mmap(handle, size, access=mmap.ACCESS_READ)
            finally:
                os.close(handle)
        except (OSError, ValueError) as error:
            raise SessionError(
                _(
                    "the file {path} of a stored array is missing or damaged ({reason}); "
                    "compute the array again"
                ).format(path=self.path, reason=error)
            ) from error
        return np.ndarray(self.shape, self.dtype, buffer=mapped)

    def remove(self) -> None:
        """Remove the file; whoever holds a map of it keeps the values."""
        if self.owner == os.getpid():
            self.path.unlink(missing_ok=True)


class _Open(NamedTuple):
    """A buffer being filled by its maker."""

    path: Path
    memory: Any
    finish: weakref.finalize[..., Any]


class Segments:
    """Makes, writes and finds array files in one directory, opened at first need when none was given.

    Parameters
    ----------
    directory
        Where the files go; none: an ephemeral one of its own.
    """

    def __init__(self, directory: Directory | None) -> None:
        self._directory = directory
        self._owned: Directory | None = None
        self._lock = Lock()
        self._open: dict[int, _Open] = {}
        self._held: set[str] = set()

    @property
    def directory(self) -> Directory:
        """The directory, opened when it is not yet.

        Raises
        ------
        SessionError
            If the one given is closed, as it is in a forked child.
        """
        if self._directory is not None:
            if self._directory.closed:
                raise SessionError(
                    _("the directory {path} is closed, or the parent process's; open one here").format(
                        path=self._directory.path
                    )
                )
            return self._directory
        with self._lock:
            if self._owned is None or self._owned.closed:
                self._owned = Directory.open()
            return self._owned

    def create(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """Make a writable buffer over a new file; it goes with the buffer unless `adopt` makes it stay."""
        size = math.prod(shape) * dtype.itemsize
        if not size:
            return np.empty(shape, dtype)
        path, handle = self._claim(size)
        try:
            memory = mmap.mmap(handle, size)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise self._failure(size, error) from error
        finally:
            os.close(handle)
        buffer = np.ndarray(shape, dtype, buffer=memory)
        self._register(buffer, path)
        return buffer

    def hold(self, buffer: Array) -> str:
        """Let the file of a buffer outlive this process, half filled as it is; gives its name for `resume`.

        Raises
        ------
        DataError
            If it is no such buffer.
        """
        if not self.is_open(buffer):
            raise DataError(_("only a buffer of create() that is not stored yet, and not empty, can be held"))
        found = self._open[id(buffer)]
        found.finish.detach()
        self._register(buffer, found.path, held=True)
        return found.path.name

    def resume(self, file: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """Open the half-filled buffer of an earlier process.

        Raises
        ------
        OSError, ValueError
            If the file is gone, or too short.
        """
        path = self.directory.arrays / Path(file).name
        with path.open("r+b") as handle:
            memory = mmap.mmap(handle.fileno(), math.prod(shape) * dtype.itemsize)
        buffer: Array = np.ndarray(shape, dtype, buffer=memory)
        self._register(buffer, path, held=True)
        return buffer

    def is_open(self, array: Array) -> bool:
        """Tell whether the array is a whole buffer of `create` that nobody stored yet."""
        found = self._open.get(id(array))
        return found is not None and array.base is found.memory

    def adopt(self, buffer: Array) -> tuple[Segment, Array]:
        """Give a filled buffer its final name; what is returned sees the same memory, read-only."""
        found = self._open.pop(id(buffer))
        found.finish.detach()
        path = found.path.with_suffix(_SUFFIX)
        found.path.rename(path)
        locked = memoryview(found.memory).toreadonly()  # a view of this cannot be made writable
        kept = np.frombuffer(locked, np.uint8, buffer.nbytes).view(buffer.dtype).reshape(buffer.shape)
        buffer.flags.writeable = False
        return Segment(path, buffer.shape, buffer.dtype, os.getpid()), kept

    def give_back(self, buffer: Array, segment: Segment) -> None:
        """Undo `adopt`: the buffer is its maker's again."""
        path = segment.path.with_suffix(_PART)
        segment.path.rename(path)
        self._register(buffer, path, held=path.stem in self._held)
        buffer.flags.writeable = True

    def write(self, array: Array) -> Segment:
        """Write an array of any layout to a new file.

        Raises
        ------
        FileError
            If it cannot be written, the disk being full for one; nothing of it stays.
        """
        path, handle = self._claim(array.nbytes)
        try:
            for piece in chunks(array, _PIECE):
                _write_all(handle, piece.data)
            final = path.with_suffix(_SUFFIX)
            path.rename(final)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise self._failure(array.nbytes, error) from error
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
        return Segment(final, array.shape, array.dtype, os.getpid())

    def find(self, file: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Segment:
        """Describe a file of an earlier process; whether it is there is seen later."""
        return Segment(self.directory.arrays / Path(file).name, shape, dtype, os.getpid())

    def parts(self) -> set[str]:
        """Name the files of buffers that are being filled."""
        return {entry.path.name for entry in list(self._open.values())}

    def close(self) -> None:
        """Close the directory if it was made here."""
        with self._lock:
            owned, self._owned = self._owned, None
        if owned is not None:
            owned.close()

    def _claim(self, size: int) -> tuple[Path, int]:
        """Make a file with room for that many bytes."""
        path = self.directory.arrays / f"{secrets.token_hex(8)}{_PART}"
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._failure(size, error) from error
        try:
            os.posix_fallocate(handle, 0, size)
        except OSError as error:
            os.close(handle)
            path.unlink(missing_ok=True)
            raise self._failure(size, error) from error
        return path, handle

    def _register(self, buffer: Array, path: Path, *, held: bool = False) -> None:
        if held:
            self._held.add(path.stem)
        finish = weakref.finalize(buffer, self._abandon, id(buffer), None if held else path, os.getpid())
        finish.atexit = False  # the directory goes as a whole, or is swept by the session that reopens it
        self._open[id(buffer)] = _Open(path, buffer.base, finish)

    def _abandon(self, key: int, path: Path | None, owner: int) -> None:
        self._open.pop(key, None)
        if path is not None and owner == os.getpid():
            path.unlink(missing_ok=True)

    def _failure(self, size: int, error: OSError) -> FileError:
        folder = self.directory.path
        if error.errno in _FULL:
            return FileError(
                _(
                    "no room for an array of {size} in {folder} ({reason}); free some space there, "
                    "or set DAISY_LAB_SESSIONS to a folder on a larger disk"
                ).format(size=in_bytes(size), folder=folder, reason=error.strerror)
            )
        return FileError(
            _(
                "cannot write an array of {size} to {folder}: {reason}; "
                "is the folder still there and writable?"
            ).format(size=in_bytes(size), folder=folder, reason=error.strerror or error)
        )


def _write_all(handle: int, data: memoryview) -> None:
    while data:
        data = data[os.write(handle, data) :]


def release_pages(array: Array) -> None:
    """Let the system take back the memory of a mapped array; its values stay in the file."""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    mapped = base.obj if isinstance(base, memoryview) else base
    if isinstance(mapped, mmap.mmap):
        mapped.madvise(mmap.MADV_DONTNEED)
