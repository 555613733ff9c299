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
    """Give at most so many lines and columns, float32: means of whole groups of pixels; NaN where one of them is."""
    for axis, most in ((0, height), (1, width)):
        factor = -(-values.shape[axis] // most)
        if factor > 1:
            values = _mean_of_groups(values, axis, factor)
    return np.ascontiguousarray(values, np.float32)


def _mean_of_groups(values: Array, axis: int, factor: int) -> Array:
    """Average neighbours along an axis; the last group has what is left."""
    length = values.shape[axis]
    whole = length - length % factor
    first = [slice(None), slice(None)]
    total: Array | None = None
    for start in range(factor):
        first[axis] = slice(start, whole, factor)
        part = values[tuple(first)]
        total = part.astype(np.float32) if total is None else np.add(total, part, out=total)
    assert total is not None  # noqa: S101 - there are at least two in a group
    total /= np.float32(factor)
    if whole == length:
        return total
    first[axis] = slice(whole, None)
    rest = values[tuple(first)].mean(axis=axis, dtype=np.float32, keepdims=True)
    return np.concatenate([total, rest.astype(np.float32)], axis=axis)


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
