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
    """A frame in the order of its rings, and what is known of each ring before any clipping."""

    image: Array
    """float32, (row, column); NaN where masked."""
    values: Array
    """float32, (pixel,): divided; those of ring n that are numbers stand from `starts[n]` on."""
    pixels: Array
    """int32, (pixel,): where each value comes from."""
    starts: Array
    """int32, (ring + 1,)."""
    facts: Array
    """float64, (ring, 5): how many values each ring has, their middle and spread, the smallest and the largest one."""


@compiled(UNIFORM(types.float64, 2)(types.Array(types.float32, 1, "C"), types.int64))
def _spread(values: Array, count: int) -> tuple[float, float]:
    """Give the middle of the first of some values, and the standard deviation; robust ones above counting noise."""
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
    return center, sigma


@compiled(
    types.void(
        _VALUES,
        _VALUES,
        _INDEX,
        _INDEX,
        types.Array(types.float32, 1, "C"),
        types.Array(types.int32, 1, "C"),
        types.Array(types.float64, 2, "C"),
        UNIFORM(types.int64, 2),
    )
)
def _gather(  # noqa: PLR0917 - a compiled loop
    image: Array,
    divisor: Array,
    order: Array,
    starts: Array,
    values: Array,
    pixels: Array,
    facts: Array,
    rings: tuple[int, int],
) -> None:
    """Gather the rings from the first to the last but one."""
    for ring in range(rings[0], rings[1]):
        first = starts[ring]
        end = first
        least, most = np.float32(np.inf), np.float32(-np.inf)
        for entry in range(first, starts[ring + 1]):
            pixel = order[entry]
            value = image[pixel] / divisor[pixel]
            if value - value == 0:
                values[end], pixels[end] = value, pixel
                least, most = min(least, value), max(most, value)
                end += 1
        facts[ring, 0] = end - first
        if end - first >= _LEAST:
            facts[ring, 1], facts[ring, 2] = _spread(values[first:end], end - first)
            facts[ring, 3], facts[ring, 4] = least, most


@compiled(
    types.int64(
        _VALUES,
        _INDEX,
        _INDEX,
        types.Array(types.float64, 2, "C", readonly=True),
        UNIFORM(types.int64, 3),
        types.float64,
        _FLAGS,
        types.Array(types.int32, 1, "C"),
    )
)
def _clip(  # noqa: PLR0917 - a compiled loop
    gathered: Array,
    order: Array,
    starts: Array,
    facts: Array,
    rings: tuple[int, int, int],
    threshold: float,
    out: Array,
    bright: Array,
) -> int:
    """Mark what stands out, list what does so above, and give how many; `rings`: first, last but one, passes."""
    found = 0
    longest = int(np.max(facts[rings[0] : rings[1], 0])) if rings[1] > rings[0] else 0
    values, pixels = np.empty(longest, np.float32), np.empty(longest, np.int32)
    for ring in range(rings[0], rings[1]):
        count, first = int(facts[ring, 0]), starts[ring]
        if count < _LEAST:
            continue
        center, sigma, least, most = facts[ring, 1], facts[ring, 2], facts[ring, 3], facts[ring, 4]
        low, high = np.float32(center - threshold * sigma), np.float32(center + threshold * sigma)
        if least >= low and most <= high:
            continue
        values[:count], pixels[:count] = gathered[first : first + count], order[first : first + count]
        for step in range(rings[2]):
            if step > 0:
                center, sigma = _spread(values, count)
                low, high = np.float32(center - threshold * sigma), np.float32(center + threshold * sigma)
            kept = 0
            for place in range(count):
                value, pixel = values[place], pixels[place]
                values[kept], pixels[kept] = value, pixel
                if value > high:
                    out[pixel] = 1
                    bright[found] = pixel
                    found += 1
                elif value < low:
                    out[pixel] = 1
                else:
                    kept += 1
            if kept == count or kept < _LEAST:
                break
            count = kept
    return found


@compiled(
    types.void(
        types.Array(types.float32, 2, "C", readonly=True),
        types.float64,
        _INDEX,
        types.Array(types.uint8, 2, "C"),
    )
)
def _spare(image: Array, threshold: float, bright: Array, out: Array) -> None:
    """Take bright marks back where the third and fourth brightest of the pixels around are bright, too."""
    rows, columns = image.shape
    for pixel in bright:
        row, column = pixel // columns, pixel % columns
        near = np.full(4, np.float32(-1))
        met = 0
        for line in range(max(row - 1, 0), min(row + 2, rows)):
            for place in range(max(column - 1, 0), min(column + 2, columns)):
                value = image[line, place]
                if value - value != 0 or (line == row and place == column):
                    continue
                met += 1
                for rank in range(4):
                    if value > near[rank]:
                        near[rank], value = value, near[rank]
        value, least = image[row, column], max(near[2], np.float32(1))
        sharp = value > 2 * near[2] or value > 3 * max(near[3], np.float32(1))
        alone = sharp and value - near[3] > threshold * np.sqrt(least)
        if met >= _LEAST and not alone:
            out[row, column] = 0


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
    size, number = len(rings.order), len(rings.starts) - 1
    values, pixels, facts = np.empty(size, np.float32), np.empty(size, np.int32), np.zeros((number, 5))
    read = image.ravel(), np.ascontiguousarray(divisor, np.float32).ravel(), rings.order, rings.starts
    parallel(lambda part: _gather(*read, values, pixels, facts, part), _parts(rings.starts))
    return Gathered(image, values, pixels, rings.starts, facts)


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
    image, values, pixels, starts, facts = gathered
    marks = np.zeros(image.shape, np.uint8)
    threshold, passes = how

    def clip(part: tuple[int, int]) -> Array:
        bright = np.empty(starts[part[1]] - starts[part[0]], np.int32)
        found = _clip(values, pixels, starts, facts, (*part, passes), threshold, marks.ravel(), bright)
        return bright[:found]

    bright = parallel(clip, _parts(starts))
    if spots:
        _spare(image, threshold, np.concatenate(bright), marks)
    return marks.view(np.bool_)


def _parts(starts: Array) -> list[tuple[int, int]]:
    """Give parts of about as many pixels each: first ring, and last but one."""
    edges = np.searchsorted(starts, np.linspace(0, starts[-1], _PARTS + 1)).tolist()
    edges[0], edges[-1] = 0, len(starts) - 1
    return list(pairwise(edges))
