"""Where the two halves of a full turn overlap: the rotation axis near one edge of the detector.

The opposite of a view is its mirror image about the axis. So half a turn, and the opposite views mirrored, are two
pictures of one thing, moved against each other by `2 center - (width - 1)` columns.
"""

from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field

from daisy_lab._algorithm import algorithm, log, progress
from daisy_lab.algorithms.ct._angles import check_theta
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct.geometry._halves import coarse_move, fine_move, halves_of
from daisy_lab.algorithms.ct.geometry._pairs import pair_views
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Angles, Pixel, Projections

__all__ = ["Overlap", "find_overlap"]

_LEAST_WIDTH: Final = 16
# Standard deviations of all other positions by which the best one must stand out.
_LEAST_CONTRAST: Final = 6.0
# Correlation that chance does not give.
_CLEAR: Final = 0.5


class Overlap(NamedTuple):
    """Where opposite views overlap."""

    center: Pixel
    overlap: Pixel
    side: str
    correlation: float


@algorithm
def find_overlap(
    absorption: Projections,
    theta: Angles,
    *,
    side: Annotated[Literal["auto", "left", "right"], Field(title="Side")] = "auto",
    least: Annotated[int, Field(title="Least overlap", ge=8)] = 16,
) -> Overlap:
    """Give where the two halves of a full turn overlap, and with it a rotation axis near the detector's edge.

    Each view is compared with its opposite, found by the angles and interpolated between its neighbours, and
    mirrored. Of all columns by which they can be moved against each other, the best is that where their edges
    correlate most, per column of overlap; it is then found to about 0.02 pixels. What stays the same over all
    views, as stripes do, counts in neither.

    Parameters
    ----------
    absorption
        Absorption along each ray, (angle, row, column). A few rows are enough, one is possible.
    theta
        Angle of each projection in rad; a full turn.
    side
        Edge of the detector to which the axis is nearer, where it is known.
    least
        Columns that overlap at least; fewer are not looked at.

    Returns
    -------
    center
        Column onto which the rotation axis projects, in pixels; 0 is the middle of the first column.
    overlap
        Columns that a view and its mirrored opposite have in common, in pixels.
    side
        Edge of the detector to which the axis is nearer: left or right.
    correlation
        How well both agree where they overlap: 1 is perfect, noise lowers it.

    Raises
    ------
    DataError
        If the angles cover no full turn, no row shows anything that turns, or no position stands out.

    Notes
    -----
    The task is that of N. T. Vo et al., Data processing methods and data acquisition for samples larger than
    the field of view in parallel-beam tomography, Opt. Express 29, 17849 (2021), with its words for side and
    overlap. There a window of one half slides over the other; here all columns in common count, for every
    position at once: a cross-correlation by Fourier transform over the square root of both energies.
    """
    require_axes(absorption, "absorption", ("angle", "row", "column"))
    angles = check_theta(theta, absorption)
    width = absorption.shape[2]
    if width < max(_LEAST_WIDTH, least + 1):
        raise DataError(
            _(
                "a detector of {width} columns is too narrow for an overlap of at least {least}; ask for less, or "
                "give the rotation axis as a number"
            ).format(width=width, least=least)
        )
    pairs = pair_views(angles)
    rows = [
        halves
        for row in progress(range(absorption.shape[1]), text="find_overlap")
        if (halves := halves_of(absorption[:, row], pairs)) is not None
    ]
    move, contrast = coarse_move(rows, width, least, side)
    fine, correlation = fine_move(rows, move)
    if contrast < _LEAST_CONTRAST and correlation < _CLEAR:
        raise DataError(_no_overlap(contrast, absorption.shape[1]))
    found = Overlap(
        center=(width - 1 + fine) / 2,
        overlap=width - abs(fine),
        side="right" if fine >= 0 else "left",
        correlation=correlation,
    )
    log(
        _(
            "rotation axis at column {center:.2f}: {overlap:.1f} columns overlap, correlation {correlation:.2f}"
        ).format(**found._asdict())
    )
    return found


def _no_overlap(contrast: float, rows: int) -> str:
    return _(
        "no overlap of opposite views stands out in the {rows} rows looked at (the best by {contrast:.1f} times "
        "what chance gives, {least:.0f} is needed); use other or more rows, check the angles, or give the rotation "
        "axis as a number"
    ).format(rows=rows, contrast=contrast, least=_LEAST_CONTRAST)
