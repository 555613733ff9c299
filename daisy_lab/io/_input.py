"""One input of a run, written as `path[::dataset]`, labelled as the algorithm that takes it expects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from daisy_lab.errors import DataError, MissingObjectError, choices
from daisy_lab.io._angles import in_radian
from daisy_lab.io._contents import AXES
from daisy_lab.io._hdf5_array import Hdf5Array
from daisy_lab.io._hdf5_links import Hdf5Files
from daisy_lab.io._presence import content, require
from daisy_lab.io._roots import Roots
from daisy_lab.io._scan import OpenedFile, open_file
from daisy_lab.io._text import TextColumn
from daisy_lab.io._views import OneExposure, Scaled
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab.io._angles import AngleUnit
    from daisy_lab.io._lazy import FileArray

__all__ = ["open_dataset"]

_EXPOSURES = frozenset({"flat", "dark"})


def open_dataset(
    text: str,
    *,
    name: str = "",
    roots: Sequence[str | Path] | None = None,
    angle_unit: AngleUnit = "auto",
) -> FileArray:
    """Open one array of a file; its `notes` tell what was guessed.

    Parameters
    ----------
    text
        `path`, or `path::dataset` with the path, or the word, of a dataset in an HDF5 file.
    name
        What it is used as. Words of the vocabulary give the axes: projections (angle, row, column), flat and
        dark (exposure, row, column; one image is one exposure), theta (angle; in rad).
    roots
        Folders that links may lead to; without it the folder of the file.
    angle_unit
        Unit of the angles in the file, for theta.

    Raises
    ------
    MissingObjectError
        No such dataset; the message says what is there.
    DataError
        Not numbers, or not as many axes as the name has.
    FileError
        What `open_file` reports.
    """
    path, _mark, dataset = text.partition("::")
    where = Path(path).expanduser().absolute()
    require(where)
    allowed = Roots.around(where, roots)
    allowed.admit(where)
    kind = content(where)
    if kind == "hdf5":
        array = _in_hdf5(where, dataset, name, allowed, angle_unit)
    elif dataset:
        msg = _("{path} holds no datasets ({kind}), but '::{dataset}' was asked of it; leave that out")
        raise MissingObjectError(msg.format(path=where, kind=kind, dataset=dataset))
    elif kind == "text" and name != "theta":
        array = TextColumn(where, allowed)
    else:
        array = next(iter(open_file(where, roots=allowed.folders, angle_unit=angle_unit).values()))
    return _as_named(array, name, text, angle_unit)


def _in_hdf5(path: Path, dataset: str, name: str, roots: Roots, angle_unit: AngleUnit) -> FileArray:
    """Give a dataset by its path; by the file's own word for it; or the only one that fits the name."""
    opened = open_file(path, roots=roots.folders, angle_unit=angle_unit)
    if not dataset:
        return _fitting(opened, name)
    try:
        return opened[dataset]
    except MissingObjectError:
        # Groups, texts and what lies past the walk: the path itself decides, and its report is exact.
        return Hdf5Array(Hdf5Files(roots), path, dataset)


def _fitting(opened: OpenedFile, name: str) -> FileArray:
    """Give the dataset of that name, or the only one with as many axes as the name has."""
    word = name.rpartition("/")[2]
    if name in opened or word in opened:
        return opened[name if name in opened else word]
    ranks = _ranks(word)
    fitting = [one for one in opened if not ranks or opened[one].ndim in ranks]
    if len(fitting) != 1 or (word in AXES and opened.format != "hdf5"):
        if word:
            return opened[word]
        msg = _("{path} holds {there}; say which one is meant, as in {path}::{first}")
        first = next(iter(opened), "dataset")
        raise MissingObjectError(msg.format(path=opened.path, there=choices(opened), first=first))
    note = _("{name}: took {dataset}, the only dataset that fits").format(
        name=name or opened.path.name, dataset=fitting[0]
    )
    return opened[fitting[0]].labelled(notes=[note])


def _ranks(word: str) -> set[int]:
    """Give how many axes a dataset of that name may have; empty when any number."""
    if word not in AXES:
        return set()
    rank = len(AXES[word])
    return {rank, rank - 1} if word in _EXPOSURES else {rank}


def _as_named(array: FileArray, name: str, text: str, angle_unit: AngleUnit) -> FileArray:
    word = name.rpartition("/")[2]
    if word not in AXES:
        return array
    if word == "theta":
        return array if isinstance(array, Scaled) else in_radian(array, angle_unit)
    axes = AXES[word]
    if word in _EXPOSURES and array.ndim == len(axes) - 1:
        return OneExposure(array.labelled(axes[1:]))
    if array.ndim != len(axes):
        msg = _(
            "{text} has shape {shape}, but {name} needs the axes {axes}; name another dataset as "
            "path::dataset"
        )
        raise DataError(msg.format(text=text, shape=array.shape, name=name, axes=", ".join(axes)))
    return array.labelled(axes)
