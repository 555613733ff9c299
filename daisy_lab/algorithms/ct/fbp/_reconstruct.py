"""From absorption to slices, in memory or block by block, batches of rows in threads."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, cancel_flag, check_cancelled, log, parallel
from daisy_lab.algorithms.ct._angles import angle_weights, check_theta
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct._repair import fill_sinogram
from daisy_lab.algorithms.ct.fbp._direct import BAND, Geometry, back_project, filter_sinogram, plan
from daisy_lab.algorithms.ct.fbp._gridded import fill_gridded
from daisy_lab.algorithms.ct.fbp._nufft import plan_grid
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Angles, Array, Pixel, Projections, Volume

__all__ = ["reconstruct"]


@algorithm(splits={"row": 0})
def reconstruct(
    projections: Projections,
    theta: Angles,
    *,
    center: Annotated[Pixel, Field(title="Rotation axis", allow_inf_nan=False)],
    method: Annotated[Literal["fbp", "gridrec", "direct"], Field(title="Method")] = "fbp",
    filter: Annotated[
        Literal["ramp", "shepp", "cosine", "hamming", "hann", "parzen", "butterworth", "none"],
        Field(title="Filter"),
    ] = "ramp",
) -> Volume:
    """Give the attenuation per pixel in slices, by filtered back-projection of parallel rays.

    A slice has as many pixels along x and y as the detector has columns, with the rotation axis in its
    middle. The point at (x, y) from there, x to the right and y downwards, is seen at angle theta in column
    `center + x cos(theta) - y sin(theta)`: orientation and sign are tomopy's. The ramp is exact at zero
    frequency, so values are absolute. Angles may have any order, spacing and range; equal ones share their
    weight, and views opposite to each other count as equal. Values that are not finite are interpolated from
    their neighbours in the view (then from the nearest view) and counted in the log; a row without any number
    gives a slice of NaN.

    Parameters
    ----------
    projections
        Absorption along each ray, (angle, row, column).
    theta
        Angle of each projection in rad.
    center
        Column onto which the rotation axis projects, in pixels; 0 is the middle of the first column.
    method
        Numerical recipe. fbp is filtered back-projection of many rows at once in Fourier space; gridrec is
        accepted as another name for it. direct goes from pixel to pixel, with linear interpolation between
        columns: slower except for few angles, and somewhat smoother.
    filter
        Window on the ramp: ramp is sharpest, then shepp, cosine, hamming, hann, parzen with less noise
        and less detail; butterworth is of second order at half the highest frequency; none back-projects
        without any filter.

    Returns
    -------
    volume
        Attenuation per pixel, float32, (row, y, x).

    Raises
    ------
    DataError
        If the number of angles is not that of the projections, or an angle is not a number.
    SettingError
        If the rotation axis lies outside the detector, or the filter or method is not known.

    Notes
    -----
    A. C. Kak and M. Slaney, Principles of Computerized Tomographic Imaging, IEEE Press 1988, chapter 3; fbp is
    computed as a non-uniform fast Fourier transform, exact to 3e-4 of the largest value, see `_nufft.py`. Its
    filters fade from half the highest frequency on, about as linear interpolation does, so that edges do not
    ring; none does not.
    """
    require_axes(projections, "projections", ("angle", "row", "column"))
    angles = check_theta(theta, projections)
    rows, width = projections.shape[1:]
    _check_settings(center, method, filter, width)
    volume = np.empty((rows, width, width), np.float32)
    if volume.size == 0:
        return volume
    share = angle_weights(angles)
    if method == "direct":
        replaced = _direct(projections, plan(angles, share, width, float(center), filter), volume)
    else:
        replaced = fill_gridded(projections, plan_grid(angles, share, width, float(center), filter), volume)
    _tell(replaced, projections.shape)
    return volume


# Below this many rows threads share each slice; the bits are the same either way.
_FEW = 8


def _direct(projections: Array, geometry: Geometry, volume: Array) -> list[int]:
    """Fill the volume pixel by pixel; give per row how many values were not finite."""
    row = partial(_direct_row, projections, geometry, volume)
    # Many rows: a thread per row. Few: the threads share the lines of one slice.
    if len(volume) >= _FEW:
        return parallel(row, range(len(volume)), text="reconstruct")
    return [row(index, share=True) for index in range(len(volume))]


def _direct_row(
    projections: Array, geometry: Geometry, volume: Array, row: int, *, share: bool = False
) -> int:
    """Fill one slice of the volume; give how many values of its sinogram were not finite."""
    sinogram, replaced = fill_sinogram(projections[:, row, :])
    if replaced == sinogram.size:
        volume[row] = np.nan
        return replaced
    filtered = filter_sinogram(sinogram, geometry, check_cancelled)
    flag = cancel_flag()
    middle = geometry.center - geometry.first

    def project(lines: range) -> None:
        back_project(
            filtered, geometry.cosine, geometry.sine, middle, volume[row], lines.start, lines.stop, flag
        )
        check_cancelled()

    if share:
        step = max(BAND, -(-geometry.width // (8 * BAND)) * BAND)
        parallel(
            project, [range(top, min(top + step, geometry.width)) for top in range(0, geometry.width, step)]
        )
    else:
        project(range(geometry.width))
    return replaced


def _tell(replaced: Sequence[int], shape: tuple[int, ...]) -> None:
    """Log how many values, and how many whole rows, were not numbers."""
    views, _rows, columns = shape
    empty = sum(count == views * columns for count in replaced)
    filled = sum(replaced) - empty * views * columns
    if filled:
        log(_("{count} values were not finite and were interpolated").format(count=filled))
    if empty:
        log(_("{count} rows hold no number: their slices are NaN").format(count=empty))


def _check_settings(center: float, method: str, window: str, width: int) -> None:
    """Refuse what a plain call could get wrong; through an engine the settings were validated before."""
    if not abs(center - (width - 1) / 2) <= width / 2:
        raise SettingError(
            _(
                "the rotation axis is asked for at column {center}, outside the detector with columns 0 to "
                "{last}; give its column in pixels, or find it with find_center"
            ).format(center=center, last=width - 1)
        )
    reconstruct.validate({"center": center, "method": method, "filter": window})
