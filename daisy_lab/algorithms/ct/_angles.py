"""Projection angles: made evenly where a file has none, and the share of half a turn that each stands for."""

from dataclasses import dataclass
from math import pi

import numpy as np

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Angles, Array, Degree, Projections

__all__ = ["HalfTurn", "angle_weights", "check_theta", "even_angles", "half_turns"]

# Random angles leave gaps of about 5 steps; a gap this many steps wide was not measured.
_WEDGE_STEPS = 10.0
_SAME_STEPS = 1e-3
_SAME = 1e-9
_LEAST_VIEWS = 8


@algorithm
def even_angles(projections: Projections, *, start: Degree = 0.0, stop: Degree = 180.0) -> Angles:
    """Give evenly spaced angles, one per projection, for a scan whose file has none.

    Parameters
    ----------
    projections
        Radiographs, (angle, row, column); only their number counts.
    start
        Angle of the first projection.
    stop
        End of the rotation; the last projection lies one step before it.

    Returns
    -------
    theta
        Projection angles in rad.
    """
    require_axes(projections, "projections", ("angle", "row", "column"))
    return np.deg2rad(np.linspace(start, stop, len(projections), endpoint=False))


def check_theta(theta: Array, projections: Array) -> Array:
    """Give the angles as float64, one per projection.

    Raises
    ------
    DataError
        If there are none, their number is not that of the projections, or one is not a finite number.
    """
    angles = np.asarray(theta, np.float64)
    if angles.ndim != 1 or len(angles) != len(projections):
        raise DataError(
            _(
                "{asked} projections need {asked} angles, and theta has the shape {there}; leave out the "
                "angles of flats and darks, or name the dataset with one angle per projection"
            ).format(asked=len(projections), there=angles.shape)
        )
    if len(angles) == 0:
        raise DataError(
            _("there is no projection: at least one is needed; check the dataset or the selected part")
        )
    if not np.isfinite(angles).all():
        raise DataError(
            _(
                "{bad} of {all} angles in theta are not numbers; repair them or leave these projections out"
            ).format(bad=int((~np.isfinite(angles)).sum()), all=len(angles))
        )
    return angles


def angle_weights(theta: Array) -> Array:
    """Give the share in rad of the half circle that each angle stands for, float64.

    A view and its opposite carry the same rays, so angles count modulo 180 degrees: trapezoids between
    neighbours on that circle. Equal angles (0 and 180, a second turn) share one weight. A gap of more than 10
    steps was not measured: its edges count one step, and the weights sum to less than pi.
    """
    folded = np.mod(theta, pi)
    order = np.argsort(folded, kind="stable")
    after = np.diff(folded[order], append=folded[order[0]] + pi)
    # Begin behind the largest gap, so that no group of equal angles lies across the start.
    order = np.roll(order, -int(np.argmax(after)) - 1)
    position = np.mod(folded[order] - folded[order[0]], pi)
    position[position > pi - 1e-12] = 0.0
    step = float(position.max()) / max(1, len(theta) - 1)
    group = np.concatenate([[0], np.cumsum(np.diff(position) > max(_SAME_STEPS * step, _SAME))])
    count = np.bincount(group)
    place = np.bincount(group, position) / count
    gap = np.diff(place, append=place[0] + pi)
    step = float(place[-1]) / max(1, len(place) - 1)
    if len(place) > 1:
        gap = np.where(gap > _WEDGE_STEPS * step, step, gap)
    share = (gap + np.roll(gap, 1)) / 2 / count
    weights = np.empty(len(theta))
    weights[order] = share[group]
    return weights


@dataclass(frozen=True, eq=False)
class HalfTurn:
    """Views that cover half a turn: their numbers in the order of their angles, and these angles in rad."""

    views: Array
    theta: Array


def half_turns(theta: Array) -> list[HalfTurn]:
    """Give the half turns that a scan covers, each a quarter turn after the one before.

    There is none if it covers less. Whole turns are folded into one. A half turn leaves out its end, where
    the opposite of its first view lies.
    """
    folded = np.mod(theta, 2 * pi)
    order = np.argsort(folded, kind="stable")
    gap = np.diff(folded[order], append=folded[order[0]] + 2 * pi)
    order = np.roll(order, -int(np.argmax(gap)) - 1)
    place = np.mod(folded[order] - folded[order[0]], 2 * pi)
    place[0] = 0.0
    step = float(place.max()) / max(1, len(place) - 1)
    turns = []
    for start in np.arange(4) * (pi / 2):
        chosen = (place >= start - step / 2) & (place < start + pi - step / 2)
        turn = HalfTurn(order[chosen], place[chosen])
        if _is_covered(turn.theta):
            turns.append(turn)
    return turns


def _is_covered(theta: Array) -> bool:
    """Tell whether views go around half a turn without a gap that was not measured."""
    if len(theta) < _LEAST_VIEWS:
        return False
    gap = np.diff(theta, append=theta[0] + pi)
    return bool(gap.max() < _WEDGE_STEPS * pi / len(theta))
