"""A uniform grid of Q, always multiples of its step, and the intensity on it."""

from dataclasses import dataclass
from math import ceil, floor
from typing import NamedTuple

import numpy as np

from daisy_lab._algorithm import algorithm, log
from daisy_lab.algorithms.pdf._abscissa import check_abscissa
from daisy_lab.algorithms.pdf._settings import QMaxInst, QMin
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Momentum, Pattern, QCurve, QGrid

__all__ = [
    "Grid",
    "Interpolation",
    "Resampled",
    "as_columns",
    "interpolation",
    "q_grid",
    "resample",
    "rising_part",
]

_ROUNDING = 1e-9
_LEAST_POINTS = 8


@dataclass(frozen=True)
class Grid:
    """Multiples `first` to `first + count - 1` of a step in 1/angstrom."""

    step: float
    first: int
    count: int

    @property
    def q(self) -> Array:
        """Give Q of each point in 1/angstrom, (q,)."""
        return np.arange(self.first, self.first + self.count) * self.step

    @classmethod
    def of(cls, q: Array) -> "Grid":
        """Recognise the grid of a column that is one.

        Raises
        ------
        DataError
            If the points are not multiples of one step.
        """
        values = check_abscissa(q, "q")
        step = float((values[-1] - values[0]) / (len(values) - 1))
        first = round(float(values[0]) / step)
        grid = cls(float(values[-1]) / (first + len(values) - 1), first, len(values))
        if not np.allclose(grid.q, values, rtol=0, atol=1e-3 * abs(step)):
            raise DataError(
                _(
                    "q has no uniform grid of multiples of its step ({step:.6g}); resample the pattern first"
                ).format(step=step)
            )
        return grid


class Resampled(NamedTuple):
    """Intensity on the uniform grid, and that grid."""

    q: QGrid
    intensity: QCurve


@dataclass(frozen=True, eq=False)
class Interpolation:
    """Linear interpolation onto a grid: left neighbour of each grid point and the weight of the right one."""

    left: Array
    weight: Array

    def __call__(self, intensity: Array) -> Array:
        """Interpolate columns, (..., point), onto the grid, (..., q)."""
        below, above = np.take(intensity, self.left, -1), np.take(intensity, self.left + 1, -1)
        above -= below
        above *= self.weight
        above += below
        return above


@algorithm
def resample(
    q: Momentum,
    intensity: Pattern,
    *,
    qmin: QMin = 0.0,
    qmaxinst: QMaxInst = 0.0,
) -> Resampled:
    """Give the intensity on a uniform grid of Q by linear interpolation.

    The step is the mean step of the points up to `qmaxinst`, and each grid point a multiple of it. Below the first
    point its value is held.

    Parameters
    ----------
    q
        Momentum transfer of the points in 1/angstrom, (point,).
    intensity
        Intensity of the points, (point,).
    qmin
        Lowest Q that is used, in 1/angstrom.
    qmaxinst
        Highest Q with meaningful intensity, in 1/angstrom; the polynomial is fitted up to here. 0 takes all.

    Returns
    -------
    q
        Uniform grid in 1/angstrom, float64, (q,).
    intensity
        Intensity on it, (q,).

    Raises
    ------
    SettingError
        If the limits leave no points.
    DataError
        If the columns do not fit each other, or no finite points are left.

    References
    ----------
    P. Juhas, T. Davis, C. L. Farrow and S. J. L. Billinge, J. Appl. Cryst. 46 (2013) 560.
    """
    points, values = as_columns(q, intensity)
    grid = q_grid(points, qmin=qmin, qmaxinst=qmaxinst)
    return Resampled(grid.q, interpolation(points, grid)(values))


def as_columns(q: Array, intensity: Array) -> tuple[Array, Array]:
    """Give two columns, rising, float64, without points that are no numbers; what is changed is told in the log.

    Raises
    ------
    DataError
        If they differ in length, or less than 8 points are left.
    """
    values = np.asarray(intensity, np.float64)
    points, chosen = rising_part(np.asarray(q, np.float64), values)
    return points, values[..., chosen]


def rising_part(q: Array, intensity: Array) -> tuple[Array, slice | Array]:
    """Give Q from low to high, without points that are no numbers, and which points these are.

    Parameters
    ----------
    q
        Momentum transfer of the points in 1/angstrom, (point,).
    intensity
        Patterns, (..., point); a point that is no number in one of them is left out of all.

    Raises
    ------
    DataError
        If they differ in length, or less than 8 points are left.
    """
    if q.ndim != 1 or intensity.shape[-1:] != q.shape:
        raise DataError(
            _("q has the shape {x} and the intensity {y}; they must have as many points").format(
                x=q.shape, y=intensity.shape
            )
        )
    good = np.isfinite(q) & (q >= 0) & np.isfinite(intensity).all(axis=tuple(range(intensity.ndim - 1)))
    chosen: slice | Array = slice(None)
    if not good.all():
        log(
            _("{bad} of {all} points are no numbers or below 0, and are left out").format(
                bad=int((~good).sum()), all=len(q)
            )
        )
        chosen = np.flatnonzero(good)
        if len(chosen) < _LEAST_POINTS:
            raise DataError(
                _(
                    "of {all} points {good} have an intensity that is a number, and Q of 0 or more; {least} are "
                    "needed: the pattern is empty, or its frame was masked or saturated all over"
                ).format(all=len(q), good=len(chosen), least=_LEAST_POINTS)
            )
    points = q[chosen]
    if len(points) and points[0] > points[-1]:
        log(_("the pattern falls from high to low Q; it is turned round"))
        chosen = np.arange(len(q))[chosen][::-1]
    return check_abscissa(q[chosen], "q"), chosen


def q_grid(q: Array, *, qmin: float = 0.0, qmaxinst: float = 0.0) -> Grid:
    """Give the uniform grid of a rising column of Q between two limits in 1/angstrom.

    Raises
    ------
    SettingError
        If a limit lies outside the data, or too few points lie between them.
    """
    last = float(q[-1])
    if qmaxinst > last + (last - float(q[0])) / max(1, len(q) - 1):
        raise SettingError(
            _("qmaxinst is {asked:.6g} 1/angstrom, but the data end at {last:.6g}; lower qmaxinst").format(
                asked=qmaxinst, last=last
            )
        )
    if f"{qmaxinst:g}" == f"{last:g}":
        qmaxinst = last  # as it was printed with six digits into the header of a result
    top = min(qmaxinst, last) if qmaxinst > 0 else last
    used = q[q <= top]
    if len(used) < _LEAST_POINTS or qmin >= top:
        raise SettingError(
            _(
                "between qmin {qmin:.6g} and qmaxinst {top:.6g} 1/angstrom there are too few points; widen it"
            ).format(qmin=qmin, top=top)
        )
    step = float((used[-1] - used[0]) / (len(used) - 1))
    first, stop = ceil(qmin / step - _ROUNDING), floor(top / step + _ROUNDING)
    if stop - first + 1 < _LEAST_POINTS:
        raise SettingError(
            _(
                "between qmin {qmin:.6g} and qmaxinst {top:.6g} 1/angstrom there are too few points; widen it"
            ).format(qmin=qmin, top=top)
        )
    return Grid(step, first, stop - first + 1)


def interpolation(q: Array, grid: Grid) -> Interpolation:
    """Prepare the linear interpolation from rising points onto a grid; beyond the ends their values are held."""
    wanted = np.clip(grid.q, q[0], q[-1])
    left = np.clip(np.searchsorted(q, wanted, side="right") - 1, 0, len(q) - 2)
    return Interpolation(left, (wanted - q[left]) / (q[left + 1] - q[left]))
