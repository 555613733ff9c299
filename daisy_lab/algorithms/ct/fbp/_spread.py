"""The compiled loops of the gridding reconstruction: load, spread and store for all slices of a batch at once.

The slices of a batch are the fastest axis, so that one weight serves a whole vector register. A slice has the same
bits in any company.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numba.core import types
from numba.extending import register_jitable

from daisy_lab.algorithms.ct._compiled import FLAG, UNIFORM, compiled
from daisy_lab.algorithms.ct.fbp._simd import LANES
from daisy_lab.algorithms.ct.fbp._vectors import TAPS, prefetch, spread_sample, transpose_tile

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["MARGIN", "TABLE_ROWS", "load", "spread", "store"]

TABLE_ROWS: Final = 256
"""Places of a sample between two cells that are tabulated; those between are interpolated."""

MARGIN: Final = 3
"""Cells around the half plane into which samples at its edges spread; folded back afterwards."""

_ROW_BITS: Final = 8


_NUMBERS = types.Array(types.float32, 1, "C", readonly=True)
_SPECTRA = types.Array(types.float32, 4, "C", readonly=True)
_GRID = types.Array(types.float32, 4, "C")
_VIEWS = types.Array(types.float64, 2, "C", readonly=True)
_TABLE = types.Array(types.float32, 2, "C", readonly=True)
_PADDED = types.Array(types.float32, 3, "C")
_UNITS: Final = [UNIFORM(types.float32, lanes) for lanes in LANES]
_ONE: Final = 2.0**32
# Cells from the first one that a sample reaches to the one before it.
_FIRST: Final = TAPS / 2 - 1
_REST: Final = 32 - _ROW_BITS
_PART: Final = np.float32(2.0**-_REST)
# Samples from the one whose cells are fetched to the one at work: the time that the next cache but one takes.
_AHEAD: Final = 8


@register_jitable
def _leading_edge(move_x: np.int64, move_y: np.int64, line_bytes: int, cell_bytes: int) -> tuple[int, int]:
    """Tell where, from the first cell of a sample, the cells lie that the one before did not reach, and their step."""
    if abs(move_x) < move_y:
        return (TAPS - 1) * line_bytes, cell_bytes
    return (TAPS - 1) * cell_bytes if move_x > 0 else 0, line_bytes


@compiled([types.void(_SPECTRA, _VIEWS, _NUMBERS, _TABLE, _GRID, FLAG, unit) for unit in _UNITS])
def spread(  # noqa: PLR0917 - numba takes arguments by position
    spectra: Array,
    views: Array,
    ramp: Array,
    table: Array,
    grid: Array,
    flag: Array,
    unit: tuple[float, ...],
) -> None:
    """Filter, weigh and shift the spectra of views, and add them to the grid; return early once `flag` is 1.

    Parameters
    ----------
    spectra, ramp
        Transformed views, (angle, frequency, part, lane), and the filter, (frequency,).
    views
        For each view: cells per frequency across and down, phase per frequency in rad, weight, and -1 where
        the opposite half of the line lies in the half plane, else 1.
    table
        Weights of the cells and their differences, (TABLE_ROWS, 16), aligned.
    grid
        Half plane with margins, (down, across, part, lane), aligned; frequency zero is at row MARGIN, in the middle.
    unit
        As many ones as there are lanes: its type picks the vector length.
    """
    cell_bytes, row_bytes = grid.shape[3] * 8, table.shape[1] * 4
    line_bytes = grid.shape[1] * cell_bytes
    cells, weights, values = grid.ctypes.data, table.ctypes.data, spectra.ctypes.data
    for view in range(spectra.shape[0]):
        if flag[0]:
            return
        # Places in fixed point, 32 bits after the point: exact steps, and no rounding of floats.
        x = np.int64((grid.shape[1] // 2 - _FIRST) * _ONE)
        y = np.int64((MARGIN - _FIRST) * _ONE)
        move_x = np.int64(np.rint(views[view, 0] * _ONE))
        move_y = np.int64(np.rint(views[view, 1] * _ONE))
        turn_real, turn_imag = np.cos(views[view, 2]), np.sin(views[view, 2])
        real, imag = views[view, 3], 0.0
        sign = np.float32(views[view, 4])
        value = values + view * spectra.shape[1] * cell_bytes
        edge, along = _leading_edge(move_x, move_y, line_bytes, cell_bytes)
        for frequency in range(spectra.shape[1]):
            ahead = ((y + _AHEAD * move_y) >> 32) * line_bytes + ((x + _AHEAD * move_x) >> 32) * cell_bytes
            prefetch(cells + ahead + edge, along)
            filtered = ramp[frequency]
            spread_sample(
                cells + (y >> 32) * line_bytes + (x >> 32) * cell_bytes,
                line_bytes,
                value,
                (np.float32(real) * filtered, np.float32(imag) * filtered),
                sign,
                weights + ((x >> _REST) & (TABLE_ROWS - 1)) * row_bytes,
                np.float32(np.int32(x & ((1 << _REST) - 1))) * _PART,
                weights + ((y >> _REST) & (TABLE_ROWS - 1)) * row_bytes,
                np.float32(np.int32(y & ((1 << _REST) - 1))) * _PART,
                unit,
            )
            real, imag = real * turn_real - imag * turn_imag, real * turn_imag + imag * turn_real
            value, x, y = value + cell_bytes, x + move_x, y + move_y


_BLOCK = types.Array(types.float32, 3, "A", readonly=True)
_LINES = types.Array(types.float32, 4, "C", readonly=True)
_VOLUME = types.Array(types.float32, 3, "C")


@compiled([types.void(_BLOCK, _PADDED, types.int64[::1], unit) for unit in _UNITS])
def load(block: Array, padded: Array, bad: Array, unit: tuple[float, ...]) -> None:
    """Copy a block (angle, row, column), its columns side by side, into the zero-padded (angle, column, lane).

    `bad`, (row,), counts views of a row in which a value is not finite; what these give is of no use. `unit` is
    as many ones as there are lanes.
    """
    views, rows, width = block.shape
    lanes = len(unit)
    ones = np.ones(lanes, np.float32)
    whole = width // lanes * lanes if rows == lanes else 0
    for view in range(views):
        rest = np.float32(0)
        source = block.ctypes.data + view * block.strides[0]
        target = padded.ctypes.data + view * padded.strides[0]
        for column in range(0, whole, lanes):
            rest += transpose_tile(
                source + 4 * column,
                block.strides[1],
                target + column * 4 * lanes,
                4 * lanes,
                ones.ctypes.data,
                np.float32(1),
                unit,
            )
        for row in range(rows):
            for column in range(whole, width):
                number = block[view, row, column]
                rest += number - number
                padded[view, column, row] = number
        if rest != 0:
            for row in range(rows):
                if not np.isfinite(block[view, row]).all():
                    bad[row] += 1
                    padded[view, :, row] = 0


@compiled([types.void(_LINES, _NUMBERS, _NUMBERS, _VOLUME, types.int64, unit) for unit in _UNITS])
def store(  # noqa: PLR0917 - numba takes arguments by position
    lines: Array, down: Array, across: Array, volume: Array, left: int, unit: tuple[float, ...]
) -> None:
    """Write transformed columns (column, cell pair, part, lane) into slices (row, y, x) from column `left` on.

    Line y of a slice is cell `middle - y`, around the end of the axis, as y counts downwards; `down` and
    `across` are what lines and columns are multiplied by, the former in the order of y.
    """
    rows, height, _width = volume.shape
    columns, cells = lines.shape[0], 2 * (lines.shape[1] - 1)
    lanes = len(unit)
    middle = height - 1 - height // 2
    whole = columns // lanes * lanes if rows == lanes else 0
    for y in range(height):
        cell = middle - y
        if cell < 0:
            cell += cells
        source = lines.ctypes.data + cell * 4 * lanes
        target = volume.ctypes.data + y * volume.strides[1] + 4 * left
        for column in range(0, whole, lanes):
            transpose_tile(
                source + column * lines.strides[0],
                lines.strides[0],
                target + 4 * column,
                volume.strides[0],
                across.ctypes.data + 4 * (left + column),
                down[y],
                unit,
            )
        for row in range(rows):
            for column in range(whole, columns):
                number = lines[column, cell // 2, cell % 2, row]
                volume[row, y, left + column] = number * (down[y] * across[left + column])
