"""The compiled loops of the wavelet transform: each tap goes along a line of neighbouring values in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba.core import types

from daisy_lab.algorithms.ct._compiled import compiled

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["double_angles", "double_columns", "halve_angles", "halve_columns"]

_CUBE = types.Array(types.float32, 3, "C", readonly=True)
_CUBE_OUT = types.Array(types.float32, 3, "C")
_PLACES = types.Array(types.int32, 1, "C", readonly=True)
_TAPS = types.Array(types.float32, 1, "C", readonly=True)


@compiled(types.void(_CUBE, _PLACES, _TAPS, _CUBE_OUT))
def halve_columns(values: Array, source: Array, taps: Array, result: Array) -> None:
    """Filter along the columns and keep every second."""
    for row in range(result.shape[0]):
        for column in range(result.shape[1]):
            line = result[row, column]
            line[:] = np.float32(0)
            for tap in range(taps.shape[0]):
                weight = taps[tap]
                from_line = values[row, source[2 * column + tap]]
                for angle in range(line.shape[0]):
                    line[angle] += weight * from_line[angle]


@compiled(types.void(_CUBE, _PLACES, _TAPS, _CUBE_OUT))
def halve_angles(values: Array, source: Array, taps: Array, result: Array) -> None:
    """Filter along the angles and keep every second."""
    half = result.shape[2] + taps.shape[0] // 2 - 1
    even = np.empty(half, np.float32)
    odd = np.empty(half, np.float32)
    for row in range(result.shape[0]):
        for column in range(result.shape[1]):
            from_line = values[row, column]
            for place in range(half):
                even[place] = from_line[source[2 * place]]
                odd[place] = from_line[source[2 * place + 1]]
            line = result[row, column]
            line[:] = np.float32(0)
            for pair in range(taps.shape[0] // 2):
                first, second = taps[2 * pair], taps[2 * pair + 1]
                for angle in range(line.shape[0]):
                    line[angle] += first * even[angle + pair] + second * odd[angle + pair]


@compiled(types.void(_CUBE, _TAPS, _CUBE_OUT))
def double_columns(values: Array, taps: Array, result: Array) -> None:
    """Put zeros between the columns, and filter."""
    pairs = taps.shape[0] // 2
    for row in range(result.shape[0]):
        for column in range(result.shape[1]):
            line = result[row, column]
            line[:] = np.float32(0)
            for pair in range(pairs):
                weight = taps[2 * (pairs - 1 - pair) + column % 2]
                from_line = values[row, column // 2 + pair]
                for angle in range(line.shape[0]):
                    line[angle] += weight * from_line[angle]


@compiled(types.void(_CUBE, _TAPS, _CUBE_OUT))
def double_angles(values: Array, taps: Array, result: Array) -> None:
    """Put zeros between the angles, and filter."""
    pairs = taps.shape[0] // 2
    half = (result.shape[2] + 1) // 2
    even = np.empty(half, np.float32)
    odd = np.empty(half, np.float32)
    for row in range(result.shape[0]):
        for column in range(result.shape[1]):
            from_line = values[row, column]
            even[:] = np.float32(0)
            odd[:] = np.float32(0)
            for pair in range(pairs):
                first, second = taps[2 * (pairs - 1 - pair)], taps[2 * (pairs - 1 - pair) + 1]
                for place in range(half):
                    even[place] += first * from_line[place + pair]
                    odd[place] += second * from_line[place + pair]
            line = result[row, column]
            for place in range(half):
                line[2 * place] = even[place]
            for place in range(result.shape[2] // 2):
                line[2 * place + 1] = odd[place]
