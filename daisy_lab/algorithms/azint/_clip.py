"""Sigma clipping along rings: each ring is gathered once into a row of numbers, and clipped there until it is clean.

Gathering takes longer than clipping: what is gathered can be clipped at one threshold after another.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numba.core import types

from daisy_lab._algorithm import parallel
from daisy_lab.algorithms._compiled import UNIFORM, compiled

if TYPE_CHECKING:
    from daisy_lab.algorithms.azint._rings import Rings
    from daisy_lab.vocabulary import Array

__all__ = ["Gathered", "clip_rings", "gather"]

_PARTS: Final = 8
_LEAST: Final = 4
"""Values that a ring must have left for its spread to mean something."""

_WIDE: Final = 4.0
"""Variance of an arc over its mean, from which on it is more than counting noise."""

_NORMAL: Final = 1.4826
"""Standard deviation of normal noise over its median deviation."""

_SAMPLE: Final = 512
"""Values that a median is taken of: it is off by 0.06 standard deviations, and costs the same for any ring."""

_INDEX: Final[Any] = types.Array(types.int32, 1, "C", readonly=True)
_VALUES: Final[Any] = types.Array(types.float32, 1, "C", readonly=True)
_FLAGS: Final[Any] = types.Array(types.uint8, 1, "C")


class Gathered(NamedTuple):
    """A frame in the order of its rings."""

    image: Array
    """float32, (row, column); NaN where masked."""
    values: Array
    """float32, (pixel,): divided, in the order of the rings."""
    rings: Rings


@compiled(types.void(_VALUES, _VALUES, _INDEX, types.int64, types.int64, types.Array(types.float32, 1, "C")))
def _gather(  # noqa: PLR0917 - a compiled loop
    image: Array, divisor: Array, order: Array, first: int, end: int, out: Array
) -> None:
    for entry in range(first, end):
        out[entry] = image[order[entry]] / divisor[order[entry]]


@compiled(types.void(_VALUES, _INDEX, _INDEX, UNIFORM(types.int64, 3), types.float64, _FLAGS))
def _clip(  # noqa: C901, PLR0912, PLR0917 - a compiled loop
    gathered: Array,
    order: Array,
    starts: Array,
    rings: tuple[int, int, int],
    threshold: float,
    out: Array,
) -> None:
    """Mark with 1 what stands out above, with 2 what stands out below; `rings`: first, last but one, passes."""
    longest = 0
    for ring in range(rings[0], rings[1]):
        longest = max(longest, starts[ring + 1] - starts[ring])
    values, pixels = np.empty(longest, np.float32), np.empty(longest, np.int32)
    for ring in range(rings[0], rings[1]):
        count = 0
        for entry in range(starts[ring], starts[ring + 1]):
            value = gathered[entry]
            if value - value == 0:
                values[count], pixels[count] = value, order[entry]
                count += 1
        for _step in range(rings[2]):
            if count < _LEAST:
                break
            shift = np.float64(values[0])
            total, square = 0.0, 0.0
            for place in range(count):
                rest = values[place] - shift
                total += rest
                square += rest * rest
            middle = total / count
            center, sigma = shift + middle, np.sqrt(max(square / count - middle * middle, 0.0))
            if sigma * sigma > _WIDE * max(abs(center), 1.0):
                # Spots widen the spread until nothing exceeds it; median and its deviation do not mind them.
                some = values[: count : count // _SAMPLE + 1]
                center = np.float64(np.median(some))
                sigma = max(_NORMAL * np.median(np.abs(some - np.float32(center))), 1e-6 * sigma)
            low, high = np.float32(center - threshold * sigma), np.float32(center + threshold * sigma)
            kept = 0
            for place in range(count):
                value, pixel = values[place], pixels[place]
                values[kept], pixels[kept] = value, pixel
                if value > high:
                    out[pixel] = 1
                elif value < low:
                    out[pixel] = 2
                else:
                    kept += 1
            if kept == count:
                break
            count = kept


@compiled(
    types.void(
        types.Array(types.float32, 2, "C", readonly=True),
        types.float64,
        types.Array(types.uint8, 2, "C"),
    )
)
def _spare(image: Array, threshold: float, out: Array) -> None:
    """Take bright marks back where the third and fourth brightest of the pixels around are bright, too."""
    rows, columns = image.shape
    for row in range(rows):
        for column in range(columns):
            if out[row, column] != 1:
                continue
            bright = np.full(4, np.float32(-1))
            met = 0
            for line in range(max(row - 1, 0), min(row + 2, rows)):
                for place in range(max(column - 1, 0), min(column + 2, columns)):
                    value = image[line, place]
                    if value - value != 0 or (line == row and place == column):
                        continue
                    met += 1
                    for rank in range(4):
                        if value > bright[rank]:
                            bright[rank], value = value, bright[rank]
            value, least = image[row, column], max(bright[2], np.float32(1))
            sharp = value > 2 * bright[2] or value > 3 * max(bright[3], np.float32(1))
            alone = sharp and value - bright[3] > threshold * np.sqrt(least)
            if met >= _LEAST and not alone:
                out[row, column] = 3


def gather(frame: Array, divisor: Array, rings: Rings, mask: Array) -> Gathered:
    """Give a frame in the order of its rings.

    Parameters
    ----------
    frame
        Counts, (row, column).
    divisor
        What they are divided by, float32, (row, column).
    rings
        Pixels in the order of their rings.
    mask
        True where a pixel is ignored, (row, column): it has no part in its ring, and does not stand out.
    """
    image = np.array(frame, np.float32)
    image[mask] = np.nan
    values = np.empty(len(rings.order), np.float32)
    flat, below = image.ravel(), np.ascontiguousarray(divisor, np.float32).ravel()
    edges = np.linspace(0, len(values), _PARTS + 1).astype(int).tolist()
    parallel(lambda part: _gather(flat, below, rings.order, *part, values), list(pairwise(edges)))
    return Gathered(image, values, rings)


def clip_rings(gathered: Gathered, how: tuple[float, int], *, spots: bool) -> Array:
    """Say which pixels of a frame stand out from their ring, (row, column).

    Parameters
    ----------
    gathered
        The frame.
    how
        Threshold in standard deviations, and most passes.
    spots
        Whether bright pixels with bright neighbours stay.
    """
    image, rings = gathered.image, gathered.rings
    marks = np.zeros(image.shape, np.uint8)
    threshold, passes = how
    edges = np.searchsorted(rings.starts, np.linspace(0, rings.starts[-1], _PARTS + 1)).tolist()
    edges[0], edges[-1] = 0, len(rings.starts) - 1
    flat = gathered.values, rings.order, rings.starts
    parallel(lambda part: _clip(*flat, (*part, passes), threshold, marks.ravel()), list(pairwise(edges)))
    if spots:
        _spare(image, threshold, marks)
    found: Array = (marks == 1) | (marks == 2)  # noqa: PLR2004 - the marks of `_clip`
    return found
