"""Filtered back-projection of many rows at once by gridding: the mathematics and the buffers.

By the Fourier slice theorem the filtered spectrum of a view is a line through the origin of the slice's spectrum.
Summing the views is therefore one non-uniform Fourier transform (type 1), evaluated with a short smooth kernel, an
FFT and a division by the kernel's own transform (J. A. Fessler and B. P. Sutton, IEEE Trans. Signal Process. 51, 560
(2003); A. H. Barnett et al., SIAM J. Sci. Comput. 41, C479 (2019)). Between detector columns a view is interpolated
by its trigonometric series, not linearly; the filter fades towards the highest frequency instead.

Slices are real, so only half of the plane is filled: a sample in the other half is replaced by its conjugate
opposite, and what spreads over the edge is folded back. The rotation axis and the half pixel between the middle of a
slice and a pixel are phases of the views.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, pi
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.fft
import scipy.special

from daisy_lab.algorithms.ct.fbp._fourier import transform_columns, transform_rows, transform_views
from daisy_lab.algorithms.ct.fbp._ramp import fade, is_none, spectrum
from daisy_lab.algorithms.ct.fbp._simd import LANES, unit_of
from daisy_lab.algorithms.ct.fbp._spread import MARGIN, TABLE_ROWS, spread, store
from daisy_lab.algorithms.ct.fbp._vectors import TAPS, WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.vocabulary import Array

__all__ = ["Grid", "batch_lanes", "padded_length", "plan_grid", "project_batch", "row_phases"]

_OVERSAMPLING: Final = 1.4
_UNIT: Final = 16
# Bytes of views that are transformed together, and of grid lines.
_BLOCK: Final = 3 << 19
_COLUMNS: Final = 16
_ALIGNMENT: Final = 64


@dataclass(frozen=True, eq=False)
class Grid:
    """What all batches share: the places of the samples, the filter and the kernel."""

    width: int
    padded: int
    cells: int
    """Cells along each axis of the whole plane."""
    views: Array
    """As `spread` takes them, float64, (angle, 5)."""
    ramp: Array
    table: Array
    down: Array
    """What line y of a slice is multiplied by to undo the kernel, float32."""
    across: Array


def padded_length(width: int, center: float) -> int:
    """Give the length to which views are padded.

    Filtered views are not zero outside the detector. No two columns are confused, and inside the circle of a slice
    the filter is exact: its period is twice the largest distance there. In the corners, where part of the views
    sees nothing, the far end of the filter is folded (below 0.2 % of a value that fills the field).
    """
    return _fast_length(2 * (max(center, width - 1 - center) + (width - 1) / 2 + 1), 4)


def plan_grid(
    theta: Array, weights: Array, width: int, center: float, window: str | Array, *, padded: int = 0
) -> Grid:
    """Work out what all batches share.

    Parameters
    ----------
    theta, weights
        Angles and the share of the half circle each one stands for, rad, float64.
    width
        Detector columns; a slice has as many pixels along x and y.
    center
        Column of the rotation axis, 0 is the middle of the first column.
    window
        Name of the filter, `none` for back-projection alone; or the values of a window on the ramp.
    padded
        Length of the padded views, where rows with an axis of their own share a grid for the axis at 0.
    """
    padded = padded or padded_length(width, center)
    cells = _fast_length(_OVERSAMPLING * width, _UNIT)
    cosine, sine = np.cos(theta), np.sin(theta)
    sign = np.where(sine < 0, -1.0, 1.0)
    half = width // 2 - (width - 1) / 2
    scale = cells / padded
    views = np.stack(
        [
            sign * cosine * scale,
            np.abs(sine) * scale,
            (2 * pi / padded) * (center + half * (cosine + sine)),
            weights,
            sign,
        ],
        axis=1,
    )
    ramp = spectrum(padded, window) / np.float32(padded)
    if not is_none(window):
        ramp *= fade(padded)
    # The opposite of these two is the sample itself.
    ramp[[0, -1]] /= 2
    column = np.arange(width) - width // 2
    # Lines count downwards, cells upwards.
    line = column[::-1]
    return Grid(
        width=width,
        padded=padded,
        cells=cells,
        views=np.ascontiguousarray(views),
        ramp=ramp.astype(np.float32),
        table=_table(),
        down=(1 / _kernel_transform(line / cells)).astype(np.float32),
        across=(np.where(column % 2, -1, 1) / _kernel_transform(column / cells)).astype(np.float32),
    )


def row_phases(grid: Grid, centers: Array) -> Array:
    """Give what spectra (angle, frequency, row) are multiplied by to move each row's axis to 0.

    Parameters
    ----------
    grid
        The grid, planned for the axis at 0.
    centers
        Column of each row's rotation axis.

    Returns
    -------
    phases
        complex64, (frequency, row).
    """
    frequency = np.arange(grid.padded // 2 + 1)[:, np.newaxis]
    turns = (2 * pi / grid.padded) * (frequency * np.asarray(centers, np.float64))
    return np.asarray(np.exp(1j * turns), np.complex64)


def _fast_length(least: float, unit: int) -> int:
    """Give a length that transforms fast: a multiple of the unit with the factors 2, 3 and 5 alone."""
    return unit * int(scipy.fft.next_fast_len(ceil(least / unit), real=True))


_SHAPE: Final = pi * np.sqrt((TAPS / _OVERSAMPLING * (_OVERSAMPLING - 0.5)) ** 2 - 0.8)


def _kernel(distance: Array) -> Array:
    """Give the Kaiser-Bessel kernel at distances in cells (its shape: P. J. Beatty et al., IEEE TMI 24, 799)."""
    inside = np.clip(1 - (2 * distance / TAPS) ** 2, 0, None)
    value = scipy.special.i0(_SHAPE * np.sqrt(inside)) / scipy.special.i0(_SHAPE)
    return np.where(np.abs(distance) <= TAPS / 2, value, 0.0)


def _kernel_transform(place: Array) -> Array:
    """Give the Fourier transform of the kernel at places in parts of the grid."""
    root = np.sqrt(_SHAPE**2 - (pi * TAPS * place) ** 2 + 0j)
    return np.asarray((TAPS * np.sinh(root) / root).real / scipy.special.i0(_SHAPE))


def _table() -> Array:
    """Give the weights of the cells a sample reaches, and their differences to the next row."""
    fraction = np.arange(TABLE_ROWS + 1)[:, np.newaxis] / TABLE_ROWS
    weights = _kernel(np.arange(TAPS) - (TAPS / 2 - 1) - fraction)
    table = _aligned((TABLE_ROWS, 2 * WEIGHTS), np.float32)
    table[:, :TAPS] = weights[:-1]
    table[:, WEIGHTS : WEIGHTS + TAPS] = np.diff(weights, axis=0)
    return table


def _aligned(shape: tuple[int, ...], dtype: type[np.generic]) -> Array:
    """Give zeros that begin at a cache line."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.zeros(size + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    return memory[start : start + size].view(dtype).reshape(shape)


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
        plane = _aligned((grid.cells // 2 + 1 + 2 * MARGIN, grid.cells + 2 * MARGIN, lanes), np.complex64)
    else:
        plane[...] = 0
    # Real parts of all lanes, then their imaginary parts.
    parts = plane.view(np.float32).reshape(*plane.shape[:2], 2, lanes)
    scratch = _aligned((2, max(grid.cells, grid.padded // 2), 2, lanes), np.float32)
    count = min(max(1, _BLOCK // (4 * grid.padded * lanes)), len(grid.views))
    padded = _aligned((count, grid.padded, lanes), np.float32)
    spectra = _aligned((count, grid.padded // 2 + 1, 2, lanes), np.float32)
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
    _fold(parts, grid.cells)
    _invert(grid, parts, scratch, volume, flag, stop)
    return plane


def _turn(spectra: Array, phases: Array) -> None:
    """Multiply spectra (angle, frequency, part, lane) by phases (frequency, row)."""
    own = spectra[..., : phases.shape[1]]
    real, imag = own[:, :, 0].copy(), own[:, :, 1].copy()
    own[:, :, 0] = real * phases.real - imag * phases.imag
    own[:, :, 1] = real * phases.imag + imag * phases.real


def _fold(plane: Array, cells: int) -> None:
    """Bring what lies in the margins where it belongs: around the row, or to its conjugate opposite."""
    plane[:, cells : cells + MARGIN] += plane[:, :MARGIN]
    plane[:, MARGIN : 2 * MARGIN] += plane[:, cells + MARGIN :]
    inner = plane[:, MARGIN : MARGIN + cells]
    opposite = -np.arange(cells) % cells
    conjugate = np.array([[1], [-1]], np.float32)
    for edge in (MARGIN, MARGIN + cells // 2):
        beyond = {step: inner[edge + step, opposite] * conjugate for step in range(-MARGIN, MARGIN + 1)}
        outward = -1 if edge == MARGIN else 1
        for step in range(MARGIN + 1):
            inner[edge - outward * step] += beyond[outward * step]


def _invert(  # noqa: PLR0917 - what the end of a batch needs
    grid: Grid, plane: Array, scratch: Array, volume: Array, flag: Array, stop: Callable[[], None]
) -> None:
    """Transform the half plane into slices: all its rows, then only the columns a slice has."""
    half, left, cells, lanes = grid.cells // 2 + 1, grid.width // 2, grid.cells, plane.shape[3]
    inner = plane[MARGIN : MARGIN + half, MARGIN : MARGIN + cells]
    transform_rows(inner, scratch, flag)
    lines = _aligned((_COLUMNS, half, 2, lanes), np.float32)
    for first, last, cell in ((0, left, cells - left), (left, grid.width, 0)):
        for start in range(first, last, _COLUMNS):
            stop()
            end = min(start + _COLUMNS, last)
            part = lines[: end - start]
            transform_columns(inner[:, cell + start - first : cell + end - first], part, scratch, flag)
            store(part, grid.down, grid.across, volume, start, unit_of(lanes))
