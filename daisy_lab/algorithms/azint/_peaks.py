"""Where the peak of a short profile is: first the centroid of what stands out, then a fit that uses every count.

The fit is one Gauss-Newton step of a Gaussian on a sloping background from the centroid, weighted by the counting
noise: close to the limit that the counts set (K. A. Winick, J. Opt. Soc. Am. A 3, 1809 (1986)).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["centroid", "fitted"]

_CLEAR: Final = 4.0
"""How many times its noise a peak must stand out."""

_WIDTHS: Final = 16
_SINGULAR: Final = 1e14


def centroid(places: Array, values: Array, number: Array) -> float | None:
    """Give the place of the only peak of a profile: the centroid of what is above a third of its height.

    Parameters
    ----------
    places, values
        The profile, (cell,).
    number
        Pixels in each cell.
    """
    edge = max(len(values) // 6, 1)
    ground = np.median(np.concatenate([values[:edge], values[-edge:]]))
    above = np.where(number > 0, values - ground, 0.0)
    top = int(np.argmax(above))
    height = float(above[top])
    noise = float(np.sqrt(np.maximum(values, 1).mean() / max(float(number.mean()), 1.0)))
    if height <= 0 or height < _CLEAR * noise or top in {0, len(values) - 1}:
        return None
    low, high = top, top
    while low > 0 and above[low - 1] > 0.3 * height:
        low -= 1
    while high < len(above) - 1 and above[high + 1] > 0.3 * height:
        high += 1
    part = slice(max(low - 1, 0), high + 2)
    weight = np.maximum(above[part] - 0.1 * height, 0)
    return float((weight * places[part]).sum() / weight.sum())


def fitted(places: Array, values: Array, number: Array, start: Array) -> tuple[Array, Array]:
    """Give the place of the peak of every profile of a ring, and its standard error; NaN where the fit fails.

    Parameters
    ----------
    places, values
        The profiles, (arc, cell).
    number
        Pixels in each cell, (arc, cell).
    start
        Where the peaks are about, (arc,).
    """
    away = places - start[:, np.newaxis]
    weight = number / np.maximum(values, 1.0)
    sigma = _width(away, values, weight)
    bell = np.exp(-0.5 * (away / sigma) ** 2)
    # A bell moved by a little grows by that times its slope.
    slope = away / sigma**2 * bell
    terms = np.stack([np.ones_like(away), away, bell, slope], axis=-1)
    scale = np.maximum(np.abs(terms).max(axis=(0, 1)), 1e-300)
    terms /= scale
    matrix = np.einsum("acm,ac,acn->amn", terms, weight, terms)
    matrix += 1e-12 * np.trace(matrix, axis1=1, axis2=2)[:, np.newaxis, np.newaxis] * np.eye(4)
    spread = np.linalg.inv(matrix)
    solution = np.einsum("amn,acn,ac,ac->am", spread, terms, weight, values) / scale
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = solution[:, 3] / solution[:, 2]
        error = np.sqrt(np.maximum(spread[:, 3, 3], 0)) / scale[3] / solution[:, 2]
    bad = ~(np.abs(shift) < 2 * sigma) | ~(error > 0)
    return np.where(bad, np.nan, start + shift), np.where(bad, np.nan, error)


def _width(away: Array, values: Array, weight: Array) -> float:
    """Give the standard deviation of the bell that fits all profiles of a ring together best."""
    reach = float(np.abs(away).max())
    best, found = -np.inf, reach / 6
    weighted = weight * values
    ones, first, second = weight.sum(), (weight * away).sum(), (weight * away**2).sum()
    level, lean = weighted.sum(), (weighted * away).sum()
    for sigma in reach * np.geomspace(0.04, 0.5, _WIDTHS):
        bell = np.exp(-0.5 * (away / sigma) ** 2)
        heavy = weight * bell
        plain, tilted, square = heavy.sum(), (heavy * away).sum(), (heavy * bell).sum()
        matrix = np.array([[ones, first, plain], [first, second, tilted], [plain, tilted, square]])
        known = np.array([level, lean, (weighted * bell).sum()])
        if np.linalg.cond(matrix) > _SINGULAR:
            continue
        # What a fit of least squares explains.
        explained = float(known @ np.linalg.solve(matrix, known))
        if explained > best:
            best, found = explained, float(sigma)
    return found
