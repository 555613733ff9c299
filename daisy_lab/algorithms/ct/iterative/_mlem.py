"""Maximum likelihood with all views at once."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.ct.iterative._emission import maximise
from daisy_lab.algorithms.ct.iterative._pair import Support
from daisy_lab.algorithms.ct.iterative._scan import check_scan
from daisy_lab.algorithms.ct.iterative._stop import Rule
from daisy_lab.vocabulary import Angles, Pixel, Projections, Volume

__all__ = ["mlem"]


@algorithm(splits={"row": 0}, cuda=True)
def mlem(
    projections: Projections,
    theta: Angles,
    start: Volume | None = None,
    *,
    center: Annotated[Pixel, Field(title="Rotation axis", allow_inf_nan=False)],
    iterations: Annotated[int, Field(title="Iterations", ge=1)] = 100,
    tolerance: Annotated[float, Field(title="Tolerance", ge=0)] = 1e-3,
    residual: Annotated[float, Field(title="Residual to reach", ge=0)] = 0.0,
    support: Annotated[Support, Field(title="Support")] = "circle",
) -> Volume:
    """Give the attenuation per pixel in slices by maximum likelihood expectation maximisation (MLEM).

    It is `osem` with all views in one set: slower, and with a residual that falls steadily. Nothing becomes negative,
    and the slices hold as much as was measured. Negative absorption counts as zero. Orientation and values are those
    of `reconstruct`. Values that are not finite are interpolated from their neighbours; a row without any number gives
    a slice of NaN. The curve `residual` is that of the row in the middle.

    Parameters
    ----------
    projections
        Absorption along each ray, (angle, row, column).
    theta
        Angle of each projection in rad.
    start
        Volume to begin with, (row, y, x); a pixel that is zero there stays so. Even if there is none.
    center
        Column onto which the rotation axis projects, in pixels; 0 is the middle of the first column.
    iterations
        Most iterations; each projects and back-projects all views once.
    tolerance
        A row is done once an iteration lowers its residual by less than this part of it; 0 for never.
    residual
        A row is done once its residual is no larger than this part of its projections, such as their noise.
    support
        circle looks for pixels that every view sees, and takes all else as empty: right, and faster, where the object
        lies within the field of view. square looks for all pixels: for objects that reach out of the field of view,
        or an axis far from the middle.

    Returns
    -------
    volume
        Attenuation per pixel, float32, (row, y, x); zero outside the support.

    Raises
    ------
    DataError
        If the number of angles is not that of the projections, an angle is not a number, or start does not fit.
    SettingError
        If the rotation axis lies outside the detector, or at its edge so that the circle holds no pixel, or another
        setting is out of its bounds.

    Notes
    -----
    L. A. Shepp and Y. Vardi, IEEE Trans. Med. Imaging 1, 113 (1982); the background added as in `osem`.
    """
    scan = check_scan(projections, theta, center, start)
    mlem.validate({"center": center, "iterations": iterations, "support": support})
    return maximise(scan, 1, Rule(iterations, tolerance, residual), support, "mlem")
