"""The compiled search for values that stand out from their neighbourhood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numba.core import types

from daisy_lab.algorithms.ct._compiled import UNIFORM, compiled
from daisy_lab.algorithms.ct.correction._ranks import LANES, select_ranks

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["BRIGHT", "DARK", "clean", "row_length"]

BRIGHT: Final = 1
DARK: Final = 2

_FRAMES = types.Array(types.float32, 3, "C", readonly=True)
_OUT = types.Array(types.float32, 3, "C")
_PLACE = UNIFORM(types.int64, 3)
_LIMITS = UNIFORM(types.float32, 4)
_RANKS = types.Array(types.float32, 2, "C")
_ZERO: Final = np.float32(0)
_SIZES: Final = [
    (UNIFORM(types.float32, planes), UNIFORM(types.float32, size))
    for planes, size in ((3, 3), (5, 5), (1, 3), (1, 5))
]


def row_length(columns: int, reach: int) -> int:
    """Give the length of a padded row: whole vectors may be read from any column on."""
    return -(-columns // LANES) * LANES + 2 * reach


@compiled(types.boolean(types.float32, UNIFORM(types.float32, 5), _LIMITS, types.int64))
def _stands_out(
    value: np.float32, around: tuple[np.float32, ...], limits: tuple[np.float32, ...], kinds: int
) -> bool:
    """Tell whether a value is beyond what its neighbours allow.

    Around are the values above a tenth, half and nine tenths of them, and the least and the largest value of the
    same pixel in the frames before and after; limits are noise levels, noise per distance of tenth and median, the
    least noise, and the least difference.
    """
    low, middle, high, least, most = around
    levels, scale, floor, difference = limits
    above = max(levels * max((middle - low) * scale, floor), difference)
    below = max(levels * max((high - middle) * scale, floor), difference)
    bright = (value - middle > above) & (value - most > above) & ((kinds & BRIGHT) != 0)
    dark = (middle - value > below) & (least - value > below) & ((kinds & DARK) != 0)
    # An infinite value is a missing one.
    return bool((bright | dark) & (value - value == _ZERO))


@compiled(types.void(_FRAMES, _PLACE, UNIFORM(types.int64, 2), types.int32[::1]))
def _count_missing(
    frames: Array, corner: tuple[int, int, int], extent: tuple[int, int], counts: Array
) -> None:
    """Count the values that are not finite in each neighbourhood of a row."""
    planes, size = extent
    counts[:] = 0
    for plane in range(corner[0], corner[0] + planes):
        for row in range(corner[1], corner[1] + size):
            for across in range(size):
                for column in range(len(counts)):
                    value = frames[plane, row, column + across]
                    counts[column] += np.int32(value - value != _ZERO)


@compiled(types.void(_FRAMES, _PLACE, UNIFORM(types.int64, 2), types.float32[::1], _RANKS))
def _rank_finite(
    frames: Array, corner: tuple[int, int, int], extent: tuple[int, int], spare: Array, ranks: Array
) -> None:
    """Rank the finite values of one neighbourhood by insertion."""
    planes, size = extent
    count = 0
    for plane in range(corner[0], corner[0] + planes):
        for row in range(corner[1], corner[1] + size):
            for column in range(corner[2], corner[2] + size):
                value = frames[plane, row, column]
                if value - value != _ZERO:
                    continue
                place = count
                while place > 0 and spare[place - 1] > value:
                    spare[place] = spare[place - 1]
                    place -= 1
                spare[place] = value
                count += 1
    if count:
        half = np.float32(0.5)
        ranks[0, corner[2]] = spare[(count - 1) // 10]
        ranks[1, corner[2]] = half * spare[(count - 1) // 2] + half * spare[count // 2]
        ranks[2, corner[2]] = spare[count - 1 - (count - 1) // 10]


@compiled(UNIFORM(types.float32, 2)(_FRAMES, _PLACE, types.int64))
def _before_and_after(
    frames: Array, place: tuple[int, int, int], planes: int
) -> tuple[np.float32, np.float32]:
    """Give the least and the largest finite value of a pixel in the frames before and after; if none, no limit."""
    least, most = np.float32(np.inf), np.float32(-np.inf)
    if planes > 1:
        for step in (-1, 1):
            value = frames[place[0] + step, place[1], place[2]]
            if value - value == _ZERO:
                least, most = min(least, value), max(most, value)
    return least, most


@compiled(types.void(_FRAMES, types.int64[:, ::1]))
def _find_missing(frames: Array, missing: Array) -> None:
    """Mark the rows in which a value is not finite."""
    for frame in range(frames.shape[0]):
        for row in range(frames.shape[1]):
            rest = _ZERO
            for column in range(frames.shape[2]):
                rest += np.float32(frames[frame, row, column] - frames[frame, row, column] != _ZERO)
            missing[frame, row] = rest != _ZERO


@compiled([types.int64(_FRAMES, _OUT, _LIMITS, types.int64, *sizes) for sizes in _SIZES])
def clean(  # noqa: PLR0917 - numba takes arguments by position
    frames: Array,
    out: Array,
    limits: tuple[np.float32, ...],
    kinds: int,
    planes: tuple[np.float32, ...],
    size: tuple[np.float32, ...],
) -> int:
    """Copy frames with what stands out replaced by the median around it, and count the replaced.

    Parameters
    ----------
    frames
        Frames with their neighbours on every side, (angle, row, column); a row is `row_length` long.
    out
        The frames without the neighbours.
    limits
        Noise levels, noise per distance of tenth and median, least noise, least difference.
    kinds
        BRIGHT, DARK, or their sum.
    planes, size
        As many ones as frames, and as rows and columns, are in a neighbourhood.
    """
    reach, span = len(size) // 2, len(planes) // 2
    count, rows, columns = out.shape
    missing = np.empty(frames.shape[:2], np.int64)
    _find_missing(frames, missing)
    ranks = np.empty((3, -(-columns // LANES) * LANES), np.float32)
    spare = np.empty(len(planes) * len(size) ** 2, np.float32)
    absent, replaced = np.empty(columns, np.int32), 0
    for frame in range(count):
        for row in range(rows):
            corner = frames.ctypes.data + frame * frames.strides[0] + row * frames.strides[1]
            for column in range(0, columns, LANES):
                select_ranks(
                    corner + 4 * column,
                    frames.strides[0],
                    frames.strides[1],
                    ranks.ctypes.data + 4 * column,
                    ranks.strides[0],
                    planes,
                    size,
                )
            if missing[frame : frame + len(planes), row : row + len(size)].any():
                _count_missing(frames, (frame, row, 0), (len(planes), len(size)), absent)
                for hole in np.flatnonzero(absent):
                    _rank_finite(frames, (frame, row, int(hole)), (len(planes), len(size)), spare, ranks)
            for column in range(columns):
                value = frames[frame + span, row + reach, column + reach]
                least, most = _before_and_after(
                    frames, (frame + span, row + reach, column + reach), len(planes)
                )
                around = ranks[0, column], ranks[1, column], ranks[2, column], least, most
                found = _stands_out(value, around, limits, kinds)
                out[frame, row, column] = ranks[1, column] if found else value
                replaced += int(found)
    return replaced
