"""Air on both sides of the sample transmits everything: each row is scaled so that it does."""

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

__all__ = ["normalize_air"]


@algorithm(splits={"angle": 0, "row": 0}, cuda=True)
def normalize_air(
    transmission: Projections,
    *,
    air: Annotated[int, Field(title="Air on each side", ge=1, json_schema_extra={"unit": "pixel"})] = 10,
    average: Annotated[Average, Field(title="Average of air")] = "mean",
) -> Projections:
    """Give the transmission scaled so that the air left and right of the sample is 1 in every row.

    Each row of each projection is divided by a straight line through the averages of its outermost columns. It
    takes out a beam that fades or moves during the scan. The sample must not reach these columns.

    Parameters
    ----------
    transmission
        Fraction of the beam that passed, (angle, row, column).
    air
        Number of columns on each side in which there is only air.
    average
        How these columns are combined; the median ignores zingers.

    Returns
    -------
    transmission
        Scaled transmission, float32, (angle, row, column). A row without air above 0 on one side is scaled by
        the other side alone; one without any stays as it is, and their number goes to the log.

    Raises
    ------
    SettingError
        If both sides together are wider than the detector.
    """
    require_axes(transmission, "transmission", ("angle", "row", "column"))
    if 2 * air > max(2, transmission.shape[2]):
        raise SettingError(
            _("air of {air} columns on each side does not fit {columns} columns; take at most {most}").format(
                air=air, columns=transmission.shape[2], most=transmission.shape[2] // 2
            )
        )
    scaled: Array = namespace(transmission).empty(transmission.shape, np.float32)
    fill = partial(_fill, transmission, air, average, scaled)
    without = sum(parallel(fill, frame_blocks(transmission.shape), text="normalize_air"))
    if without:
        log(
            _("{without} of {all} rows have no air above 0 on either side and stay as they are").format(
                without=without, all=transmission.shape[0] * transmission.shape[1]
            )
        )
    return scaled


def _fill(transmission: Array, air: int, average: Average, scaled: Array, block: slice) -> int:
    """Scale one block of projections, and count the rows without air."""
    xp = namespace(scaled)
    frames, out = transmission[block], scaled[block]
    columns = frames.shape[2]
    left, right = (
        average_last_axis(side, average) for side in (frames[..., :air], frames[..., columns - air :])
    )
    left, right = (xp.where(side > 0, side, np.nan) for side in (left, right))
    left, right = xp.where(xp.isnan(left), right, left), xp.where(xp.isnan(right), left, right)
    without = xp.isnan(left)
    left, right = xp.where(without, 1.0, left), xp.where(without, 1.0, right)
    # The averages stand for the middle of their columns.
    slope = (right - left) / max(1, columns - air)
    start = left - slope * ((air - 1) / 2)
    place = xp.arange(columns, dtype=np.float32)
    beam = slope.astype(np.float32)[..., np.newaxis] * place
    beam += start.astype(np.float32)[..., np.newaxis]
    # Values beyond float32 become infinite: what was not measured stays so.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        out[...] = frames
        out /= beam
    return int(xp.count_nonzero(without))
