"""The rotation axis of every row, when the axis is not quite along the columns of the detector."""

from functools import partial
from math import atan
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, log, parallel
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct.axis._candidate import Candidate, Search
from daisy_lab.algorithms.ct.axis._center import Around, SearchPart, search_of
from daisy_lab.algorithms.ct.axis._rows import Rows, prepare_rows
from daisy_lab.algorithms.ct.axis._ways import decide, one_way
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Angles, Array, Axes, Pixel, Projections, Radian, Unit

__all__ = ["Tilt", "find_tilt"]

_LEAST_ROWS = 3
# Rows further off the line than this many times the usual distance do not count (Tukey's weights).
_TUKEY = 4.7
_LEAST_SPREAD = 0.02
_ROUNDS = 10
_MIDDLE_ROWS = 4
_SCATTERED = 2.0


class Tilt(NamedTuple):
    """The line of the rotation axis on the detector."""

    center: Pixel
    tilt: Radian
    centers: Annotated[Array, Axes("row"), Unit("pixel")]


@algorithm
def find_tilt(
    absorption: Projections,
    theta: Angles,
    *,
    rows: Annotated[int, Field(title="Rows looked at", ge=3)] = 16,
    search: SearchPart = 0.7,
    around: Around | None = None,
) -> Tilt:
    """Give the rotation axis of every row, from a straight line through the axes of some rows.

    The axis is found as in `find_center`, first from rows near the middle, then row by row in the same way. Rows that
    show little or lie far off the line count less or not at all.

    Parameters
    ----------
    absorption
        Absorption along each ray, (angle, row, column).
    theta
        Angle of each projection in rad.
    rows
        How many rows are looked at, evenly from the first to the last one.
    search
        Part of the detector's width, about the middle of the search, in which the axis is looked for.
    around
        Column about which the axis is looked for; the middle of the detector where it is left out.

    Returns
    -------
    center
        Column of the rotation axis in the middle row, in pixels.
    tilt
        Angle between the axis and the columns of the detector in rad; positive where the column grows with the row.
    centers
        Column of the rotation axis in each row, in pixels; `reconstruct` takes it.

    Raises
    ------
    DataError
        If there are fewer than 3 rows, too few of them show the axis, or they do not lie on a line.

    Notes
    -----
    The line minimises Tukey's biweight of the distances, each row weighted by its confidence, from the median of all
    slopes between two rows on (H. Theil, Indagationes Math. 12, 85 (1950)).
    """
    require_axes(absorption, "absorption", ("angle", "row", "column"))
    height = absorption.shape[1]
    chosen = np.unique(np.linspace(0, height - 1, min(rows, height)).round().astype(int))
    if len(chosen) < _LEAST_ROWS:
        raise DataError(
            _("a tilt needs at least {least} rows, and there are {rows}; use find_center").format(
                least=_LEAST_ROWS, rows=height
            )
        )
    prepared = prepare_rows(absorption, theta, [int(row) for row in chosen])
    found = _row_by_row(prepared, search_of(prepared.width, search, around))
    slope, offset, scatter = _line(found)
    centers = offset + slope * np.arange(height)
    center = offset + slope * (height - 1) / 2
    log(
        _(
            "rotation axis at column {center:.2f} in the middle row, tilted by {tilt:.4f} degrees; {rows} rows lie "
            "{scatter:.2f} pixels off the line"
        ).format(center=center, tilt=np.rad2deg(atan(slope)), rows=len(found), scatter=scatter)
    )
    return Tilt(float(center), atan(slope), centers)


def _row_by_row(rows: Rows, search: Search) -> list[tuple[int, Candidate]]:
    """Give the axis of each row that shows it."""
    count = len(rows.sinograms)
    first = max(0, (count - _MIDDLE_ROWS) // 2)
    middle = Rows(
        rows.sinograms[first : first + _MIDDLE_ROWS], rows.theta, rows.numbers[first : first + _MIDDLE_ROWS]
    )
    way = decide(middle, search).method
    each = parallel(partial(_one_row, rows, search, way), range(count), text="rows")
    found = [(number, one) for number, one in zip(rows.numbers, each, strict=True) if one is not None]
    if len(found) < _LEAST_ROWS:
        raise DataError(
            _(
                "only {there} of {rows} rows show the rotation axis, and a tilt needs {least}; look at more rows, "
                "check the flats, or use find_center"
            ).format(there=len(found), rows=count, least=_LEAST_ROWS)
        )
    return found


def _one_row(rows: Rows, search: Search, way: str, place: int) -> Candidate | None:
    try:
        found = one_way(way, rows.only(place), search)
    except DataError:
        return None
    return found if found.confidence > 0 else None


def _line(found: list[tuple[int, Candidate]]) -> tuple[float, float, float]:
    """Give slope, value at row 0 and usual distance of a line that forgives rows far off."""
    row = np.array([number for number, _one in found], np.float64)
    center = np.array([one.center for _number, one in found])
    trust = np.array([one.confidence for _number, one in found])
    one, other = np.triu_indices(len(row), 1)
    slope = float(np.median((center[other] - center[one]) / (row[other] - row[one])))
    offset = float(np.median(center - slope * row))
    for _round in range(_ROUNDS):
        off = np.abs(center - offset - slope * row)
        spread = max(1.4826 * float(np.median(off)), _LEAST_SPREAD)
        weight = trust * np.clip(1 - (off / (_TUKEY * spread)) ** 2, 0, None) ** 2
        slope, offset = np.polyfit(row, center, 1, w=np.sqrt(weight))
    spread = 1.4826 * float(np.median(np.abs(center - offset - slope * row)))
    if spread > _SCATTERED:
        raise DataError(
            _(
                "the axes of {rows} rows lie {spread:.1f} pixels off a line, so there is no tilt to speak of; check "
                "the angles and the flats, or use find_center on the best rows"
            ).format(rows=len(found), spread=spread)
        )
    return float(slope), float(offset), spread
