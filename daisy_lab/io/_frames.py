"""Detector frames as one stack: CBF, EDF, TIFF and others through fabio, packed or not, one file or many.

HDF5 and plain TIFF have readers of their own, which read parts; these formats are decoded frame by frame.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import logging
from bisect import bisect_right
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.errors import DataError, FileFormatError, MissingObjectError, choices
from daisy_lab.io._input import open_dataset
from daisy_lab.io._lazy import FileArray
from daisy_lab.io._presence import content, require
from daisy_lab.io._roots import Roots
from daisy_lab.io._scan import open_file
from daisy_lab.io._signals import likeliest
from daisy_lab.io._views import OneExposure
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["DetectorFiles", "open_frames", "open_image"]

_UNPACK: Final[Mapping[str, Any]] = {".gz": gzip.open, ".bz2": bz2.open}
_FRAME_AXES: Final = 3
_IMAGE_AXES: Final = 2


class DetectorFiles(FileArray, kind="detector files"):
    """Frames of files in a format of a detector, (frame, row, column).

    Parameters
    ----------
    paths
        The files, in order; one may hold several frames.
    roots
        Where they may really lie.

    Raises
    ------
    FileFormatError
        If a file is in no known format, or its frames differ from those of the first.
    """

    def __init__(self, paths: Sequence[Path], roots: Roots) -> None:
        self._paths, self._roots = [Path(path) for path in paths], roots
        counts: list[int] = []
        self._facts: list[tuple[int, tuple[int, ...], np.dtype[Any]]] = []
        for path in self._paths:
            roots.admit(path)
            image = _decoded(path)
            facts = (int(image.nframes), tuple(map(int, image.data.shape)), np.dtype(image.data.dtype))
            if self._facts and facts[1:] != self._facts[0][1:]:
                raise FileFormatError(
                    _(
                        "{path} has frames of {shape} {type}, and {first} of {there} {kind}; give "
                        "frames of one detector"
                    ).format(
                        path=path,
                        shape=facts[1],
                        type=facts[2],
                        first=self._paths[0],
                        there=self._facts[0][1],
                        kind=self._facts[0][2],
                    )
                )
            self._facts.append(facts)
            counts.append(facts[0])
        self._ends = list(accumulate(counts))
        shape, dtype = self._facts[0][1:]
        stamps = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in self._paths]
        super().__init__(
            shape=(self._ends[-1], *shape),
            dtype=dtype,
            identity=f"frames {hashlib.sha256(repr(stamps).encode()).hexdigest()[:32]}",
            axes=("frame", "row", "column"),
            chunks=(1, *shape),
        )

    def read_into(self, ranges: tuple[range, ...], out: Array) -> None:
        """Decode each frame."""
        frames, rows, columns = ranges
        number, image = -1, None
        for target, frame in zip(out, frames, strict=True):
            file = bisect_right(self._ends, frame)
            if file != number:
                number, image = file, _decoded(self._paths[file])
            inside = frame - (self._ends[file - 1] if file else 0)
            assert image is not None  # noqa: S101 - just decoded
            data = image.get_frame(inside).data if inside else image.data
            target[...] = data[
                rows.start : rows.stop : rows.step, columns.start : columns.stop : columns.step
            ]

    def close(self) -> None:
        """Nothing is held open."""

    def _origin(self) -> dict[str, object]:
        return {"paths": [str(path) for path in self._paths], "roots": self._roots.as_json()}

    @classmethod
    def _restore(cls, origin: Mapping[str, Any]) -> FileArray:
        paths = [Path(path) for path in origin["paths"]]
        return cls(paths, Roots.around(paths[0], origin["roots"]))


def open_frames(*texts: str | Path) -> FileArray:
    """Open detector frames as one stack, read when they are needed.

    Of an HDF5 file without `::dataset` it is the image that the file itself calls its data (NeXus `default` and
    `signal`), or the only one that has a usual name, or the only one at all.

    Parameters
    ----------
    texts
        A file, `file::dataset`, a folder of TIFF images, or several files of one frame or more each.

    Returns
    -------
    frames
        (frame, row, column); one image is a stack of one.

    Raises
    ------
    FileError, MissingObjectError, DataError
        If something is not there, in no known format, or no stack of images.
    """
    if not texts:
        raise DataError(_("no file with frames is given"))
    path = Path(str(texts[0]).partition("::")[0]).expanduser().absolute()
    require(path)
    if len(texts) == 1 and _own(path):
        return _stack(_opened(str(texts[0])), str(texts[0]))
    files = [Path(text).expanduser().absolute() for text in texts]
    for file in files:
        require(file)
    return DetectorFiles(files, Roots.around(files[0], [file.parent for file in files]))


def open_image(text: str | Path, name: str) -> Array:
    """Read one image of the detector, as a mask or a flat: of any format that frames have, or a NumPy array.

    Parameters
    ----------
    text
        `file` or `file::dataset`; several frames stay several for dark, flat and background.
    name
        mask, dark, flat or background_frame.

    Raises
    ------
    FileError, MissingObjectError, DataError
        As `open_frames`.
    """
    path = Path(str(text).partition("::")[0]).expanduser().absolute()
    require(path)
    if path.suffix.lower() == ".npy":
        try:
            found: Array = np.load(path, allow_pickle=False)
        except (ValueError, OSError) as error:
            raise FileFormatError(
                _("{path} cannot be read: {error}").format(path=path, error=error)
            ) from None
        stack = found if found.ndim == _FRAME_AXES else found[np.newaxis]
    else:
        stack = open_frames(text)[...]
    if stack.ndim != _FRAME_AXES:
        raise DataError(
            _("{path} has the shape {shape}; {name} is an image").format(
                path=path, shape=stack.shape, name=name
            )
        )
    return stack if name != "mask" else np.asarray((stack != 0).any(axis=0))


def _own(path: Path) -> bool:
    """Whether a reader of our own takes it: folders, HDF5, and TIFF that is not packed."""
    if path.suffix.lower() in _UNPACK:
        return False
    try:
        return content(path) in {"folder", "hdf5", "tiff"}
    except FileFormatError:
        return False


def _opened(text: str) -> FileArray:
    path, mark, _dataset = text.partition("::")
    where = Path(path).expanduser().absolute()
    if mark or content(where) != "hdf5":
        return open_dataset(text)
    opened = open_file(where)
    images = [name for name in opened if _is_image(opened[name])]
    if not images:
        return open_dataset(text, name="frames")
    stacks = [name for name in images if opened[name].ndim == _FRAME_AXES]
    for some in (images, stacks):
        found = likeliest(some, opened.default, opened.signals)
        if found is not None:
            return opened[found]
    raise MissingObjectError(
        _("{path} holds several images: {there}; say which one is meant, as in {path}::{first}").format(
            path=where, there=choices(images), first=images[0]
        )
    )


def _is_image(array: FileArray) -> bool:
    return array.ndim in {_IMAGE_AXES, _FRAME_AXES} and min(array.shape[-2:]) > 1


def _stack(array: FileArray, text: str) -> FileArray:
    if array.ndim == _FRAME_AXES:
        return array.labelled(("frame", "row", "column"))
    if array.ndim == _IMAGE_AXES:
        return OneExposure(array.labelled(("row", "column"))).labelled(("frame", "row", "column"))
    raise DataError(
        _(
            "{text} has the shape {shape}, but frames are (frame, row, column); name another dataset as path::dataset"
        ).format(text=text, shape=array.shape)
    )


def _decoded(path: Path) -> Any:  # noqa: ANN401 - fabio has no types
    # Loads a reader for every format there is.
    import fabio  # noqa: PLC0415

    unpack = _UNPACK.get(path.suffix.lower())
    try:
        if unpack is None:
            return fabio.open(str(path))
        with unpack(path, "rb") as stream:
            return fabio.open(io.BytesIO(stream.read()))
    except Exception as error:
        # A damaged file ends in whatever error its decoder happens to make.
        logging.getLogger(__name__).info("%s: %r", path, error)
        raise FileFormatError(
            _(
                "{path} is no image that can be read ({error}); frames are HDF5, TIFF, CBF, EDF and other formats of "
                "detectors"
            ).format(path=path, error=str(error) or type(error).__name__)
        ) from error
