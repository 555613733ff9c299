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
from math import ceil, hypot, pi
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.fft
import scipy.special

from daisy_lab.algorithms.ct.fbp._ramp import fade, spectrum
from daisy_lab.algorithms.ct.fbp._spread import LANES, MARGIN, TABLE_ROWS, spread, store, unit_of
from daisy_lab.algorithms.ct.fbp._vectors import TAPS, WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.vocabulary import Array

__all__ = ["Grid", "batch_lanes", "plan_grid", "project_batch"]

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


def plan_grid(theta: Array, weights: Array, width: int, center: float, window: str) -> Grid:
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
        Name of the filter, `none` for back-projection alone.
    """
    # Corners of a slice are seen outside the detector, where filtered views are not zero: no two columns
    # this far apart may be confused.
    reach = hypot(width - 1, width - 1) / 2
    distance = max(center + reach, width - 1 - center + reach) + 1
    padded = _fast_length(2 * distance)
    cells = _fast_length(_OVERSAMPLING * width)
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
    if window != "none":
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


def _fast_length(least: float) -> int:
    """Give a length that transforms fast: a multiple of 16 with the factors 2, 3 and 5 alone."""
    return _UNIT * int(scipy.fft.next_fast_len(ceil(least / _UNIT), real=True))


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

    Returns
    -------
    plane
        Memory for the next batch.
    """
    if plane is None:
        plane = _aligned((grid.cells // 2 + 1 + 2 * MARGIN, grid.cells + 2 * MARGIN, lanes), np.complex64)
    else:
        plane[...] = 0
    count = max(1, _BLOCK // (4 * grid.padded * lanes))
    padded = np.zeros((min(count, len(grid.views)), grid.padded, lanes), np.float32)
    unit = unit_of(lanes)
    for start in range(0, len(grid.views), count):
        stop()
        part = slice(start, min(start + count, len(grid.views)))
        views = padded[: part.stop - part.start]
        read(part, views)
        spread(scipy.fft.rfft(views, axis=1), grid.views[part], grid.ramp, grid.table, plane, flag, unit)
    _fold(plane, grid.cells)
    _invert(grid, plane, volume, unit, stop)
    return plane


def _fold(plane: Array, cells: int) -> None:
    """Bring what lies in the margins where it belongs: around the row, or to its conjugate opposite."""
    plane[:, cells : cells + MARGIN] += plane[:, :MARGIN]
    plane[:, MARGIN : 2 * MARGIN] += plane[:, cells + MARGIN :]
    inner = plane[:, MARGIN : MARGIN + cells]
    opposite = -np.arange(cells) % cells
    for edge in (MARGIN, MARGIN + cells // 2):
        beyond = {step: np.conj(inner[edge + step, opposite]) for step in range(-MARGIN, MARGIN + 1)}
        outward = -1 if edge == MARGIN else 1
        for step in range(MARGIN + 1):
            inner[edge - outward * step] += beyond[outward * step]


def _invert(
    grid: Grid, plane: Array, volume: Array, unit: tuple[float, ...], stop: Callable[[], None]
) -> None:
    """Transform the half plane into slices: all its rows, then only the columns a slice has."""
    half, left, cells = grid.cells // 2 + 1, grid.width // 2, grid.cells
    inner = plane[MARGIN : MARGIN + half, MARGIN : MARGIN + cells]
    count = max(1, _BLOCK // (8 * cells * plane.shape[2]))
    for start in range(0, half, count):
        stop()
        lines = inner[start : start + count]
        done = scipy.fft.ifft(lines, axis=1, norm="forward", overwrite_x=True)
        if not np.may_share_memory(done, lines):
            lines[...] = done
    for first, last, cell in ((0, left, cells - left), (left, grid.width, 0)):
        for start in range(first, last, _COLUMNS):
            stop()
            end = min(start + _COLUMNS, last)
            columns = inner[:, cell + start - first : cell + end - first]
            image = scipy.fft.irfft(columns, cells, axis=0, norm="forward")
            store(image, grid.down, grid.across, volume, start, unit)
