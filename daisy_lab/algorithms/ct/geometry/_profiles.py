"""By how much profiles are moved against their common mean, to a small fraction of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.ndimage

from daisy_lab._algorithm import check_cancelled

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["profile_shifts"]

_SMOOTH: Final = 1.0
_LEAST_ROWS: Final = 8
_COARSE: Final = 3
_FINE: Final = 12
_ENOUGH: Final = 1e-3
_STEP: Final = 0.5
# Smoothed noise of neighbouring rows is alike, so there are fewer independent rows than rows.
_ALIKE: Final = 2.0


def profile_shifts(profiles: Array, limit: float) -> tuple[Array, float] | None:
    """Register each profile with the mean of all.

    Parameters
    ----------
    profiles
        One profile per line, (view, row), float64; a constant added to one does not count.
    limit
        Largest shift in rows.

    Returns
    -------
    shifts
        Rows by which each lies further along than the mean of all, and their standard deviation by noise; None
        where there are too few rows, or all values are the same.
    """
    rows = profiles.shape[1]
    if rows < _LEAST_ROWS:
        return None
    smooth = scipy.ndimage.gaussian_filter1d(profiles, _SMOOTH, axis=1, mode="nearest")
    curves = scipy.ndimage.spline_filter1d(smooth, axis=1, mode="nearest")
    reach = min(int(np.ceil(limit)), rows // 2)
    shifts = np.zeros(len(curves))
    for _round in range(_COARSE):
        check_cancelled()
        mean = _mean(*_sample(curves, shifts))
        shifts = _whole_shifts(smooth, mean, reach)
    for _round in range(_FINE):
        check_cancelled()
        sampled, inside = _sample(curves, shifts)
        mean = _mean(sampled, inside)
        slope = _centred(np.broadcast_to(np.gradient(mean), sampled.shape), inside)
        left = _centred(sampled - mean, inside)
        strength = (slope**2).sum(axis=1)
        if not (strength > 0).all():
            return None
        step = -(slope * left).sum(axis=1) / strength
        shifts = np.clip(shifts + np.clip(step, -_STEP, _STEP), -limit, limit)
        if np.abs(step).max() < _ENOUGH:
            break
    noise = np.sqrt((left**2).sum(axis=1) / inside.sum(axis=1))
    return shifts - shifts.mean(), float(np.median(_ALIKE * noise / np.sqrt(strength)))


def _whole_shifts(profiles: Array, mean: Array, reach: int) -> Array:
    """Give the shift in whole rows at which each differs least from the mean, per row in common."""
    moves = np.arange(-reach, reach + 1)
    rows = profiles.shape[1]
    misfit = np.empty((len(moves), len(profiles)))
    for place, move in enumerate(moves):
        part = profiles[:, max(move, 0) : rows + min(move, 0)] - mean[max(-move, 0) : rows + min(-move, 0)]
        misfit[place] = part.var(axis=1)
    best: Array = moves[np.argmin(misfit, axis=0)].astype(float)
    return best


def _centred(values: Array, inside: Array) -> Array:
    """Give the values without the mean of each line, and 0 outside."""
    mean = (inside * values).sum(axis=1) / np.maximum(inside.sum(axis=1), 1)
    return np.asarray(inside * (values - mean[:, np.newaxis]))


def _mean(sampled: Array, inside: Array) -> Array:
    """Give the mean profile; what a constant adds to each line is levelled first, as lines end at different rows."""
    level = np.median(sampled, axis=1, keepdims=True)
    total = (inside * (sampled - level)).sum(axis=0)
    return np.asarray(total / np.maximum(inside.sum(axis=0), 1))


def _sample(curves: Array, shifts: Array) -> tuple[Array, Array]:
    """Give each spline at `row + shift`, and where that lies within the rows."""
    rows = curves.shape[1]
    place = np.arange(rows) + shifts[:, np.newaxis]
    sampled = np.empty(place.shape)
    for line in range(len(curves)):
        sampled[line] = scipy.ndimage.map_coordinates(
            curves[line], [place[line]], order=3, mode="nearest", prefilter=False
        )
    return sampled, (place >= 0) & (place <= rows - 1)
