"""Any HDF5 file: every numeric dataset by its path, then the words of the layout, if it is one we know."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from daisy_lab.errors import DaisyError, FileFormatError
from daisy_lab.io import _exchange, _nxtomo
from daisy_lab.io._contents import Contents
from daisy_lab.io._hdf5_array import Hdf5Array
from daisy_lab.io._hdf5_links import Hdf5Files
from daisy_lab.io._hdf5_storage import examine
from daisy_lab.io._nexus_layout import CREATOR
from daisy_lab.io._signals import default_of, signals_of
from daisy_lab.io._survey import survey
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab.io._angles import AngleUnit
    from daisy_lab.io._lazy import FileArray
    from daisy_lab.io._roots import Roots
    from daisy_lab.io._survey import Found, Survey

__all__ = ["read_hdf5"]


def read_hdf5(path: Path, roots: Roots, angle_unit: AngleUnit) -> Contents:
    """Give what an HDF5 file holds, as Data Exchange, NXtomo, a result of ours, or by paths.

    Raises
    ------
    FileError
        The file itself cannot be opened; what is broken inside it becomes a problem of its name.
    """
    files = Hdf5Files(roots)
    try:
        result = survey(files, files.get(path))
        _refuse_holes(result)
        contents = Contents("hdf5", metadata=result.texts, notes=result.notes, close=files.close)
        contents.problems |= result.problems
        contents.signals, contents.default = signals_of(result.groups), default_of(result.groups)
        for name, found in result.datasets.items():
            contents.arrays[name] = partial(_dataset, files, path, found)
        for layout in (_exchange, _nxtomo):
            if layout.recognize(result):
                layout.name_arrays(result, contents, angle_unit)
                break
        else:
            _name_results(result, contents)
    except BaseException:
        files.close()
        raise
    return contents


def _dataset(files: Hdf5Files, path: Path, found: Found) -> FileArray:
    array = Hdf5Array(files, path, found.name, found.place)
    return array.labelled(found.axes) if found.axes else array


def _refuse_holes(result: Survey) -> None:
    """Turn virtual datasets with missing sources into problems; each place is examined once."""
    verdicts: dict[object, DaisyError | None] = {}
    for name, found in list(result.datasets.items()):
        if not found.virtual:
            continue
        if found.place not in verdicts:
            verdicts[found.place] = _verdict(result, found)
        verdict = verdicts[found.place]
        if verdict is not None:
            del result.datasets[name]
            result.problems[name] = verdict
            result.notes.append(f"{name}: {verdict}")


def _verdict(result: Survey, found: Found) -> DaisyError | None:
    try:
        examine(result.files, found.place)
    except DaisyError as error:
        return error
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        msg = _("{name} cannot be examined: {reason}; the file is damaged there: copy it again")
        return FileFormatError(msg.format(name=found.name, reason=error))
    return None


def _name_results(result: Survey, contents: Contents) -> None:
    """Call the objects of a file we wrote by their names again, as in `volume` for entry/volume/volume."""
    if result.groups.get("", {}).get("creator") != CREATOR:
        return
    for name in list(result.datasets):
        group, _slash, last = name.rpartition("/")
        if result.groups[group].get("signal") == last:
            word = group.removeprefix("entry/")
            contents.arrays[word] = contents.arrays.pop(name)
            contents.aliases[name] = word
