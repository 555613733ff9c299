"""The axis about which the centre of mass turns: the first of the Helgason-Ludwig consistency conditions.

The absorption of a view sums to the object's mass, and its centre lies at `center + x cos(theta) - y sin(theta)` with
(x, y) the object's own centre (S. Helgason, The Radon Transform, Birkhaeuser 1980, chapter 1). Three numbers are fitted
to all views, so that any range of angles will do which tells a cosine from a constant. The whole object must be seen.
"""

from __future__ import annotations

from functools import partial
from math import hypot
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from daisy_lab._algorithm import parallel
from daisy_lab.algorithms.ct.axis._candidate import Candidate
from daisy_lab.algorithms.ct.axis._rows import edge_level, is_cut_off
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.axis._candidate import Search
    from daisy_lab.algorithms.ct.axis._rows import Rows
    from daisy_lab.vocabulary import Array

__all__ = ["by_mass"]

# The mass may vary by this part: noise, and beams that are not of one energy.
_VARYING: Final = 0.1
_LEAST_VIEWS: Final = 6
# Expected error in pixels at which confidence is one half.
_DOUBTFUL: Final = 0.25
# A beam that drifts or hardens moves it, whatever the noise is.
_HIGHEST: Final = 0.9
_SYSTEMATIC: Final = 0.1
_HUBER: Final = 1.5
_ROUNDS: Final = 5


class _Fit(NamedTuple):
    center: float
    error: float


def by_mass(rows: Rows, search: Search) -> Candidate:
    """Find the axis from the centres of mass of the views.

    Raises
    ------
    DataError
        If there are few views, the object is cut off in some view, or the axis lies outside the search range.
    """
    if len(np.unique(rows.theta)) < _LEAST_VIEWS:
        raise DataError(
            _("a centre of mass that turns needs {least} different angles, and there are {there}").format(
                least=_LEAST_VIEWS, there=len(np.unique(rows.theta))
            )
        )
    fits = [fit for fit in parallel(partial(_fit, theta=rows.theta), rows.sinograms) if fit is not None]
    if not fits:
        raise DataError(
            _(
                "the object is cut off by the detector in some views, or nothing absorbs, so that its centre "
                "of mass is not known; use the method wedge, opposite or sharpness"
            )
        )
    errors = np.array([fit.error for fit in fits])
    weights = errors**-2 / np.sum(errors**-2)
    center = float(weights @ np.array([fit.center for fit in fits]))
    if abs(center - search.middle) > search.reach:
        raise DataError(
            _(
                "the centre of mass turns about column {center:.1f}, which lies outside the search range; widen "
                "it, or check the angles and the flats"
            ).format(center=center)
        )
    error = float(np.sum(errors**-2) ** -0.5)
    confidence = _HIGHEST / (1 + (error / _DOUBTFUL) ** 2)
    return Candidate("mass", center, confidence, hypot(error, _SYSTEMATIC))


def _fit(sinogram: Array, theta: Array) -> _Fit | None:
    """Fit centre and circle to one row; None where the object is not wholly seen."""
    if is_cut_off(sinogram):
        return None
    width = sinogram.shape[1]
    level = edge_level(sinogram)
    mass = sinogram.sum(axis=1, dtype=np.float64) - level * width
    typical = float(np.median(mass))
    if np.median(np.abs(mass - typical)) > _VARYING * typical:
        return None
    column = np.arange(width) - (width - 1) / 2
    place = ((sinogram - level) @ column) / np.maximum(mass, 0.1 * typical)
    system = np.stack([np.ones_like(theta), np.cos(theta), np.sin(theta)], axis=1)
    return _robust(system, place, (width - 1) / 2)


def _robust(system: Array, place: Array, middle: float) -> _Fit | None:
    """Fit by least squares in which views far off count less (Huber's weights)."""
    if np.linalg.cond(system) > 1e6:  # noqa: PLR2004 - a cosine that looks like a constant
        return None
    weight = np.ones(len(place))
    for _round in range(_ROUNDS):
        root = np.sqrt(weight)
        found = np.linalg.lstsq(system * root[:, np.newaxis], place * root, rcond=None)[0]
        off = np.abs(place - system @ found)
        spread = max(1.4826 * float(np.median(off)), 1e-6)
        weight = np.minimum(1, _HUBER * spread / np.maximum(off, np.finfo(float).tiny))
    inverse = np.linalg.inv(system.T @ (weight[:, np.newaxis] * system))
    return _Fit(float(found[0]) + middle, max(spread * float(np.sqrt(inverse[0, 0])), 1e-3))
