"""The margins of a half plane of spectra: what lies there also lies elsewhere, as slices are real.

Rows of the plane are frequencies down, from zero to the highest, with MARGIN rows before and behind; columns go around,
with MARGIN columns on both sides. A third axis, of lanes, may follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct.fbp import MARGIN

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["fold", "repeat"]


def repeat(plane: Array, cells: int) -> None:
    """Fill the margins with what lies there: the conjugate opposite, and the row from its other end."""
    xp = namespace(plane)
    inner = plane[:, MARGIN : MARGIN + cells]
    opposite = -xp.arange(cells) % cells
    for edge, outward in ((MARGIN, -1), (MARGIN + cells // 2, 1)):
        for step in range(1, MARGIN + 1):
            inner[edge + outward * step] = xp.conj(inner[edge - outward * step][opposite])
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
        beyond = [xp.conj(inner[edge - inward * step][opposite]) for step in range(MARGIN + 1)]
        for step, line in enumerate(beyond):
            inner[edge + inward * step] += line
