"""The compiled loop of the projector: the transpose of `spread`, sample by sample, for all slices of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numba.core import types

from daisy_lab.algorithms.ct._compiled import FLAG, UNIFORM, compiled
from daisy_lab.algorithms.ct.fbp import LANES, MARGIN, TABLE_ROWS, TAPS
from daisy_lab.algorithms.ct.iterative._vectors import gather_sample

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["gather"]

_NUMBERS = types.Array(types.float32, 1, "C", readonly=True)
_SPECTRA = types.Array(types.complex64, 3, "C")
_GRID = types.Array(types.complex64, 3, "C", readonly=True)
_VIEWS = types.Array(types.float64, 2, "C", readonly=True)
_TABLE = types.Array(types.float32, 2, "C", readonly=True)
_UNITS: Final = [UNIFORM(types.float32, lanes) for lanes in LANES]
_ONE: Final = 2.0**32
_ROW_BITS: Final = TABLE_ROWS.bit_length() - 1
_REST: Final = 32 - _ROW_BITS
_PART: Final = np.float32(2.0**-_REST)


@compiled([types.void(_SPECTRA, _VIEWS, _NUMBERS, _TABLE, _GRID, FLAG, unit) for unit in _UNITS])
def gather(  # noqa: PLR0917 - numba takes arguments by position
    spectra: Array,
    views: Array,
    response: Array,
    table: Array,
    grid: Array,
    flag: Array,
    unit: tuple[float, ...],
) -> None:
    """Fill the spectra of views, (angle, frequency, lane), from the grid; return early once `flag` is 1.

    Parameters
    ----------
    spectra
        Where the transformed views go.
    views, table, grid
        As `spread` takes them; the margins of the grid repeat what lies opposite.
    response
        What each frequency is multiplied by, (frequency,).
    unit
        As many ones as there are lanes: its type picks the vector length.
    """
    cell_bytes = grid.shape[2] * 8
    line_bytes = grid.shape[1] * cell_bytes
    row_bytes = table.shape[1] * 4
    cells, weights, values = grid.ctypes.data, table.ctypes.data, spectra.ctypes.data
    first = TAPS / 2 - 1
    for view in range(spectra.shape[0]):
        if flag[0]:
            return
        # Places in fixed point as in `spread`: the same cells and the same weights.
        x = np.int64((grid.shape[1] // 2 - first) * _ONE)
        y = np.int64((MARGIN - first) * _ONE)
        move_x = np.int64(np.rint(views[view, 0] * _ONE))
        move_y = np.int64(np.rint(views[view, 1] * _ONE))
        turn_real, turn_imag = np.cos(views[view, 2]), np.sin(views[view, 2])
        real, imag = views[view, 3], 0.0
        sign = np.float32(views[view, 4])
        value = values + view * spectra.shape[1] * cell_bytes
        for frequency in range(spectra.shape[1]):
            a = np.float32(real) * response[frequency]
            b = np.float32(imag) * response[frequency]
            gather_sample(
                cells + (y >> 32) * line_bytes + (x >> 32) * cell_bytes,
                line_bytes,
                value,
                (a, sign * a),
                (sign * b, -b),
                weights + ((x >> _REST) & (TABLE_ROWS - 1)) * row_bytes,
                np.float32(np.int32(x & ((1 << _REST) - 1))) * _PART,
                weights + ((y >> _REST) & (TABLE_ROWS - 1)) * row_bytes,
                np.float32(np.int32(y & ((1 << _REST) - 1))) * _PART,
                unit,
            )
            real, imag = real * turn_real - imag * turn_imag, real * turn_imag + imag * turn_real
            value += cell_bytes
            x += move_x
            y += move_y
