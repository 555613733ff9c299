"""Filtered back-projection of one row, pixel by pixel: the mathematics, without any knowledge of engines.

A pixel at (x, y), counted from the middle of the slice, is seen at angle theta in detector column `center + x
cos(theta) - y sin(theta)` (x to the right, y downwards; tomopy's convention), linearly between columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, hypot
from typing import TYPE_CHECKING, Final

import numba
import numpy as np
import scipy.fft

from daisy_lab.algorithms.ct._compiled import FLAG, compiled
from daisy_lab.algorithms.ct.fbp._ramp import spectrum

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.vocabulary import Array

__all__ = ["BAND", "Geometry", "Region", "back_project", "filter_sinogram", "plan", "whole"]

BAND: Final = 16
"""Image lines that are back-projected together: their views stay in the first-level cache."""

# Views transformed together; fixed, so that no block plan changes the shape of a transform.
_VIEWS: Final = 64


@dataclass(frozen=True)
class Region:
    """A part of each slice, in pixels of the whole slice."""

    top: int
    left: int
    height: int
    width: int


def whole(width: int) -> Region:
    """Give the region that is all of a slice."""
    return Region(0, 0, width, width)


@dataclass(frozen=True)
class Geometry:
    """What all rows share: angles, the filter's spectrum, and which detector columns a slice reaches."""

    width: int
    first: int
    """Column, negative where left of the detector, of the first filtered value."""
    length: int
    padded: int
    spectrum: Array
    weights: Array
    cosine: Array
    sine: Array
    center: float


def plan(theta: Array, weights: Array, width: int, center: float, window: str | Array) -> Geometry:
    """Work out what all rows share.

    Parameters
    ----------
    theta, weights
        Angles and the share of the half circle each one stands for, rad, float64.
    width
        Detector columns; the slice has as many pixels along x and y.
    center
        Column of the rotation axis, 0 is the middle of the first column.
    window
        Name of the filter, `none` for back-projection alone; or the values of a window on the ramp.
    """
    # Corners of the slice are seen outside the detector, where the filtered views are not zero.
    reach = hypot(width - 1, width - 1) / 2
    first = int(np.floor(center - reach)) - 1
    length = ceil(center + reach) + 3 - first
    last = first + length - 1
    distance = max(last, width - 1 - first) + 1
    padded = int(scipy.fft.next_fast_len(2 * max(distance, width), real=True))
    return Geometry(
        width=width,
        first=first,
        length=length,
        padded=padded,
        spectrum=spectrum(padded, window),
        weights=weights.astype(np.float32),
        cosine=np.cos(theta),
        sine=np.sin(theta),
        center=center,
    )


def filter_sinogram(sinogram: Array, geometry: Geometry, stop: Callable[[], None]) -> Array:
    """Give the filtered, weighted views over all columns that the slice reaches, float32, (angle, length).

    `stop` is called between batches of views and may raise.
    """
    views = len(sinogram)
    filtered = np.empty((views, geometry.length), np.float32)
    columns = np.arange(geometry.first, geometry.first + geometry.length) % geometry.padded
    padded = np.zeros((min(_VIEWS, views), geometry.padded), np.float32)
    for start in range(0, views, _VIEWS):
        stop()
        part = slice(start, min(start + _VIEWS, views))
        count = part.stop - part.start
        np.multiply(sinogram[part], geometry.weights[part, np.newaxis], out=padded[:count, : geometry.width])
        transformed = scipy.fft.rfft(padded[:count], axis=1)
        transformed *= geometry.spectrum
        # Columns left of the detector lie at the end of the period.
        np.take(scipy.fft.irfft(transformed, geometry.padded, axis=1), columns, axis=1, out=filtered[part])
    return filtered


_READ = numba.types.Array(numba.float32, 2, "C", readonly=True)
_LINE = numba.types.Array(numba.float64, 1, "C", readonly=True)
_CORNER = numba.types.UniTuple(numba.int64, 2)  # type: ignore[no-untyped-call]  # numba has no types
_ONE: Final = 2.0**32
_FRACTION: Final = np.float32(2.0**-24)


@compiled(
    numba.void(
        _READ,
        _LINE,
        _LINE,
        numba.float64,
        numba.float32[:, ::1],
        numba.int64,
        _CORNER,
        numba.int64,
        numba.int64,
        FLAG,
    )
)
def back_project(  # noqa: PLR0913, PLR0917 - numba takes arguments by position
    filtered: Array,
    cosine: Array,
    sine: Array,
    middle: float,
    image: Array,
    size: int,
    corner: tuple[int, int],
    top: int,
    bottom: int,
    flag: Array,
) -> None:
    """Fill image lines `top` to `bottom` from filtered views; return early once `flag` is 1.

    `middle` is where the rotation axis lies in `filtered`; the image is the part of a slice of `size` pixels that
    begins at line and column `corner`. Every pixel adds its views in the same order whatever is asked for, so that
    any division of the work gives the same bits.
    """
    above, left = corner
    half = (size - 1) / 2.0
    for band in range(top, bottom, BAND):
        if flag[0]:
            return
        end = min(band + BAND, bottom)
        image[band:end] = 0.0
        for view in range(cosine.shape[0]):
            values = filtered[view]
            step = cosine[view]
            for line in range(band, end):
                start = middle - (line + above - half) * sine[view] - half * step
                # Places in fixed point, 32 bits after the point: exact steps, and twice as fast as rounding
                # floats.
                move = np.int64(np.rint(step * _ONE))
                place = np.int64(start * _ONE) + left * move
                target = image[line]
                for column in range(image.shape[1]):
                    cell = place >> 32
                    fraction = np.float32(np.int32((place & 0xFFFFFFFF) >> 8)) * _FRACTION
                    place += move
                    value = values[cell]
                    target[column] += value + fraction * (values[cell + 1] - value)
