"""TIFF images as one stack: a folder of files in natural order, a file of many pages, or a single image.

Rows of uncompressed images are read from where they lie, so that one sinogram costs one row of every file;
compressed pages are decoded whole, several at a time.
"""

from __future__ import annotations

import hashlib
import os
import re
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab.errors import FileError, FileFormatError, choices
from daisy_lab.io._contents import AXES, Contents
from daisy_lab.io._index import as_text
from daisy_lab.io._lazy import FileArray
from daisy_lab.io._presence import content, not_permitted
from daisy_lab.io._roots import Roots
from daisy_lab.io._tiff_layout import DECODING_ERRORS, Layout, layout, undecodable
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab.io._angles import AngleUnit
    from daisy_lab.vocabulary import Array

__all__ = ["TiffStack", "read_tiff"]

_ENDINGS = frozenset({".tif", ".tiff"})
_NUMBERS = re.compile(r"(\d+)")
_WORKERS = min(8, (os.cpu_count() or 1) + 2)
_WORTH_THREADS = 4


class TiffStack(FileArray, kind="tiff"):
    """Images of one shape; (frame, row, column), or (row, column) for a file with a single page.

    Parameters
    ----------
    path
        A TIFF file, or a folder of them.
    roots
        Where each file may really lie.

    Raises
    ------
    FileError
        No image there.
    FileFormatError
        Truncated, or of another shape than the first image; the message names the file.
    """

    def __init__(self, path: Path, roots: Roots) -> None:
        self._path, self._roots = path, roots
        self._names = _images(path) if path.is_dir() else [path]
        self._files = [roots.admit(name) for name in self._names]
        self._layouts = _layouts(self._names, self._files)
        self._ends = list(accumulate(one.pages for one in self._layouts))
        first = self._layouts[0]
        frames = (self._ends[-1], *first.shape[1:])
        single = len(self._files) == 1 and first.pages == 1 and not path.is_dir()
        chunks = (1, 1, 1) if all(one.offsets for one in self._layouts) else (1, *first.shape[1:])
        super().__init__(
            shape=frames[1:] if single else frames,
            dtype=first.stored,
            identity=f"{path.resolve()} {_digest(self._names, self._layouts)}",
            axes=("row", "column") if single else ("frame", "row", "column"),
            chunks=chunks[1:] if single else chunks,
            notes=_gaps(self._names),
        )

    def read_into(self, ranges: tuple[range, ...], out: Array) -> None:
        """Read each image once; several at a time when there are many."""
        if len(ranges) < len(self._layouts[0].shape):
            ranges, out = (range(1), *ranges), out[None]
        frames, rows, columns = ranges
        jobs = list(self._jobs(frames))
        work = [(number, pages, (rows, columns), out[at : at + len(pages)]) for number, pages, at in jobs]
        if len(work) < _WORTH_THREADS:
            for one in work:
                self._read_file(*one)
            return
        with ThreadPoolExecutor(_WORKERS) as pool:
            for _done in pool.map(lambda one: self._read_file(*one), work):
                pass

    def close(self) -> None:
        """Nothing is held open between reads: a folder may have more files than a process may open."""

    def _jobs(self, frames: range) -> list[tuple[int, list[int], int]]:
        """Group frames by file, and long files into shares: file number, pages, place in the block."""
        jobs: list[tuple[int, list[int], int]] = []
        share = max(1, -(-len(frames) // _WORKERS))
        for at, frame in enumerate(frames):
            number = bisect_right(self._ends, frame)
            page = frame - (self._ends[number - 1] if number else 0)
            if jobs and jobs[-1][0] == number and len(jobs[-1][1]) < share:
                jobs[-1][1].append(page)
            else:
                jobs.append((number, [page], at))
        return jobs

    def _read_file(self, number: int, pages: list[int], window: tuple[range, range], out: Array) -> None:
        path, stored = self._files[number], self._layouts[number]
        try:
            self._require_unchanged(number)
            if not stored.offsets:
                self._decode(path, pages, window, out)
                return
            with path.open("rb") as stream:
                for target, page in zip(out, pages, strict=True):
                    _read_rows(stream.fileno(), stored, page, window, target)
        except FileError:
            raise
        except PermissionError:
            raise not_permitted(path) from None
        except DECODING_ERRORS as error:
            where = as_text((range(pages[0], pages[-1] + 1), *window))
            raise undecodable(Path(f"{self._names[number]} {where}"), error) from error

    def _require_unchanged(self, number: int) -> None:
        facts = self._files[number].stat()
        if (facts.st_size, facts.st_mtime_ns) != self._layouts[number].stamp:
            msg = _("{path} was changed since it was first opened; open it again to get its new content")
            raise FileError(msg.format(path=self._names[number]))

    def _decode(self, path: Path, pages: list[int], window: tuple[range, range], out: Array) -> None:
        rows, columns = (slice(one.start, one.stop, one.step) for one in window)
        # Imported here: it takes longer than a whole `daisy list`, and most scans are HDF5.
        import tifffile  # noqa: PLC0415

        with tifffile.TiffFile(path, is_ome=False) as tif:
            for target, page in zip(out, pages, strict=True):
                target[...] = tif.pages[page].asarray(maxworkers=1)[rows, columns]

    def _origin(self) -> dict[str, object]:
        return {"path": str(self._path), "roots": self._roots.as_json()}

    @classmethod
    def _restore(cls, origin: Mapping[str, Any]) -> FileArray:
        path = Path(origin["path"])
        content(path)
        return cls(path, Roots.around(path, origin["roots"]))


def read_tiff(path: Path, roots: Roots, angle_unit: AngleUnit) -> Contents:  # noqa: ARG001 - the signature of a reader
    """Give TIFF images as projections; a single one as image."""
    stack = TiffStack(path, roots)
    word = "image" if stack.ndim == len(AXES["image"]) else "projections"
    notes = list(stack.notes)
    if word == "projections":
        msg = _("{count} images taken as projections; say flat=... or dark=... if they are not")
        notes.append(msg.format(count=len(stack)))
    return Contents("tiff", arrays={word: lambda: stack.labelled(AXES[word])}, notes=notes)


def _images(folder: Path) -> list[Path]:
    try:
        entries = list(folder.iterdir())
    except PermissionError:
        raise not_permitted(folder) from None
    found = [one for one in entries if one.suffix.lower() in _ENDINGS and not one.name.startswith(".")]
    if not found:
        msg = _(
            "the folder {folder} holds no TIFF images (.tif, .tiff); it holds {there}; give a file of it, "
            "or a folder of images"
        )
        raise FileError(msg.format(folder=folder, there=choices(one.name for one in entries)))
    return sorted(found, key=lambda one: _natural(one.name))


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Give a key that puts image_2 before image_10."""
    parts = _NUMBERS.split(name)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part.casefold()) for part in parts if part]


def _layouts(names: Sequence[Path], files: Sequence[Path]) -> list[Layout]:
    """Read the headers of all files, and refuse one of another shape or type than the first."""
    first = _layout_of(names[0], files[0])

    def examine(pair: tuple[Path, Path]) -> Layout:
        name, path = pair
        other = _layout_of(name, path)
        if other.shape[1:] != first.shape[1:] or other.stored.newbyteorder("=") != first.stored.newbyteorder(
            "="
        ):
            msg = _(
                "{path} is {shape} {dtype}, but {first} is {want} {wanted}; give images of one shape and type"
            )
            raise FileFormatError(
                msg.format(
                    path=name,
                    shape=other.shape[1:],
                    dtype=other.stored.name,
                    first=names[0].name,
                    want=first.shape[1:],
                    wanted=first.stored.name,
                )
            )
        return other

    with ThreadPoolExecutor(_WORKERS) as pool:
        return [first, *pool.map(examine, zip(names[1:], files[1:], strict=True))]


def _layout_of(name: Path, path: Path) -> Layout:
    if content(name) != "tiff":
        msg = _("{path} is not a TIFF image, whatever its name says; take it out of the folder")
        raise FileFormatError(msg.format(path=name))
    return layout(path)


def _read_rows(handle: int, stored: Layout, page: int, window: tuple[range, range], target: Array) -> None:
    """Read the rows of a window from where they lie."""
    rows, columns = window
    width = stored.shape[2]
    first, last = rows[0], rows[-1] + 1
    offset = stored.offsets[page] + first * width * stored.stored.itemsize
    whole = columns == range(width) and rows.step == 1 and stored.stored.isnative
    band = target if whole else np.empty((last - first, width), stored.stored)
    memory, got = band.data.cast("B"), 0
    while got < band.nbytes:
        # One call gives 2 GB at most, and less when it is interrupted.
        count = os.preadv(handle, [memory[got:]], offset + got)
        if not count:
            raise EOFError(_("got {got} of {want} bytes").format(got=got, want=band.nbytes))
        got += count
    if not whole:
        target[...] = band[:: rows.step, columns.start : columns.stop : columns.step]


def _gaps(names: Sequence[Path]) -> list[str]:
    """Tell when numbered images have a number missing between them."""
    numbers = [int(found[-1]) for name in names if (found := _NUMBERS.findall(name.stem))]
    if len(numbers) != len(names) or len(names) < 3:  # noqa: PLR2004 - two numbers have no usual step
        return []
    steps = np.diff(np.array(numbers, dtype=np.float64))
    usual = float(np.median(steps))
    at = next((place for place, step in enumerate(steps) if usual > 0 and step > usual), None)
    if at is None:
        return []
    msg = _("images are missing between {first} and {second}; give the angles of those that are there")
    return [msg.format(first=names[at].name, second=names[at + 1].name)]


def _digest(names: Sequence[Path], layouts: Sequence[Layout]) -> str:
    stamps = (f"{name.name} {one.stamp[0]} {one.stamp[1]}" for name, one in zip(names, layouts, strict=True))
    return hashlib.blake2b("\n".join(stamps).encode(), digest_size=12).hexdigest()
