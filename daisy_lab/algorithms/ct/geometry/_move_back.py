"""Projections moved back by known shifts."""

from typing import Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, parallel, progress
from daisy_lab._arrays import namespace, on_host, to_host
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct.geometry._drift import Shifts
from daisy_lab.algorithms.ct.geometry._resample import TAPS_AFTER, moved
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Projections, Unit

__all__ = ["correct_drift"]


@algorithm(splits={"angle": 0, "row": lambda settings: settings.limit + TAPS_AFTER}, cuda=True)
def correct_drift(
    projections: Projections,
    row_shift: Shifts,
    column_shift: Shifts,
    *,
    limit: Annotated[int, Unit("pixel"), Field(title="Largest shift", ge=1, le=1000)] = 16,
) -> Projections:
    """Give the projections moved back by known shifts, to fractions of a pixel.

    Parameters
    ----------
    projections
        Frames, (angle, row, column): transmission or absorption.
    row_shift
        Rows by which each lies too far down, in pixels, (angle), as from `find_drift`.
    column_shift
        Columns by which each lies too far right, in pixels, (angle).
    limit
        Largest shift that may occur, in pixels: so many rows more are read where a part of the rows is asked for.

    Returns
    -------
    projections
        Moved frames, float32, (angle, row, column). What comes from beyond the frame repeats its edge. Between
        pixels a frame is the polynomial of degree 7 through eight neighbours in each direction.

    Raises
    ------
    DataError
        If there is not one finite shift per projection, or one is larger than the limit.
    """
    require_axes(projections, "projections", ("angle", "row", "column"))
    down, across = (_checked(part, projections, limit) for part in (row_shift, column_shift))
    xp = namespace(projections)
    corrected: Array = xp.empty(projections.shape, np.float32)

    def fill(view: int) -> None:
        with np.errstate(over="ignore"):
            frame = projections[view].astype(np.float32)
        corrected[view] = moved(moved(frame, down[view], axis=0), across[view], axis=1)

    views = range(len(projections) if projections.size else 0)
    if on_host(projections):
        parallel(fill, views, text="correct_drift")
    else:
        for view in progress(views, text="correct_drift"):
            fill(view)
    return corrected


def _checked(shifts: Array, projections: Array, limit: int) -> list[float]:
    """Give the shifts as numbers, one per projection, none above the limit."""
    known = np.asarray(to_host(shifts), np.float64)
    if known.shape != (len(projections),) or not np.isfinite(known).all():
        raise DataError(
            _(
                "{views} projections need {views} finite shifts along rows and along columns, and there are {shape}, "
                "{bad} of them not finite; take those that find_drift gives"
            ).format(views=len(projections), shape=known.shape, bad=int((~np.isfinite(known)).sum()))
        )
    if len(known) and np.abs(known).max() > limit:
        raise DataError(
            _("a shift is {largest:.1f} pixels and the limit is {limit}; raise the limit").format(
                largest=float(np.abs(known).max()), limit=limit
            )
        )
    return [float(shift) for shift in known]
