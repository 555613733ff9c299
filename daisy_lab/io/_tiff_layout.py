"""How the pages of one TIFF file lie on disk: their shape, and where their rows can be read directly."""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from daisy_lab.errors import DataError, FileFormatError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import tifffile

__all__ = ["DECODING_ERRORS", "Layout", "layout", "undecodable"]

# What tifffile raises for damaged files; it has no error of its own for most of them.
DECODING_ERRORS = (
    OSError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    RuntimeError,
    ArithmeticError,
    EOFError,
    struct.error,
    zlib.error,
)
_UNCOMPRESSED = 1
_PLAIN = 1
_IMAGE_AXES = 2


@dataclass(frozen=True)
class Layout:
    """The pages of one file.

    Attributes
    ----------
    shape
        Pages, rows, columns.
    stored
        Type of a value on disk, with its byte order.
    offsets
        Where each page begins, if its rows follow each other uncompressed; else empty, and pages are decoded.
    stamp
        Size in bytes and time of the last change.
    """

    shape: tuple[int, int, int]
    stored: np.dtype[Any]
    offsets: tuple[int, ...]
    stamp: tuple[int, int]

    @property
    def pages(self) -> int:
        """Number of pages."""
        return self.shape[0]


def layout(path: Path) -> Layout:
    """Read the headers of a TIFF file.

    Raises
    ------
    FileFormatError
        Not a TIFF file, truncated, or pages of different shape.
    DataError
        A colour image.
    """
    # Imported here: it takes long, and most scans are HDF5.
    import tifffile  # noqa: PLC0415

    facts = path.stat()
    stamp = (facts.st_size, facts.st_mtime_ns)
    try:
        # OME metadata may send tifffile to other files, which nobody admitted.
        with tifffile.TiffFile(path, is_ome=False) as tif:
            return _layout(path, tif, stamp)
    except (DataError, FileFormatError):
        raise
    except DECODING_ERRORS as error:
        raise undecodable(path, error) from None


def undecodable(path: Path, error: Exception) -> FileFormatError:
    """Give the report of a file whose headers or pages tifffile does not understand."""
    if "imagecodecs" in str(error):
        msg = _(
            "{path} is compressed in a way that needs a package: {reason}; install it with "
            "'pip install imagecodecs'"
        )
    else:
        msg = _("{path} cannot be decoded as TIFF: {reason}; it is damaged or truncated: copy it again")
    return FileFormatError(msg.format(path=path, reason=error))


def _layout(path: Path, tif: tifffile.TiffFile, stamp: tuple[int, int]) -> Layout:
    first = tif.pages.first
    if not first.shape or first.dtype is None:
        msg = _("{path} begins as TIFF but holds no image; it is damaged: copy it again")
        raise FileFormatError(msg.format(path=path))
    if len(first.shape) != _IMAGE_AXES:
        msg = _("{path} has images of shape {shape}, as colour has; give images with one value per pixel")
        raise DataError(msg.format(path=path, shape=first.shape))
    stored = first.dtype.newbyteorder(tif.byteorder)
    nbytes = first.shape[0] * first.shape[1] * stored.itemsize
    offsets = _virtual_offsets(tif, first, nbytes)
    count = len(offsets)
    if not offsets:
        pages = [page.aspage() for page in tif.pages]
        for number, page in enumerate(pages, start=1):
            _require_alike(path, number, page, first)
            _require_inside(path, number, page, stamp[0])
        count = len(pages)
        offsets = tuple(page.dataoffsets[0] for page in pages) if all(map(_direct, pages)) else ()
    if offsets and offsets[-1] + nbytes > stamp[0]:
        raise _truncated(path, count, offsets[-1] + nbytes, stamp[0])
    return Layout((count, first.shape[0], first.shape[1]), stored, offsets, stamp)


def _virtual_offsets(tif: tifffile.TiffFile, first: tifffile.TiffPage, nbytes: int) -> tuple[int, ...]:
    """Give the offsets of pages that ImageJ writes one after another behind a single header."""
    if not tif.is_imagej or len(tif.pages) > 1 or not _direct(first):
        return ()
    series = tif.series[0]
    count = math.prod(series.shape[:-2])
    if count <= 1 or series.shape[-2:] != first.shape or series.dataoffset is None:
        return ()
    return tuple(series.dataoffset + number * nbytes for number in range(count))


def _direct(page: tifffile.TiffPage) -> bool:
    """Tell whether rows follow each other as plain numbers."""
    return bool(
        page.dtype is not None
        and page.compression == _UNCOMPRESSED
        and page.predictor == _PLAIN
        and page.fillorder == _PLAIN
        and not page.is_tiled
        and page.is_contiguous
        and page.bitspersample == page.dtype.itemsize * 8
    )


def _require_alike(path: Path, number: int, page: tifffile.TiffPage, first: tifffile.TiffPage) -> None:
    if page.shape != first.shape or page.dtype != first.dtype:
        msg = _("{path} page {number} is {shape} {dtype}, page 1 is {want} {wanted}; split the file by shape")
        facts = {"shape": page.shape, "dtype": page.dtype, "want": first.shape, "wanted": first.dtype}
        raise FileFormatError(msg.format(path=path, number=number, **facts))


def _require_inside(path: Path, number: int, page: tifffile.TiffPage, size: int) -> None:
    ends = [at + count for at, count in zip(page.dataoffsets, page.databytecounts, strict=False)]
    if not ends or max(ends) > size:
        raise _truncated(path, number, max(ends, default=0), size)


def _truncated(path: Path, page: int, want: int, have: int) -> FileFormatError:
    msg = _("{path} is truncated: page {page} ends at byte {want}, the file at {have}; copy it again")
    return FileFormatError(msg.format(path=path, page=page, want=want, have=have))
