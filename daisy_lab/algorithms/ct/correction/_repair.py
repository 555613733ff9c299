"""What was not measured, filled from what was measured around it."""

from functools import partial
from types import SimpleNamespace
from typing import Annotated, Final

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, check_cancelled, log, parallel
from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._frames import frame_blocks, require_axes
from daisy_lab.algorithms.ct.correction._air import average_last_axis
from daisy_lab.algorithms.ct.correction._exposures import Average
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Projections

__all__ = ["repair"]

_AT_ONCE: Final = 1 << 18
"""Neighbours that are gathered at once, for all pixels together."""


def _reach(settings: SimpleNamespace) -> int:
    return int(settings.reach)


@algorithm(splits={"angle": 0, "row": _reach, "column": _reach}, cuda=True)
def repair(
    projections: Projections,
    *,
    reach: Annotated[
        int, Field(title="Furthest neighbour", ge=1, le=64, json_schema_extra={"unit": "pixel"})
    ] = 10,
    average: Annotated[Average, Field(title="Average of neighbours")] = "median",
) -> Projections:
    """Give the projections with all that is no finite number replaced by its neighbours in the same projection.

    Each such pixel gets the average of the finite values in the smallest square around it that has some, 3 x 3 at
    first. Dead pixels of `normalize`, gaps between detector modules and overflows need this before steps that mix
    pixels, such as phase retrieval or a Fourier filter.

    Parameters
    ----------
    projections
        Radiographs, counts, transmission or absorption, (angle, row, column).
    reach
        Distance up to which neighbours are looked for; half the width of the widest gap, and a little more.
    average
        How the neighbours are combined.

    Returns
    -------
    projections
        Radiographs with all other values as they were, float32, (angle, row, column). What has no finite
        neighbour within reach stays NaN. The log says how many were replaced and how many were not.
    """
    require_axes(projections, "projections", ("angle", "row", "column"))
    repaired: Array = namespace(projections).empty(projections.shape, np.float32)
    fill = partial(_fill, projections, reach, average, repaired)
    counts = parallel(fill, frame_blocks(projections.shape), text="repair")
    found, left = (sum(numbers) for numbers in zip(*counts, strict=True)) if counts else (0, 0)
    if found - left:
        log(
            _("{repaired} of {all} values were no finite numbers: replaced by the {average} around").format(
                repaired=found - left, all=projections.size, average=average
            )
        )
    if left:
        log(
            _(
                "{left} values have no finite neighbour within {reach} pixels and stay NaN; raise reach"
            ).format(left=left, reach=reach)
        )
    return repaired


def _fill(projections: Array, reach: int, average: Average, repaired: Array, block: slice) -> tuple[int, int]:
    """Copy one block repaired; tell how many values were not finite, and how many still are not."""
    xp = namespace(repaired)
    out = repaired[block]
    # Values beyond float32 become infinite, and are then replaced.
    with np.errstate(over="ignore"):
        out[...] = projections[block]
    places = xp.stack(xp.nonzero(~xp.isfinite(out)))
    found = places.shape[1]
    if not found:
        return 0, 0
    # Neighbours are those that were measured: what has been filled meanwhile does not count.
    measured = out.copy()
    out[tuple(places)] = np.nan
    near = xp.isfinite(out)
    for distance in range(1, reach + 1):
        check_cancelled()
        near = _grown(near)
        ready = near[tuple(places)]
        _average_around(measured, places[:, ready], distance, average, out)
        places = places[:, ~ready]
        if not places.shape[1]:
            break
    return found, int(places.shape[1])


def _grown(near: Array) -> Array:
    """Give the pixels next to those that are true, corners too, and these themselves."""
    wide = near.copy()
    wide[:, 1:] |= near[:, :-1]
    wide[:, :-1] |= near[:, 1:]
    grown = wide.copy()
    grown[:, :, 1:] |= wide[:, :, :-1]
    grown[:, :, :-1] |= wide[:, :, 1:]
    return grown


def _average_around(frames: Array, places: Array, distance: int, average: Average, out: Array) -> None:
    """Write to each place the average of the finite values in the square around it."""
    step = max(1, _AT_ONCE // (2 * distance + 1) ** 2)
    for first in range(0, places.shape[1], step):
        check_cancelled()
        some = places[:, first : first + step]
        out[tuple(some)] = average_last_axis(_around(frames, some, distance), average).astype(np.float32)


def _around(frames: Array, places: Array, distance: int) -> Array:
    """Give the values of the square around each place, (place, neighbour); NaN outside the frame."""
    xp = namespace(frames)
    steps = xp.arange(-distance, distance + 1)
    row = places[1][:, np.newaxis] + xp.repeat(steps, len(steps))
    column = places[2][:, np.newaxis] + xp.tile(steps, len(steps))
    rows, columns = frames.shape[1:]
    outside = (row < 0) | (row >= rows) | (column < 0) | (column >= columns)
    row, column = xp.clip(row, 0, rows - 1), xp.clip(column, 0, columns - 1)
    values: Array = xp.where(outside, np.float32(np.nan), frames[places[0][:, np.newaxis], row, column])
    return values
