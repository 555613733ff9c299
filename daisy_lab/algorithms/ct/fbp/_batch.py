"""One batch of rows through the gridding: the buffers, and the order in which the compiled loops go over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab.algorithms.ct.fbp._fourier import transform_columns, transform_rows, transform_views
from daisy_lab.algorithms.ct.fbp._margins import fold
from daisy_lab.algorithms.ct.fbp._simd import LANES, aligned, unit_of
from daisy_lab.algorithms.ct.fbp._spread import MARGIN, spread, store

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.algorithms.ct.fbp._nufft import Grid
    from daisy_lab.vocabulary import Array

__all__ = ["batch_lanes", "project_batch"]

# Bytes of views that are transformed together, and columns of the plane.
_BLOCK: Final = 3 << 19
_COLUMNS: Final = 16


def batch_lanes(rows: int, workers: int) -> int:
    """Give how many rows are computed together: as many as can be, unless threads would be idle."""
    return next((lanes for lanes in LANES if -(-rows // lanes) <= workers), LANES[-1])


def project_batch(  # noqa: PLR0917 - what a batch is made of, in the order of its way
    grid: Grid,
    plane: Array | None,
    read: Callable[[slice, Array], None],
    volume: Array,
    lanes: int,
    flag: Array,
    stop: Callable[[], None],
    phases: Array | None = None,
) -> Array:
    """Fill the slices of one batch.

    Parameters
    ----------
    grid
        What all batches share.
    plane
        What another batch with as many lanes gave, to be used again.
    read
        Called with some views and an array (angle, column, lane) into which their values are to be put.
    volume
        The slices, float32, (row, y, x), not more than there are lanes.
    flag, stop
        The byte that is 1 once the work is to end, and a function that then raises.
    phases
        As `row_phases` gives them for these rows, where each has its own axis.

    Returns
    -------
    plane
        Memory for the next batch.
    """
    if plane is None:
        plane = aligned((grid.cells // 2 + 1 + 2 * MARGIN, grid.cells + 2 * MARGIN, lanes), np.complex64)
    else:
        plane[...] = 0
    # Real parts of all lanes, then their imaginary parts.
    parts = plane.view(np.float32).reshape(*plane.shape[:2], 2, lanes)
    scratch = aligned((2, max(grid.cells, grid.padded // 2), 2, lanes), np.float32)
    count = min(max(1, _BLOCK // (4 * grid.padded * lanes)), len(grid.views))
    padded = aligned((count, grid.padded, lanes), np.float32)
    spectra = aligned((count, grid.padded // 2 + 1, 2, lanes), np.float32)
    # The spectra are twice as large as they should be.
    ramp, unit = grid.ramp / np.float32(2), unit_of(lanes)
    for start in range(0, len(grid.views), count):
        stop()
        views = grid.views[start : start + count]
        read(slice(start, start + len(views)), padded[: len(views)])
        found = spectra[: len(views)]
        transform_views(padded[: len(views)], found, scratch, flag)
        if phases is not None:
            _turn(found, phases)
        spread(found, views, ramp, grid.table, parts, flag, unit)
    stop()
    fold(parts, grid.cells)
    _invert(grid, parts, scratch, volume, flag, stop)
    return plane


def _turn(spectra: Array, phases: Array) -> None:
    """Multiply spectra (angle, frequency, part, lane) by phases (frequency, row)."""
    own = spectra[..., : phases.shape[1]]
    real, imag = own[:, :, 0].copy(), own[:, :, 1].copy()
    own[:, :, 0] = real * phases.real - imag * phases.imag
    own[:, :, 1] = real * phases.imag + imag * phases.real


def _invert(  # noqa: PLR0917 - what the end of a batch needs
    grid: Grid, plane: Array, scratch: Array, volume: Array, flag: Array, stop: Callable[[], None]
) -> None:
    """Transform the half plane into slices: all its rows, then only the columns a slice has."""
    half, left, cells, lanes = grid.cells // 2 + 1, grid.width // 2, grid.cells, plane.shape[3]
    inner = plane[MARGIN : MARGIN + half, MARGIN : MARGIN + cells]
    transform_rows(inner, scratch, flag)
    lines = aligned((_COLUMNS, half, 2, lanes), np.float32)
    for first, last, cell in ((0, left, cells - left), (left, grid.width, 0)):
        for start in range(first, last, _COLUMNS):
            stop()
            end = min(start + _COLUMNS, last)
            part = lines[: end - start]
            transform_columns(inner[:, cell + start - first : cell + end - first], part, scratch, flag)
            store(part, grid.down, grid.across, volume, start, unit_of(lanes))
