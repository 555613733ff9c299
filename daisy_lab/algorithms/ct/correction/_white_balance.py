"""A beam that flickers: each projection as a whole is scaled so that the open beam transmits everything."""

from functools import partial
from typing import Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, log, parallel
from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._frames import frame_blocks, require_axes
from daisy_lab.algorithms.ct.correction._air import average_last_axis
from daisy_lab.algorithms.ct.correction._exposures import Average
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Projections

__all__ = ["white_balance"]

_EDGE = 20
"""Part of the columns, on each side, that is taken as open beam where none is named: one in so many."""


@algorithm(splits={"angle": 0}, cuda=True)
def white_balance(
    transmission: Projections,
    *,
    rows: Annotated[tuple[int, int] | None, Field(title="Rows of the open beam")] = None,
    columns: Annotated[tuple[int, int] | None, Field(title="Columns of the open beam")] = None,
    average: Annotated[Average, Field(title="Average of the open beam")] = "mean",
) -> Projections:
    """Give the transmission scaled so that the open beam is 1 on average in every projection.

    One factor per projection takes out a beam that flickers or fades from exposure to exposure. Where the beam
    also tilts across the detector, `normalize_air` is the better choice.

    Parameters
    ----------
    transmission
        Fraction of the beam that passed, (angle, row, column).
    rows
        First row of the open beam, and the row behind its last; all rows if absent.
    columns
        First column of the open beam, and the column behind its last; if absent the outer 5 % on each side. The
        sample must not reach them at any angle.
    average
        How the pixels of the open beam are combined; the median ignores zingers.

    Returns
    -------
    transmission
        Scaled transmission, float32, (angle, row, column). A projection whose open beam is not above 0 stays as it
        is, and their number goes to the log.

    Raises
    ------
    SettingError
        If the open beam lies outside the detector, or holds no pixel.
    """
    require_axes(transmission, "transmission", ("angle", "row", "column"))
    lines = _range(rows, "rows", transmission.shape[1])
    if columns is None:
        edge = max(1, transmission.shape[2] // _EDGE)
        sides = [slice(0, edge), slice(max(edge, transmission.shape[2] - edge), transmission.shape[2])]
    else:
        sides = [_range(columns, "columns", transmission.shape[2])]
    scaled: Array = namespace(transmission).empty(transmission.shape, np.float32)
    fill = partial(_fill, transmission, (lines, sides), average, scaled)
    without = sum(parallel(fill, frame_blocks(transmission.shape), text="white_balance"))
    if without:
        log(
            _("{without} of {all} projections have an open beam not above 0 and stay as they are").format(
                without=without, all=len(transmission)
            )
        )
    return scaled


def _range(given: tuple[int, int] | None, name: str, length: int) -> slice:
    if given is None:
        return slice(0, length)
    if not 0 <= given[0] < given[1] <= length:
        raise SettingError(
            _(
                "{name} {given} do not lie on the detector: first and end must be 0 <= first < end <= {length}"
            ).format(name=name, given=given, length=length)
        )
    return slice(*given)


def _fill(
    transmission: Array, place: tuple[slice, list[slice]], average: Average, scaled: Array, block: slice
) -> int:
    """Scale one block of projections, and count those without an open beam."""
    xp = namespace(scaled)
    frames, out = transmission[block], scaled[block]
    lines, sides = place
    beam = xp.concatenate([frames[:, lines, side].reshape(len(frames), -1) for side in sides], axis=1)
    level = average_last_axis(beam, average)
    without = ~(level > 0)
    factor = (1 / xp.where(without, 1.0, level)).astype(np.float32)
    # Values beyond float32 become infinite: what was not measured stays so.
    with np.errstate(over="ignore", invalid="ignore"):
        out[...] = frames
        out *= factor[:, np.newaxis, np.newaxis]
    return int(xp.count_nonzero(without))
