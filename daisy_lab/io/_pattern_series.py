"""Many patterns, or many G(r), on one first column: several text files, or one HDF5 file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.errors import DataError, FileFormatError, choices
from daisy_lab.io._pattern import read_pattern
from daisy_lab.io._presence import content
from daisy_lab.io._scan import open_file
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab.io._lazy import FileArray
    from daisy_lab.io._scan import OpenedFile
    from daisy_lab.vocabulary import Array

__all__ = ["PatternSeries", "open_patterns"]

_VALUES: Final = {"iq": ("patterns", "intensity", "iq", "data"), "gr": ("gr",)}
_FIRST: Final = {"iq": ("x", "q", "radius", "two_theta", "tth", "2theta"), "gr": ("r",)}
_SIGMA: Final = ("sigma", "patterns_sigma", "errors")
_FORMATS: Final = {"degree": "twotheta", "deg": "twotheta", "1/angstrom": "QA", "1/nm": "Qnm"}
_UNITS: Final = {"q_A^-1": "QA", "q_nm^-1": "Qnm", "2th_deg": "twotheta"}
_SERIES_AXES: Final = 2


@dataclass(frozen=True, eq=False)
class PatternSeries:
    """Patterns or curves of one kind.

    Attributes
    ----------
    x
        First column, (point,).
    values
        (frame, point); of an HDF5 file it stays there until it is read.
    names
        One for each frame, without ending.
    dataformat
        `twotheta`, `QA` or `Qnm` where it is told, else empty.
    """

    x: Array
    values: Array | FileArray
    names: tuple[str, ...]
    sigma: Array | FileArray | None = None
    dataformat: str = ""
    wavelength: float = 0.0
    settings: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def open_patterns(paths: Sequence[str | Path], kind: str = "iq") -> PatternSeries:
    """Open a series of patterns (`iq`), or of G(r) (`gr`).

    Parameters
    ----------
    paths
        Text files of two or three columns with the same first one, in the order of the series; or one HDF5 file with
        a table (frame, point) and its first column, as the results of azint and pdf-series are.
    kind
        What is expected.

    Raises
    ------
    DataError
        If the files hold another kind, or differ in their first column.
    FileError
        If one cannot be read.
    """
    if not paths:
        raise DataError(_("no file with patterns is given"))
    where = [Path(str(path).partition("::")[0]).expanduser().absolute() for path in paths]
    if len(where) == 1 and content(where[0]) == "hdf5":
        return _of_table(where[0], str(paths[0]).partition("::")[2], kind)
    return _of_texts(where, kind)


def _of_texts(paths: Sequence[Path], kind: str) -> PatternSeries:
    read = [read_pattern(path) for path in paths]
    first = read[0]
    for one in read:
        if one.kind != kind:
            raise DataError(
                _(
                    "{path} is {there}, and a series of {kind} is read; leave it out, or run {workflow}"
                ).format(
                    path=one.path.name,
                    there=one.kind,
                    kind=kind,
                    workflow="gr-series" if one.kind == "gr" else "pdf-series",
                )
            )
        if one.x.shape != first.x.shape or not np.allclose(one.x, first.x, rtol=1e-7, atol=1e-9):
            raise DataError(
                _(
                    "the first column of {path} ({points} points up to {last:.6g}) is not that of {first} ({count} up "
                    "to {end:.6g}); a series has one for all: run pdf on each, with the same rmin, rmax and rstep, "
                    "and gr-series on what it writes"
                ).format(
                    path=one.path.name,
                    points=len(one.x),
                    last=one.x[-1],
                    first=first.path.name,
                    count=len(first.x),
                    end=first.x[-1],
                )
            )
    sigmas = [one.sigma for one in read]
    return PatternSeries(
        first.x,
        np.array([one.y for one in read]),
        tuple(path.stem for path in paths),
        None if any(sigma is None for sigma in sigmas) else np.array(sigmas),
        first.dataformat,
        first.wavelength,
        first.settings,
    )


def _of_table(path: Path, named: str, kind: str) -> PatternSeries:
    opened = open_file(path)
    values = opened[named] if named else _named(opened, _VALUES[kind], _SERIES_AXES)
    points = values.shape[-1]
    x = _named(opened, _FIRST[kind], 1, points)
    sigma = next(
        (opened[name] for name in _SIGMA if name in opened and opened[name].shape == values.shape), None
    )
    frames = len(values)
    digits = len(str(max(frames - 1, 1)))
    return PatternSeries(
        np.asarray(x[...], np.float64),
        values,
        tuple(f"{path.stem}_{number:0{digits}d}" for number in range(frames)),
        sigma,
        _dataformat(opened, x) if kind == "iq" else "",
        notes=opened.notes,
    )


def _named(opened: OpenedFile, names: Sequence[str], axes: int, points: int = 0) -> FileArray:
    fitting = [
        one for one in opened if opened[one].ndim == axes and (not points or opened[one].shape == (points,))
    ]
    for name in names:
        if name in fitting:
            return opened[name]
        below = [one for one in fitting if one.rpartition("/")[2] == name]
        if len(below) == 1:
            return opened[below[0]]
    raise FileFormatError(
        _("{path} has no {axes}-dimensional {names} for a series; it holds {there}").format(
            path=opened.path, axes=axes, names=choices(names), there=choices(opened)
        )
    )


def _dataformat(opened: OpenedFile, x: FileArray) -> str:
    """Say what the first column is, from its unit or from the record of the integration."""
    if x.unit in _FORMATS:
        return _FORMATS[x.unit]
    for name, text in opened.metadata.items():
        if name.rpartition("/")[2] == "binning" or name.endswith("workflow/data"):
            unit = _unit_in(text)
            if unit:
                return _UNITS.get(unit, "")
    return ""


def _unit_in(text: object) -> str:
    try:
        found: Any = json.loads(str(text))
    except ValueError:
        return ""
    if "unit" in found:
        return str(found["unit"])
    bins = [step for step in found.get("steps", []) if step.get("algorithm") == "azint.bins"]
    return str(bins[0].get("settings", {}).get("unit", "q_A^-1")) if bins else ""
