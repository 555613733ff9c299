"""The projector and its exact transpose as algorithms of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab._arrays import namespace, to_host
from daisy_lab.algorithms.ct._angles import check_theta
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct.fbp import check_center
from daisy_lab.algorithms.ct.iterative._pair import plan_pair
from daisy_lab.algorithms.ct.iterative._run import Steps, in_batches
from daisy_lab.algorithms.ct.iterative._scan import check_numbers, read_block
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Angles, Pixel, Projections, Volume

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.iterative._batch import Batch
    from daisy_lab.vocabulary import Array

__all__ = ["back_project", "project"]


@algorithm(splits={"row": 0}, cuda=True)
def project(
    volume: Volume,
    theta: Angles,
    *,
    center: Annotated[Pixel | None, Field(title="Rotation axis")] = None,
    width: Annotated[int | None, Field(title="Detector columns", ge=1)] = None,
) -> Projections:
    """Give the projections of a volume: the integrals along parallel rays, as a detector would measure them.

    The forward model of the iterative methods, for simulated scans, and to compare a reconstruction with what was
    measured. Orientation as in `reconstruct`: the pixel at (x, y) from the middle of its slice, x to the right and y
    downwards, is seen at angle theta in column `center + x cos(theta) - y sin(theta)`. Pixels are averages over their
    area and so are columns; nothing outside the slice absorbs.

    Parameters
    ----------
    volume
        Attenuation per pixel, (row, y, x), as many pixels along x as along y.
    theta
        Projection angles in rad.
    center
        Column onto which the rotation axis projects, in pixels, 0 is the middle of the first column; none for the
        middle of the detector.
    width
        Columns of the detector; none for as many as a slice has pixels along x.

    Returns
    -------
    projections
        Absorption along each ray, float32, (angle, row, column).

    Raises
    ------
    DataError
        If slices are not square, or a value of the volume or an angle is not a finite number.
    SettingError
        If the rotation axis lies outside the detector.

    Notes
    -----
    A non-uniform fast Fourier transform of type 2 along the lines of the Fourier slice theorem (J. A. Fessler and
    B. P. Sutton, IEEE Trans. Signal Process. 51, 560 (2003)), exact to 1e-4; the transpose of `back_project` to
    rounding.
    """
    require_axes(volume, "volume", ("row", "y", "x"))
    rows, size = volume.shape[:2]
    if volume.shape[2] != size:
        raise DataError(
            _(
                "slices have {height} by {width} pixels, and the projector needs as many along y as along x; pad or "
                "crop them"
            ).format(height=size, width=volume.shape[2])
        )
    angles = check_theta(to_host(theta), np.atleast_1d(to_host(theta)))
    xp = namespace(volume)
    width = size if width is None else width
    center = (width - 1) / 2 if center is None else float(center)
    check_center(center, width)
    projections: Array = xp.zeros((len(angles), rows, width), np.float32)
    if projections.size == 0 or size == 0:
        return projections
    pair = plan_pair(angles, width, center, size=size, fine=True).on(volume)

    def work(batch: Batch, part: slice, _steps: Steps) -> None:
        image = xp.ascontiguousarray(volume[part], np.float32)
        check_numbers(image, "volume")
        rays = batch.project(image)
        projections[:, part] = rays[:, :, : len(image)].transpose((0, 2, 1))

    in_batches(rows, pair, work, volume, "project")
    return projections


@algorithm(splits={"row": 0}, cuda=True)
def back_project(
    projections: Projections,
    theta: Angles,
    *,
    center: Annotated[Pixel | None, Field(title="Rotation axis")] = None,
    size: Annotated[int | None, Field(title="Pixels of a slice", ge=1)] = None,
) -> Volume:
    """Give, for each pixel, the sum of all rays through it, without any filter: the transpose of `project`.

    For own iterative methods and for the smooth picture that it is; slices with right values come from `reconstruct`.

    Parameters
    ----------
    projections
        Absorption along each ray, or anything else that belongs to rays, (angle, row, column).
    theta
        Angle of each projection in rad.
    center
        Column onto which the rotation axis projects, in pixels, 0 is the middle of the first column; none for the
        middle of the detector.
    size
        Pixels of a slice along x and y; none for as many as there are columns.

    Returns
    -------
    volume
        Sum of the rays through each pixel, float32, (row, y, x).

    Raises
    ------
    DataError
        If the number of angles is not that of the projections, or a value or an angle is not a finite number.
    SettingError
        If the rotation axis lies outside the detector.

    Notes
    -----
    A non-uniform fast Fourier transform of type 1, see `project`: for any x and y, the sum of `project(x) * y` is that
    of `x * back_project(y)` to rounding.
    """
    require_axes(projections, "projections", ("angle", "row", "column"))
    angles = check_theta(to_host(theta), projections)
    rows, width = projections.shape[1:]
    xp = namespace(projections)
    size = width if size is None else size
    center = (width - 1) / 2 if center is None else float(center)
    check_center(center, width)
    volume: Array = xp.zeros((rows, size, size), np.float32)
    if volume.size == 0 or width == 0:
        return volume
    pair = plan_pair(angles, width, center, size=size, fine=True).on(projections)

    def work(batch: Batch, part: slice, _steps: Steps) -> None:
        block = xp.ascontiguousarray(projections[:, part], np.float32)
        check_numbers(block, "projections")
        rays = xp.zeros((len(angles), width, batch.lanes), np.float32)
        read_block(block, rays)
        batch.back_project(rays, volume[part])

    in_batches(rows, pair, work, projections, "back-project")
    return volume
