"""A volume in no more voxels than a browser can turn around, read slice after slice: it may be larger than memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from daisy_lab._preview._plane import plane, reduced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["Overview", "factors_of", "overview"]

_MOST_READ: Final = 1 << 30
"""Bytes that averaging may read; beyond, slices are left out."""


class Overview(NamedTuple):
    """A reduced volume."""

    values: Array
    """(slice, row, column), float32."""
    factors: tuple[int, int, int]
    thinned: bool
    """Whether slices were left out."""


def factors_of(shape: Sequence[int], voxels: int) -> tuple[int, int, int]:
    """Give how many voxels along each axis become one: the longest axis gives way first."""
    factors = [1, 1, 1]

    def left(axis: int) -> int:
        return -(-shape[axis] // factors[axis])

    while left(0) * left(1) * left(2) > voxels:
        longest = max(range(3), key=left)
        factors[longest] += max(1, factors[longest] // 8)
    # The smallest that give as many parts: so the last group is not much smaller than the others.
    down, across, along = (-(-shape[axis] // left(axis)) for axis in range(3))
    return down, across, along


def overview(
    value: Any,  # noqa: ANN401 - an array, or one still in its file
    axes: Sequence[str],
    shown: tuple[str, str, str],
    index: Mapping[str, int],
    voxels: int,
) -> Overview:
    """Average groups of voxels; of a volume that is larger than a gibibyte one slice stands for its group."""
    lengths = dict(zip(axes, value.shape, strict=True))
    shape = tuple(lengths[axis] for axis in shown)
    factors = factors_of(shape, voxels)
    step = factors[0]
    height, width = -(-shape[1] // factors[1]), -(-shape[2] // factors[2])
    itemsize = np.dtype(getattr(value, "dtype", np.float32)).itemsize
    thinned = step > 1 and shape[0] * shape[1] * shape[2] * itemsize > _MOST_READ
    found = np.empty((-(-shape[0] // step), height, width), np.float32)
    for number in range(len(found)):
        first, end = number * step, min((number + 1) * step, shape[0])
        group = [(first + end - 1) // 2] if thinned else range(first, end)
        total = np.zeros((height, width), np.float32)
        for place in group:
            one = plane(value, axes, shown[1:], {**index, shown[0]: place})
            total += reduced(one, height, width)
        found[number] = total / len(group)
    return Overview(found, factors, thinned)
