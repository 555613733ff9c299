"""Least squares with a price on every step between pixels: flat regions and sharp edges from few or noisy views."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, check_cancelled
from daisy_lab._arrays import namespace, to_host
from daisy_lab.algorithms.ct._repair import fill_sinogram
from daisy_lab.algorithms.ct.iterative._normal import Problem, dot, solve_rows
from daisy_lab.algorithms.ct.iterative._pair import Support
from daisy_lab.algorithms.ct.iterative._scan import Scan, check_scan
from daisy_lab.algorithms.ct.iterative._stop import Convergence, Rule
from daisy_lab.algorithms.ct.volume import variation_loops
from daisy_lab.vocabulary import Angles, Pixel, Projections, Volume

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.iterative._run import Steps
    from daisy_lab.vocabulary import Array

__all__ = ["fista_tv"]

# Steps of the dual problem for each step of the slice; each begins where the last one ended.
_INNER: Final = 8
# Half of all values of a normal distribution of width 1 are smaller; the noise of a second difference is larger.
_HALF_NORMAL: Final = 0.6745
_OF_BEND: Final = 6**0.5
_TINY: Final = 1e-30


@algorithm(splits={"row": 0}, cuda=True)
def fista_tv(  # noqa: PLR0913 - what a scientist may set
    projections: Projections,
    theta: Angles,
    start: Volume | None = None,
    *,
    center: Annotated[Pixel, Field(title="Rotation axis", allow_inf_nan=False)],
    strength: Annotated[float, Field(title="Strength", ge=0, allow_inf_nan=False)] = 1.0,
    noise: Annotated[float | None, Field(title="Noise of a ray", ge=0, allow_inf_nan=False)] = None,
    iterations: Annotated[int, Field(title="Iterations", ge=1)] = 100,
    nonnegative: Annotated[bool, Field(title="No negative values")] = True,
    tolerance: Annotated[float, Field(title="Tolerance", ge=0)] = 1e-3,
    support: Annotated[Support, Field(title="Support")] = "circle",
) -> Volume:
    """Give the slices of least total variation that agree with the projections (FISTA-TV).

    It minimises the squared residual plus a price on all steps between neighbouring pixels: streaks of few views and
    noise go, edges stay sharp. The best of the methods for few views, a missing range of angles, or strong noise,
    where the object is made of parts of one value each; fine texture as weak as the noise goes with it. Orientation
    and values are those of `reconstruct`. Values that are not finite are interpolated from their neighbours; a row
    without any number gives a slice of NaN. The curve `residual` is that of the row in the middle.

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
    strength
        How much is smoothed, relative to the noise: 0.3 is gentle, 1 takes out most of the noise, 3 and more leaves
        flat patches. The same value fits any size and number of views.
    noise
        Standard deviation of the absorption along one ray; none: it is estimated in each row from neighbouring columns.
    iterations
        Most iterations; a missing range of angles needs several hundred.
    nonnegative
        Whether pixels may not fall below zero, as true of attenuation.
    tolerance
        A row is done once an iteration changes its slice by less than this part of it; 0 for never.
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
    A. Beck and M. Teboulle, SIAM J. Imaging Sci. 2, 183 (2009), and for the total variation IEEE Trans. Image Process.
    18, 2419 (2009); momentum is dropped where it points uphill (B. O'Donoghue and E. Candes, Found. Comput. Math. 15,
    715 (2015)). Minimised is `|A x - b|^2 / 2 + strength noise sqrt(views) TV(x)`: noise of a ray, back-projected,
    grows with the root of the number of views.
    """
    scan = check_scan(projections, theta, center, start)
    fista_tv.validate({"center": center, "iterations": iterations, "support": support, "strength": strength})
    if scan.volume.size == 0:
        return scan.volume
    prior = _Prior(strength, noise, 0.0 if nonnegative else -np.inf)
    solve_rows(scan, support, partial(_solve, scan, Rule(iterations, tolerance), prior), "fista_tv")
    return scan.finish()


@dataclass(frozen=True)
class _Prior:
    """What is known of slices before they are measured."""

    strength: float
    noise: float | None
    lowest: float

    def price(self, scan: Scan, row: int) -> float:
        """Give the price of a step of 1 between two pixels."""
        if self.strength == 0 or scan.is_empty(row):
            return 0.0
        noise = self.noise
        if noise is None:
            noise = _noise_of(fill_sinogram(to_host(scan.projections[:, row]))[0])
        return self.strength * noise * sqrt(len(scan.theta))


def _noise_of(rays: Array) -> float:
    """Estimate the standard deviation of the noise of a row (angle, column), from the bends along its columns."""
    bend = np.abs(rays[:, 2:] - 2 * rays[:, 1:-1] + rays[:, :-2])
    # Where nothing absorbs and no noise is there is nothing to be seen.
    bend = bend[bend > 0]
    return float(np.median(bend)) / _HALF_NORMAL / _OF_BEND if bend.size else 0.0


class _Slice:
    """One slice on its way, with its momentum and the dual variable of its total variation."""

    def __init__(self, image: Array, weight: float, lowest: float) -> None:
        xp = namespace(image)
        self.image = image
        self._weight, self._lowest = weight, lowest
        self._speed = 1.0
        self._loops = variation_loops(image)
        self._field = xp.zeros((2, 1, *image.shape), np.float32)

    def step(self, ahead: Array, slope: Array) -> float:
        """Go down the slope from `ahead`, put the next `ahead` there, and give the relative change of the slice."""
        new = self._nearest(ahead - slope)
        move = new - self.image
        if dot(ahead - new, move) > 0:
            self._speed = 1.0
        faster = 0.5 + (0.25 + self._speed**2) ** 0.5
        ahead[...] = new + np.float32((self._speed - 1) / faster) * move
        self._speed = faster
        self.image[...] = new
        return float((dot(move, move) / max(dot(new, new), _TINY)) ** 0.5)

    def _nearest(self, target: Array) -> Array:
        """Give the slice of small total variation near a target, by fast gradient projection."""
        xp, loops, weight = namespace(target), self._loops, self._weight
        if not weight > 0:
            clipped: Array = xp.maximum(target, np.float32(self._lowest))
            return clipped
        out: Array = xp.empty((1, *target.shape), np.float32)
        ahead = self._field.copy()
        noisy, speed = target[xp.newaxis], 1.0
        for _turn in range(_INNER):
            check_cancelled()
            loops.relax(noisy, ahead, weight, self._lowest, out, 0, 1)
            faster = 0.5 + (0.25 + speed * speed) ** 0.5
            loops.ascend(out, self._field, ahead, 1 / (8 * weight), (speed - 1) / faster, 0, 1)
            speed = faster
        loops.relax(noisy, self._field, weight, self._lowest, out, 0, 1)
        nearest: Array = out[0]
        return nearest


def _solve(scan: Scan, rule: Rule, prior: _Prior, problem: Problem, steps: Steps) -> None:
    """Minimise residual and total variation together, each row for itself."""
    image, gradient = problem.image, problem.gradient
    slices = [
        _Slice(image[row], prior.price(scan, problem.rows.start + row) / problem.bound, prior.lowest)
        for row in range(len(image))
    ]
    ahead, changes = image.copy(), np.full(len(image), np.inf)
    convergence = Convergence(rule, problem.energy, scan.shown(problem.rows))
    squares = problem.energy.copy()
    for _step in steps(rule.iterations):
        slope = problem.normal(ahead) - gradient
        for row, energy in enumerate(problem.energy):
            squares[row] = energy + dot(ahead[row], slope[row]) - dot(ahead[row], gradient[row])
        moving = convergence.note(squares, changes)
        if len(moving) == 0:
            return
        slope *= np.float32(1 / problem.bound)
        for row in moving:
            changes[row] = slices[row].step(ahead[row], slope[row])
