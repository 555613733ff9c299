"""Adding a dataset to an HDF5 file so that a kill leaves the file either as it was or complete."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from daisy_lab.errors import DaisyError, DataError, FileError
from daisy_lab.io import Unfinished, cannot_write, content, sweep_temporaries, writing_hdf5
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from daisy_lab.vocabulary import Array

__all__ = ["as_array", "changed", "dataset_path", "make_room"]


@contextmanager
def changed(path: Path, *, anew: bool = False) -> Iterator[h5py.File]:
    """Open a copy of a file for changes; it takes the file's place once they are complete.

    Parameters
    ----------
    path
        The file; made when it is not there.
    anew
        Begin with an empty file, whatever is there.

    Raises
    ------
    FileError
        If what is there is no HDF5 file, or the disk refuses.
    """
    there = path.exists() and not anew
    if there and content(path) != "hdf5":
        raise FileError(
            _("cannot add to {path}: it is not an HDF5 file; choose another outputfile_name").format(
                path=path
            )
        )
    sweep_temporaries(path.parent)
    unfinished = Unfinished(path)
    try:
        if there:
            shutil.copyfile(path, unfinished.path)
        with writing_hdf5(unfinished.path, "r+" if there else "w") as file:
            yield file
    except DaisyError:
        unfinished.abandon()
        raise
    except (OSError, RuntimeError) as error:
        unfinished.abandon()
        raise cannot_write(path, error) from None
    except BaseException:
        unfinished.abandon()
        raise
    unfinished.finish(overwrite=True)


def dataset_path(path: object) -> str:
    """Check the path of a dataset inside a file, and give it without the slashes around it.

    Raises
    ------
    DataError
        If it names nothing.
    """
    inside = path.strip("/") if isinstance(path, str) else ""
    if not inside:
        raise DataError(
            _("{path!r} names no dataset; give a path inside the file, as in '/entry/reco'").format(path=path)
        )
    return inside


def make_room(file: h5py.File, path: str) -> None:
    """Take away the dataset of that path, if there is one.

    Raises
    ------
    DataError
        If the path is a group, or leads through a dataset.
    """
    parts = path.split("/")
    above = ["/".join(parts[:count]) for count in range(1, len(parts))]
    blocked = next((one for one in above if isinstance(file.get(one), h5py.Dataset)), None)
    if blocked is not None or isinstance(file.get(path), h5py.Group):
        raise DataError(
            _(
                "cannot write the dataset '/{path}': '/{taken}' is a {kind}; choose another output_path"
            ).format(path=path, taken=blocked or path, kind=_("dataset") if blocked else _("group"))
        )
    if path in file:
        del file[path]


def as_array(name: str, value: Any) -> Array:  # noqa: ANN401 - any value of the store
    """Give a value as what a dataset can hold.

    Raises
    ------
    DataError
        If it is a table or a record.
    """
    array = np.asarray(value)
    if array.dtype.hasobject or array.dtype.kind not in "biufcSU":
        raise DataError(
            _("'{name}' is a {kind}, and a dataset holds numbers or text; save its parts one by one").format(
                name=name, kind=type(value).__name__
            )
        )
    return array
