"""A file that arrives in pieces: gathered under a hidden name, resumed where it stopped, and named when it is whole.

The hidden name says which upload it is, so the pieces that are there are found again by another request, another page,
or another process. What nobody went on with for a week is removed by the next upload into the same folder.
"""

from __future__ import annotations

import errno
import hashlib
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from daisy_lab.errors import DataError
from daisy_lab.io._atomic import cannot_write, check_place
from daisy_lab.io._room import check_room
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["Upload"]

_TAIL: Final = ".daisy-upload.part"
_WEEK_SECONDS: Final = 7 * 86_400
_LONGEST_NAME: Final = 255


class Upload:
    """One upload, whether it is begun, half there, or new.

    Parameters
    ----------
    target
        The final path, admitted and without symbolic links.
    total
        Bytes of the whole file.
    token
        Tells two files of the same name and length apart.
    """

    def __init__(self, target: Path, total: int, token: str = "") -> None:
        self.target, self.total = target, total
        digest = hashlib.blake2b(f"{total} {token}".encode(), digest_size=6).hexdigest()
        tail = f".{digest}{_TAIL}"
        kept = target.name.encode()[: _LONGEST_NAME - 1 - len(tail)].decode(errors="ignore")
        self.path = target.parent / f".{kept}{tail}"

    @property
    def there(self) -> int:
        """Bytes that have arrived."""
        try:
            return min(self.path.lstat().st_size, self.total)
        except OSError:
            return 0

    def begin(self, *, overwrite: bool) -> None:
        """Refuse, before the first byte, what could not be finished.

        Raises
        ------
        FileError
            Something is there already, the folder is missing or not writable, or there is no room.
        """
        check_place(self.target)
        if self.target.exists() and not overwrite:
            raise cannot_write(self.target, FileExistsError(errno.EEXIST, "exists"))
        check_room(self.target, self.total - self.there)

    def write(self, offset: int, pieces: Sequence[bytes | memoryview]) -> int:
        """Write bytes at an offset, and give how many are there; a piece that leaves a gap is not written.

        Raises
        ------
        DataError
            If the bytes go beyond the whole file.
        FileError
            If the disk refuses.
        """
        length = sum(memoryview(piece).nbytes for piece in pieces)
        if offset + length > self.total:
            msg = _(
                "{length} bytes at {offset} were sent for {path}, which has {total}; begin the upload anew"
            )
            raise DataError(msg.format(length=length, offset=offset, path=self.target, total=self.total))
        try:
            if not self.path.exists():
                _sweep(self.target.parent)
            with self._opened() as handle:
                if offset > os.fstat(handle).st_size:
                    return self.there
                for piece in pieces:
                    _write_all(handle, memoryview(piece).cast("B"), offset)
                    offset += memoryview(piece).nbytes
        except OSError as error:
            raise cannot_write(self.target, error) from None
        return self.there

    def finish(self, *, overwrite: bool) -> None:
        """Give it its name, once everything is on the disk.

        Raises
        ------
        FileError
            If the disk refuses, or something came into being there meanwhile and may not be replaced.
        """
        try:
            with self._opened() as handle:
                os.ftruncate(handle, self.total)
                os.fsync(handle)
            if overwrite:
                self.path.replace(self.target)
            else:
                self.target.hardlink_to(self.path)
                self.path.unlink()
        except OSError as error:
            raise cannot_write(self.target, error) from None

    def cancel(self) -> None:
        """Remove what has arrived."""
        with suppress(OSError):
            self.path.unlink()

    @contextmanager
    def _opened(self) -> Iterator[int]:
        # Never through a symbolic link: the hidden name can be guessed.
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(self.path, flags, 0o600)
        try:
            yield handle
        finally:
            os.close(handle)


def _write_all(handle: int, data: memoryview, offset: int) -> None:
    while data:
        count = os.pwrite(handle, data, offset)
        data, offset = data[count:], offset + count


def _sweep(folder: Path) -> None:
    for path in folder.glob(f".*{_TAIL}"):
        with suppress(OSError):
            if time.time() - path.lstat().st_mtime > _WEEK_SECONDS:
                path.unlink()
