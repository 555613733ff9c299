"""Which views of a full turn look at the sample from opposite sides, by their angles."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["Pairs", "pair_views"]

# Mean steps between two views that still tell what lies between them.
_NEAR: Final = 4.0
# No more than this, however far the steps are, rad.
_WIDEST: Final = pi / 7
# Parts of a step in which two angles are one.
_SAME: Final = 1e-3
_ROUNDING: Final = 1e-9
_LEAST_VIEWS: Final = 8
_LEAST_PART: Final = 0.75


@dataclass(frozen=True, eq=False)
class Pairs:
    """Views of half a turn by their angles, and for each the two views between which its opposite lies."""

    views: Array
    before: Array
    after: Array
    fraction: Array
    """Way from `before` to `after` at which the opposite lies; 0 where `before` is the opposite itself."""
    alone: int
    """Views of the half turn that have no opposite, and are left out."""


def pair_views(theta: Array) -> Pairs:
    """Pair views with what lies opposite to them, 180 degrees on.

    Whole turns are folded into one. A view whose opposite lies in a gap of more than 4 steps is left out.

    Raises
    ------
    DataError
        If fewer than 8 views, or less than three quarters of a half turn, have an opposite.
    """
    order, place = _around(theta)
    step = 2 * pi / max(1, len(np.unique(np.round(place / _ROUNDING))))
    half = np.flatnonzero(place < pi - _SAME * step)
    target = place[half] + pi
    low = np.searchsorted(place, target + _SAME * step, side="right") - 1
    high = (low + 1) % len(place)
    gap = np.where(high == 0, 2 * pi, place[high]) - place[low]
    fraction = np.clip(target - place[low], 0, None) / gap
    fraction[fraction * gap < _SAME * step] = 0.0
    near = min(_NEAR * step, _WIDEST)
    found = (fraction == 0) | (gap <= near)
    covered = _covered(place[half[found]], near)
    if np.count_nonzero(found) < _LEAST_VIEWS or covered < _LEAST_PART * pi:
        raise DataError(
            _(
                "opposite views need a scan over a full turn, and of {views} views only {pairs}, over {covered:.0f} "
                "degrees, have one 180 degrees on; check the unit of the angles, or reconstruct half a turn as "
                "it is"
            ).format(views=len(theta), pairs=int(np.count_nonzero(found)), covered=float(np.rad2deg(covered)))
        )
    return Pairs(
        order[half[found]], order[low[found]], order[high[found]], fraction[found], int((~found).sum())
    )


def _around(theta: Array) -> tuple[Array, Array]:
    """Give the views in order on the circle and how far each lies from the first, rad.

    It starts with the first view, or behind a gap that was not measured.
    """
    place = _places(theta, float(theta[0]))
    order = np.argsort(place, kind="stable")
    gap = np.diff(place[order], append=2 * pi)
    largest = int(np.argmax(gap))
    if largest < len(order) - 1 and gap[largest] > max(1.5 * float(np.median(gap)), 1.001 * gap[-1]):
        place = _places(theta, float(theta[order[largest + 1]]))
        order = np.argsort(place, kind="stable")
    return order, place[order]


def _places(theta: Array, start: float) -> Array:
    place = np.mod(theta - start, 2 * pi)
    place[place > 2 * pi - _ROUNDING] = 0.0
    return np.asarray(place)


def _covered(place: Array, near: float) -> float:
    """Give over which angle views lie, without the gaps between them."""
    if len(place) == 0:
        return 0.0
    return float(np.minimum(np.diff(place, append=pi + place[0]), near).sum())
