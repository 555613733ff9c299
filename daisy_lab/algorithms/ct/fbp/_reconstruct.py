"""From absorption to slices, in memory or block by block, batches of rows in threads."""

from functools import cache, partial
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab._arrays import namespace, on_host, to_host
from daisy_lab.algorithms.ct._angles import angle_weights, check_theta
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct._repair import tell_replaced
from daisy_lab.algorithms.ct.fbp._center import row_axes
from daisy_lab.algorithms.ct.fbp._direct import plan, whole
from daisy_lab.algorithms.ct.fbp._foreign import fill_foreign
from daisy_lab.algorithms.ct.fbp._gridded import fill_gridded, fill_row_axes
from daisy_lab.algorithms.ct.fbp._methods import OURS, MethodName, check_iterations
from daisy_lab.algorithms.ct.fbp._nufft import plan_grid
from daisy_lab.algorithms.ct.fbp._pixelwise import fill_pixelwise
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Angles, Array, Axes, Pixel, Projections, Unit, Volume

__all__ = ["reconstruct"]

# Of a method of another library, where no number is given.
_ITERATIONS: Final = 100


@algorithm(splits={"row": 0}, cuda=True)
def reconstruct(
    projections: Projections,
    theta: Angles,
    centers: Annotated[Array, Axes("row"), Unit("pixel")] | None = None,
    window: Annotated[Array, Axes("frequency")] | None = None,
    *,
    center: Annotated[Pixel, Field(title="Rotation axis", allow_inf_nan=False)],
    method: Annotated[str, MethodName(), Field(title="Method")] = "fbp",
    filter: Annotated[
        Literal["ramp", "shepp", "cosine", "hamming", "hann", "parzen", "butterworth", "none"],
        Field(title="Filter"),
    ] = "ramp",
    iterations: Annotated[int | None, Field(title="Iterations", ge=1)] = None,
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
    centers
        Rotation axis of each row in pixels, (row,), where it is tilted; it counts instead of `center`.
    window
        Window on the ramp, (frequency,): its values from frequency zero to the highest, evenly spaced; it counts
        instead of `filter`.
    center
        Column onto which the rotation axis projects, in pixels; 0 is the middle of the first column.
    method
        Numerical recipe. fbp is filtered back-projection of many rows at once in Fourier space; gridrec is
        accepted as another name for it. direct goes from pixel to pixel, with linear interpolation between
        columns: slower except for few angles. Names with a colon are those of another library that is
        installed, such as astra:FBP, to compare with.
    filter
        Window on the ramp: ramp is sharpest, then shepp, cosine, hamming, hann, parzen with less noise
        and less detail; butterworth is of second order at half the highest frequency; none back-projects
        without any filter.
    iterations
        How often a method of another library that iterates does so, 100 times if absent. Others, fbp and direct
        among them, take none; iterative methods of ours are steps of their own, such as `sirt`.

    Returns
    -------
    volume
        Attenuation per pixel, float32, (row, y, x).

    Raises
    ------
    DataError
        If the number of angles, of axes or of a window's values does not fit, or one of them is not a number.
    SettingError
        If a rotation axis lies outside the detector, the filter or method is not known, or iterations are asked for
        where there are none.

    Notes
    -----
    A. C. Kak and M. Slaney, Principles of Computerized Tomographic Imaging, IEEE Press 1988, chapter 3; fbp is
    computed as a non-uniform fast Fourier transform, exact to 3e-4 of the largest value, see `_nufft.py`. Its
    filters fade towards the highest frequency, about as linear interpolation does, so that edges do not
    ring; none does not.
    """
    require_axes(projections, "projections", ("angle", "row", "column"))
    angles = check_theta(to_host(theta), projections)
    rows, width = projections.shape[1:]
    axes = row_axes(center, centers, rows, width)
    settings = reconstruct.validate(
        {"center": center, "method": method, "filter": filter, "iterations": iterations}
    )
    check_iterations(settings["method"], settings["iterations"])
    volume: Array = namespace(projections).empty((rows, width, width), np.float32)
    if volume.size == 0:
        return volume
    shape = filter if window is None else _checked_window(window)
    if settings["method"] not in OURS:
        replaced = _foreign(projections, angles, axes, shape, settings, volume)
    elif settings["method"] == "direct":
        # Rows with the same axis share what is worked out for it.
        geometry = cache(partial(plan, angles, angle_weights(angles), width, window=shape))
        replaced = fill_pixelwise(projections, lambda row: geometry(float(axes[row])), volume, whole(width))
    else:
        grid = partial(plan_grid, angles, angle_weights(angles), width, window=shape)
        if centers is None:
            replaced = fill_gridded(projections, grid(float(center)), volume)
        else:
            replaced = fill_row_axes(projections, lambda length: grid(0.0, padded=length), axes, volume)
    tell_replaced(replaced, projections)
    return volume


def _foreign(  # noqa: PLR0917 - what reconstruct was given, checked
    projections: Array,
    theta: Array,
    axes: Array,
    window: str | Array,
    settings: dict[str, Any],
    volume: Array,
) -> list[int]:
    """Fill the volume by a method of another library."""
    method = settings["method"]
    if not isinstance(window, str):
        raise SettingError(
            _("{method} takes no window of yours; leave it out, and choose a filter by name").format(
                method=method
            )
        )
    options = {"filter": window, "iterations": settings["iterations"] or _ITERATIONS}
    if on_host(projections):
        return fill_foreign(method, projections, theta, axes, options, volume)
    # Other libraries take arrays of the host, and copy to a device of theirs.
    made = np.empty(volume.shape, np.float32)
    replaced = fill_foreign(method, to_host(projections), theta, axes, options, made)
    volume[...] = namespace(volume).asarray(made)
    return replaced


def _checked_window(window: Array) -> Array:
    """Give the values of a window, float64."""
    values = np.asarray(to_host(window), np.float64)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():  # noqa: PLR2004 - both ends
        raise DataError(
            _(
                "a window has at least 2 finite values, from frequency zero to the highest, and this one has "
                "the shape {shape} and {bad} values that are not finite"
            ).format(shape=values.shape, bad=int(np.count_nonzero(~np.isfinite(values))))
        )
    return values
