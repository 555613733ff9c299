"""The compiled pass over counts: one reading and one writing per value, and nothing in between in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numba.core import types

from daisy_lab.algorithms.ct._compiled import UNIFORM, compiled
from daisy_lab.algorithms.ct.correction._natural_log import natural_log

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["READ", "absorb", "correct"]

READ: Final = (np.dtype(np.uint16).str, np.dtype(np.float32).str)
"""Number types that the loop reads; others are cast block by block."""

_LINE = types.Array(types.float32, 1, "C", readonly=True)
_PIXELS = types.Array(types.float32, 2, "C", readonly=True)
_OUT = types.Array(types.float32, 3, "C")
_PAIR = UNIFORM(types.int64, 2)
_NAN: Final = np.float32(np.nan)
_ZERO: Final = np.float32(0)


def _row_of(counted: types.Type) -> object:
    line = types.Array(counted, 1, "C", readonly=True)
    return _PAIR(line, _LINE, _LINE, types.float32, types.Array(types.float32, 1, "C"))


@compiled([_row_of(kind) for kind in (types.uint16, types.float32)])
def _transmit_row(
    counts: Array, offset: Array, beam: Array, _floor: np.float32, out: Array
) -> tuple[int, int]:
    missing = np.int32(0)
    for column in range(len(counts)):
        count = np.float32(counts[column])
        missing += np.int32(count - count != _ZERO)
        out[column] = (count - offset[column]) / beam[column]
    return int(missing), 0


@compiled([_row_of(kind) for kind in (types.uint16, types.float32)])
def _absorb_row(counts: Array, offset: Array, beam: Array, floor: np.float32, out: Array) -> tuple[int, int]:
    missing, dark = np.int32(0), np.int32(0)
    for column in range(len(counts)):
        count = np.float32(counts[column])
        missing += np.int32(count - count != _ZERO)
        value = (count - offset[column]) / beam[column]
        finite = value - value == _ZERO
        low = value < floor
        dark += np.int32(low & finite)
        out[column] = -natural_log(floor if low else value) if finite else _NAN
    return int(missing), int(dark)


def _correct_of(counted: types.Type) -> object:
    counts = types.Array(counted, 3, "C", readonly=True)
    return _PAIR(counts, _PAIR, _PIXELS, _PIXELS, _PIXELS, _LINE, types.float32, _OUT, _PAIR, _PAIR)


@compiled([_correct_of(kind) for kind in (types.uint16, types.float32)])
def correct(  # noqa: PLR0913, PLR0917 - numba takes arguments by position
    counts: Array,
    start: tuple[int, int],
    offset: Array,
    beam: Array,
    slope: Array,
    share: Array,
    floor: np.float32,
    out: Array,
    frames: tuple[int, int],
    rows: tuple[int, int],
) -> tuple[int, int]:
    """Fill a block of frames and rows; give how many counts are not finite, and how many values are too dark.

    Parameters
    ----------
    counts
        Frames as counted, (angle, row, column).
    start
        Frame and row of `counts` that the block begins with.
    offset
        What is taken off, (row, column).
    beam
        What it is then divided by, (row, column); NaN where a pixel is dead.
    slope
        What `share` of is added to the beam, (row, column); of no length if it does not change.
    share
        Part of the slope at each frame, (angle,).
    floor
        Transmission that stands for everything darker; the logarithm is taken if it is above 0.
    out
        Transmission or absorption, (angle, row, column).
    frames, rows
        First and last but one of `out`.
    """
    missing, dark = 0, 0
    drifting = np.empty(out.shape[2], np.float32)
    for row in range(rows[0], rows[1]):
        row_from = start[1] + row - rows[0]
        for frame in range(frames[0], frames[1]):
            line = beam[row]
            if len(slope):
                part = share[frame]
                for column in range(len(drifting)):
                    drifting[column] = beam[row, column] + part * slope[row, column]
                line = drifting
            source = counts[start[0] + frame - frames[0], row_from]
            if floor > 0:
                found = _absorb_row(source, offset[row], line, floor, out[frame, row])
            else:
                found = _transmit_row(source, offset[row], line, floor, out[frame, row])
            missing += found[0]
            dark += found[1]
    return missing, dark


@compiled(types.int64(_LINE, types.float32, types.Array(types.float32, 1, "C")))
def absorb(transmission: Array, floor: np.float32, out: Array) -> int:
    """Fill `out` with -log(transmission), NaN where that is not finite, and count what is too dark.

    The same operations, and so the same bits, as in `correct`.
    """
    dark = np.int32(0)
    for place in range(len(transmission)):
        value = transmission[place]
        finite = value - value == _ZERO
        low = value < floor
        dark += np.int32(low & finite)
        out[place] = -natural_log(floor if low else value) if finite else _NAN
    return int(dark)
