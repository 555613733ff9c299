"""Numbers in a text file, one line each: how beamlines hand over the angles of a TIFF scan."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab.errors import FileFormatError
from daisy_lab.io._angles import in_radian, unit_in
from daisy_lab.io._contents import Contents
from daisy_lab.io._lazy import FileArray
from daisy_lab.io._roots import Roots
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.io._angles import AngleUnit
    from daisy_lab.vocabulary import Array

__all__ = ["TextColumn", "read_text"]

_SEPARATORS = re.compile(r"[\s,;]+")
_MAX_BYTES = 64 << 20


class TextColumn(FileArray, kind="text"):
    """The last column of a text file, as float64; read whole, as its length is not known before.

    Parameters
    ----------
    path
        The file as the user named it.
    roots
        Where it may really lie.

    Raises
    ------
    FileFormatError
        A line that is no number, no number at all, or a file too large for a list of numbers.
    """

    def __init__(self, path: Path, roots: Roots) -> None:
        self._path, self._roots = path, roots
        real = roots.admit(path)
        facts = real.stat()
        if facts.st_size > _MAX_BYTES:
            msg = _("{path} has {size} MB, too much for a text file of numbers; convert it to HDF5")
            raise FileFormatError(msg.format(path=path, size=facts.st_size >> 20))
        text = real.read_bytes().decode("utf-8-sig", "replace")
        self._values, unit = _parse(path, text)
        super().__init__(
            shape=self._values.shape,
            dtype=self._values.dtype,
            identity=f"{real} {facts.st_size} {facts.st_mtime_ns}",
            unit=unit,
        )

    def read_into(self, ranges: tuple[range, ...], out: Array) -> None:
        """Copy from the numbers read at the beginning."""
        (wanted,) = ranges
        out[...] = self._values[wanted.start : wanted.stop : wanted.step]

    def close(self) -> None:
        """Nothing is held open."""

    def _origin(self) -> dict[str, object]:
        return {"path": str(self._path), "roots": self._roots.as_json()}

    @classmethod
    def _restore(cls, origin: Mapping[str, Any]) -> FileArray:
        path = Path(origin["path"])
        return cls(path, Roots.around(path, origin["roots"]))


def read_text(path: Path, roots: Roots, angle_unit: AngleUnit) -> Contents:
    """Give the numbers of a text file as theta, with the unit its header names or the values suggest."""
    theta = in_radian(TextColumn(path, roots), angle_unit)
    return Contents("text", arrays={"theta": lambda: theta}, notes=list(theta.notes))


def _parse(path: Path, text: str) -> tuple[Array, str]:
    """Give the numbers, and the unit of an angle that a comment or the header line names."""
    values: list[float] = []
    named = ""
    width = 0
    for number, line in enumerate(text.splitlines(), start=1):
        bare, _mark, comment = line.partition("#")
        named = named or unit_in(comment)
        fields = [field for field in _SEPARATORS.split(bare) if field]
        if not fields:
            continue
        parsed = _floats(fields)
        if parsed is None and not values:
            named = named or unit_in(bare)
            continue
        if parsed is None or (width and len(parsed) != width):
            msg = _(
                "{path} line {number} is '{line}', not {width} number(s) as the lines before; correct "
                "that line"
            )
            raise FileFormatError(msg.format(path=path, number=number, line=line.strip()[:60], width=width))
        width = len(parsed)
        values.append(parsed[-1])
    if not values:
        begins = text.strip()[:40] or _("nothing")
        msg = _("{path} holds no numbers, but begins with '{begins}'; give one number per line")
        raise FileFormatError(msg.format(path=path, begins=begins))
    return np.array(values, np.float64), named


def _floats(fields: list[str]) -> list[float] | None:
    try:
        return [float(field) for field in fields]
    except ValueError:
        return None
