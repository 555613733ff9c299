"""Noise taken out of slices while edges stay sharp: the image of least total variation near the measured one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import Window, algorithm, check_cancelled, curve, log, parallel, progress
from daisy_lab._arrays import namespace, on_host
from daisy_lab.algorithms.ct._frames import frame_blocks, require_axes
from daisy_lab.algorithms.ct.volume._loops import variation_loops
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Volume

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["denoise"]

# Half of all values of a normal distribution of width 1 are smaller.
_HALF_NORMAL: Final = 0.6745
_CHECK: Final = 10
# Rows to each side that a slice of a three-dimensional result is computed from in a preview.
_AROUND: Final = 8


def _reach(settings: Any) -> Window:  # noqa: ANN401 - the settings of a step
    if settings.dimensions == 2:  # noqa: PLR2004 - slice by slice
        return Window()
    return Window(before=_AROUND, after=_AROUND, tolerance=0.05)


@algorithm(splits={"row": _reach}, cuda=True)
def denoise(
    volume: Volume,
    *,
    strength: Annotated[float, Field(title="Strength", gt=0)] = 1.0,
    noise: Annotated[float | None, Field(title="Noise level", ge=0)] = None,
    dimensions: Annotated[Literal[2, 3], Field(title="Dimensions")] = 2,
    nonnegative: Annotated[bool, Field(title="No negative values")] = False,
    tolerance: Annotated[float, Field(title="Tolerance", gt=0)] = 0.05,
    iterations: Annotated[int, Field(title="Most iterations", ge=1)] = 300,
) -> Volume:
    """Give the volume of least total variation near the measured one: noise goes, edges stay sharp.

    It looks for the volume that minimises half the squared distance to the measured one plus `strength` times the
    noise level times the sum of all steps between neighbours. Best where materials are of one value each; fine
    texture as weak as the noise goes with it. A voxel that is no finite number stays none and takes no part.

    Parameters
    ----------
    volume
        Slices, (row, y, x).
    strength
        How much is smoothed, relative to the noise: 0.5 is gentle, 1 takes out most of the noise, 2 and more leaves
        flat patches. With three dimensions 0.7 of it does the same.
    noise
        Standard deviation of the noise, in the volume's unit; none: it is estimated, in each slice for itself with two
        dimensions, from the differences of neighbours.
    dimensions
        2 smooths each slice for itself, 3 along the rows as well, which keeps more detail; that needs the whole volume
        in memory eight times over.
    nonnegative
        Whether the result may not fall below zero, as true of attenuation.
    tolerance
        It stops once the result is known to be this close to the minimum, as root of the mean square, relative to the
        noise level.
    iterations
        It stops after so many iterations in any case, and the log tells how many slices had not arrived.

    Returns
    -------
    volume
        The denoised slices, float32, (row, y, x).

    Raises
    ------
    SettingError
        If the noise level is no finite number.

    Notes
    -----
    The functional is that of L. I. Rudin, S. Osher and E. Fatemi, Physica D 60, 259 (1992), with isotropic differences
    as in A. Chambolle, J. Math. Imaging Vis. 20, 89 (2004); solved by the fast gradient projection of A. Beck and M.
    Teboulle, IEEE Trans. Image Process. 18, 2419 (2009). The duality gap bounds the distance to the minimum. The noise
    level is that of the finest diagonal wavelets (D. L. Donoho and I. M. Johnstone, Biometrika 81, 425 (1994)).
    """
    require_axes(volume, "volume", ("row", "y", "x"))
    if noise is not None and not np.isfinite(noise):
        raise SettingError(
            _(
                "the noise level is given as {noise}; give a finite number, or none to have it estimated"
            ).format(noise=noise)
        )
    xp = namespace(volume)
    out: Array = xp.empty(volume.shape, np.float32)
    if out.size == 0:
        return out
    problem = _Problem(strength, noise, nonnegative, tolerance, iterations, dimensions)
    if dimensions == 2:  # noqa: PLR2004 - slice by slice
        one = partial(_denoise_stack, volume, out, problem)
        spans = [slice(row, row + 1) for row in range(len(volume))]
        arrived = parallel(one, spans, text="denoise") if on_host(volume) else list(map(one, progress(spans)))
    else:
        arrived = [_denoise_stack(volume, out, problem, slice(None))]
    if not all(arrived):
        log(
            _(
                "{count} of {all} had not reached the tolerance {tolerance} after {iterations} iterations"
            ).format(
                count=len(arrived) - sum(arrived),
                all=len(arrived),
                tolerance=tolerance,
                iterations=iterations,
            )
        )
    return out


@dataclass(frozen=True)
class _Problem:
    """What is minimised, and when that is enough."""

    strength: float
    noise: float | None
    nonnegative: bool
    tolerance: float
    iterations: int
    dimensions: int

    def spread(self, loop: Callable[..., None], stack: Array, *arguments: object) -> None:
        """Run a loop over all planes of a stack: on this thread, or where there is but one stack on all of them."""
        if self.dimensions == 2 or not on_host(stack):  # noqa: PLR2004 - slice by slice
            loop(*arguments, 0, len(stack))
        else:
            blocks = frame_blocks(stack.shape)
            parallel(lambda block: loop(*arguments, block.start, block.stop), blocks, text="denoise")


def _denoise_stack(volume: Array, out: Array, problem: _Problem, part: slice) -> bool:
    """Denoise what belongs together; tell whether the tolerance was reached."""
    xp = namespace(volume)
    noisy, finite = _copied(volume[part])
    missing = None if bool(finite.all()) else ~finite
    if missing is not None:
        noisy[missing] = xp.median(noisy[finite]) if bool(finite.any()) else 0
    noise = _noise_level(noisy, finite) if problem.noise is None else problem.noise
    arrived = _minimise(noisy, noise, problem, out[part])
    if missing is not None:
        out[part][missing] = np.nan
    return arrived


def _copied(stack: Array) -> tuple[Array, Array]:
    """Give a contiguous float32 copy, and where it is finite."""
    xp = namespace(stack)
    noisy, finite = xp.empty(stack.shape, np.float32), xp.empty(stack.shape, np.bool_)
    for block in frame_blocks(stack.shape):
        check_cancelled()
        with np.errstate(over="ignore"):
            noisy[block] = stack[block]
        finite[block] = xp.isfinite(noisy[block])
    return noisy, finite


def _noise_level(noisy: Array, finite: Array) -> float:
    """Estimate the standard deviation of the noise: the median of the slices' own."""
    xp = namespace(noisy)
    levels = []
    for plane, known in zip(noisy, finite, strict=True):
        check_cancelled()
        square = plane[1:, 1:] - plane[1:, :-1] - plane[:-1, 1:] + plane[:-1, :-1]
        whole = known[1:, 1:] & known[1:, :-1] & known[:-1, 1:] & known[:-1, :-1]
        # Where a mask has set everything to one value there is no noise to be seen.
        size = xp.abs(square[whole & (square != 0)]) / 2
        levels.append(float(xp.median(size)) / _HALF_NORMAL if size.size else 0.0)
    return float(np.median(levels))


