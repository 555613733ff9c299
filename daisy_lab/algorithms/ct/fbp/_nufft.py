"""Filtered back-projection of many rows at once by gridding: the mathematics.

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

from daisy_lab.algorithms.ct.fbp._ramp import fade, is_none, spectrum
from daisy_lab.algorithms.ct.fbp._simd import aligned
from daisy_lab.algorithms.ct.fbp._spread import TABLE_ROWS
from daisy_lab.algorithms.ct.fbp._vectors import TAPS, WEIGHTS

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["COARSE", "FINE", "Grid", "padded_length", "plan_grid", "row_phases"]

COARSE: Final = 1.4
"""Grid cells per pixel for an error of 4e-4 of noise and 1e-4 of an object."""

FINE: Final = 2.0
"""Grid cells per pixel for an error of 6e-5 of noise and 2e-5 of an object."""

_UNIT: Final = 16


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
    sees nothing, the far end of the filter is folded (about 0.1 % of the value of an object that fills the circle).
    """
    return _fast_length(2 * (max(center, width - 1 - center) + (width - 1) / 2 + 1), 4)


def plan_grid(
    theta: Array,
    weights: Array,
    width: int,
    center: float,
    window: str | Array,
    *,
    padded: int = 0,
    oversampling: float = COARSE,
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
    oversampling
        Grid cells per pixel, COARSE or FINE.
    """
    padded = padded or padded_length(width, center)
    cells = _fast_length(oversampling * width, _UNIT)
    kernel = _Kernel(oversampling)
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
    column = np.arange(width) - width // 2
    # Lines count downwards, cells upwards.
    line = column[::-1]
    return Grid(
        width=width,
        padded=padded,
        cells=cells,
        views=np.ascontiguousarray(views),
        ramp=_filter(padded, window),
        table=kernel.table(),
        down=(1 / kernel.transform(line / cells)).astype(np.float32),
        across=(np.where(column % 2, -1, 1) / kernel.transform(column / cells)).astype(np.float32),
    )


def _filter(padded: int, window: str | Array) -> Array:
    """Give what each frequency of a view is multiplied by, float32."""
    ramp = spectrum(padded, window) / np.float32(padded)
    if not is_none(window):
        ramp *= fade(padded)
    # The opposite of these two is the sample itself.
    ramp[[0, -1]] /= 2
    return ramp.astype(np.float32)


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


class _Kernel:
    """The Kaiser-Bessel kernel, in the shape that is best for a grid (P. J. Beatty et al., IEEE TMI 24, 799)."""

    def __init__(self, oversampling: float) -> None:
        self._shape = pi * np.sqrt((TAPS / oversampling * (oversampling - 0.5)) ** 2 - 0.8)

    def at(self, distance: Array) -> Array:
        """Give the kernel at distances in cells."""
        inside = np.clip(1 - (2 * distance / TAPS) ** 2, 0, None)
        value = scipy.special.i0(self._shape * np.sqrt(inside)) / scipy.special.i0(self._shape)
        return np.where(np.abs(distance) <= TAPS / 2, value, 0.0)

    def transform(self, place: Array) -> Array:
        """Give its Fourier transform at places in parts of the grid."""
        root = np.sqrt(self._shape**2 - (pi * TAPS * place) ** 2 + 0j)
        return np.asarray((TAPS * np.sinh(root) / root).real / scipy.special.i0(self._shape))

    def table(self) -> Array:
        """Give the weights of the cells a sample reaches, and their differences to the next row."""
        fraction = np.arange(TABLE_ROWS + 1)[:, np.newaxis] / TABLE_ROWS
        weights = self.at(np.arange(TAPS) - (TAPS / 2 - 1) - fraction)
        table = aligned((TABLE_ROWS, 2 * WEIGHTS), np.float32)
        table[:, :TAPS] = weights[:-1]
        table[:, WEIGHTS : WEIGHTS + TAPS] = np.diff(weights, axis=0)
        return table
