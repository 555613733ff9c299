"""One plane of an array, reduced to the pixels of a screen: the time to show it does not grow with the array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab.errors import DataError, choices
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["Region", "axes_of", "plane", "reduced", "shown_axes"]

Region = tuple[int, int, int, int]
"""Top, bottom, left, right; ends excluded."""

_THIN = 8
_MOST_READ = 6 << 20
"""Pixels that are fetched for one picture; of a larger region some lines stand for their neighbours."""
_MOST_ADDED = 9 << 19
"""Pixels that make one picture, of those that are fetched."""


def axes_of(axes: Sequence[str], shape: Sequence[int]) -> tuple[str, ...]:
    """Give the names of all axes, numbered where nobody named them."""
    return tuple(axes) if len(axes) == len(shape) else tuple(f"axis{n}" for n in range(len(shape)))


def shown_axes(axes: Sequence[str], shape: Sequence[int]) -> tuple[str, str]:
    """Give the axes to show down and across: the last two, or the two longest where the last two are thin."""
    last = range(len(shape) - 2, len(shape))
    if min(shape[-2:]) < _THIN:
        longest = sorted(sorted(range(len(shape)), key=lambda n: (-shape[n], -n))[:2])
        if shape[longest[0]] >= _THIN:
            last = longest  # type: ignore[assignment]  # two positions, either way
    down, across = last
    return axes[down], axes[across]


def plane(
    value: Any,  # noqa: ANN401 - an array, or one still in its file
    axes: Sequence[str],
    shown: Sequence[str],
    index: Mapping[str, int],
    region: Region | None = None,
) -> Array:
    """Read what lies along the shown axes, at an index along the others; nothing else is read.

    Raises
    ------
    DataError
        If an axis or a position is not there.
    """
    shape = tuple(value.shape)
    _check(axes, shape, shown, index)
    ranges = {} if region is None else {shown[0]: region[:2], shown[-1]: region[2:]}
    picked: list[int | slice] = []
    for axis, length in zip(axes, shape, strict=True):
        if axis in shown:
            picked.append(slice(*ranges[axis]) if axis in ranges else slice(None))
        else:
            picked.append(index.get(axis, length // 2))
    part = np.asarray(value[tuple(picked)])
    order = [axis for axis in axes if axis in shown]
    return part if order == list(shown) else part.T


def reduced(values: Array, height: int, width: int) -> Array:
    """Give at most so many lines and columns, float32: means of groups of pixels; NaN where one of them is.

    Of a region of more than some million pixels, evenly spaced ones of each group stand for all of it, so that the time
    stays that of a screen and does not grow with the image.
    """
    down, across = (-(-values.shape[0] // height), -(-values.shape[1] // width))
    if down == across == 1:
        return np.ascontiguousarray(values, np.float32)
    rows, columns = (values.shape[0] // down * down, values.shape[1] // across * across)
    used = _used(values.shape, (down, across))
    # The last group along an axis has what is left.
    return np.block(
        [
            [_means(part, *_fitting(part.shape, (down, across)), used) for part in line if part.size]
            for line in (
                (values[:rows, :columns], values[:rows, columns:]),
                (values[rows:, :columns], values[rows:, columns:]),
            )
            if line[0].shape[0]
        ]
    )


def _used(shape: tuple[int, ...], factors: tuple[int, int]) -> tuple[int, int]:
    """Give how many lines and columns of each group are read."""
    lines, columns = factors
    down, across = -(-shape[0] // lines), -(-shape[1] // columns)
    # What lies between two lines is not read; what lies between two columns comes with them from the memory.
    while down * lines * shape[1] > _MOST_READ and lines > 1:
        lines = (lines + 1) // 2
    while down * lines * across * columns > _MOST_ADDED and columns > 1:
        columns = (columns + 1) // 2
    return lines, columns


def _fitting(shape: tuple[int, ...], factors: tuple[int, int]) -> tuple[int, int]:
    """Give factors that are no larger than what they divide."""
    return min(factors[0], shape[0]), min(factors[1], shape[1])


def _means(values: Array, down: int, across: int, used: tuple[int, int]) -> Array:
    """Average groups of so many lines and columns, which fit; some of each where not all are to be used."""
    total: Array | None = None
    lines, columns = min(used[0], down), min(used[1], across)
    for line in range(lines):
        for column in range(columns):
            first = ((2 * line + 1) * down // (2 * lines), (2 * column + 1) * across // (2 * columns))
            part = values[first[0] :: down, first[1] :: across]
            total = part.astype(np.float32) if total is None else np.add(total, part, out=total)
    assert total is not None  # noqa: S101 - at least one of a group is used
    total /= np.float32(lines * columns)
    return total


def _check(
    axes: Sequence[str], shape: tuple[int, ...], shown: Sequence[str], index: Mapping[str, int]
) -> None:
    lengths = dict(zip(axes, shape, strict=True))
    for axis in (*shown, *index):
        if axis not in lengths:
            raise DataError(
                _("there is no axis '{axis}'; there is {known}").format(axis=axis, known=choices(axes))
            )
    if len(set(shown)) != len(shown):
        raise DataError(_("axis '{axis}' cannot be shown twice").format(axis=shown[0]))
    for axis, place in index.items():
        if place >= lengths[axis]:
            raise DataError(
                _("position {place} along {axis} was asked for; it has {length}").format(
                    place=place, axis=axis, length=lengths[axis]
                )
            )