def _minimise(noisy: Array, noise: float, problem: _Problem, out: Array) -> bool:
    """Fill `out` with the solution by fast gradient projection on the dual problem."""
    xp = namespace(noisy)
    loops = variation_loops(noisy)
    axes = problem.dimensions
    weight, lowest = problem.strength * noise, 0.0 if problem.nonnegative else -np.inf
    if not weight > 0:
        xp.maximum(noisy, np.float32(lowest), out=out)
        return True
    field = xp.zeros((axes, *noisy.shape), np.float32)
    ahead, gaps = xp.zeros(field.shape, np.float32), xp.zeros(len(noisy))
    step, speed = 1 / (4 * axes * weight), 1.0
    enough = 0.5 * (problem.tolerance * noise) ** 2 * noisy.size
    for turn in range(1, problem.iterations + 1):
        check_cancelled()
        faster = 0.5 + (0.25 + speed * speed) ** 0.5
        problem.spread(loops.relax, noisy, noisy, ahead, weight, lowest, out)
        problem.spread(loops.ascend, noisy, out, field, ahead, step, (speed - 1) / faster)
        speed = faster
        if turn % _CHECK == 0 or turn == problem.iterations:
            problem.spread(loops.relax, noisy, noisy, field, weight, lowest, out)
            problem.spread(loops.measure, noisy, out, field, gaps)
            gap = weight * float(gaps.sum())
            if axes == 3:  # noqa: PLR2004 - one curve, as there is one problem
                curve("distance", (max(2 * gap, 0) / noisy.size) ** 0.5 / noise)
            if gap <= enough:
                return True
    return False
