"""The disk below an HDF5 file that is being written: what it refuses is remembered here, and told afterwards.

HDF5 does not outlive a write that fails, as on a full disk: the file can then neither be flushed nor closed, and the
process ends by a fault of memory soon after. So HDF5 never hears of it. From the first refusal on nothing more is
written, and `check` raises it.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from io import RawIOBase
from typing import TYPE_CHECKING, Any

import h5py

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Literal

__all__ = ["Disk", "writing_hdf5"]


@contextmanager
def writing_hdf5(path: Path, mode: Literal["w", "r+"] = "w") -> Iterator[h5py.File]:
    """Open a file to be written, anew or further.

    Raises
    ------
    OSError
        If the disk refuses, at the latest when the file is closed.
    """
    disk = Disk(path)
    try:
        # Our own lock is on the file; HDF5's would not get past it.
        with h5py.File(disk, mode, locking=False) as file:
            yield file
        disk.check()
    finally:
        disk.close()


class Disk(RawIOBase):
    """A file as `h5py.File` takes it.

    Parameters
    ----------
    path
        The file, which is there.
    """

    def __init__(self, path: Path) -> None:
        self._handle = -1
        self._handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self._at = 0
        self._refusal: OSError | None = None

    def check(self) -> None:
        """Raise what the disk refused first, if it did.

        Raises
        ------
        OSError
            As the system told it.
        """
        if self._refusal is not None:
            raise self._refusal

    def close(self) -> None:
        """Close the file; closing twice is fine."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        super().close()

    # For h5py.

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at}.get(whence)
        self._at = offset + (os.fstat(self._handle).st_size if begin is None else begin)
        return self._at

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any buffer, as the base class has it
        """Read; what is beyond the end, as what was not written any more, is zeros."""
        view = memoryview(buffer).cast("B")
        count = 0
        while count < len(view):
            got = os.preadv(self._handle, [view[count:]], self._at + count)
            if not got:
                view[count:] = bytes(len(view) - count)
                break
            count += got
        self._at += len(view)
        return len(view)

    def write(self, data: Any) -> int:  # noqa: ANN401 - as above
        """Write all of it, unless something was refused before."""
        view, at = memoryview(data).cast("B"), self._at

        def write() -> None:
            done = 0
            while done < len(view):
                done += os.pwrite(self._handle, view[done:], at + done)

        self._try(write)
        self._at += len(view)
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        """Set the length of the file."""
        length = self._at if size is None else size
        self._try(lambda: os.ftruncate(self._handle, length))
        return length

    def _try(self, act: Callable[[], None]) -> None:
        if self._refusal is None:
            try:
                act()
            except OSError as error:
                self._refusal = error
