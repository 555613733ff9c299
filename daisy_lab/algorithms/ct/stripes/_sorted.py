"""Columns of a sinogram sorted by value, smoothed across the detector, and put back: Vo's way to see stripes.

Sorted, neighbouring columns of a good detector look alike, whatever the object; what differs is a stripe. Arrays are
(row, column, angle), so that sorting, filtering and putting back run along contiguous values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from daisy_lab._algorithm import cancel_flag, check_cancelled
from daisy_lab._arrays import namespace, on_host
from daisy_lab.algorithms.ct.stripes import _sorted_cupy, _sorted_numba

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.vocabulary import Array

__all__ = ["Sorted", "median_columns", "mirrored", "sort_angles", "sorted_by", "unsort_angles"]


class Sorted(NamedTuple):
    """Values in ascending order along the last axis, and the angle each of them came from."""

    values: Array
    order: Array


def sort_angles(sinograms: Array) -> Sorted:
    """Sort each column's values; equal ones stay in the order of their angles."""
    xp = namespace(sinograms)
    result = Sorted(xp.empty_like(sinograms), xp.empty(sinograms.shape, np.int32))
    kernels = _sorted_numba if on_host(sinograms) else _sorted_cupy
    kernels.sort_lines(_lines(sinograms), _lines(result.values), _lines(result.order), cancel_flag())
    check_cancelled()
    return result


def unsort_angles(values: Array, order: Array) -> Array:
    """Put each value back to the angle it came from."""
    sinograms: Array = namespace(values).empty_like(values)
    kernels = _sorted_numba if on_host(values) else _sorted_cupy
    kernels.unsort_lines(_lines(values), _lines(order), _lines(sinograms))
    return sinograms


def median_columns(values: Array, size: int) -> Array:
    """Take the running median of `size` neighbouring columns, mirrored at both ends of the detector.

    With an even size the upper one of the two middle values is taken, and the window begins `size // 2` before.
    """
    xp = namespace(values)
    smooth: Array = xp.empty_like(values)
    columns = values.shape[1]
    source = xp.asarray(mirrored(np.arange(columns + size - 1) - size // 2, columns))
    kernels = _sorted_numba if on_host(values) else _sorted_cupy
    kernels.median_lines(values, source, smooth, cancel_flag())
    check_cancelled()
    return smooth


def sorted_by(sinograms: Array, smooth: Callable[[Array], Array], *, sort: bool = True) -> Array:
    """Apply a filter to the sinograms with each column sorted, or as they are."""
    if not sort:
        return smooth(sinograms)
    values, order = sort_angles(sinograms)
    return unsort_angles(smooth(values), order)


def mirrored(place: Array, length: int) -> Array:
    """Give the columns that stand at these places, mirrored about the outer edges of `length` columns."""
    inside = place % (2 * length)
    columns: Array = np.minimum(inside, 2 * length - 1 - inside).astype(np.int32)
    return columns


def _lines(values: Array) -> Array:
    return values.reshape(-1, values.shape[-1])
