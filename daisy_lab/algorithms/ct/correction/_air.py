"""Open beam beside the sample: what it says of the beam at the moment of each projection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from daisy_lab._arrays import namespace

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.correction._exposures import Average
    from daisy_lab.vocabulary import Array

__all__ = ["average_last_axis"]


def average_last_axis(values: Array, average: Average) -> Array:
    """Give mean or median of the finite values along the last axis, float64; NaN where there are none.

    Values are summed one after the other in the order of the axis, so that any block gives the same bits.
    """
    xp = namespace(values)
    if 0 in values.shape:
        empty: Array = xp.full(values.shape[:-1], np.nan)
        return empty
    values = values.astype(np.float64)
    finite = xp.isfinite(values)
    count = finite.sum(axis=-1)
    result: Array
    if average == "mean":
        # The last of the running sums: `sum` would add in an order that depends on the memory's layout.
        total = xp.cumsum(xp.where(finite, values, 0.0), axis=-1)[..., -1]
        result = xp.where(count > 0, total / xp.maximum(count, 1), np.nan)
        return result
    ordered = xp.sort(xp.where(finite, values, np.inf), axis=-1)
    last = xp.maximum(count - 1, 0)
    low = xp.take_along_axis(ordered, (last // 2)[..., np.newaxis], axis=-1)[..., 0]
    high = xp.take_along_axis(ordered, ((last + 1) // 2)[..., np.newaxis], axis=-1)[..., 0]
    result = xp.where(count > 0, (low + high) / 2, np.nan)
    return result
