"""The circle that a parallel-beam scan really measures; outside it, slices hold only arcs and corners."""

from typing import Annotated

from pydantic import Field

from daisy_lab._algorithm import algorithm, progress
from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._frames import require_axes
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
    """
    require_axes(volume, "volume", ("row", "y", "x"))
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
