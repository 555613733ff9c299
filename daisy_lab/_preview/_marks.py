"""What lies below a line or inside a polygon of a plane; pixel r covers r to r + 1, its centre is at r + 1/2."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, hypot
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from daisy_lab._preview._plane import Region
    from daisy_lab.vocabulary import Array

__all__ = ["Statistics", "along", "around", "statistics"]

_AT_ONCE: Final = 1 << 22
Place = tuple[float, float]


@dataclass(frozen=True)
class Statistics:
    """What values have in common; None where there are none."""

    count: int
    mean: float | None = None
    std: float | None = None
    low: float | None = None
    high: float | None = None


def around(places: Sequence[Place], height: int, width: int) -> Region:
    """Give the region of a plane that holds all pixels below some places, one more on each side; one pixel at least."""
    rows, columns = zip(*places, strict=True)
    top, bottom = _kept(min(rows), max(rows), height)
    left, right = _kept(min(columns), max(columns), width)
    return top, bottom, left, right


def _kept(first: float, last: float, length: int) -> tuple[int, int]:
    start = min(max(int(first) - 1, 0), length - 1)
    return start, max(min(ceil(last) + 1, length), start + 1)


def along(values: Array, start: Place, stop: Place, points: int) -> tuple[Array, Array]:
    """Give distances and values along a line across a plane, float64: linear between centres, NaN beside the plane."""
    length = hypot(stop[0] - start[0], stop[1] - start[1])
    count = max(min(points, ceil(length) + 1), 2)
    part = np.linspace(0.0, 1.0, count)
    rows = start[0] + part * (stop[0] - start[0])
    columns = start[1] + part * (stop[1] - start[1])
    height, width = values.shape
    found = _between(values, rows - 0.5, columns - 0.5)
    found[(rows < 0) | (rows > height) | (columns < 0) | (columns > width)] = np.nan
    return part * length, found


def _between(values: Array, rows: Array, columns: Array) -> Array:
    """Interpolate; half a pixel beyond the outer centres holds what they hold."""
    height, width = values.shape
    rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    top, left = rows.astype(np.intp), columns.astype(np.intp)
    bottom, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down, across = rows - top, columns - left

    def at(row: Array, column: Array) -> Array:
        return values[row, column].astype(np.float64)

    upper = at(top, left) * (1 - across) + at(top, right) * across
    lower = at(bottom, left) * (1 - across) + at(bottom, right) * across
    return np.asarray(upper * (1 - down) + lower * down)


def statistics(read: Callable[[Region], Array], corners: Sequence[Place], region: Region) -> Statistics:
    """Give the statistics of the pixels whose centres lie in a polygon.

    Parameters
    ----------
    read
        Gives the values of a region of the plane; asked for some lines after another.
    corners
        Row and column of each.
    region
        Where the polygon lies.
    """
    top, bottom, left, right = region
    lines = max(1, _AT_ONCE // (right - left))
    total, mean, squares = 0, 0.0, 0.0
    low, high = np.inf, -np.inf
    for first in range(top, bottom, lines):
        part = (first, min(first + lines, bottom), left, right)
        inside = read(part)[_inside(corners, part)].astype(np.float64)
        inside = inside[np.isfinite(inside)]
        if not len(inside):
            continue
        # Chan, Golub, LeVeque 1979: means and squares of parts make those of the whole.
        count, other = len(inside), float(inside.mean())
        apart = other - mean
        squares += float(((inside - other) ** 2).sum()) + apart * apart * total * count / (total + count)
        mean += apart * count / (total + count)
        total += count
        low, high = min(low, float(inside.min())), max(high, float(inside.max()))
    if not total:
        return Statistics(0)
    return Statistics(total, mean, float(np.sqrt(squares / total)), low, high)


def _inside(corners: Sequence[Place], region: Region) -> Array:
    """Say of each pixel of a region whether its centre is in a polygon: an odd number of edges lies left of it."""
    top, bottom, left, right = region
    turns = np.zeros((bottom - top, right - left + 1), np.int32)
    rows = np.arange(top, bottom) + 0.5
    for (row, column), (next_row, next_column) in zip(corners, (*corners[1:], corners[0]), strict=True):
        crossed = np.flatnonzero((rows >= row) != (rows >= next_row))
        if not len(crossed):
            continue
        at = column + (rows[crossed] - row) * (next_column - column) / (next_row - row)
        first = np.clip(np.ceil(at - 0.5), left, right).astype(np.intp) - left
        np.add.at(turns, (crossed, first), 1)
    return np.asarray(np.cumsum(turns, axis=1)[:, :-1] & 1, bool)
