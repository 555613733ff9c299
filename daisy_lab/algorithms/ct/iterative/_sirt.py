"""Simultaneous iterative reconstruction: every ray corrects all pixels on its way by the same amount."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct.iterative._batch import Batch
from daisy_lab.algorithms.ct.iterative._pair import Support, plan_pair
from daisy_lab.algorithms.ct.iterative._rays import energy, misfit
from daisy_lab.algorithms.ct.iterative._run import Steps, in_batches
from daisy_lab.algorithms.ct.iterative._scan import Scan, check_scan
from daisy_lab.algorithms.ct.iterative._stop import Convergence, Rule
from daisy_lab.vocabulary import Angles, Pixel, Projections, Volume

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.iterative._pair import Pair
    from daisy_lab.vocabulary import Array

__all__ = ["sirt"]

# A ray shorter than this, in pixels, only touches the circle, and a pixel that fewer than this part of the views sees
# moves by smaller steps.
_SHORTEST = 1.0
_SEEN = 0.1


@algorithm(splits={"row": 0}, cuda=True)
def sirt(  # noqa: PLR0913 - what a scientist may set
    projections: Projections,
    theta: Angles,
    start: Volume | None = None,
    *,
    center: Annotated[Pixel, Field(title="Rotation axis", allow_inf_nan=False)],
    iterations: Annotated[int, Field(title="Iterations", ge=1)] = 200,
    nonnegative: Annotated[bool, Field(title="No negative values")] = True,
    tolerance: Annotated[float, Field(title="Tolerance", ge=0)] = 1e-3,
    residual: Annotated[float, Field(title="Residual to reach", ge=0)] = 0.0,
    support: Annotated[Support, Field(title="Support")] = "circle",
) -> Volume:
    """Give the attenuation per pixel in slices by simultaneous iterative reconstruction (SIRT).

    Slow and robust: noise appears late, so few iterations smooth, and more of them sharpen. Worth its time where views
    are few, noisy, or missing over a part of the half turn. Orientation and values are those of `reconstruct`. Values
    that are not finite are interpolated from their neighbours; a row without any number gives a slice of NaN. The
    curve `residual` is that of the row in the middle.

    Parameters
    ----------
    projections
        Absorption along each ray, (angle, row, column).
    theta
        Angle of each projection in rad.
    start
        Volume to begin with, (row, y, x), such as a coarse reconstruction; zeros if there is none.
    center
        Column onto which the rotation axis projects, in pixels; 0 is the middle of the first column.
    iterations
        Most iterations; each projects and back-projects all views once.
    nonnegative
        Whether pixels may not fall below zero, as true of attenuation.
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
    P. Gilbert, J. Theor. Biol. 36, 105 (1972); weights and convergence: J. Gregor and T. Benson, IEEE Trans. Med.
    Imaging 27, 918 (2008). The projector is a non-uniform Fourier transform and its exact transpose, see `project`.
    """
    scan = check_scan(projections, theta, center, start)
    sirt.validate({"center": center, "iterations": iterations, "support": support})
    if scan.volume.size == 0:
        return scan.volume
    pair = plan_pair(scan.theta, projections.shape[2], scan.center, support).on(projections)
    rule = Rule(iterations, tolerance, residual)
    work = partial(_solve, scan, _steps(pair), rule, nonnegative)
    in_batches(len(scan.volume), pair, work, projections, "sirt")
    return scan.finish()


def _steps(pair: Pair) -> tuple[Array, Array]:
    """Give the weight of each ray, one over its length within the support, and of each pixel, one over its views."""
    xp = namespace(pair.response)
    batch = Batch(pair, 4)
    image = xp.ones((1, pair.grid.width, pair.grid.width), np.float32)
    if pair.mask is not None:
        image *= pair.mask
    rays = batch.project(image)
    length = rays[:, :, 0].copy()
    weights = xp.where(length > _SHORTEST, 1 / xp.maximum(length, np.float32(_SHORTEST)), np.float32(0))
    views = len(rays)
    if pair.mask is not None:
        return weights, xp.full((1, 1), 1 / views, np.float32)
    batch.back_project(xp.ones_like(rays), image)
    return weights, 1 / xp.maximum(image[0], np.float32(_SEEN * views))


def _solve(  # noqa: PLR0917 - what all batches share, then what is this one's
    scan: Scan,
    weights: tuple[Array, Array],
    rule: Rule,
    nonnegative: bool,  # noqa: FBT001 - bound by position
    batch: Batch,
    rows: slice,
    steps: Steps,
) -> None:
    """Improve the slices of one batch of rows."""
    image = scan.begin(rows, batch.pair.mask, nonnegative=nonnegative)
    data = scan.read(rows, batch.pair.columns, batch.lanes)
    xp = namespace(data)
    convergence = Convergence(rule, energy(data)[: len(image)], scan.shown(rows))
    change = xp.empty_like(image)
    for _step in steps(rule.iterations):
        rays = batch.project(image)
        moving = convergence.note(misfit(rays, data, weights[0])[: len(image)])
        if len(moving) == 0:
            return
        batch.back_project(rays, change)
        for row in moving:
            change[row] *= weights[1]
            image[row] += change[row]
            if nonnegative:
                xp.maximum(image[row], np.float32(0), out=image[row])
