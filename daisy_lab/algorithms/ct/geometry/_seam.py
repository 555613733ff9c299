"""How a view and its mirrored opposite are laid beside each other, and blended where both are."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct.geometry._resample import moved
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.geometry._pairs import Pairs
    from daisy_lab.vocabulary import Array

__all__ = ["Seam", "join", "seam_of"]

# A pixel reaches this far from its middle.
_HALF: Final = 0.5


@dataclass(frozen=True)
class Seam:
    """Where a view and its mirrored opposite lie, in columns of the view."""

    center: float
    first: int
    last: int
    overlap: float


def seam_of(center: float, width: int) -> Seam:
    """Lay the mirrored view beside the view.

    Raises
    ------
    SettingError
        If they do not meet.
    """
    if not 0 < center + _HALF < width:
        raise SettingError(
            _(
                "the rotation axis at column {center:.2f} lies outside the detector of {width} columns, so that "
                "opposite views do not meet; check it with find_overlap"
            ).format(center=center, width=width)
        )
    mirrored_first, mirrored_last = ceil(2 * center - (width - 1)), floor(2 * center)
    overlap = width - abs(2 * center - (width - 1))
    return Seam(center, min(0, mirrored_first), max(width - 1, mirrored_last), overlap)


def join(projections: Array, pairs: Pairs, seam: Seam, wide: Array, block: slice) -> None:
    """Fill some wide views; numbers beyond float32 become infinite."""
    with np.errstate(over="ignore", invalid="ignore"):
        _fill(projections, pairs, seam, wide, block)


def _fill(projections: Array, pairs: Pairs, seam: Seam, wide: Array, block: slice) -> None:
    xp = namespace(projections)
    width = projections.shape[2]
    out = wide[block]
    mirrored = _mirrored(_opposite(projections, pairs, block), seam)
    # The opposite view fills its side; the view its own; where both are, a ramp leads from one to the other.
    columns = np.arange(seam.first, seam.last + 1)
    depth = width - _HALF - columns if 2 * seam.center >= width - 1 else columns + _HALF
    weight = depth / seam.overlap
    own = projections[xp.asarray(pairs.views[block])].astype(np.float32)
    only = slice(-seam.first, -seam.first + width)
    out[...] = mirrored
    ramp = xp.asarray(np.clip(weight[only], 0, 1).astype(np.float32))
    inside = np.flatnonzero(weight[only] < 1)
    both = slice(int(inside[0]), int(inside[-1]) + 1) if len(inside) else slice(0, 0)
    blend = own[..., both] + (1 - ramp[both]) * (out[..., only][..., both] - own[..., both])
    out[..., only] = own
    out[..., only][..., both] = blend


def _opposite(projections: Array, pairs: Pairs, block: slice) -> Array:
    """Give the opposite views, float32, not yet mirrored."""
    xp = namespace(projections)
    opposite: Array = projections[xp.asarray(pairs.before[block])].astype(np.float32)
    between = np.flatnonzero(pairs.fraction[block])
    if len(between):
        weight = xp.asarray(pairs.fraction[block][between].astype(np.float32))[:, np.newaxis, np.newaxis]
        after = projections[xp.asarray(pairs.after[block][between])].astype(np.float32)
        chosen = xp.asarray(between)
        opposite[chosen] += weight * (after - opposite[chosen])
    return opposite


def _mirrored(opposite: Array, seam: Seam) -> Array:
    """Give the opposite views as they lie beside the view: column x comes from column `2 center - x`."""
    xp = namespace(opposite)
    whole = floor(2 * seam.center)
    between = moved(opposite, 2 * seam.center - whole, axis=2)
    source = np.clip(whole - np.arange(seam.first, seam.last + 1), 0, opposite.shape[2] - 1)
    mirrored: Array = xp.take(between, xp.asarray(source), axis=2)
    return mirrored
