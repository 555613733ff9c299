"""One row reconstructed about many axes at once, each axis a row of a small stack, and how sharp each slice is.

About the right axis every grain is a grain; about a wrong one it is an arc, or two. Over half a turn the entropy of
the histogram of the slice tells best: few different values mean little entropy (T. Donath et al., J. Opt. Soc. Am. A
23, 1048 (2006)). Over less, arcs stay open about any axis; there, near the right one, the fourth power of the slope
related to its square is the steadier measure.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._algorithm import parallel, progress
from daisy_lab.algorithms.ct._angles import half_turns
from daisy_lab.algorithms.ct.fbp import reconstruct

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.vocabulary import Array

    Measure = Callable[[Array], float]

__all__ = ["TOGETHER", "measure_for", "sharpness_of", "slices_about"]

TOGETHER: Final = 16
"""Axes reconstructed in one go."""
_BINS: Final = 128
_RADIUS: Final = 0.45


def slices_about(row: Array, theta: Array, centers: Array) -> Array:
    """Give the slice of a sinogram about each axis, (axis, y, x), with a smooth filter.

    Parameters
    ----------
    row
        Absorption of one row, (angle, column).
    theta
        Angles in rad.
    centers
        Columns of the rotation axes, inside the detector.
    """
    width = row.shape[1]
    volume = np.empty((len(centers), width, width), np.float32)
    for first in progress(range(0, len(centers), TOGETHER)):
        some = np.asarray(centers[first : first + TOGETHER], np.float64)
        stack = np.broadcast_to(row[:, np.newaxis], (len(row), len(some), width))
        volume[first : first + len(some)] = reconstruct(
            stack, theta, some, center=float(some[0]), filter="hann"
        )
    return volume


def measure_for(typical: Array, theta: Array, *, fine: bool) -> Measure:
    """Give what tells how sharp a slice is.

    Parameters
    ----------
    typical
        One of the slices that will be compared.
    theta
        Angles in rad.
    fine
        The axes are all within a few pixels of the right one.
    """
    size = typical.shape[1]
    line = np.arange(size) - (size - 1) / 2
    inside = np.hypot(line, line[:, np.newaxis]) < _RADIUS * size
    if fine and not half_turns(theta):
        return partial(_peakedness, inside=inside)
    return partial(_minus_entropy, inside=inside, bounds=_bounds(typical[inside]))


def sharpness_of(slices: Array, measure: Measure) -> Array:
    """Give the sharpness of each slice; only differences mean anything."""
    return np.array(parallel(measure, list(slices)))


def _bounds(values: Array) -> tuple[float, float]:
    low, high = map(float, np.percentile(values, [0.5, 99.5]))
    margin = max(0.25 * (high - low), float(np.finfo(np.float32).tiny))
    return low - margin, high + margin


def _minus_entropy(image: Array, inside: Array, bounds: tuple[float, float]) -> float:
    count, _edges = np.histogram(np.clip(image[inside], *bounds), _BINS, bounds)
    share = count[count > 0] / max(1, count.sum())
    return float(np.sum(share * np.log(share)))


def _peakedness(image: Array, inside: Array) -> float:
    across, down = np.gradient(image, axis=1)[inside], np.gradient(image, axis=0)[inside]
    square = (across**2 + down**2).astype(np.float64)
    return float(np.sum(square**2) / max(float(np.sum(square)) ** 2, np.finfo(float).tiny))
