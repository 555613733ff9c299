"""The compiled loops of sorting and of the running median; they compare integers that are ordered like the floats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numba.core import types

from daisy_lab.algorithms.ct._compiled import FLAG, compiled
from daisy_lab.algorithms.ct.stripes._lanes import LANES, slide_median

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["median_lines", "sort_lines", "transpose", "unsort_lines"]

_SIDE: Final = 16
"""Of the tiles in which axes are exchanged: as many floats as a cache line holds."""

_BITS = types.Array(types.uint32, 2, "C", readonly=True)
_BITS_OUT = types.Array(types.uint32, 2, "C")
_TILE = types.Array(types.int32, 2, "C")
_ORDER_IN = types.Array(types.int32, 2, "C", readonly=True)
_LINES = types.Array(types.float32, 2, "C", readonly=True)
_LINES_OUT = types.Array(types.float32, 2, "C")
_CUBE = types.Array(types.int32, 3, "C", readonly=True)
_CUBE_OUT = types.Array(types.int32, 3, "C")
_PLACES = types.Array(types.int32, 1, "C", readonly=True)
_ANY_IN = types.Array(types.float32, 2, "A", readonly=True)
_ANY_OUT = types.Array(types.float32, 2, "A")


def sort_lines(lines: Array, values: Array, order: Array, flag: Array) -> None:
    """Sort each line; return early once `flag` is 1.

    Parameters
    ----------
    lines
        Finite values, float32, (line, angle).
    values
        Filled with the values in ascending order.
    order
        Filled with the angle that each value came from, int32.
    flag
        One byte, polled between two lines.
    """
    _radix_sort(lines.view(np.uint32), values.view(np.uint32), order, flag)


def median_lines(values: Array, source: Array, smooth: Array, flag: Array) -> None:
    """Take the running median across the columns; return early once `flag` is 1.

    Parameters
    ----------
    values
        Finite values, float32, (row, column, rank).
    source
        The columns that the window meets on its way, int32, one less than a window longer than the columns.
    smooth
        Filled with the medians.
    flag
        One byte, polled between two blocks of ranks.
    """
    _medians(values.view(np.int32), source, smooth.view(np.int32), flag)


@compiled(types.void(_BITS, _BITS_OUT, _TILE, FLAG))
def _radix_sort(lines: Array, values: Array, order: Array, flag: Array) -> None:
    """Sort by the four bytes of a key, the least significant first; each line keeps equal values in order."""
    length = lines.shape[1]
    here = np.empty(length, np.uint64)
    there = np.empty(length, np.uint64)
    counts = np.empty((4, 256), np.int64)
    sign = np.uint32(0x80000000)
    for line in range(lines.shape[0]):
        if flag[0]:
            return
        counts[:] = 0
        for i in range(length):
            bits = lines[line, i]
            # The bits of a negative float are ordered the other way round.
            key = ~bits if bits & sign else bits | sign
            here[i] = (np.uint64(key) << np.uint64(32)) | np.uint64(i)
            counts[0, key & np.uint32(255)] += 1
            counts[1, (key >> np.uint32(8)) & np.uint32(255)] += 1
            counts[2, (key >> np.uint32(16)) & np.uint32(255)] += 1
            counts[3, key >> np.uint32(24)] += 1
        for byte in range(4):
            shift = np.uint64(32 + 8 * byte)
            if counts[byte, (here[0] >> shift) & np.uint64(255)] == length:
                continue
            total = 0
            for digit in range(256):
                count = counts[byte, digit]
                counts[byte, digit] = total
                total += count
            for i in range(length):
                digit = (here[i] >> shift) & np.uint64(255)
                there[counts[byte, digit]] = here[i]
                counts[byte, digit] += 1
            here, there = there, here
        for i in range(length):
            key = np.uint32(here[i] >> np.uint64(32))
            values[line, i] = key ^ sign if key & sign else ~key
            order[line, i] = np.int32(here[i] & np.uint64(0xFFFFFFFF))


@compiled(types.void(_LINES, _ORDER_IN, _LINES_OUT))
def unsort_lines(values: Array, order: Array, lines: Array) -> None:
    """Put each value back to the angle in `order`."""
    for line in range(values.shape[0]):
        for i in range(values.shape[1]):
            lines[line, order[line, i]] = values[line, i]


@compiled(types.void(_TILE, types.int64, _TILE))
def _begin(lines: Array, size: int, state: Array) -> None:
    """Fill the state of each lane: the first window's median, and how many of its values are below, or not above."""
    for lane in range(LANES):
        window = lines[:size, lane].copy()
        median = np.sort(window)[size // 2]
        state[:, lane] = 0
        state[0, lane] = median
        for value in window:
            state[1, lane] += np.int32(value < median)
            state[2, lane] += np.int32(value <= median)


@compiled(types.void(_CUBE, _PLACES, _CUBE_OUT, FLAG))
def _medians(values: Array, source: Array, smooth: Array, flag: Array) -> None:
    rows, columns, ranks = values.shape
    size = source.shape[0] - columns + 1
    lines = np.zeros((source.shape[0], LANES), np.int32)
    medians = np.empty((columns, LANES), np.int32)
    state = np.empty((3, LANES), np.int32)
    most = np.int32(0x7FFFFFFF)
    for row in range(rows):
        for first in range(0, ranks, LANES):
            if flag[0]:
                return
            count = min(LANES, ranks - first)
            for place in range(source.shape[0]):
                for lane in range(count):
                    bits = values[row, source[place], first + lane]
                    lines[place, lane] = bits ^ ((bits >> np.int32(31)) & most)
            _begin(lines, size, state)
            medians[0] = state[0]
            slide_median(lines.ctypes.data, size, columns, state.ctypes.data, medians.ctypes.data)
            for column in range(columns):
                for lane in range(count):
                    key = medians[column, lane]
                    smooth[row, column, first + lane] = key ^ ((key >> np.int32(31)) & most)


@compiled(types.void(_ANY_IN, _ANY_OUT))
def transpose(source: Array, target: Array) -> None:
    """Fill `target` with `source`, axes swapped, in tiles that stay in the cache."""
    height, width = source.shape
    for top in range(0, height, _SIDE):
        for left in range(0, width, _SIDE):
            for x in range(left, min(left + _SIDE, width)):
                for y in range(top, min(top + _SIDE, height)):
                    target[x, y] = source[y, x]
