"""Columns of a powder pattern, or of a curve made of one, as named arrays: what `open_file` gives of .chi or .gr."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from daisy_lab.errors import FileFormatError
from daisy_lab.io._contents import Contents
from daisy_lab.io._lazy import FileArray
from daisy_lab.io._pattern import read_pattern
from daisy_lab.io._roots import Roots
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.io._angles import AngleUnit
    from daisy_lab.io._pattern import PatternFile
    from daisy_lab.vocabulary import Array

__all__ = ["PATTERN_ENDINGS", "PatternColumn", "read_columns"]

PATTERN_ENDINGS: Final = frozenset({".chi", ".xy", ".xye", ".iq", ".sq", ".fq", ".gr"})
"""Endings of texts that hold a pattern or a curve; any other text is a list of angles."""

_NAMES: Final[Mapping[str, tuple[str, str, str]]] = {
    "iq": ("x", "intensity", "sigma"),
    "sq": ("q", "sq", "sq_sigma"),
    "fq": ("q", "fq", "fq_sigma"),
    "gr": ("r", "gr", "gr_sigma"),
}
_UNITS: Final = {"twotheta": "degree", "QA": "1/angstrom", "Qnm": "1/nm"}
_KNOWN_UNITS: Final = {"q": "1/angstrom", "r": "angstrom", "gr": "1/angstrom^2", "fq": "1/angstrom"}


class PatternColumn(FileArray, kind="pattern"):
    """One column of a text file, as float64; read whole, as its length is not known before.

    Parameters
    ----------
    path
        The file as the user named it.
    roots
        Where it may really lie.
    name
        x, intensity or sigma of a pattern; q or r, sq, fq or gr and their errors of a curve.

    Raises
    ------
    FileFormatError
        What `read_pattern` reports, or if the file has no such column.
    """

    def __init__(self, path: Path, roots: Roots, name: str) -> None:
        self._path, self._roots, self._name = path, roots, name
        facts = roots.admit(path).stat()
        pattern = read_pattern(path, roots=roots.folders)
        columns = _columns(pattern)
        if name not in columns:
            raise FileFormatError(
                _("{path} has no column {name}; it has {known}").format(
                    path=path, name=name, known=", ".join(columns)
                )
            )
        self._values = columns[name]
        first = _NAMES[pattern.kind][0]
        super().__init__(
            shape=self._values.shape,
            dtype=self._values.dtype,
            identity=f"{path.resolve()} {facts.st_size} {facts.st_mtime_ns} {name}",
            axes=("point",) if first == "x" else (first,),
            unit=_UNITS.get(pattern.dataformat, "") if name == "x" else _KNOWN_UNITS.get(name, ""),
        )

    def read_into(self, ranges: tuple[range, ...], out: Array) -> None:
        """Copy from the numbers read at the beginning."""
        (wanted,) = ranges
        out[...] = self._values[wanted.start : wanted.stop : wanted.step]

    def close(self) -> None:
        """Nothing is held open."""

    def _origin(self) -> dict[str, object]:
        return {"path": str(self._path), "roots": self._roots.as_json(), "name": self._name}

    @classmethod
    def _restore(cls, origin: Mapping[str, Any]) -> FileArray:
        path = Path(origin["path"])
        return cls(path, Roots.around(path, origin["roots"]), str(origin["name"]))


def read_columns(path: Path, roots: Roots, _angle_unit: AngleUnit) -> Contents:
    """Give the columns of a pattern or a curve; settings in its header are texts beside them."""
    pattern = read_pattern(path, roots=roots.folders)
    metadata: dict[str, object] = dict(pattern.settings)
    if pattern.dataformat:
        metadata["dataformat"] = pattern.dataformat
    if pattern.wavelength > 0:
        metadata["wavelength"] = pattern.wavelength
    return Contents(
        "pattern" if pattern.kind == "iq" else pattern.kind,
        arrays={name: _opener(path, roots, name) for name in _columns(pattern)},
        metadata=metadata,
    )


def _opener(path: Path, roots: Roots, name: str) -> Any:  # noqa: ANN401 - makes an array when it is called
    return lambda: PatternColumn(path, roots, name)


def _columns(pattern: PatternFile) -> dict[str, Array]:
    first, second, error = _NAMES[pattern.kind]
    columns = {first: pattern.x, second: pattern.y}
    if pattern.sigma is not None:
        columns[error] = pattern.sigma
    return columns
