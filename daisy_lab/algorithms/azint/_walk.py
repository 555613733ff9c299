"""The walk over frames: every pixel of up to 16 frames to its bins, in the order in which they lie in memory.

Why it is quick: the table is read once for all frames of a batch; a tile of pixels is turned round, so that the
frames of a pixel stand side by side and one vector instruction serves them all; sums are private to a part of the
detector, and in double precision; counts are read as the detector wrote them. What the corrections divide by is the
same for every frame and left to the caller. Values that do not count are put aside: what they would have added to
that divisor goes to `missing`. A lane does the same operations whatever the other lanes hold.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numba.core import types
from numba.extending import register_jitable

from daisy_lab.algorithms._compiled import UNIFORM, compiled
from daisy_lab.algorithms.azint._lanes import add_scaled, add_square, extremes, turn

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = [
    "BATCH",
    "FEW",
    "NONE",
    "POISSON",
    "SCATTER",
    "Sums",
    "Valid",
    "counts",
    "readable",
    "walk",
    "weigh",
]

BATCH: Final = 16
"""Frames that are walked over at once."""

FEW: Final = 4
"""The same where there are few, or many bins."""

TILE: Final = 1024
"""Pixels that are turned round at once."""

NONE: Final = 0
"""No squares are wanted."""

POISSON: Final = 1
"""Squared parts times variance of the counts."""

SCATTER: Final = 2
"""What the scatter of pixels about the mean of their bin is made of."""

_KINDS: Final = ("uint8", "uint16", "uint32", "int8", "int16", "int32", "float32")


class Valid(NamedTuple):
    """Which values count: from the lowest to the highest, and not from `hole` to `hole_end`."""

    lowest: float = -np.inf
    highest: float = np.inf
    hole: float = np.inf
    hole_end: float = -np.inf


class Sums(NamedTuple):
    """What a walk adds up for every bin and lane, float64."""

    signal: Array
    """(bin, lane): parts times counts."""
    missing: Array
    """(bin, lane): parts times divisor of the values that do not count."""
    squares: Array
    """(kind, bin, lane): POISSON has squared parts times variance; SCATTER has squared parts times squared counts,
    times counts and divisor, and times squared divisor of the values that do not count."""


def readable(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Give the type in which values of a type are walked over."""
    return dtype if dtype.name in _KINDS and dtype.isnative else np.dtype(np.float32)


@lru_cache(maxsize=64)
def walk(kind: str, lanes: int) -> Any:  # noqa: ANN401 - a loop
    """Give the walk over frames of one type of numbers, for at most 1, FEW or BATCH of them."""
    frames = types.Array(getattr(types, kind), 2, "C", readonly=True)
    index, pixel = types.int64, types.Array(types.float32, 1, "C", readonly=True)
    starts = types.Array(types.int32, 1, "C", readonly=True)
    sums, squares = types.Array(types.float64, 2, "C"), types.Array(types.float64, 3, "C")
    table = (starts, starts, pixel, pixel, pixel, pixel)
    given = (UNIFORM(types.float64, 4), UNIFORM(index, 3), sums, sums, squares)
    return compiled(types.void(frames, *table, *given, UNIFORM(types.float32, lanes)))(_walk)


@compiled(
    types.void(
        types.Array(types.int32, 1, "C", readonly=True),
        types.Array(types.int32, 1, "C", readonly=True),
        types.Array(types.float32, 1, "C", readonly=True),
        types.Array(types.float32, 1, "C", readonly=True),
        UNIFORM(types.int64, 3),
        types.Array(types.float64, 1, "C"),
    )
)
def weigh(  # noqa: PLR0917 - a compiled loop
    starts: Array, bins: Array, parts: Array, values: Array, pixels: tuple[int, int, int], out: Array
) -> None:
    """Add up one number per pixel, with parts or squared parts, as the walk does with what is missing."""
    for pixel in range(pixels[0], pixels[1]):
        for entry in range(starts[pixel], starts[pixel + 1]):
            part = np.float64(parts[entry])
            if pixels[2] == SCATTER:
                out[bins[entry]] += part * part * values[pixel] * values[pixel]
            else:
                out[bins[entry]] += part * values[pixel]


@compiled(
    types.boolean(types.float64, UNIFORM(types.float64, 4)),
)
def counts(value: float, valid: tuple[float, float, float, float]) -> bool:
    """Whether a value counts; NaN does not."""
    return (value >= valid[0]) & (value <= valid[1]) & ((value < valid[2]) | (value > valid[3]))


@compiled(
    types.void(
        types.Array(types.float32, 2, "C"), types.Array(types.boolean, 1, "C"), UNIFORM(types.float64, 4)
    )
)
def _suspect(seen: Array, ill: Array, valid: tuple[float, float, float, float]) -> None:
    """Say of each lane whether some value may be one that does not count; never False where one is.

    Rounding to float32 keeps the order, so a value beyond a limit is at least equal to it afterwards.
    """
    for lane in range(len(ill)):
        least, most, finite = seen[0, lane], seen[1, lane], seen[2, lane] == 0
        inside = (least > np.float32(valid[0])) & (most < np.float32(valid[1]))
        apart = (most < np.float32(valid[2])) | (least > np.float32(valid[3]))
        ill[lane] = not (finite & inside & apart)


@register_jitable
def _read(frames: Array, begin: int, end: int, tile: Array, lanes: tuple[float, ...]) -> None:
    """Turn a tile of pixels round, as float32; lanes behind the last frame repeat it."""
    width, count, size = len(lanes), len(frames), frames.itemsize
    origin, stride, target = frames.ctypes.data, size * frames.shape[1], tile.ctypes.data
    whole = (end - begin) // width * width
    for place in range(0, whole, width):
        source = origin + size * (begin + place)
        turn(source, stride, count - 1, target + 4 * width * place, frames[0, 0], lanes)
    for frame in range(count):
        for place in range(whole, end - begin):
            tile[place, frame] = frames[frame, begin + place]


