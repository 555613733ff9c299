"""The axis about which half a turn and its mirror image make a seamless full turn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._algorithm import parallel
from daisy_lab.algorithms.ct._angles import half_turns
from daisy_lab.algorithms.ct.axis._candidate import Candidate, best_of, top
from daisy_lab.algorithms.ct.axis._rows import between_opposite_edges, is_cut_off
from daisy_lab.algorithms.ct.axis._wedge import Mismatch, mismatch, total_mismatch
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.axis._candidate import Search
    from daisy_lab.algorithms.ct.axis._rows import Rows
    from daisy_lab.vocabulary import Array

__all__ = ["by_wedge", "refine_by_wedge"]

_LEAST_VIEWS: Final = 8
_COARSE: Final = 0.5
_REFINE: Final = 3.0
_FINE: Final = 0.02
# Noise leaves 1.0 of the energy, stripes alone 0.5, noisy scans less than 0.05.
_HIGHEST_MISMATCH: Final = 0.4
# Found on generated scans, in pixels.
_ERROR: Final = 0.02
_UNEVEN: Final = 6.0
_CUT_OFF: Final = 10.0
_UNEVEN_GAP: Final = 1.5
_EQUAL: Final = 1e-9
_ROUNDS: Final = 10
_STILL: Final = 0.005


def by_wedge(rows: Rows, search: Search) -> Candidate:
    """Find the axis by Vo's double wedge.

    Raises
    ------
    DataError
        If the angles cover less than half a turn, no row shows anything that turns, the best axis lies at the
        end of the search range, or even the best one hardly fits.
    """
    views = _views(rows)
    parts = [part for part in parallel(_HalfTurn.derivative, views) if part is not None]
    if not parts:
        raise DataError(
            _(
                "no row of the absorption shows anything that turns: all values are equal; "
                "use other rows, check the flats, or give the rotation axis as a number"
            )
        )
    centers = search.centers(_COARSE, rows.width)
    fit = -total_mismatch(parts, centers)
    best, alone = best_of(centers, fit, search, rows.width)
    found = _refined(views, float(centers[best]), rows.width)
    if found is None:
        return Candidate("wedge", float(centers[best]), 0.0, _COARSE)
    center, left = found
    if left > _HIGHEST_MISMATCH:
        raise DataError(
            _(
                "no rotation axis fits: at the best column, {center:.1f}, the views and their mirror images "
                "differ by {left:.0%} of what chance would give; use other rows, check the angles and the "
                "flats, or give the rotation axis as a number"
            ).format(center=center, left=left)
        )
    return Candidate("wedge", center, alone * (1 - left / _HIGHEST_MISMATCH), _expected_error(views, rows))


def refine_by_wedge(rows: Rows, center: float) -> tuple[float, float] | None:
    """Give the best axis near a coarse one, and the mismatch that is left there; None where nothing turns."""
    return _refined(_views(rows), center, rows.width)


@dataclass(frozen=True, eq=False)
class _HalfTurn:
    """One row over half a turn."""

    row: Array
    views: Array
    theta: Array

    def derivative(self) -> Mismatch | None:
        """Compare the slopes along the detector: an object that is cut off leaves no steps at its ends."""
        slope = np.gradient(self.row[self.views], axis=1)
        width = self.row.shape[1]
        faded = slope * between_opposite_edges(width, (width - 1) / 2)
        return mismatch(faded.astype(np.float32), self.theta, width / 2, odd=True)

    def around(self, center: float) -> Mismatch | None:
        """Compare the views themselves, where both sides of the axis were measured."""
        width = self.row.shape[1]
        radius = max(1.0, min(center, width - 1 - center))
        return mismatch(self.row[self.views] * between_opposite_edges(width, center), self.theta, radius)


def _expected_error(views: list[_HalfTurn], rows: Rows) -> float:
    """Give the usual error: views that are few or uneven are interpolated, those cut off hold what is outside."""
    gap = np.diff(views[0].theta)
    gap = gap[gap > _EQUAL]
    factor = max(1.0, rows.width / (2 * (len(gap) + 1))) ** 2
    if gap.max() > _UNEVEN_GAP * gap.mean():
        factor *= _UNEVEN
    if any(map(is_cut_off, rows.sinograms)):
        factor *= _CUT_OFF
    return _ERROR * factor


def _views(rows: Rows) -> list[_HalfTurn]:
    turns = half_turns(rows.theta)
    if not turns:
        raise DataError(
            _(
                "the double wedge needs at least {least} views evenly over half a turn, and there are {views} "
                "between {first:.2f} and {last:.2f} degrees; check the unit of the angles, use the method "
                "sharpness, or give the rotation axis as a number"
            ).format(
                least=_LEAST_VIEWS,
                views=len(rows.theta),
                first=np.rad2deg(rows.theta.min()),
                last=np.rad2deg(rows.theta.max()),
            )
        )
    return [_HalfTurn(row, turn.views, turn.theta) for row in rows.sinograms for turn in turns]


def _refined(views: list[_HalfTurn], center: float, width: int) -> tuple[float, float] | None:
    """Give the best axis near a coarse one to a small fraction of a pixel, and the mismatch there."""
    left = 1.0
    # Views that are cut off are pulled towards the middle of the window: it is moved until it stays.
    for _round in range(_ROUNDS):
        parts = [
            part for part in parallel(partial(_HalfTurn.around, center=center), views) if part is not None
        ]
        if not parts:
            return None
        centers = center + np.arange(-_REFINE, _REFINE + _FINE / 2, _FINE)
        score = total_mismatch(parts, centers)
        left = float(np.exp(score.min()))
        before, center = center, float(np.clip(top(centers, -score), 0, width - 1))
        if abs(center - before) < _STILL:
            break
    return center, left
