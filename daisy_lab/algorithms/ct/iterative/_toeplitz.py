"""Projection followed by back-projection as one convolution: all that some methods need of the geometry.

What a pixel receives from another one through all views depends on the distance of both alone. With that table of
distances, transformed once, `A'A x` is a product in Fourier space: no views, no gridding, and a time that does not
grow with their number (J. A. Fessler et al., IEEE Trans. Signal Process. 53, 3393 (2005)). It holds where no view is
cut off, so for pixels in the circle that every view sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.fft
from numba.core import types

from daisy_lab._algorithm import cancel_flag, check_cancelled
from daisy_lab._arrays import companion, namespace, on_host
from daisy_lab.algorithms.ct._compiled import FLAG, compiled
from daisy_lab.algorithms.ct.fbp import FINE, MARGIN, TABLE_ROWS, TAPS, WEIGHTS, fold, plan_grid

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.iterative._pair import Pair
    from daisy_lab.vocabulary import Array

__all__ = ["convolve", "transfer"]

# Columns and lines that are transformed together: they stay in the second-level cache.
_COLUMNS: Final = 32
_LINES: Final = 64

_NUMBERS = types.Array(types.float32, 1, "C", readonly=True)
_VIEWS = types.Array(types.float64, 2, "C", readonly=True)
_TABLE = types.Array(types.float32, 2, "C", readonly=True)
_ONE: Final = 2.0**32
_ROW_BITS: Final = TABLE_ROWS.bit_length() - 1
_REST: Final = 32 - _ROW_BITS
_PART: Final = 2.0**-_REST


@compiled(types.void(_VIEWS, _NUMBERS, _TABLE, types.float32[:, ::1], FLAG))
def spread_ones(views: Array, response: Array, table: Array, plane: Array, flag: Array) -> None:
    """Add the same real spectrum, `response`, along every view to a real half plane; as `spread` does for slices."""
    first = TAPS / 2 - 1
    columns = np.empty(TAPS, np.float32)
    for view in range(views.shape[0]):
        if flag[0]:
            return
        x = np.int64((plane.shape[1] // 2 - first) * _ONE)
        y = np.int64((MARGIN - first) * _ONE)
        move_x = np.int64(np.rint(views[view, 0] * _ONE))
        move_y = np.int64(np.rint(views[view, 1] * _ONE))
        for frequency in range(response.shape[0]):
            row = (x >> _REST) & (TABLE_ROWS - 1)
            part = np.float32((x & ((1 << _REST) - 1)) * _PART)
            for tap in range(TAPS):
                columns[tap] = table[row, tap] + part * table[row, WEIGHTS + tap]
            row = (y >> _REST) & (TABLE_ROWS - 1)
            part = np.float32((y & ((1 << _REST) - 1)) * _PART)
            left = x >> 32
            for tap in range(TAPS):
                line = plane[(y >> 32) + tap]
                value = response[frequency] * (table[row, tap] + part * table[row, WEIGHTS + tap])
                for cell in range(TAPS):
                    line[left + cell] += value * columns[cell]
            x += move_x
            y += move_y


def transfer(theta: Array, pair: Pair) -> Array:
    """Give the Fourier transform of what two pixels share, by their distance.

    It is worked out from the angles alone, on this computer, and serves all rows.

    Parameters
    ----------
    theta
        Projection angles, rad, float64.
    pair
        The pair for these angles.

    Returns
    -------
    transfer
        float32, (frequency down, frequency across), the latter without its negative half.
    """
    length = _length(pair.grid.width)
    grid = plan_grid(
        theta, np.ones(len(theta)), length, 0.0, "none", padded=pair.grid.padded, oversampling=FINE
    )
    half, cells = grid.cells // 2 + 1, grid.cells
    plane = np.zeros((half + 2 * MARGIN, cells + 2 * MARGIN), np.float32)
    spread_ones(grid.views, pair.grid.ramp, grid.table, plane, cancel_flag())
    check_cancelled()
    fold(plane, cells)
    inner = plane[MARGIN : MARGIN + half, MARGIN : MARGIN + cells]
    # The sign undoes that frequency zero across is in the middle.
    across = grid.across[length // 2 - np.arange(length // 2 + 1)]
    lines = np.empty((half, length // 2 + 1), np.complex64)
    for start in range(0, half, _LINES):
        check_cancelled()
        done = scipy.fft.rfft(inner[start : start + _LINES], axis=1)[:, : length // 2 + 1]
        np.conj(done, out=lines[start : start + _LINES])
    distance = np.arange(length) - length // 2
    down = np.abs(grid.across[length // 2 - np.abs(distance)])[:, np.newaxis]
    out = np.empty((length, length // 2 + 1), np.complex64)
    for start in range(0, out.shape[1], _COLUMNS):
        check_cancelled()
        part = slice(start, start + _COLUMNS)
        shared = scipy.fft.irfft(lines[:, part], cells, axis=0, norm="forward")[-distance]
        shared *= down * across[part]
        out[:, part] = scipy.fft.fft(np.roll(shared, -(length // 2), axis=0), axis=0)
    return _across(out, length)


def convolve(image: Array, table: Array) -> Array:
    """Project a slice (y, x) and back-project it, on the device on which it lies; float32."""
    width, length = image.shape[0], table.shape[0]
    xp, fft = namespace(image), companion(image, "fft")
    columns = _COLUMNS if on_host(image) else table.shape[1]
    # Lines beyond the slice are zero on the way there and of no use on the way back: they are left out.
    spectrum = fft.rfft(image, length, axis=1)
    check_cancelled()
    for start in range(0, spectrum.shape[1], columns):
        part = slice(start, start + columns)
        done = fft.fft(spectrum[:, part], length, axis=0, overwrite_x=True)
        done *= table[:, part]
        spectrum[:, part] = fft.ifft(done, axis=0, overwrite_x=True)[:width]
    check_cancelled()
    found: Array = xp.ascontiguousarray(fft.irfft(spectrum, length, axis=1, overwrite_x=True)[:, :width])
    return found


def _length(width: int) -> int:
    """Give an even length that transforms fast and holds every distance of two pixels."""
    return 2 * int(scipy.fft.next_fast_len(max(width, 1), real=True))


def _across(lines: Array, length: int) -> Array:
    """Transform along the distances across, of which those to the left are the conjugate opposite."""
    table = np.empty((length, length // 2 + 1), np.float32)
    for start in range(0, length, _LINES):
        check_cancelled()
        part = slice(start, start + _LINES)
        table[part] = scipy.fft.hfft(lines[part], length, axis=1)[:, : length // 2 + 1]
    return table
