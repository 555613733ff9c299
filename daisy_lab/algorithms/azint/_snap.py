"""From a place that a hand marked beside a ring to the brightest place nearby."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["brightest_near"]

_BLUR: Final = 1
"""Pixels to each side that are averaged, so that one hot pixel is no ring."""


def brightest_near(image: Array, row: float, column: float, reach: int = 4) -> tuple[float, float]:
    """Give the brightest place near a place, row and column, whole numbers in the middle of a pixel.

    Parameters
    ----------
    image
        Counts, (row, column); what is negative or no number does not count.
    row, column
        The place.
    reach
        Pixels to each side in which is looked.

    Returns
    -------
    place
        The middle of the brightest 3 x 3 pixels; the place itself if there is nothing to be seen.
    """
    top, left = (max(round(at) - reach - _BLUR, 0) for at in (row, column))
    bottom, right = (round(at) + reach + _BLUR + 1 for at in (row, column))
    part = np.asarray(image[top : max(bottom, 0), left : max(right, 0)], np.float64)
    if min(part.shape) < 2 * _BLUR + 1:
        return row, column
    counts = np.where(np.isfinite(part) & (part >= 0), part, 0.0)
    # A hot pixel has at most the brightness of its neighbours.
    counts = np.minimum(counts, 3 * np.median(counts) + np.sort(counts, axis=None)[-4])
    windows = np.lib.stride_tricks.sliding_window_view(counts, (2 * _BLUR + 1, 2 * _BLUR + 1)).sum(
        axis=(2, 3)
    )
    if windows.max() <= 0:
        return row, column
    down, across = np.unravel_index(int(np.argmax(windows)), windows.shape)
    return float(top + down + _BLUR), float(left + across + _BLUR)
