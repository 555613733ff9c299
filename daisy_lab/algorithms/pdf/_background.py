"""What the container and the air scatter, subtracted point by point; several backgrounds, each with its scale."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.pdf._abscissa import check_abscissa
from daisy_lab.algorithms.pdf._recipe import Scales
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Abscissa, Array, Backgrounds, Pattern

__all__ = ["on_points", "scales_for", "subtract_background", "variances_on_points"]

_COLUMNS = (2, 3)
"""First column and intensity, and perhaps its standard deviation."""


@algorithm
def subtract_background(
    x: Abscissa,
    intensity: Pattern,
    background: Backgrounds | None = None,
    *,
    bgscale: Scales = [1.0],  # noqa: B006 - pydantic copies it
) -> Pattern:
    """Give the intensity less each background times its scale.

    Each background is interpolated linearly at the points of the pattern, before anything else is done to them.

    Parameters
    ----------
    x
        First column of the pattern, (point,).
    intensity
        Intensity of the points, (point,).
    background
        Background patterns, (background, column, point): first column and intensity of each, in the same units as
        the pattern, and perhaps the error of the intensity; shorter ones end in NaN.
    bgscale
        Factor of each background; one factor goes for all of them.

    Returns
    -------
    intensity
        Intensity of the sample alone, float64, (point,).

    Raises
    ------
    DataError
        If a background does not cover the pattern, or is no pattern.
    SettingError
        If there are as many scales as fit neither one nor all backgrounds.
    """
    values = np.asarray(intensity, np.float64)
    if background is None:
        return values
    curves = on_points(np.asarray(x, np.float64), background)
    left: Array = values - scales_for(bgscale, len(curves)) @ curves
    return left


def on_points(x: Array, background: Array) -> Array:
    """Interpolate backgrounds, (background, column, point), at the points of a pattern: (background, point).

    Raises
    ------
    DataError
        If one is no pattern, or ends before the pattern does.
    """
    return np.array([_one(x, part, number) for number, part in enumerate(_stack(background), 1)])


def variances_on_points(x: Array, background: Array) -> list[tuple[sparse.csr_array, Array]]:
    """Give for each background its interpolation at the points of a pattern, and the variance of its intensities.

    Parameters
    ----------
    x
        First column of the pattern, (point,).
    background
        As for `on_points`; those without a third column, the standard deviation, are left out.

    Returns
    -------
    ways
        A matrix (point, background's point) and (background's point,) for each one; a variance of NaN is 0.
    """
    found = []
    for part in _stack(background):
        good = np.isfinite(part[:2]).all(axis=0)
        if len(part) < max(_COLUMNS) or not np.isfinite(part[2][good]).any():
            found.append((sparse.csr_array((len(x), 1)), np.zeros(1)))
            continue
        place, sigma = part[0][good], part[2][good]
        if place[0] > place[-1]:
            place, sigma = place[::-1], sigma[::-1]
        at = np.clip(np.nan_to_num(x), place[0], place[-1])
        left = np.clip(np.searchsorted(place, at, side="right") - 1, 0, len(place) - 2)
        weight = (at - place[left]) / (place[left + 1] - place[left])
        rows = np.arange(len(x))
        matrix = sparse.csr_array(
            (
                np.concatenate([1 - weight, weight]),
                (np.concatenate([rows, rows]), np.concatenate([left, left + 1])),
            ),
            shape=(len(x), len(place)),
        )
        found.append((matrix, np.nan_to_num(sigma, nan=0.0, posinf=0.0) ** 2))
    return found


def scales_for(bgscale: Sequence[float] | float, count: int) -> Array:
    """Give one factor per background.

    Raises
    ------
    SettingError
        If their number fits neither.
    """
    scales = np.atleast_1d(np.asarray(bgscale, np.float64))
    if len(scales) not in {1, count}:
        raise SettingError(
            _(
                "bgscale has {given} factors for {count} backgrounds; give one for each, or one for all"
            ).format(given=len(scales), count=count)
        )
    return np.broadcast_to(scales, (count,))


def _stack(background: Array) -> Array:
    stack = np.asarray(background, np.float64)
    if stack.ndim != 3 or stack.shape[1] not in _COLUMNS:  # noqa: PLR2004 - (background, column, point)
        raise DataError(
            _(
                "background has the shape {shape}; it takes (background, column, point) with two columns, or three "
                "with the error"
            ).format(shape=stack.shape)
        )
    return stack


def _one(x: Array, part: Array, number: int) -> Array:
    good = np.isfinite(part[:2]).all(axis=0)
    name = _("the first column of background {number}").format(number=number)
    place, values = check_abscissa(part[0][good], name), part[1][good]
    if place[0] > place[-1]:
        place, values = place[::-1], values[::-1]
    inside = x[np.isfinite(x)]
    reach = 2 * float(np.ptp(place)) / (len(place) - 1)
    if place[0] > inside.min() + reach or place[-1] < inside.max() - reach:
        raise DataError(
            _(
                "background {number} goes from {low:.6g} to {high:.6g}, but the pattern from {first:.6g} to "
                "{last:.6g}; measure it as far, or cut the pattern, or check that both have the same unit"
            ).format(number=number, low=place[0], high=place[-1], first=inside.min(), last=inside.max())
        )
    found: Array = np.interp(x, place, values)
    return found
