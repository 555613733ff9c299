"""How badly a half-turn sinogram and its mirror image fit together, for every rotation axis at once.

A view from the opposite side is the mirrored view. Mirrored about the right axis, half a turn becomes a
seamless full turn, and the two-dimensional Fourier transform of that is empty inside a double wedge: orders m
above `radius * frequency` (N. T. Vo et al., Opt. Express 22, 19078 (2014)). Vo tries one axis after the
other; here the energy in the wedge is written out. With A(m, k) the transform of the half turn, that of the
full turn mirrored about c is `A(m, k) + (-1)^m conj(A(-m, k)) exp(-2 i k c)`, so that its energy is a
constant and one Fourier series in c, which holds for any fraction of a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, pi
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.fft

from daisy_lab._algorithm import check_cancelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["Mismatch", "mirror_series", "mismatch", "total_mismatch"]

# Orders that a Bessel function still reaches beyond its argument.
_MARGIN: Final = 3
# Views this evenly spaced, in steps, are taken as they are.
_EVEN: Final = 0.01


@dataclass(frozen=True, eq=False)
class Mismatch:
    """Energy in the wedge against the axis: `constant + 2 Re sum_k cross[k] exp(-2 i frequency[k] c)`."""

    constant: float
    cross: Array
    frequency: Array

    def at(self, centers: Array) -> Array:
        """Give the energy at evenly spaced axes as a part of its mean over all axes; 0 is a perfect fit."""
        return np.asarray(1 + 2 * mirror_series(self.cross, self.frequency, centers).real / self.constant)


def mirror_series(terms: Array, frequency: Array, centers: Array) -> Array:
    """Give `sum_k terms[k] exp(-2 i frequency[k] c)` for evenly spaced c, by few exponentials and one product."""
    block = ceil(len(centers) ** 0.5)
    step = float(centers[1] - centers[0]) if len(centers) > 1 else 0.0
    starts = np.exp(-2j * np.outer(centers[::block], frequency)) * terms
    steps = np.exp(-2j * np.outer(np.arange(block) * step, frequency))
    return np.asarray((starts @ steps.T).ravel()[: len(centers)])


def mismatch(sinogram: Array, theta: Array, radius: float, *, odd: bool = False) -> Mismatch | None:
    """Work out the mismatch of half a turn.

    Parameters
    ----------
    sinogram
        Views in the order of their angles, float32, (angle, column), fading to zero at both ends of the
        detector.
    theta
        Angles within half a turn, rising, rad.
    radius
        Largest distance in pixels from the axis at which the sinogram holds something.
    odd
        The views are derivatives along the detector, which change their sign in the mirror.

    Returns
    -------
    mismatch
        None where the wedge holds nothing: a constant sinogram, or too few angles.
    """
    width = sinogram.shape[1]
    even = _evenly(sinogram, theta)
    views = len(even)
    padded = int(scipy.fft.next_fast_len(2 * width, real=True))
    # Beyond this frequency the wedge has no order left that the number of views can tell.
    count = min(padded // 2, ceil(views * padded / (2 * pi * radius)) + 1)
    frequency = 2 * pi * np.arange(count) / padded
    check_cancelled()
    spectrum = scipy.fft.rfft(even, padded, axis=1)[:, :count]
    check_cancelled()
    orders = scipy.fft.fft(spectrum, 2 * views, axis=0)
    forward, backward = orders[1:views], orders[:-views:-1]
    order = np.arange(1, views)[:, np.newaxis]
    wedge = (order > radius * frequency + _MARGIN) & (frequency > 0)
    forward = np.where(wedge, forward, 0)
    backward = np.where(wedge, backward, 0)
    sign = np.where(order % 2 == int(odd), 1, -1)
    cross = np.conj(np.sum(sign * forward * backward, axis=0, dtype=np.complex128))
    constant = float(np.sum(np.abs(forward) ** 2 + np.abs(backward) ** 2, dtype=np.float64))
    return Mismatch(constant, cross, frequency) if constant > 0 else None


def total_mismatch(parts: Sequence[Mismatch], centers: Array) -> Array:
    """Give the mean logarithm over rows and half turns: a row with much noise or other faults counts less."""
    least = np.finfo(np.float32).eps
    return np.asarray(np.mean([np.log(np.maximum(part.at(centers), least)) for part in parts], axis=0))


def _evenly(sinogram: Array, theta: Array) -> Array:
    """Give the views at even angles over half a turn, interpolated where they are uneven.

    Equal and uneven angles give fewer than they are: as many as there are gaps of the mean length, seen by a ray.
    """
    gap = np.diff(theta, append=theta[0] + pi)
    count = max(2, round(pi * pi / float(gap @ gap)))
    place = theta[0] + np.arange(count) * (pi / count)
    if count == len(theta) and np.abs(theta - place).max() < _EVEN * pi / count:
        return sinogram
    after = np.clip(np.searchsorted(theta, place, side="right"), 1, len(theta) - 1)
    before = after - 1
    length = np.maximum(theta[after] - theta[before], np.finfo(float).tiny)
    # The last places may lie beyond the last view: its own slope is followed, though not far.
    share = np.clip((place - theta[before]) / length, 0, 2).astype(np.float32)[:, np.newaxis]
    return np.asarray(sinogram[before] * (1 - share) + sinogram[after] * share)
