"""The errors of the points of a pattern, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["variance_of"]


def variance_of(sigma: Array, points: int) -> Array:
    """Give the variance of each of so many points, (point,); points whose sigma is no number count as exact.

    Raises
    ------
    DataError
        If there are more or less, or some are negative.
    """
    values = np.asarray(sigma, np.float64)
    if values.shape != (points,):
        raise DataError(
            _("sigma has the shape {shape}, and the pattern {points} points; it takes one per point").format(
                shape=values.shape, points=points
            )
        )
    if np.any(values < 0):
        at = int(np.argmax(values < 0))
        raise DataError(
            _("sigma of point {at} is {value:.6g}; a standard deviation is 0 or more").format(
                at=at + 1, value=float(values[at])
            )
        )
    return np.nan_to_num(values, nan=0.0, posinf=0.0) ** 2
