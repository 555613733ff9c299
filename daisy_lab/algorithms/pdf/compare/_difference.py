"""The difference PDF: what changed from one G(r) to another."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Axes

__all__ = ["difference"]

Reference = Literal["first", "mean", "frame", "previous"]


@algorithm(splits={"distance": 0})
def difference(
    compared: Annotated[Array, Axes("frame", "distance")],
    *,
    reference: Annotated[Reference, Field(title="Difference to")] = "first",
    number: Annotated[int, Field(title="Number of that frame", ge=0)] = 0,
) -> Annotated[Array, Axes("frame", "distance")]:
    """Give G(r) of each frame less that of a reference: positive where distances of atoms appear.

    Parameters
    ----------
    compared
        G(r) of each frame, (frame, distance).
    reference
        `first` frame, `mean` of all frames, one `frame` by its number, or the `previous` one.
    number
        Number of the reference frame, from 0; used with `frame`.

    Returns
    -------
    difference
        In the unit of G(r), (frame, distance); frames without G(r) stay NaN.

    Raises
    ------
    SettingError
        If there is no frame of that number.
    DataError
        If it is no series.
    """
    values = np.asarray(compared, np.float64)
    if values.ndim != 2 or not len(values):  # noqa: PLR2004 - (frame, distance)
        raise DataError(_("G(r) has the shape {shape}; a series is (frame, r)").format(shape=values.shape))
    if reference == "previous":
        return np.concatenate([np.zeros_like(values[:1]), np.diff(values, axis=0)])
    if reference == "mean":
        there = np.isfinite(values)
        total = np.where(there, values, 0).sum(axis=0)
        left: Array = values - total / np.maximum(there.sum(axis=0), 1)
        return left
    at = number if reference == "frame" else _first(values)
    if at >= len(values):
        raise SettingError(
            _(
                "the reference is frame {number}, but there are {count}, from 0 to {last}; give one of them"
            ).format(number=at, count=len(values), last=len(values) - 1)
        )
    return np.asarray(values - values[at])


def _first(values: Array) -> int:
    """Give the first frame that has a G(r)."""
    return int(np.argmax(np.isfinite(values).any(axis=1)))
