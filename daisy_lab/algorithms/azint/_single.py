"""The walk over one frame: no lanes to fill with other frames, so the bins of a pixel stand side by side instead.

The bins of a pixel of a pattern follow each other, so one vector instruction adds to all of them. An addition has to
wait for the one before it where both go to the same bins: four parts of the detector are therefore walked through in
turn, each with sums of its own. The sums have the bits of the walk over many frames.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba.core import types
from numba.extending import register_jitable

from daisy_lab.algorithms._compiled import UNIFORM, compiled
from daisy_lab.algorithms.azint._lanes import WINDOW, add_scaled, add_square, add_square_window, add_window
from daisy_lab.algorithms.azint._walk import POISSON, counts

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["STREAMS", "walk_single", "width_of"]

STREAMS: Final = 4
"""Parts of the detector that are walked through in turn."""

_TILE: Final = 1024
"""Pixels of each part that are made ready at once."""

_ONE: Final = (np.float32(1),)
_PLACES: Final[Any] = types.Array(types.int32, 1, "C", readonly=True)
_VALUES: Final[Any] = types.Array(types.float32, 1, "C", readonly=True)
_FLAGS: Final[Any] = types.Array(types.boolean, 1, "C", readonly=True)
_TILES: Final[Any] = types.Array(types.float32, 2, "C")
_SUMS: Final[Any] = types.Array(types.float64, 2, "C")
_READY: Final[Any] = (
    _TILES,
    _TILES,
    _PLACES,
    _PLACES,
    _VALUES,
    UNIFORM(types.int64, 2 * STREAMS),
    UNIFORM(types.int64, 2),
)


def width_of(bins: int) -> int:
    """Give the length of a row of sums: a window may begin at the last bin."""
    return bins + WINDOW


@lru_cache(maxsize=16)
def walk_single(kind: str) -> Any:  # noqa: ANN401 - a loop
    """Give the walk over one frame of one type of numbers."""
    frame = types.Array(getattr(types, kind), 1, "C", readonly=True)
    table = (_PLACES, _PLACES, *[_VALUES] * 4)
    given = (UNIFORM(types.float64, 4), UNIFORM(types.int64, STREAMS + 1), UNIFORM(types.int64, 2))
    return compiled(types.void(frame, *table, _FLAGS, *given, _SUMS, _SUMS, _SUMS))(_walk_single)


@compiled(types.void(*_READY, _SUMS, _SUMS))
def _quick(  # noqa: PLR0913, PLR0917 - a compiled loop
    values: Array,
    others: Array,
    starts: Array,
    bins: Array,
    parts: Array,
    pixels: tuple[int, ...],
    how: tuple[int, int],
    signal: Array,
    squares: Array,
) -> None:
    """Add `how[0]` pixels of each part, all of at most WINDOW bins. Short enough to be unrolled: that is its speed."""
    row, source = 8 * signal.shape[1], parts.ctypes.data
    for at in range(how[0]):
        for part in range(STREAMS):
            start = starts[pixels[part] + at]
            left = np.int64(starts[pixels[part] + at + 1] - start)
            here, place = source + 4 * start, row * part + 8 * bins[start]
            add_window(signal.ctypes.data + place, here, np.float64(values[part, at]), left)
            if how[1] == POISSON:
                add_square_window(squares.ctypes.data + place, here, np.float64(others[part, at]), left)


@compiled(types.void(*_READY, _SUMS, _SUMS))
def _slow(  # noqa: PLR0913, PLR0917 - a compiled loop
    values: Array,
    others: Array,
    starts: Array,
    bins: Array,
    parts: Array,
    pixels: tuple[int, ...],
    how: tuple[int, int],
    signal: Array,
    squares: Array,
) -> None:
    """Add the pixels of each part from `how[0]` on, whatever their bins; no window reads beyond the table."""
    row, source = 8 * signal.shape[1], parts.ctypes.data
    for part in range(STREAMS):
        for pixel in range(pixels[part] + how[0], pixels[STREAMS + part]):
            start, stop, at = starts[pixel], starts[pixel + 1], pixel - pixels[part]
            step = WINDOW if stop + WINDOW <= len(parts) else 1
            value, other = np.float64(values[part, at]), np.float64(others[part, at])
            for entry in range(start, stop, step):
                here, place = source + 4 * entry, row * part + 8 * bins[entry]
                left = np.int64(stop - entry)
                if step == 1:
                    add_scaled(signal.ctypes.data + place, here, value, _ONE)
                else:
                    add_window(signal.ctypes.data + place, here, value, left)
                if how[1] == POISSON and step == 1:
                    add_square(squares.ctypes.data + place, here, other, _ONE)
                elif how[1] == POISSON:
                    add_square_window(squares.ctypes.data + place, here, other, left)


@register_jitable
def _narrow(starts: Array) -> bool:
    """Whether each pixel has at most WINDOW bins."""
    wide = 0
    for pixel in range(len(starts) - 1):
        wide += starts[pixel + 1] - starts[pixel] > WINDOW
    return wide == 0


@register_jitable
def _make_ready(frame: Array, noise: Array, wanted: int, values: Array, others: Array) -> None:
    """Read pixels as float32, and give the variance of their counts."""
    for at in range(len(values)):
        values[at] = frame[at]
    if wanted == POISSON and len(noise) > 0:
        for at in range(len(values)):
            others[at] = max(values[at] + noise[at], np.float32(1))
    elif wanted == POISSON:
        for at in range(len(values)):
            others[at] = max(values[at], np.float32(1))


@register_jitable
def _find_bad(frame: Array, ignored: Array, valid: tuple[float, float, float, float], bad: Array) -> bool:
    """Mark what does not count, and say whether there is any."""
    found = 0
    for at in range(len(bad)):
        bad[at] = not counts(frame[at], valid)
    if len(ignored) > 0:
        for at in range(len(bad)):
            bad[at] |= ignored[at]
    for at in range(len(bad)):
        found += bad[at]
    return found > 0


@register_jitable
def _leave_out(  # noqa: PLR0917 - a compiled loop
    bad: Array,
    table: tuple[Array, Array, Array, Array],
    offset: Array,
    first: int,
    values: Array,
    others: Array,
    missing: Array,
) -> None:
    """Put what does not count aside, as the walk over many frames does."""
    starts, bins, parts, divisor = table
    for at in range(len(bad)):
        if bad[at]:
            pixel = first + at
            values[at], others[at] = offset[pixel], 0
            for entry in range(starts[pixel], starts[pixel + 1]):
                missing[bins[entry]] += np.float64(parts[entry]) * divisor[pixel]


def _walk_single(  # noqa: PLR0913, PLR0917 - a compiled loop
    frame: Array,
    starts: Array,
    bins: Array,
    parts: Array,
    divisor: Array,
    offset: Array,
    noise: Array,
    ignored: Array,
    valid: tuple[float, float, float, float],
    edges: tuple[int, ...],
    how: tuple[int, int],
    signal: Array,
    missing: Array,
    squares: Array,
) -> None:
    """Add four parts of a frame to their sums.

    Parameters
    ----------
    frame
        Counts, (pixel,).
    starts, bins, parts
        The table of a pattern.
    divisor, offset, noise, valid
        As the walk over many frames has them.
    ignored
        Pixels that do not count, whatever their value, (pixel,); of no length for none.
    edges
        Where the parts of the detector begin, and where the last one ends.
    how
        Whether some value may be one that does not count, and which squares are wanted: NONE or POISSON.
    signal, missing, squares
        Where it is added, (part, `width_of(bins)`); see `Sums`.
    """
    values, others = np.zeros((STREAMS, _TILE), np.float32), np.zeros((STREAMS, _TILE), np.float32)
    bad = np.zeros(_TILE, np.bool_)
    a, b, c, d, end = edges
    longest = max(b - a, c - b, d - c, end - d)
    for step in range(0, longest, _TILE):
        begins = (a + step, b + step, c + step, d + step)
        ends = (
            min(begins[0] + _TILE, b),
            min(begins[1] + _TILE, c),
            min(begins[2] + _TILE, d),
            min(begins[3] + _TILE, end),
        )
        count = _TILE
        for part in range(STREAMS):
            first, many = begins[part], ends[part] - begins[part]
            tile, other = values[part, :many], others[part, :many]
            _make_ready(frame[first:], noise[first:], how[1], tile, other)
            if how[0] and _find_bad(frame[first:], ignored[first:], valid, bad[:many]):
                table = (starts, bins, parts, divisor)
                _leave_out(bad[:many], table, offset, first, tile, other, missing[part])
            # A window reads beyond the entries of its pixel: not beyond those of the table.
            inside = starts[first + many] + WINDOW <= len(parts)
            count = min(count, many if inside and _narrow(starts[first : first + many + 1]) else 0)
        pixels, wanted = begins + ends, (count, how[1])
        if count:
            _quick(values, others, starts, bins, parts, pixels, wanted, signal, squares)
        _slow(values, others, starts, bins, parts, pixels, wanted, signal, squares)
