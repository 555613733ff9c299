"""Values that are not numbers, or cannot be true, replaced by what their neighbours say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._algorithm import log
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["fill_sinogram", "remove_spikes", "tell_replaced"]

# Noise levels that a value may differ from both neighbours.
_SPIKE: Final = 8.0


def fill_sinogram(sinogram: Array) -> tuple[Array, int]:
    """Give a contiguous float32 copy with only finite values, and how many were replaced.

    A view is interpolated along its columns; a view without any number is copied from the nearest one that
    has some. If there is none at all the copy is returned as it is, and the count is its size.
    """
    # Numbers beyond float32 become infinite, and are then replaced.
    with np.errstate(over="ignore"):
        filled = np.array(sinogram, np.float32, order="C")
    finite = np.isfinite(filled)
    if finite.all():
        return filled, 0
    measured = np.flatnonzero(finite.any(axis=1))
    if len(measured) == 0:
        return filled, filled.size
    columns = np.arange(filled.shape[1])
    for view in measured[~finite[measured].all(axis=1)]:
        good = finite[view]
        filled[view, ~good] = np.interp(columns[~good], columns[good], filled[view, good])
    for view in np.flatnonzero(~finite.any(axis=1)):
        filled[view] = filled[measured[np.argmin(np.abs(measured - view))]]
    return filled, int(np.count_nonzero(~finite))


def tell_replaced(replaced: Sequence[int], projections: Array) -> None:
    """Log how many values, and how many whole rows, were not numbers; `replaced` is what was counted in each row."""
    views, _rows, columns = projections.shape
    empty = sum(count == views * columns for count in replaced)
    filled = sum(replaced) - empty * views * columns
    if filled:
        log(_("{count} values were not finite and were interpolated").format(count=filled))
    if empty:
        log(_("{count} rows hold no number: their slices are NaN").format(count=empty))


def remove_spikes(sinogram: Array) -> Array:
    """Give a copy without values that stand out from the views before and after: zingers last one frame."""
    if len(sinogram) < 3:  # noqa: PLR2004 - a view with two neighbours
        return sinogram.copy()
    before = np.concatenate([sinogram[1:2], sinogram[:-1]])
    after = np.concatenate([sinogram[1:], sinogram[-2:-1]])
    low, high = np.minimum(before, after), np.maximum(before, after)
    middle = np.clip(sinogram, low, high)
    distance = np.abs(sinogram - middle)
    typical = np.median(distance[distance > 0]) if (distance > 0).any() else 0.0
    return np.where(distance > _SPIKE * typical, middle, sinogram)
