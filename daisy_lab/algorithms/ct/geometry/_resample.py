"""Values between pixels: an array moved along one axis by any fraction of a pixel."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab._arrays import namespace

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["TAPS_AFTER", "TAPS_BEFORE", "moved"]

TAPS_BEFORE: Final = 3
TAPS_AFTER: Final = 4
"""Neighbours on either side that a value between two pixels is made of."""


def moved(array: Array, shift: float, axis: int) -> Array:
    """Give the array at `index + shift` along an axis, float32; beyond its edges it repeats its outermost values.

    Between pixels it is the polynomial of degree 7 through eight neighbours. A value depends on these only, so any
    block gives the same bits.
    """
    xp = namespace(array)
    length = array.shape[axis]
    whole = floor(shift)
    fraction = shift - whole
    index = np.clip(np.arange(-TAPS_BEFORE, length + TAPS_AFTER) + whole, 0, length - 1)
    if fraction == 0:
        return _take(xp, array, index[TAPS_BEFORE : TAPS_BEFORE + length], axis)
    wide = _take(xp, array, index, axis)
    total: Array = xp.zeros(array.shape, np.float32)
    for tap, weight in enumerate(_weights(fraction)):
        total += weight * wide[_along(array.ndim, axis, tap, length)]
    return total


def _take(xp: Any, array: Array, index: Array, axis: int) -> Array:  # noqa: ANN401 - a module
    taken: Array = xp.take(array, xp.asarray(index), axis=axis).astype(np.float32, copy=False)
    return taken


def _along(ndim: int, axis: int, start: int, length: int) -> tuple[slice, ...]:
    whole = [slice(None)] * ndim
    whole[axis] = slice(start, start + length)
    return tuple(whole)


def _weights(fraction: float) -> list[np.float32]:
    """Give what each neighbour counts: Lagrange's polynomial through all of them, at `fraction`."""
    places = np.arange(-TAPS_BEFORE, TAPS_AFTER + 1)
    return [
        np.float32(np.prod([(fraction - other) / (place - other) for other in places if other != place]))
        for place in places
    ]
