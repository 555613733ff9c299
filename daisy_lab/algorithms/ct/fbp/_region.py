"""A part of each slice without the rest of it: for a look at a detail of a large slice."""

from functools import cache, partial
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab._arrays import namespace, to_host
from daisy_lab.algorithms.ct._angles import angle_weights, check_theta
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct._repair import tell_replaced
from daisy_lab.algorithms.ct.fbp._center import row_axes
from daisy_lab.algorithms.ct.fbp._direct import Region, plan
from daisy_lab.algorithms.ct.fbp._pixelwise import fill_pixelwise
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Angles, Array, Axes, Pixel, Projections, Unit, Volume

__all__ = ["reconstruct_region"]


@algorithm(splits={"row": 0}, cuda=True)
def reconstruct_region(  # noqa: PLR0913 - where and how large, and what any reconstruction asks
    projections: Projections,
    theta: Angles,
    centers: Annotated[Array, Axes("row"), Unit("pixel")] | None = None,
    *,
    center: Annotated[Pixel, Field(title="Rotation axis", allow_inf_nan=False)],
    top: Annotated[int, Field(title="First line", ge=0)],
    left: Annotated[int, Field(title="First column", ge=0)],
    height: Annotated[int, Field(title="Lines", ge=1)],
    width: Annotated[int, Field(title="Columns", ge=1)],
    filter: Annotated[
        Literal["ramp", "shepp", "cosine", "hamming", "hann", "parzen", "butterworth", "none"],
        Field(title="Filter"),
    ] = "ramp",
) -> Volume:
    """Give a region of each slice by direct back-projection, without computing the rest.

    The region has the bits that `reconstruct` with the method direct gives there, and takes a time that grows with its
    pixels: a detail of a wide slice, a test of the axis on one edge.

    Parameters
    ----------
    projections
        Absorption along each ray, (angle, row, column), over the whole width of the detector.
    theta
        Angle of each projection in rad.
    centers
        Rotation axis of each row in pixels, (row,), where it is tilted; it counts instead of `center`.
    center
        Column onto which the rotation axis projects, in pixels; 0 is the middle of the first column.
    top
        First line (y) of the region in the whole slice, which has as many lines as the detector has columns.
    left
        First column (x) of the region in the whole slice.
    height
        Lines of the region.
    width
        Columns of the region.
    filter
        Window on the ramp, as in `reconstruct`.

    Returns
    -------
    volume
        Attenuation per pixel in the region, float32, (row, y, x).

    Raises
    ------
    DataError
        If the number of angles or axes does not fit, or one of them is not a number.
    SettingError
        If the region reaches beyond the slice, or a rotation axis lies outside the detector.

    Notes
    -----
    A. C. Kak and M. Slaney, Principles of Computerized Tomographic Imaging, IEEE Press 1988, chapter 3.
    """
    require_axes(projections, "projections", ("angle", "row", "column"))
    angles = check_theta(to_host(theta), projections)
    rows, size = projections.shape[1:]
    axes = row_axes(center, centers, rows, size)
    region = _checked(Region(top, left, height, width), size)
    volume: Array = namespace(projections).empty((rows, height, width), np.float32)
    if volume.size == 0:
        return volume
    # Rows with the same axis share what is worked out for it.
    geometry = cache(partial(plan, angles, angle_weights(angles), size, window=filter))
    replaced = fill_pixelwise(projections, lambda row: geometry(float(axes[row])), volume, region)
    tell_replaced(replaced, projections)
    return volume


def _checked(region: Region, size: int) -> Region:
    """Refuse a region that is not within a slice."""
    inside = 0 <= region.top <= size - region.height and 0 <= region.left <= size - region.width
    if not inside or min(region.height, region.width) < 1:
        raise SettingError(
            _(
                "lines {top} to {bottom} and columns {left} to {right} are asked for, and a slice has {size} of "
                "each, from 0 to {last}; choose a region inside"
            ).format(
                top=region.top,
                bottom=region.top + region.height - 1,
                left=region.left,
                right=region.left + region.width - 1,
                size=size,
                last=size - 1,
            )
        )
    return region
