"""The files of a run of `pdf`: patterns, backgrounds and configurations, and whether they go together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab import io
from daisy_lab.cli._pdf_curve import CURVES
from daisy_lab.errors import DataError, MissingFileError, SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab.vocabulary import Array

__all__ = [
    "background_files",
    "check_backgrounds",
    "patterns_of",
    "read_backgrounds",
    "read_configuration",
    "take_from_header",
]

_FILES: Final = ("background", "backgroundfile", "backgroundfiles")


def patterns_of(path: Path) -> list[tuple[str, io.PatternFile]]:
    """Read the patterns of a file by name: one of a text, one for each frame of an HDF5 file.

    Raises
    ------
    DataError, FileError
        If it holds none.
    """
    if io.content(path.expanduser()) != "hdf5":
        return [(path.stem, _pattern(path))]
    series = io.open_patterns([path])
    found = []
    for number, name in enumerate(series.names):
        columns = [series.x, series.values[number]]
        if series.sigma is not None:
            columns.append(series.sigma[number])
        pattern = io.PatternFile(path, np.array(columns), "iq", series.dataformat, series.wavelength)
        found.append((name, pattern))
    return found


def _pattern(path: Path) -> io.PatternFile:
    pattern = io.read_pattern(path)
    if pattern.kind != "iq":
        raise DataError(
            _(
                "{path} is a {kind}, made of a pattern, and no pattern itself; give the measured one (chi, xy, xye)"
            ).format(path=path, kind={"sq": "S(Q)", "fq": "F(Q)", "gr": "G(r)"}[pattern.kind])
        )
    return pattern


def read_configuration(path: Path | None, sample: Path, notes: list[str]) -> io.PdfConfiguration:
    """Read the settings of a configuration, or of a result; one that was made of another sample is told."""
    if path is None:
        return io.PdfConfiguration({})
    read = io.read_pdf_configuration(path)
    notes += read.notes
    if read.inputfile and Path(read.inputfile).name != sample.name and path.suffix.lower() in CURVES:
        notes.append(
            _("{path} was made of {made}, not of {sample}; its settings are used all the same").format(
                path=path.name, made=read.inputfile, sample=sample.name
            )
        )
    return read


def take_from_header(merged: dict[str, str], pattern: io.PatternFile, notes: list[str]) -> None:
    """Take what the first column is from the header where nobody said it; refuse a contradiction."""
    asked, told = merged.get("dataformat", ""), pattern.dataformat
    if asked and told and asked != told:
        raise DataError(
            _(
                "dataformat is {asked}, but the header of {path} says that its first column is {told}; set "
                "dataformat={told}, or correct the header"
            ).format(asked=asked, told=told, path=pattern.path.name)
        )
    if not asked and not told:
        raise SettingError(
            _(
                "{path} does not say what its first column is; set dataformat=twotheta (degree), QA (1/angstrom) "
                "or Qnm (1/nm)"
            ).format(path=pattern.path.name)
        )
    if not asked:
        merged["dataformat"] = told
        notes.append(_("dataformat={told}, as the header says").format(told=told))
    if pattern.wavelength > 0 and "wavelength" not in merged:
        merged["wavelength"] = f"{pattern.wavelength:.9g}"
        notes.append(
            _("wavelength={value:.6g} angstrom, as the header says").format(value=pattern.wavelength)
        )


def background_files(settings: dict[str, str], otherwise: tuple[Path, ...]) -> tuple[Path, ...]:
    """Take the names of background files out of the settings."""
    named = [settings.pop(name) for name in _FILES if name in settings]
    if not named:
        return otherwise
    return tuple(Path(part).expanduser() for text in named for part in _split(text))


def _split(text: str) -> list[str]:
    """Split several files at commas; one that exists as it is written stays whole, nothing gives none."""
    if text.strip() and Path(text).expanduser().exists():
        return [text]
    return [part.strip() for part in text.split(",") if part.strip()]


def check_backgrounds(files: Sequence[Path], pattern: io.PatternFile) -> None:
    """Refuse background files that are not there, or have another first column than the pattern."""
    for path in files:
        if not path.is_file():
            raise MissingFileError(
                _("no background file {path}; give it as background=FILE, or background= for none").format(
                    path=path
                )
            )
        told = io.read_pattern(path).dataformat
        if told and pattern.dataformat and told != pattern.dataformat:
            raise DataError(
                _(
                    "the first column of {background} is {one}, that of {sample} {other}; make them the same"
                ).format(background=path.name, one=told, sample=pattern.path.name, other=pattern.dataformat)
            )


def read_backgrounds(files: Sequence[Path]) -> Array:
    """Read backgrounds as one array, (background, column, point); shorter ones end in NaN."""
    parts = [_background(path) for path in files]
    columns, points = (max(part.shape[axis] for part in parts) for axis in (0, 1))
    stack = np.full((len(parts), columns, points), np.nan)
    for row, part in zip(stack, parts, strict=True):
        row[: len(part), : part.shape[1]] = part
    return stack


def _background(path: Path) -> Array:
    found = io.read_pattern(path)
    if found.kind != "iq":
        raise DataError(
            _("background {path} is a curve made of a pattern, and no pattern; give the measured one").format(
                path=path
            )
        )
    return found.columns[:2] if found.sigma is None else np.array([found.x, found.y, found.sigma])
