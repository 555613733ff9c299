"""From absorption to slices, in memory or block by block, batches of rows in threads."""

import os
from functools import partial
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, cancel_flag, check_cancelled, log, monitor, parallel
from daisy_lab.algorithms.ct._angles import angle_weights, check_theta
from daisy_lab.algorithms.ct._direct import BAND, Geometry, back_project, filter_sinogram, plan
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct._nufft import Grid, batch_lanes, plan_grid, project_batch
from daisy_lab.algorithms.ct._repair import fill_sinogram
from daisy_lab.algorithms.ct._spread import load, unit_of
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
        _direct(projections, plan(angles, share, width, float(center), filter), volume)
    else:
        _gridded(projections, plan_grid(angles, share, width, float(center), filter), volume)
    return volume


def _gridded(projections: Array, grid: Grid, volume: Array) -> None:
    """Fill the volume by gridding, a thread per batch of rows."""
    rows = len(volume)
    listener = monitor()
    workers = listener.workers if listener else os.cpu_count() or 1
    lanes = batch_lanes(rows, workers)
    planes: list[Array] = []

    def batch(first: int) -> None:
        part = slice(first, min(first + lanes, rows))
        source = _Source(projections, part)
        while True:
            planes.append(
                project_batch(
                    grid,
                    planes.pop() if planes else None,
                    source.read,
                    volume[part],
                    lanes,
                    cancel_flag(),
                    check_cancelled,
                )
            )
            if not source.repair():
                break
        volume[part][source.empty] = np.nan

    parallel(batch, range(0, rows, lanes), text="reconstruct")


class _Source:
    """The rows of one batch. A row that turns out to be damaged is repaired, and then read again."""

    def __init__(self, projections: Array, rows: slice) -> None:
        self._projections = projections
        self._rows = rows
        self._bad = np.zeros(rows.stop - rows.start, np.int64)
        self._repaired: dict[int, Array] = {}
        self.empty = np.zeros(len(self._bad), bool)

    def read(self, views: slice, into: Array) -> None:
        """Put some views into an array (angle, column, lane)."""
        # Numbers beyond float32 become infinite, and are then replaced.
        with np.errstate(over="ignore"):
            block = np.require(self._projections[views, self._rows], np.float32, "A")
        if block.strides[2] != block.itemsize:
            block = np.ascontiguousarray(block)
        load(block, into, self._bad, unit_of(into.shape[2]))
        for row, sinogram in self._repaired.items():
            into[:, : block.shape[2], row] = sinogram[views]

    def repair(self) -> bool:
        """Repair the rows in which damage was seen; tell whether all have to be read again."""
        damaged = [int(row) for row in np.flatnonzero(self._bad) if row not in self._repaired]
        for row in damaged:
            number = self._rows.start + row
            self._repaired[row], self.empty[row] = _repaired(self._projections, number)
        return bool(damaged)


def _repaired(projections: Array, row: int) -> tuple[Array, bool]:
    """Give a row without values that are not finite, and whether there is no number in it at all."""
    sinogram, replaced = fill_sinogram(projections[:, row, :])
    if replaced:
        log(
            _("row {row}: {count} values were not finite and were interpolated").format(
                row=row, count=replaced
            )
        )
    empty = replaced == sinogram.size
    return (np.zeros_like(sinogram) if empty else sinogram), empty


# Below this many rows threads share each slice; the bits are the same either way.
_FEW = 8


def _direct(projections: Array, geometry: Geometry, volume: Array) -> None:
    """Fill the volume pixel by pixel."""
    row = partial(_direct_row, projections, geometry, volume)
    # Many rows: a thread per row. Few: the threads share the lines of one slice.
    if len(volume) >= _FEW:
        parallel(row, range(len(volume)), text="reconstruct")
    else:
        for index in range(len(volume)):
            row(index, share=True)


def _direct_row(
    projections: Array, geometry: Geometry, volume: Array, row: int, *, share: bool = False
) -> None:
    """Fill one slice of the volume."""
    sinogram, empty = _repaired(projections, row)
    if empty:
        volume[row] = np.nan
        return
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
