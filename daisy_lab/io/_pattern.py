"""Powder patterns and PDF curves in text files: chi, xy, xye, dat, csv, and PDFgetX3's iq, sq, fq, gr.

The data are the longest run of lines with equally many numbers; what stands before it is the header, which may have
numbers of its own. What the header says of units is told, never applied behind the user's back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from daisy_lab.errors import FileFormatError
from daisy_lab.io._presence import content, not_permitted
from daisy_lab.io._roots import Roots
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["PatternFile", "read_pattern"]

_MAX_BYTES: Final = 256 << 20
_LEAST_POINTS: Final = 2
_SEPARATORS: Final = re.compile(r"[\s;]*[\s;,][\s;]*")
_COMMENT: Final = ("#", "!", "%", "'", "/*")
_DECIMAL_COMMA: Final = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?")
_SETTING: Final = re.compile(r"^[#\s]*(?P<key>[A-Za-z_]\w*)\s*[=:]\s*(?P<value>.*?)\s*$")
_UNITS: Final = (
    ("Qnm", re.compile(r"q_nm\^-1|nm\^\{?-1|inverse nano|1/nm\b", re.IGNORECASE)),
    (
        "QA",
        re.compile(
            r"q_A\^-1|(?:\bA|Å|angstroms?)[\s$^{]*-1|inverse angstrom|1/(?:A|Å|angstrom)\b", re.IGNORECASE
        ),
    ),
    ("twotheta", re.compile(r"2th_deg|2[-\s_]?theta|two[-\s_]?theta|2θ|\bTTH\b", re.IGNORECASE)),
)
_WAVELENGTH: Final = re.compile(
    r"wavelength\D{0,12}?(?P<value>\d[\d.]*(?:[eE][-+]?\d+)?)\s*(?P<unit>nm|m\b)?", re.IGNORECASE
)
_LABELS: Final = (
    ("gr", re.compile(r"#L\s+r\b|outputtypes?\s*=\s*gr", re.IGNORECASE)),
    ("fq", re.compile(r"#L\s+Q\S*\s+F\(|outputtypes?\s*=\s*fq", re.IGNORECASE)),
    ("sq", re.compile(r"#L\s+Q\S*\s+S\(|outputtypes?\s*=\s*sq", re.IGNORECASE)),
)
_METRE: Final = 1e-6
"""A wavelength below this number is in metre."""


@dataclass(frozen=True, eq=False)
class PatternFile:
    """Columns of a text file and what its header says.

    Attributes
    ----------
    columns
        All columns, (column, point): first column, intensity, its standard deviation where there is one.
    kind
        `iq` for a pattern; `sq`, `fq` or `gr` if the header says so.
    dataformat
        `twotheta`, `QA` or `Qnm` as the header has it, empty if it says nothing.
    settings
        Lines `name = value` of the header.
    """

    path: Path
    columns: Array
    kind: Literal["iq", "sq", "fq", "gr"] = "iq"
    dataformat: str = ""
    wavelength: float = 0.0
    """Angstrom, 0 if the header does not tell."""
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def x(self) -> Array:
        """Give the first column, (point,)."""
        first: Array = self.columns[0]
        return first

    @property
    def y(self) -> Array:
        """Give the second column, (point,)."""
        second: Array = self.columns[1]
        return second

    @property
    def sigma(self) -> Array | None:
        """Give the standard deviation of the second column where the file has it: the third, of four the last."""
        if len(self.columns) < 3:  # noqa: PLR2004 - x, y, sigma
            return None
        third: Array = self.columns[3 if len(self.columns) > 3 and self.kind != "iq" else 2]  # noqa: PLR2004 - r, G, dr, dG
        return third


def read_pattern(path: str | Path, *, roots: Sequence[str | Path] | None = None) -> PatternFile:
    """Read a powder pattern, or a curve made of one, from a text file.

    Parameters
    ----------
    path
        A file of two or more columns, with any header.
    roots
        Folders that links may lead to; without it the folder of the file.

    Raises
    ------
    MissingFileError, FileError
        Nothing there, not permitted.
    FileFormatError
        No text, no columns, decimal commas, or a line among the data that cannot be read.
    """
    where = Path(path).expanduser().absolute()
    if content(where) != "text":
        raise FileFormatError(
            _("{path} is no text file; a pattern is a text of two columns (chi, xy, xye, dat)").format(
                path=where
            )
        )
    real = Roots.around(where, roots).admit(where)
    if real.stat().st_size > _MAX_BYTES:
        raise FileFormatError(_("{path} is too large for a text of two columns").format(path=where))
    try:
        text = real.read_bytes().decode("utf-8-sig", "replace")
    except PermissionError:
        raise not_permitted(where) from None
    lines = text.splitlines()
    first, rows = _data(where, lines)
    header = lines[:first]
    return _with_header(where, header, np.array(rows, np.float64).T)


def _with_header(path: Path, header: Sequence[str], columns: Array) -> PatternFile:
    text = "\n".join(header)
    settings = {
        found["key"].lower(): found["value"] for line in header if (found := _SETTING.match(line)) is not None
    }
    kind = next((name for name, pattern in _LABELS if pattern.search(text)), "iq")
    named = settings.get("dataformat", "")
    if named not in {"twotheta", "QA", "Qnm"}:
        labels = "\n".join(line for line in header if not _SETTING.match(line) or "unit" in line.lower())
        named = next((name for name, pattern in _UNITS if pattern.search(labels)), "")
    found = _WAVELENGTH.search(text)
    wavelength = float(found["value"]) if found else 0.0
    if found and (found["unit"] == "m" or wavelength < _METRE):
        wavelength *= 1e10
    elif found and found["unit"] == "nm":
        wavelength *= 10
    return PatternFile(path, columns, kind, named, wavelength, settings)  # type: ignore[arg-type]  # one of _LABELS


def _data(path: Path, lines: Sequence[str]) -> tuple[int, list[list[float]]]:
    """Give the first line of the data, and their rows: the longest run of lines with equally many numbers."""
    runs: list[tuple[int, list[list[float]]]] = []
    ends: list[int] = []
    width = 0
    for number, line in enumerate(lines):
        if not line.strip() or (width and line.lstrip().startswith(_COMMENT)):
            continue
        values = _numbers(path, number, line) or []
        if len(values) < _LEAST_POINTS:
            width = 0
            continue
        if len(values) != width:
            width = len(values)
            runs.append((number, []))
            ends.append(number)
        runs[-1][1].append(values)
        ends[-1] = number + 1
    lengths = [len(rows) for _start, rows in runs]
    longest = lengths.index(max(lengths)) if runs else 0
    first, rows = runs[longest] if runs else (0, [])
    if len(rows) < _LEAST_POINTS:
        begins = next((line.strip()[:40] for line in lines if line.strip()), _("nothing"))
        raise FileFormatError(
            _(
                "{path} has no columns of numbers, and begins with '{begins}'; give a text of two columns"
            ).format(path=path, begins=begins)
        )
    _check_rest(path, lines, ends[longest])
    return first, rows


def _check_rest(path: Path, lines: Sequence[str], end: int) -> None:
    for number, line in enumerate(lines[end:], end + 1):
        if line.strip() and not line.lstrip().startswith(_COMMENT):
            raise FileFormatError(
                _(
                    "{path} line {number} is '{line}', unlike the lines before it; correct or remove that line"
                ).format(path=path, number=number, line=line.strip()[:60])
            )


def _numbers(path: Path, number: int, line: str) -> list[float] | None:
    bare = line.strip()
    blanks = [part for part in re.split(r"[\s;]+", bare) if part]
    if len(blanks) > 1 and all(_DECIMAL_COMMA.fullmatch(part) for part in blanks):
        raise FileFormatError(
            _("{path} line {number} is '{line}': decimal commas; write the numbers with points").format(
                path=path, number=number + 1, line=bare[:60]
            )
        )
    try:
        return [float(part) for part in _SEPARATORS.split(bare) if part]
    except ValueError:
        return None
