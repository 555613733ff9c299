"""Fast Fourier transforms of all slices of a batch at once, as the gridding needs them: views, rows and columns.

The slices are the fastest axis, so a number of the textbook is a vector here, and everything runs at the full width of
the processor's registers. The transform is Stockham's: it sorts itself, between two pieces of memory, with the small
transforms of `_butterflies.py`. A real signal of even length is transformed as a complex one of half the length.
(C. Van Loan, Computational Frameworks for the Fast Fourier Transform, SIAM 1992, sections 1.7 and 4.3.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import pi
from typing import TYPE_CHECKING, Final

import numpy as np
from numba.core import types
from numba.extending import register_jitable

from daisy_lab.algorithms.ct._compiled import FLAG, UNIFORM, compiled
from daisy_lab.algorithms.ct.fbp._butterflies import RADICES, butterfly, unravel
from daisy_lab.algorithms.ct.fbp._simd import LANES, unit_of

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["plan_transform", "transform_columns", "transform_rows", "transform_views"]


@dataclass(frozen=True, eq=False)
class Transform:
    """What transforms of one length and direction share."""

    radices: Array
    """Lengths of the small transforms, in their order, int64."""
    twiddles: Array
    """Real and imaginary parts, float32, of one small transform after the other."""
    turns: Array
    """For the frequencies of a real signal of twice the length: what `unravel` multiplies by, float32, (k, 2)."""
    sign: float


@cache
def plan_transform(length: int, sign: int) -> Transform:
    """Plan the transform of `length` complex numbers, with exp(sign 2 pi i ...) and without a factor.

    The length has no prime factor but 2, 3 and 5.
    """
    radices = _split(length)
    twiddles = []
    rest = length
    for radix in radices:
        step = np.arange(rest // radix)[:, np.newaxis] * np.arange(1, radix)
        twiddles.append(np.exp(sign * 2j * pi / rest * step).ravel())
        rest //= radix
    frequency = np.arange(length // 2 + 1)
    turns = sign * 1j * np.exp(sign * 1j * pi / length * frequency)
    return Transform(
        radices=np.array(radices, np.int64),
        twiddles=np.concatenate([np.zeros(0), *twiddles]).astype(np.complex64).view(np.float32),
        turns=turns.astype(np.complex64).view(np.float32).reshape(-1, 2),
        sign=float(sign),
    )


@cache
def _split(length: int) -> tuple[int, ...]:
    """Write a length as the product of as few small lengths as can be, the largest of them as small as can be."""
    if length in RADICES:
        return (length,)
    ways = [
        tuple(sorted((radix, *_split(length // radix)), reverse=True))
        for radix in RADICES
        if length % radix == 0 and length > radix
    ]
    return min(ways, key=lambda way: (len(way), way)) if ways else ()


_LENGTHS = types.Array(types.int64, 1, "C", readonly=True)
_NUMBERS = types.Array(types.float32, 1, "C", readonly=True)
_TURNS = types.Array(types.float32, 2, "C", readonly=True)
_SOURCE = types.Array(types.float32, 4, "A", readonly=True)
_LINES = types.Array(types.float32, 4, "A")
_VECTORS = types.Array(types.float32, 4, "C")
_UNITS: Final = [UNIFORM(types.float32, lanes) for lanes in LANES]


@register_jitable(inline="always")
def _pass(  # noqa: PLR0913, PLR0917 - what numba inlines
    source: int,
    step: int,
    target: int,
    radix: int,
    blocks: int,
    inner: int,
    twiddles: int,
    sign: float,
    unit: tuple[float, ...],
) -> None:
    """Do all small transforms of one length between two addresses; a step is the bytes between two numbers."""
    number = 8 * len(unit)
    across, along = inner * blocks * step, inner * number
    for block in range(blocks):
        for place in range(inner):
            start = source + (place + inner * block) * step
            end = target + (place + inner * radix * block) * number
            # Each case is straight code for its length.
            if radix == 8:  # noqa: PLR2004 - as above
                butterfly(8, start, across, end, along, twiddles, sign, unit)
            elif radix == 9:  # noqa: PLR2004 - as above
                butterfly(9, start, across, end, along, twiddles, sign, unit)
            elif radix == 10:  # noqa: PLR2004 - as above
                butterfly(10, start, across, end, along, twiddles, sign, unit)
            elif radix == 5:  # noqa: PLR2004 - as above
                butterfly(5, start, across, end, along, twiddles, sign, unit)
            elif radix == 4:  # noqa: PLR2004 - as above
                butterfly(4, start, across, end, along, twiddles, sign, unit)
            elif radix == 3:  # noqa: PLR2004 - as above
                butterfly(3, start, across, end, along, twiddles, sign, unit)
            else:
                butterfly(2, start, across, end, along, twiddles, sign, unit)
        twiddles += 8 * (radix - 1)


@compiled(
    [types.void(_SOURCE, _LINES, _VECTORS, _LENGTHS, _NUMBERS, types.float32, FLAG, unit) for unit in _UNITS]
)
def _transform(  # noqa: PLR0917 - numba takes arguments by position
    lines: Array,
    target: Array,
    scratch: Array,
    radices: Array,
    twiddles: Array,
    sign: float,
    flag: Array,
    unit: tuple[float, ...],
) -> None:
    """Transform lines (line, place, part, lane) into others, which may be the same; return early once `flag` is 1."""
    for line in range(lines.shape[0]):
        if flag[0]:
            return
        source, step = lines.ctypes.data + line * lines.strides[0], lines.strides[1]
        end = target.ctypes.data + line * target.strides[0]
        factors = twiddles.ctypes.data
        inner, rest = 1, lines.shape[1]
        for index in range(len(radices)):
            radix = radices[index]
            blocks = rest // radix
            to = end if index == len(radices) - 1 else scratch.ctypes.data + index % 2 * scratch.strides[0]
            _pass(source, step, to, radix, blocks, inner, factors, sign, unit)
            factors += 8 * blocks * (radix - 1)
            source, step = to, 8 * len(unit)
            inner, rest = inner * radix, blocks


@compiled([types.void(_VECTORS, _TURNS, unit) for unit in _UNITS])
def _tell_apart(spectra: Array, turns: Array, unit: tuple[float, ...]) -> None:
    """Turn spectra (line, frequency, part, lane) of signals taken as complex into those of the signals, in place."""
    length, number = spectra.shape[1] - 1, 8 * len(unit)
    for line in range(spectra.shape[0]):
        first = spectra.ctypes.data + line * spectra.strides[0]
        for frequency in range(length // 2 + 1):
            low, high = first + frequency * number, first + (length - frequency) * number
            turn = (turns[frequency, 0], turns[frequency, 1])
            unravel(low, high if frequency else low, low, high, turn, unit)


@compiled([types.void(_SOURCE, _VECTORS, _TURNS, unit) for unit in _UNITS])
def _join(plane: Array, lines: Array, turns: Array, unit: tuple[float, ...]) -> None:
    """Do the opposite for columns of (frequency, column, part, lane), which become lines."""
    length, number = plane.shape[0] - 1, 8 * len(unit)
    for frequency in range(length // 2 + 1):
        low = plane.ctypes.data + frequency * plane.strides[0]
        high = plane.ctypes.data + (length - frequency) * plane.strides[0]
        turn = (turns[frequency, 0], turns[frequency, 1])
        place = lines.ctypes.data + frequency * number
        opposite = lines.ctypes.data + (length - frequency) * number
        for _column in range(plane.shape[1]):
            unravel(low, high, place, opposite, turn, unit)
            low, high = low + number, high + number
            place, opposite = place + lines.strides[0], opposite + lines.strides[0]


def transform_views(padded: Array, spectra: Array, scratch: Array, flag: Array) -> None:
    """Fill twice the spectra (angle, frequency, part, lane) of real views (angle, column, lane)."""
    views, columns, lanes = padded.shape
    plan, unit = plan_transform(columns // 2, -1), unit_of(lanes)
    lines = padded.reshape(views, columns // 2, 2, lanes)
    _transform(lines, spectra, scratch, plan.radices, plan.twiddles, plan.sign, flag, unit)
    _tell_apart(spectra, plan.turns, unit)


def transform_rows(plane: Array, scratch: Array, flag: Array) -> None:
    """Transform the rows of a plane (row, column, part, lane) back, in place."""
    plan = plan_transform(plane.shape[1], 1)
    unit = unit_of(plane.shape[3])
    _transform(plane, plane, scratch, plan.radices, plan.twiddles, plan.sign, flag, unit)


def transform_columns(plane: Array, lines: Array, scratch: Array, flag: Array) -> None:
    """Give the real signals whose spectra are the columns of a half plane (frequency, column, part, lane).

    `lines` is (column, frequency, part, lane); two parts are two neighbours of the signal, the last frequency is of
    no use.
    """
    plan = plan_transform(len(plane) - 1, 1)
    unit = unit_of(plane.shape[3])
    _join(plane, lines, plan.turns, unit)
    lines = lines[:, :-1]
    _transform(lines, lines, scratch, plan.radices, plan.twiddles, plan.sign, flag, unit)
