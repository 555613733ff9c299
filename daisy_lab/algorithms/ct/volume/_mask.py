"""The circle that a parallel-beam scan really measures; outside it, slices hold only arcs and corners."""

from typing import Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, progress
from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Volume

__all__ = ["circular_mask"]


@algorithm(splits={"row": 0}, cuda=True)
def circular_mask(
    volume: Volume,
    *,
    ratio: Annotated[float, Field(title="Diameter", gt=0, le=1)] = 1.0,
    value: Annotated[float, Field(title="Value outside")] = 0.0,
) -> Volume:
    """Give the volume with everything outside a centred circle set to one value.

    Parameters
    ----------
    volume
        Slices, (row, y, x).
    ratio
        Diameter of the circle as a part of the slice's shorter side.
    value
        What stands outside the circle.

    Returns
    -------
    volume
        The masked slices, of the same number type.

    Raises
    ------
    SettingError
        If slices of whole numbers cannot hold the value.
    """
    require_axes(volume, "volume", ("row", "y", "x"))
    _check_value(volume, value)
    xp = namespace(volume)
    height, width = volume.shape[1:]
    y = xp.arange(height)[:, None] - (height - 1) / 2
    x = xp.arange(width) - (width - 1) / 2
    outside = x * x + y * y > (ratio * min(height, width) / 2) ** 2
    masked: Array = xp.empty(volume.shape, volume.dtype)
    for row in progress(range(len(volume)), text="circular_mask"):
        masked[row] = volume[row]
        masked[row][outside] = value
    return masked


def _check_value(volume: Array, value: float) -> None:
    if volume.dtype.kind not in "iu":
        return
    bounds = np.iinfo(volume.dtype)
    if not (bounds.min <= value <= bounds.max and float(value).is_integer()):
        raise SettingError(
            _(
                "slices of type {type} hold whole numbers from {low} to {high}, and {value} is to stand outside; give "
                "one of these, or mask before rescale"
            ).format(type=volume.dtype, low=bounds.min, high=bounds.max, value=value)
        )
