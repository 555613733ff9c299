"""A dataset of an HDF5 file as a lazy array: the one place where values leave HDF5."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from daisy_lab.errors import DataError, FileError, FileFormatError
from daisy_lab.io._hdf5_links import Hdf5Files, locate
from daisy_lab.io._hdf5_storage import examine
from daisy_lab.io._index import as_text
from daisy_lab.io._lazy import FileArray
from daisy_lab.io._roots import Roots
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.io._hdf5_links import Place
    from daisy_lab.vocabulary import Array

__all__ = ["Hdf5Array", "is_numeric", "text_of"]


class Hdf5Array(FileArray, kind="hdf5"):
    """A numeric dataset.

    Parameters
    ----------
    files
        Opens the file and whatever it links to.
    path
        The file as the user named it.
    dataset
        The dataset as the user named it, links in its path included.
    place
        Where it really lies, when that is known already.

    Raises
    ------
    MissingObjectError
        No such dataset.
    DataError
        A group, text, or a table.
    FileError
        What `locate` and `examine` report.
    """

    def __init__(self, files: Hdf5Files, path: Path, dataset: str, place: Place | None = None) -> None:
        self._files, self._path, self._name = files, path, dataset.strip("/")
        self._place = place or locate(files, files.get(path), dataset)
        self._dataset: tuple[h5py.File, h5py.Dataset] | None = None
        shape, dtype, unit = _facts(self._place, f"{path}::{self._name}")
        storage = examine(files, self._place)
        where = f"{self._place.file.identity} {self._place.path}"
        super().__init__(
            shape=shape,
            dtype=dtype,
            identity=f"{where} {storage.sources}".strip(),
            unit=unit,
            chunks=storage.chunks,
        )

    def read_into(self, ranges: tuple[range, ...], out: Array) -> None:
        """Read the hyperslab at the ranges."""
        selection = tuple(slice(one.start, one.stop, one.step) for one in ranges)
        try:
            with self._place.file.using() as handle:
                self._dataset_of(handle).read_direct(out, source_sel=selection)
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            if isinstance(error, FileError):
                raise
            msg = _(
                "{path}::{name} cannot be read at {index}: {reason}; the file is damaged there: copy it again"
            )
            index = as_text(ranges)
            raise FileFormatError(
                msg.format(path=self._path, name=self._name, index=index, reason=error)
            ) from error

    def close(self) -> None:
        """Close every file this array, and those opened with it, lead to."""
        self._files.close()

    def _dataset_of(self, handle: h5py.File) -> h5py.Dataset:
        """Give the dataset, kept open as long as its file: opening costs more than a small block."""
        if self._dataset is None or self._dataset[0] is not handle:
            self._dataset = (handle, handle[self._place.path])
        return self._dataset[1]

    def _origin(self) -> dict[str, object]:
        return {"path": str(self._path), "dataset": self._name, "roots": self._files.roots.as_json()}

    @classmethod
    def _restore(cls, origin: Mapping[str, Any]) -> FileArray:
        path = Path(origin["path"])
        return cls(Hdf5Files(Roots.around(path, origin["roots"])), path, origin["dataset"])


def is_numeric(dtype: np.dtype[Any]) -> bool:
    """Tell whether values of this type are numbers: bool, integer, float, complex."""
    return dtype.kind in "biufc"


def text_of(value: object) -> str:
    """Give an HDF5 attribute or string value as text, however it was stored; empty when it is none."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip("\x00 ")
    return value.strip() if isinstance(value, str) else ""


def _facts(place: Place, asked: str) -> tuple[tuple[int, ...], np.dtype[Any], str]:
    with place.file.using() as handle:
        found = handle[place.path]
        if isinstance(found, h5py.Group):
            msg = _("{asked} is a group with {names}, not a dataset; name one of these behind it")
            raise DataError(msg.format(asked=asked, names=", ".join(list(found)[:12]) or _("nothing")))
        if not isinstance(found, h5py.Dataset) or found.shape is None or not is_numeric(found.dtype):
            what = _("nothing") if getattr(found, "shape", None) is None else str(found.dtype)
            msg = _("{asked} holds {what}, not numbers; give a numeric dataset")
            raise DataError(msg.format(asked=asked, what=what))
        return found.shape, found.dtype, text_of(found.attrs.get("units", ""))
