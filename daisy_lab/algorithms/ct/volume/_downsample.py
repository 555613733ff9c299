"""Fewer, larger voxels: one level of the pyramid that viewers of large volumes show from afar."""

from functools import partial
from itertools import product
from typing import Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import Window, algorithm, check_cancelled, parallel
from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._frames import frame_blocks, require_axes
from daisy_lab.vocabulary import Array, Volume

__all__ = ["downsample"]


def _cells(settings: object) -> Window:
    return Window(stride=getattr(settings, "factor", 1))


@algorithm(splits={"row": _cells, "y": _cells, "x": _cells}, cuda=True)
def downsample(volume: Volume, *, factor: Annotated[int, Field(title="Factor", ge=1, le=64)] = 2) -> Volume:
    """Give the volume with cubes of voxels averaged into one.

    The last cube of an axis averages what is there, so nothing is cut off. What is not a finite number is left out
    of the average; a cube without any number is NaN. Several steps of factor 2, each on the result of the one
    before, make the levels of a pyramid.

    Parameters
    ----------
    volume
        Slices, (row, y, x).
    factor
        Voxels along each axis that become one; 2 leaves an eighth of the volume.

    Returns
    -------
    volume
        The smaller volume, of the same number type; whole numbers are rounded to the nearest.
    """
    require_axes(volume, "volume", ("row", "y", "x"))
    xp = namespace(volume)
    kind = volume.dtype.newbyteorder("=") if volume.dtype.kind in "iuf" else np.dtype(np.float32)
    smaller: Array = xp.empty(tuple(-(-length // factor) for length in volume.shape), kind)
    blocks = frame_blocks((smaller.shape[0], *(factor * length for length in smaller.shape[1:])))
    if smaller.size:
        parallel(partial(_average, volume, factor, smaller), blocks, text="downsample")
    return smaller


def _average(volume: Array, factor: int, smaller: Array, block: slice) -> None:
    """Fill some slices; each cube is added up in the same order whatever the slices asked for."""
    xp = namespace(volume)
    out = smaller[block]
    part = volume[block.start * factor : block.stop * factor]
    total, count = xp.zeros(out.shape, np.float64), xp.zeros(out.shape, np.int32)
    finite = part.dtype.kind in "biu"
    for first in product(range(factor), repeat=3):
        check_cancelled()
        values = part[tuple(slice(start, None, factor) for start in first)]
        there = tuple(slice(length) for length in values.shape)
        measured = True if finite else xp.isfinite(values)
        total[there] += values if finite else xp.where(measured, values, 0)
        count[there] += measured
    with np.errstate(invalid="ignore", over="ignore"):
        total /= count
    if smaller.dtype.kind in "iu":
        xp.rint(total, out=total)
    out[...] = total.astype(smaller.dtype)