@register_jitable
def _look(  # noqa: PLR0917 - a compiled loop
    tile: Array,
    count: int,
    valid: tuple[float, float, float, float],
    seen: Array,
    ill: Array,
    lanes: tuple[float, ...],
) -> None:
    """Say of each lane whether some value of a tile may be one that does not count."""
    seen[0], seen[1], seen[2] = np.inf, -np.inf, 0
    for place in range(count):
        extremes(tile.ctypes.data + 4 * len(lanes) * place, seen.ctypes.data, lanes)
    _suspect(seen, ill, valid)


@register_jitable
def _square(  # noqa: PLR0917 - a compiled loop
    tile: Array, begin: int, end: int, wanted: int, images: tuple[Array, Array], other: Array
) -> None:
    """Give what is squared, or is a square already, of each value of a tile."""
    offset, noise = images
    if wanted == POISSON:
        for place in range(end - begin):
            more = noise[begin + place] if len(noise) else np.float32(0)
            for frame in range(tile.shape[1]):
                other[place, frame] = max(tile[place, frame] + more, np.float32(1))
    elif wanted == SCATTER:
        for place in range(end - begin):
            for frame in range(tile.shape[1]):
                other[place, frame] = tile[place, frame] - offset[begin + place]


@register_jitable
def _leave_out(  # noqa: PLR0913, PLR0917 - a compiled loop
    frames: Array,
    frame: int,
    table: tuple[Array, Array, Array],
    images: tuple[Array, Array],
    valid: tuple[float, float, float, float],
    pixels: tuple[int, int, int],
    buffers: tuple[Array, Array],
    missing: Array,
    squares: Array,
) -> None:
    """Put the values of a lane that do not count aside."""
    starts, bins, parts = table
    divisor, offset = images
    tile, other = buffers
    for pixel in range(pixels[0], pixels[1]):
        if counts(frames[frame, pixel], valid):
            continue
        place = pixel - pixels[0]
        tile[place, frame], other[place, frame] = offset[pixel], 0
        for entry in range(starts[pixel], starts[pixel + 1]):
            part = np.float64(parts[entry])
            missing[bins[entry], frame] += part * divisor[pixel]
            if pixels[2] == SCATTER:
                squares[2, bins[entry], frame] += part * part * divisor[pixel] * divisor[pixel]


@register_jitable
def _add(  # noqa: PLR0917 - a compiled loop
    buffers: tuple[Array, Array],
    table: tuple[Array, Array, Array],
    divisor: Array,
    pixels: tuple[int, int, int],
    signal: Array,
    squares: Array,
    lanes: tuple[float, ...],
) -> None:
    """Add a tile to the sums."""
    starts, bins, parts = table
    tile, other = buffers
    row, jump, wanted = 4 * len(lanes), 8 * len(lanes), pixels[2]
    plane = jump * len(signal)
    for pixel in range(pixels[0], pixels[1]):
        here = row * (pixel - pixels[0])
        for entry in range(starts[pixel], starts[pixel + 1]):
            part = np.float64(parts[entry])
            there = jump * bins[entry]
            add_scaled(signal.ctypes.data + there, tile.ctypes.data + here, part, lanes)
            if wanted == POISSON:
                add_scaled(squares.ctypes.data + there, other.ctypes.data + here, part * part, lanes)
            elif wanted == SCATTER:
                add_square(squares.ctypes.data + there, other.ctypes.data + here, part * part, lanes)
                scaled = part * part * divisor[pixel]
                add_scaled(squares.ctypes.data + plane + there, other.ctypes.data + here, scaled, lanes)


def _walk(  # noqa: PLR0913, PLR0917 - a compiled loop
    frames: Array,
    starts: Array,
    bins: Array,
    parts: Array,
    divisor: Array,
    offset: Array,
    noise: Array,
    valid: tuple[float, float, float, float],
    pixels: tuple[int, int, int],
    signal: Array,
    missing: Array,
    squares: Array,
    lanes: tuple[float, ...],
) -> None:
    """Add a part of the detector to the sums.

    Parameters
    ----------
    frames
        Counts, (frame, pixel); at most as many frames as lanes.
    starts, bins, parts
        The table.
    divisor
        What the counts of each pixel are divided by, (pixel,).
    offset
        What is taken off each pixel, and stands for a value that does not count, (pixel,).
    noise
        Variance beside that of the counts, (pixel,); of no length for none.
    valid
        Which values count; see `Valid`.
    pixels
        First and last but one pixel, and which squares are wanted: NONE, POISSON or SCATTER.
    signal, missing, squares
        Where it is added; see `Sums`.
    lanes
        As many numbers as there are lanes.
    """
    width, wanted = len(lanes), pixels[2]
    tile, other = np.zeros((TILE, width), np.float32), np.zeros((TILE, width), np.float32)
    ill, seen = np.zeros(width, np.bool_), np.zeros((3, width), np.float32)
    table, buffers = (starts, bins, parts), (tile, other)
    for begin in range(pixels[0], pixels[1], TILE):
        end = min(begin + TILE, pixels[1])
        some = (begin, end, wanted)
        _read(frames, begin, end, tile, lanes)
        _look(tile, end - begin, valid, seen, ill, lanes)
        _square(tile, begin, end, wanted, (offset, noise), other)
        for frame in range(len(frames)):
            if ill[frame]:
                _leave_out(frames, frame, table, (divisor, offset), valid, some, buffers, missing, squares)
        _add(buffers, table, divisor, some, signal, squares, lanes)
