"""Which columns are stripes: those that stand out from a straight line through what is usual (Vo's algorithm 4).

The profiles are one number per column: small, so the decision is made on the host for arrays of any library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import scipy.ndimage

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["MOST_GAIN", "gains", "outliers", "roughness", "unusual"]

# Part of the sorted profile left out at each end before the line is drawn.
_ENDS: Final = 0.25
# Spread of a profile below which there is no noise to compare with.
_NO_NOISE: Final = 1e-5

MOST_GAIN: Final = 4.0
"""Largest gain, and inverse of the smallest, that is believed: beyond it a column's values are near zero."""


class Gains(NamedTuple):
    """What each column is to be divided by, and which columns are to be replaced."""

    factor: Array
    stripes: Array


def outliers(profile: Array, threshold: float) -> Array:
    """Tell which values of a profile stand out.

    A line is fitted to the middle half of the sorted values; its rise from the first to the last value is the noise.
    Where the largest value lies `threshold` noises above the line's end, all values more than half of that above
    it stand out; likewise below.
    """
    count = len(profile)
    ascending = np.sort(profile)
    drop = int(_ENDS * count)
    usual = ascending[drop : count - drop - 1]
    if len(usual) < 2:  # noqa: PLR2004 - a line needs two points
        return np.zeros(count, np.bool_)
    place = np.arange(len(usual)) - (len(usual) - 1) / 2
    slope = float(place @ usual / (place @ place))
    low = float(usual.mean()) - slope * (drop + (len(usual) - 1) / 2)
    high = low + slope * (count - 1)
    noise = abs(high - low)
    found = np.zeros(count, np.bool_)
    if noise < _NO_NOISE:
        return found
    if abs(ascending[-1] - high) >= threshold * noise:
        found |= profile > high + threshold * noise / 2
    if abs(low - ascending[0]) >= threshold * noise:
        found |= profile <= low - threshold * noise / 2
    return found


def unusual(profile: Array, threshold: float) -> Array:
    """Tell which columns stand out, with the neighbours of each."""
    found = outliers(profile, threshold)
    wide = found.copy()
    wide[1:] |= found[:-1]
    wide[:-1] |= found[1:]
    return wide


def gains(measured: Array, expected: Array, threshold: float) -> Gains:
    """Compare each column's mean with that of its neighbourhood."""
    ratio = np.divide(measured, expected, out=np.ones(len(measured)), where=expected != 0)
    believed = (ratio >= 1 / MOST_GAIN) & (ratio <= MOST_GAIN)
    return Gains(np.where(believed, ratio, 1.0), unusual(ratio, threshold))


def roughness(change: Array, size: int, threshold: float) -> Array:
    """Tell which columns fluctuate more, or less, than their neighbourhood; `change` is how much each one does.

    The two columns at either end are kept: what replaces a column comes from both of its sides. So are all of
    them if a third or more stands out: no detector is that bad.
    """
    usual = scipy.ndimage.median_filter(change, size)
    mean = float(np.mean(np.abs(usual)))
    usual[usual == 0] = mean or 1.0
    found = unusual(change / usual, threshold)
    found[:2] = found[-2:] = False
    return found if found.sum() < len(found) // 3 else np.zeros_like(found)
