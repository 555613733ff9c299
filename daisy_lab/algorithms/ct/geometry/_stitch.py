"""A full turn with the axis near the detector's edge, as half a turn of a detector almost twice as wide."""

from functools import partial
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, log, parallel
from daisy_lab._arrays import namespace, to_host
from daisy_lab.algorithms.ct._angles import check_theta
from daisy_lab.algorithms.ct._frames import frame_blocks, require_axes
from daisy_lab.algorithms.ct.geometry._pairs import pair_views
from daisy_lab.algorithms.ct.geometry._seam import join, seam_of
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Angles, Pixel, Projections

__all__ = ["WideHalfTurn", "stitch_half_turns", "wide_center"]


class WideHalfTurn(NamedTuple):
    """Half a turn of a wide detector."""

    projections: Projections
    theta: Angles
    center: Pixel


@algorithm(splits={"row": 0}, cuda=True)
def stitch_half_turns(
    projections: Projections,
    theta: Angles,
    *,
    center: Annotated[Pixel, Field(title="Rotation axis", allow_inf_nan=False)],
) -> WideHalfTurn:
    """Give half a turn of wide projections from a full turn with the rotation axis near one edge.

    A sample almost twice as wide as the detector is scanned over 360 degrees with the axis near an edge of the
    detector: what lies beyond that edge is seen, mirrored, from the opposite side. Each view of the first half
    turn keeps its own columns as they are; the opposite view, interpolated between the two nearest where none is
    exactly opposite, is mirrored, moved by the remaining fraction of a pixel and joined to it, with a linear
    blend where both overlap. Reconstruct with the theta and the center given back.

    Parameters
    ----------
    projections
        Transmission, or absorption along each ray, (angle, row, column), over a full turn: of odd or even
        number, ending before or at 360 degrees, in any order. A view without an opposite is left out and
        counted in the log.
    theta
        Angle of each projection in rad.
    center
        Column onto which the rotation axis projects, in pixels, as `find_overlap` gives it; 0 is the middle of
        the first column.

    Returns
    -------
    projections
        Wide projections, float32, (angle, row, column), in the order of their angles.
    theta
        Their angles in rad.
    center
        Column of the wide projections onto which the rotation axis projects, in pixels.

    Raises
    ------
    DataError
        If the angles cover no full turn, or their number is not that of the projections.
    SettingError
        If the rotation axis lies outside the detector, so that the halves do not meet.

    Notes
    -----
    N. T. Vo et al., Data processing methods and data acquisition for samples larger than the field of view in
    parallel-beam tomography, Opt. Express 29, 17849 (2021). Between pixels the opposite view is the
    polynomial of degree 7 through eight neighbours.
    """
    require_axes(projections, "projections", ("angle", "row", "column"))
    angles = check_theta(to_host(theta), projections)
    views, rows, width = projections.shape
    if rows * width == 0:
        raise DataError(
            _("projections of shape {shape} hold nothing; check the dataset or the selected part").format(
                shape=projections.shape
            )
        )
    seam = seam_of(center, width)
    pairs = pair_views(angles)
    if pairs.alone:
        log(
            _("{alone} views of the half turn have none opposite, 180 degrees on: left out").format(
                alone=pairs.alone
            )
        )
    xp = namespace(projections)
    wide = xp.empty((len(pairs.views), rows, seam.last - seam.first + 1), np.float32)
    fill = partial(join, projections, pairs, seam, wide)
    parallel(fill, frame_blocks(wide.shape), text="stitch_half_turns")
    log(
        _(
            "{views} views became {pairs} of {wide} columns, {overlap:.1f} columns overlap, rotation axis at "
            "column {center:.2f}"
        ).format(
            views=views,
            pairs=len(pairs.views),
            wide=wide.shape[2],
            overlap=seam.overlap,
            center=center - seam.first,
        )
    )
    return WideHalfTurn(wide, xp.asarray(angles[pairs.views]), center - seam.first)


# A step of a workflow cannot take a value that comes together with arrays: this one gives it alone.
@algorithm
def wide_center(
    projections: Projections,
    *,
    center: Annotated[Pixel, Field(title="Rotation axis", allow_inf_nan=False)],
) -> Pixel:
    """Give the column of the rotation axis on the wide projections that `stitch_half_turns` makes.

    Parameters
    ----------
    projections
        Projections before stitching, (angle, row, column); only the number of columns counts, so one row is enough.
    center
        Column onto which the rotation axis projects, in pixels, as given to `stitch_half_turns`.

    Returns
    -------
    center
        Column of the wide projections onto which it projects, in pixels.

    Raises
    ------
    SettingError
        If the rotation axis lies outside the detector.
    """
    require_axes(projections, "projections", ("angle", "row", "column"))
    return center - seam_of(center, projections.shape[2]).first
