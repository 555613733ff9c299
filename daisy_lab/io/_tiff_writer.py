"""A volume as a folder of TIFF images, one per slice: what viewers without HDF5 open."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from daisy_lab._image import running_image
from daisy_lab.errors import DataError, FileError, choices
from daisy_lab.io._atomic import Unfinished, cannot_write, check_place
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array, LazyArray

__all__ = ["check_free", "export_tiff"]

_BLOCK_BYTES = 64 << 20
_VOLUME_AXES = 3
_SMALLEST_NUMBER = 5


def export_tiff(
    volume: Array | LazyArray,
    folder: str | Path,
    *,
    prefix: str = "slice",
    axis: int = 0,
    overwrite: bool = False,
) -> Path:
    """Write each slice of a volume as an uncompressed TIFF file; values stay as they are.

    Parameters
    ----------
    volume
        Three axes, in memory or in a file; a file is read block by block.
    folder
        Appears when all slices are written, or not at all.
    prefix
        Beginning of each file's name, as in `slice_00042.tif`.
    axis
        The axis the slices are counted along.
    overwrite
        Replace a folder that holds such slices and nothing else.

    Raises
    ------
    DataError
        Not a volume of real numbers.
    FileError
        The folder has files already, or cannot be written to.
    """
    target = Path(folder).expanduser().absolute()
    _check(volume, axis, prefix)
    old = check_free(target, prefix=prefix, overwrite=overwrite)
    unfinished = Unfinished(target, folder=True)
    try:
        _write_slices(volume, unfinished.path, prefix, axis % _VOLUME_AXES)
        for path in old:
            path.unlink()
    except OSError as error:
        unfinished.abandon()
        if isinstance(error, FileError):
            raise
        raise cannot_write(target, error) from None
    except BaseException:
        unfinished.abandon()
        raise
    return unfinished.finish(overwrite=True)


def _check(volume: Array | LazyArray, axis: int, prefix: str) -> None:
    if len(volume.shape) != _VOLUME_AXES or np.dtype(volume.dtype).kind not in "biuf":
        msg = _(
            "asked to write shape {shape} of {dtype} as TIFF slices; give a volume with three axes of "
            "real numbers"
        )
        raise DataError(msg.format(shape=volume.shape, dtype=volume.dtype))
    if not -_VOLUME_AXES <= axis < _VOLUME_AXES:
        msg = _("there is no axis {axis} in a volume with three; give 0, 1 or 2")
        raise DataError(msg.format(axis=axis))
    if not prefix or "/" in prefix:
        msg = _("'{prefix}' cannot begin a file's name; give a word without '/', such as slice")
        raise DataError(msg.format(prefix=prefix))


def check_free(folder: str | Path, *, prefix: str = "slice", overwrite: bool = False) -> list[Path]:
    """Refuse a folder that `export_tiff` would refuse, as before a long run; give the old slices to remove.

    Parameters
    ----------
    folder, prefix, overwrite
        As `export_tiff` takes them.

    Raises
    ------
    FileError
        The folder has files already, is a file, or the folder around it is missing or not writable.
    """
    target = Path(folder).expanduser().absolute()
    try:
        there = sorted(target.iterdir()) if target.exists() else []
    except OSError as error:
        # A file there already counts as one that may not be replaced.
        taken = FileExistsError(errno.EEXIST, "exists") if isinstance(error, NotADirectoryError) else error
        raise cannot_write(target, taken) from None
    if not target.exists():
        check_place(target)
    ours = re.compile(re.escape(prefix) + r"_\d+\.tif")
    if there and not (overwrite and all(ours.fullmatch(path.name) for path in there)):
        msg = _("cannot write slices to {folder}: it holds {there}; choose a new folder, or empty this one")
        raise FileError(msg.format(folder=target, there=choices(path.name for path in there)))
    return there


def _write_slices(volume: Array | LazyArray, folder: Path, prefix: str, axis: int) -> None:
    count = volume.shape[axis]
    width = max(_SMALLEST_NUMBER, len(str(count - 1)))
    one = int(np.prod(volume.shape, dtype=np.int64)) * np.dtype(volume.dtype).itemsize // max(1, count)
    step = max(1, _BLOCK_BYTES // max(1, one))
    for start in range(0, count, step):
        index = (slice(None),) * axis + (slice(start, start + step),)
        block = np.moveaxis(np.asarray(volume[index]), axis, 0)
        for number, image in enumerate(block, start=start):
            _write_slice(folder / f"{prefix}_{number:0{width}d}.tif", image)


def _write_slice(path: Path, values: Array) -> None:
    # Imported here: it takes long, and most results are HDF5.
    import tifffile  # noqa: PLC0415

    plain = values.astype(np.uint8) if values.dtype == bool else values
    image = running_image()
    with path.open("xb") as stream:
        tifffile.imwrite(
            stream,
            np.ascontiguousarray(plain),
            photometric="minisblack",
            metadata=None,
            software=f"daisy-lab, container image {image.reference}" if image is not None else None,
        )
        stream.flush()
        os.fsync(stream.fileno())
