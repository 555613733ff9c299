"""The loops of ring removal: a slice seen in polar coordinates, what stands out along the radius, and back.

`residual` has the axes (radius, angle), `rings` (part of the turn, radius); radii are whole pixels from 0 on. The
median of an even number of values is the lower one of the two in the middle.
"""

from __future__ import annotations

from math import inf, nan, pi
from typing import TYPE_CHECKING, Final

import numba
import numpy as np

from daisy_lab.algorithms.ct._compiled import FLAG, compiled

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["CHANCE", "find_residual", "find_rings", "subtract_rings"]

_IMAGE = numba.types.Array(numba.float32, 2, "C", readonly=True)
_LINE = numba.types.Array(numba.float64, 1, "C", readonly=True)
_COUNTS = numba.types.Array(numba.int32, 1, "C", readonly=True)
_PLANE = numba.float32[:, ::1]
_F8, _I8 = numba.float64, numba.int64
_TURN: Final = 2 * pi

CHANCE: Final = 5.0
"""Median deviations, over the root of the number of pixels, up to which a median may differ from 0 by chance."""


@compiled("UniTuple(float32, 4)(float32)")
def _cubic(share: np.float32) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    """Give the weights of the four neighbours of a place `share` behind the second one (R. G. Keys, 1981)."""
    one, half = np.float32(1), np.float32(0.5)
    rest = one - share
    before = -half * share * rest * rest
    after = -half * rest * share * share
    near = one + share * share * (np.float32(1.5) * share - np.float32(2.5))
    return before, near, one - near - before - after, after


@compiled(numba.float32(_IMAGE, _F8, _F8))
def _value_at(image: Array, x: float, y: float) -> np.float32:
    """Interpolate between sixteen pixels; NaN outside the image."""
    height, width = image.shape
    if not (0 <= x <= width - 1 and 0 <= y <= height - 1):
        return np.float32(nan)
    left, top = int(x), int(y)
    across, down = _cubic(np.float32(x - left)), _cubic(np.float32(y - top))
    total = np.float32(0)
    for i in range(4):
        line = image[min(max(top + i - 1, 0), height - 1)]
        part = (
            across[0] * line[max(left - 1, 0)]
            + across[1] * line[left]
            + across[2] * line[min(left + 1, width - 1)]
            + across[3] * line[min(left + 2, width - 1)]
        )
        total += down[i] * part
    return total


@compiled(_I8(numba.float32[::1], _I8, numba.float32))
def _place(ordered: Array, count: int, value: np.float32) -> int:
    """Give how many of the ordered values are smaller."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@compiled(numba.void(_IMAGE, _F8, _F8, _LINE, _LINE, _I8, _PLANE, FLAG))
def find_residual(  # noqa: PLR0917 - numba takes arguments by position
    image: Array,
    center_x: float,
    center_y: float,
    cosine: Array,
    sine: Array,
    half: int,
    residual: Array,
    flag: Array,
) -> None:
    """Fill in what each sample differs from the median of those up to `half` pixels nearer and farther.

    A negative radius is the point opposite. A sample that is no finite number gives NaN. Returns early once `flag` is
    1.
    """
    radii, angles = residual.shape
    samples = np.empty(radii + 2 * half, np.float32)
    ordered = np.empty(2 * half + 1, np.float32)
    for angle in range(angles):
        if flag[0]:
            return
        for j in range(len(samples)):
            radius = j - half
            value = _value_at(image, center_x + radius * cosine[angle], center_y + radius * sine[angle])
            samples[j] = value if abs(value) < inf else nan
        count = 0
        for j in range(len(samples)):
            gone = samples[j - 2 * half - 1] if j > 2 * half else np.float32(nan)
            if gone == gone:  # noqa: PLR0124 - a number
                count -= 1
                for k in range(_place(ordered, count + 1, gone), count):
                    ordered[k] = ordered[k + 1]
            value = samples[j]
            if value == value:  # noqa: PLR0124 - a number
                place = _place(ordered, count, value)
                for k in range(count, place, -1):
                    ordered[k] = ordered[k - 1]
                ordered[place] = value
                count += 1
            if j >= 2 * half:
                middle = samples[j - half]
                residual[j - 2 * half, angle] = middle - ordered[(count - 1) // 2] if count else nan


@compiled(numba.float32(numba.float32[::1], _I8, _I8))
def _select(values: Array, count: int, rank: int) -> np.float32:
    """Give the value with `rank` smaller ones, and change the order of the values."""
    low, high = 0, count - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if rank <= j:
            high = j
        elif rank >= i:
            low = i
        else:
            break
    return np.float32(values[rank])


@compiled(numba.float32(numba.float32, numba.float32))
def _clear(ring: np.float32, chance: np.float32) -> np.float32:
    """Give what of a ring is there for certain: nothing up to `chance`, nearly all of it far above."""
    zero, one = np.float32(0), np.float32(1)
    return ring * (one - (chance / ring) ** 2) if abs(ring) > chance else zero


@compiled(numba.void(_PLANE, _COUNTS, _PLANE, FLAG))
def find_rings(residual: Array, halves: Array, rings: Array, flag: Array) -> None:
    """Fill in the median over the angles around the middle of each part of the turn, `halves` samples to each side.

    A median that chance can explain is shrunk (the non-negative garrote). Where fewer than half of the samples are
    numbers there is no ring: 0. Returns early once `flag` is 1.
    """
    radii, angles = residual.shape
    parts = rings.shape[0]
    values = np.empty(angles, np.float32)
    for radius in range(radii):
        if flag[0]:
            return
        reach = min(2 * halves[radius] + 1, angles)
        for part in range(parts):
            start = part * angles // parts - halves[radius]
            count = 0
            for k in range(reach):
                value = residual[radius, (start + k) % angles]
                if value == value:  # noqa: PLR0124 - a number
                    values[count] = value
                    count += 1
            ring = np.float32(0)
            if 2 * count > reach:
                ring = _select(values, count, (count - 1) // 2)
                for k in range(count):
                    values[k] = abs(values[k] - ring)
                spread = _select(values, count, (count - 1) // 2)
                # Samples of an arc near the axis share their pixels.
                pixels = max(min(numba.float64(count), count * _TURN * radius / angles), 1.0)
                ring = _clear(ring, np.float32(spread * (CHANCE / np.sqrt(pixels))))
            rings[part, radius] = ring


@compiled(numba.void(_IMAGE, _F8, _F8, _PLANE, _PLANE, FLAG))
def subtract_rings(  # noqa: PLR0917 - numba takes arguments by position
    image: Array, center_x: float, center_y: float, rings: Array, out: Array, flag: Array
) -> None:
    """Fill `out` with the image less the rings, linear between parts of the turn and radii; return early at `flag`."""
    height, width = image.shape
    parts, radii = rings.shape
    for y in range(height):
        if flag[0]:
            return
        for x in range(width):
            radius = np.hypot(x - center_x, y - center_y)
            ring = np.float32(0)
            if radius < radii - 1:
                turn = np.arctan2(y - center_y, x - center_x) * (parts / _TURN)
                turn += parts * (turn < 0)
                part, inner = int(turn), int(radius)
                share, weights = np.float32(turn - part), _cubic(np.float32(radius - inner))
                after = (part + 1) % parts
                part %= parts
                for k in range(4):
                    at = min(abs(inner + k - 1), radii - 1)
                    one, other = rings[part, at], rings[after, at]
                    ring += weights[k] * (one + share * (other - one))
            out[y, x] = image[y, x] - ring
