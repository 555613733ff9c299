"""The axis about which a slice is sharpest: first with few and wide columns, then with narrower ones."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._algorithm import progress
from daisy_lab.algorithms.ct._angles import half_turns
from daisy_lab.algorithms.ct.axis._candidate import Candidate, Search, best_of, top
from daisy_lab.algorithms.ct.axis._slices import TOGETHER, measure_for, sharpness_of, slices_about
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.axis._rows import Rows
    from daisy_lab.vocabulary import Array

__all__ = ["by_sharpness"]

_COARSE_WIDTH: Final = 128
_FINEST_WIDTH: Final = 1024
# Rows compared; those with most structure.
_MOST_ROWS: Final = 2
_LEAST_VIEWS: Final = 8
# Wide columns in the search range at least, and on either side to tell what chance gives.
_LEAST_REACH: Final = 4
_WIDE: Final = 24
_LAST_STEP: Final = 0.25
# Found on generated scans; over less than half a turn arcs stay open about any axis.
_ERROR: Final = 0.06
_ERROR_OF_LESS: Final = 0.5


def by_sharpness(rows: Rows, search: Search) -> Candidate:
    """Find the axis that gives the sharpest slice.

    Raises
    ------
    DataError
        If there are too few views for a slice, nothing is in it, or the sharpest lies at the end of the range.
    """
    if len(rows.theta) < _LEAST_VIEWS:
        raise DataError(
            _("a slice needs at least {least} views to be sharp, and there are {there}").format(
                least=_LEAST_VIEWS, there=len(rows.theta)
            )
        )
    chosen = _liveliest(rows)
    finest = max(1, -(-rows.width // _FINEST_WIDTH))
    most = min(rows.width // _COARSE_WIDTH, int(search.reach / _LEAST_REACH))
    binning = max(finest, 1 << max(0, most.bit_length() - 1))
    center, confidence = _look(_Level(chosen, rows.theta, binning), search)
    while binning > finest:
        binning = max(finest, binning // 2)
        center = _Level(chosen, rows.theta, binning).sharpest(center, 3.0, 1.0)
    center = _Level(chosen, rows.theta, finest).sharpest(center, 1.0, _LAST_STEP)
    sparse = max(1.0, rows.width / (2 * len(rows.theta)))
    error = (_ERROR * sparse if half_turns(rows.theta) else _ERROR_OF_LESS) * finest
    return Candidate("sharpness", float(np.clip(center, 0, rows.width - 1)), confidence, error)


class _Level:
    """The rows with neighbouring columns taken together, and no more views than so few columns can tell."""

    def __init__(self, sinograms: list[Array], theta: Array, binning: int) -> None:
        count = sinograms[0].shape[1] // binning
        turns = max(1.0, float(np.ptp(theta)) / pi)
        every = max(1, int(len(theta) / (turns * pi / 2 * count)))
        self.theta = theta[::every]
        self.rows = [
            row[::every, : count * binning].reshape(-1, count, binning).mean(axis=2) for row in sinograms
        ]
        self.width = count
        self.binning = binning

    def inward(self, column: float) -> float:
        """Give the wide column of a column of the detector."""
        return (column - (self.binning - 1) / 2) / self.binning

    def outward(self, column: float) -> float:
        """Give the column of the detector of a wide column."""
        return column * self.binning + (self.binning - 1) / 2

    def sharpest(self, center: float, reach: float, step: float) -> float:
        """Give the sharpest axis within wide columns of a known one, which is a column of the detector."""
        around = np.clip(self.inward(center), 0, self.width - 1)
        centers = around + np.arange(-round(reach / step), round(reach / step) + 1) * step
        centers = centers[(centers >= 0) & (centers <= self.width - 1)]
        return self.outward(top(centers, self.sharpness(centers, fine=True)))

    def sharpness(self, centers: Array, *, fine: bool) -> Array:
        """Give the sharpness of the slices about each axis: 0 for the usual one, summed over the rows."""
        total = np.zeros(len(centers))
        for row in progress(self.rows):
            typical = slices_about(row, self.theta, centers[len(centers) // 2 :][:1])[0]
            measure = measure_for(typical, self.theta, fine=fine)
            parts = [centers[first : first + TOGETHER] for first in range(0, len(centers), TOGETHER)]
            score = np.concatenate(
                [sharpness_of(slices_about(row, self.theta, part), measure) for part in progress(parts)]
            )
            spread = float(np.ptp(score))
            total += (score - np.median(score)) / spread if spread > 0 else 0.0
        return total


def _look(level: _Level, search: Search) -> tuple[float, float]:
    """Give the sharpest axis in the search range, and the confidence in it."""
    inner = Search(level.inward(search.middle), max(search.reach / level.binning, 2.0))
    reach = int(max(inner.reach, min(_WIDE, level.width / 4)))
    centers = inner.middle + np.arange(-reach, reach + 1)
    centers = centers[(centers >= 0) & (centers <= level.width - 1)]
    fit = level.sharpness(centers, fine=False)
    best, confidence = best_of(centers, fit, inner, level.width)
    return level.outward(top(centers[best - 1 : best + 2], fit[best - 1 : best + 2])), confidence


def _liveliest(rows: Rows) -> list[Array]:
    """Give the rows whose slopes along the detector are steepest."""
    life = [float(np.square(np.diff(row, axis=1)).sum(dtype=np.float64)) for row in rows.sinograms]
    if max(life) <= 0:
        raise DataError(
            _(
                "no row of the absorption shows anything that turns: all values are equal; "
                "use other rows, check the flats, or give the rotation axis as a number"
            )
        )
    return [rows.sinograms[place] for place in sorted(np.argsort(life)[::-1][:_MOST_ROWS])]
