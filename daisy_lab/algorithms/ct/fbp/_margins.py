"""The margins of a half plane of spectra: what lies there also lies elsewhere, as slices are real.

Rows of the plane are frequencies down, from zero to the highest, with MARGIN rows before and behind; columns go around,
with MARGIN columns on both sides. An axis of lanes may follow, and before it one of real and imaginary parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct.fbp._spread import MARGIN

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["fold", "repeat"]

_PARTS: Final = 3
_SIGNS: Final = np.array([[1], [-1]], np.float32)


def repeat(plane: Array, cells: int) -> None:
    """Fill the margins with what lies there: the conjugate opposite, and the row from its other end."""
    xp = namespace(plane)
    inner = plane[:, MARGIN : MARGIN + cells]
    opposite = -xp.arange(cells) % cells
    for edge, outward in ((MARGIN, -1), (MARGIN + cells // 2, 1)):
        for step in range(1, MARGIN + 1):
            inner[edge + outward * step] = _conjugate(inner[edge - outward * step][opposite])
    plane[:, :MARGIN] = plane[:, cells : cells + MARGIN]
    plane[:, cells + MARGIN :] = plane[:, MARGIN : 2 * MARGIN]


def fold(plane: Array, cells: int) -> None:
    """Bring what lies in the margins where it belongs, each sample also as its conjugate opposite."""
    xp = namespace(plane)
    plane[:, cells : cells + MARGIN] += plane[:, :MARGIN]
    plane[:, MARGIN : 2 * MARGIN] += plane[:, cells + MARGIN :]
    inner = plane[:, MARGIN : MARGIN + cells]
    opposite = -xp.arange(cells) % cells
    for edge, inward in ((MARGIN, 1), (MARGIN + cells // 2, -1)):
        beyond = [_conjugate(inner[edge - inward * step][opposite]) for step in range(MARGIN + 1)]
        for step, line in enumerate(beyond):
            inner[edge + inward * step] += line


def _conjugate(line: Array) -> Array:
    """Give the conjugate numbers of a row: complex or real ones, or (column, part, lane)."""
    conjugate: Array = line * _SIGNS if line.ndim == _PARTS else namespace(line).conj(line)
    return conjugate
