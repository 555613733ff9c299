"""Scores of many settings of one pattern, and the choice among those that are as good.

The score has three parts, each as a share of the height of the peaks of G(r): `misfit`, what G does below the first
distance of two atoms beside a straight line (there is none); `ripple`, what the cut of F at qmax leaves; `noise`, what
the counting noise of F up to qmax adds. A low qmax leaves ripple and a high one adds noise. Ripple is measured: what G
loses from the highest qmax to this one, less the noise that goes with it. The sum of the squares of ripple and noise is
then an unbiased estimate of the squared error of G at each qmax (C. L. Mallows, Technometrics 15 (1973) 661), and is
lowest where the signal of F sinks into its noise.

A score has an error of its own. Of all tries within a tenth of the lowest the one is chosen that departs least from
what is usual: all of Q, rpoly 0.9, and the background as it was measured if any scale of it is as good. A setting that
the data say nothing about is so left as it is and not sent to the edge of its range (the rule of one standard error,
L. Breiman et al., Classification and Regression Trees (1984)).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from daisy_lab._algorithm import check_cancelled
from daisy_lab.algorithms.pdf._limits import shortest_distance, usable_end
from daisy_lab.algorithms.pdf._noise import noise_by_sigma, noise_of
from daisy_lab.algorithms.pdf._polynomial import Basis, degree_of
from daisy_lab.algorithms.pdf._transform import points_to
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Collection

    from daisy_lab.algorithms.pdf._grid import Grid
    from daisy_lab.algorithms.pdf._kernel import PdfKernel
    from daisy_lab.algorithms.pdf._recipe import Recipe
    from daisy_lab.vocabulary import Array

__all__ = ["Scan", "scan_parameters"]

_LOW, _NEAR = 48, 96
"""Distances looked at below the first peak, and at the first peaks."""
_FIRST = 0.2
_REACH = 10.0
"""Angstrom: the peaks up to here give the height that errors are compared with, and what a cut of F loses."""
_AS_GOOD: Final = 1.1
"""Times the lowest score up to which a try is as good as the best."""
_USUAL_RPOLY: Final = 0.9
_LEAST_RPOLY: Final = 0.6
_LEAST_QMAX: Final = 0.6
"""Of the whole range of Q."""
_LEAST_RANGE: Final = 2.0
"""1/angstrom from qmin to qmax."""
_STEPS_BACK: Final = (0.0, 0.02, 0.04, 0.06)
"""Shares of Q taken off the end of the intensity to see whether it is sound up to there."""
_ROWS: Final = 128
"""Tries that are transformed at once."""
_ROUGH: Final = 5
"""Values tried of each setting for that."""


@dataclass(frozen=True, eq=False)
class Scan:
    """Scores and their parts, (bgscale, qmax, rpoly), and what was tried."""

    misfit: Array
    ripple: Array
    noise: Array
    bgscales: Array
    qmaxs: Array
    rpolys: Array
    qmaxinst: float
    """1/angstrom, of all tries."""

    @property
    def score(self) -> Array:
        """Give the root of the summed squares of the three parts."""
        found: Array = np.sqrt(self.misfit**2 + self.ripple**2 + self.noise**2)
        return found

    @property
    def best(self) -> tuple[int, int, int]:
        """Give the place of the lowest score."""
        return _place(self.score)

    @property
    def chosen(self) -> tuple[int, int, int]:
        """Give the place of the most usual try among those as good as the best; `bgscale` is the best if it matters."""
        score = self.score
        scale = _nearest(self.bgscales, 1.0) if "bgscale" in self.undecided else self.best[0]
        departs = _share(self.qmaxs[-1] - self.qmaxs)[:, np.newaxis] + _share(
            np.abs(self.rpolys - _USUAL_RPOLY)
        )
        good = score[scale] <= _AS_GOOD * score[scale].min()
        _zero, qmax, rpoly = _place(np.where(good, departs, np.inf)[np.newaxis])
        return scale, qmax, rpoly

    @property
    def undecided(self) -> list[str]:
        """Give the settings whose whole range is as good, the others being free: the data do not decide them."""
        score = self.score
        found = []
        for axis, name in enumerate(("bgscale", "qmax", "rpoly")):
            others = tuple(one for one in range(3) if one != axis)
            along = score.min(axis=others)
            if len(along) > 1 and along.max() <= _AS_GOOD * along.min():
                found.append(name)
        return found


def scan_parameters(
    kernel: PdfKernel,
    recipe: Recipe,
    *,
    tries: int = 10,
    shortest: float = 0.0,
    scaled: bool = True,
    sigma: Array | None = None,
    fixed: Collection[str] = (),
) -> Scan:
    """Score every combination of `tries` background scales, qmax and rpoly.

    Without qmaxinst in the recipe the end of the usable intensity is looked for as well.

    Parameters
    ----------
    kernel
        One pattern.
    recipe
        The settings that stay as they are.
    tries
        Number of values of each.
    shortest
        Shortest distance of two atoms in angstrom; 0 takes it from the covalent radii of the elements.
    scaled
        Whether there is a background to scale.
    sigma
        Standard deviation of each intensity, (point,); without it the noise is taken from F(Q).
    fixed
        Which of bgscale, qmax and rpoly stay as the recipe has them.

    Raises
    ------
    SettingError, DataError
        As the steps have it.
    """
    first = shortest or shortest_distance(recipe.composition, recipe.mode)
    held = {*fixed} if scaled else {*fixed, "bgscale"}
    if recipe.qmaxinst > 0:
        return _scan(kernel, recipe, tries, first, sigma, held)
    end = usable_end(kernel.q(recipe), kernel.intensity(recipe))
    ends = [end * (1 - share) for share in _STEPS_BACK]
    if "qmax" in held and recipe.qmax > 0:
        ends = [one for one in ends if one >= recipe.qmax] or [max(end, recipe.qmax)]
    rough = [
        float(_scan(kernel, replace(recipe, qmaxinst=one), _ROUGH, first, sigma, held).score.min())
        for one in ends
    ]
    sound = next(one for one, score in zip(ends, rough, strict=True) if score <= _AS_GOOD * min(rough))
    return _scan(kernel, replace(recipe, qmaxinst=sound), tries, first, sigma, held)


def _scan(  # noqa: PLR0917 - as above
    kernel: PdfKernel, recipe: Recipe, tries: int, first: float, sigma: Array | None, held: set[str]
) -> Scan:
    grid = kernel.grid(recipe)
    last = (grid.first + grid.count - 1) * grid.step
    low = max(_LEAST_QMAX * last, grid.first * grid.step + _LEAST_RANGE)
    if low > last and "qmax" not in held:
        raise DataError(
            _(
                "the pattern goes from {first:.4g} to {last:.4g} 1/angstrom, too short to choose qmax; give qmax"
            ).format(first=grid.first * grid.step, last=last)
        )
    qmaxs = np.array([recipe.qmax or last]) if "qmax" in held else np.linspace(low, last, tries)
    rpolys = (
        np.array([recipe.rpoly])
        if "rpoly" in held
        else np.linspace(min(_LEAST_RPOLY, 0.5 * first), first, tries)
    )
    # One of them is 1 itself.
    bgscales = np.ones(1) if "bgscale" in held else 1 + (np.arange(tries) - tries // 2) / tries
    raw = _raw(kernel, recipe, bgscales)
    bgscales = bgscales[: len(raw)]
    basis = Basis.of(grid.q, int(degree_of(float(rpolys[-1]), grid)) + 1)
    known = None if sigma is None else noise_by_sigma(kernel, recipe, sigma)
    trial = _Trial.of(grid, qmaxs, first, recipe.density, known)
    many = max(1, _ROWS // len(raw))
    parts = []
    for start in range(0, len(rpolys), many):
        check_cancelled()
        degrees = [degree_of(float(one), grid) for one in rpolys[start : start + many]]
        scored = _parts(np.concatenate([basis.correct(raw, degree) for degree in degrees]), trial)
        parts.append([part.reshape(len(degrees), len(raw), len(qmaxs)) for part in scored])
    misfit, ripple, noise = (np.moveaxis(np.concatenate(part), 0, -1) for part in zip(*parts, strict=True))
    return Scan(misfit, ripple, noise, bgscales, qmaxs, rpolys, recipe.qmaxinst)


def _place(values: Array) -> tuple[int, int, int]:
    place = np.unravel_index(int(np.argmin(values)), values.shape)
    return int(place[0]), int(place[1]), int(place[2])


def _nearest(values: Array, wanted: float) -> int:
    return int(np.argmin(np.abs(values - wanted)))


def _share(values: Array) -> Array:
    width = float(np.ptp(values))
    found: Array = values / width if width else np.zeros_like(values)
    return found


def _raw(kernel: PdfKernel, recipe: Recipe, bgscales: Array) -> Array:
    """Give F0 for each background scale, (bgscale, q), up to the scale that would make the intensity negative."""
    rows = []
    for scale in bgscales:
        check_cancelled()
        tried = replace(recipe, bgscale=tuple(float(scale) * one for one in recipe.bgscale))
        try:
            rows.append(kernel.raw(tried))
        except DataError:
            break
    if not rows:
        raise SettingError(
            _("no background scale from {low:.3g} on leaves any intensity").format(low=bgscales[0])
        )
    return np.array(rows)


@dataclass(frozen=True, eq=False)
class _Trial:
    """What all tries of one scan share: the distances looked at, their sines, where each qmax ends."""

    step: float
    first: float
    density: float
    low: Array
    sines: Array
    ends: list[int]
    known: Array | None
    """Noise of F(Q) where it is known, (q,)."""

    @classmethod
    def of(cls, grid: Grid, qmaxs: Array, first: float, density: float, known: Array | None) -> Self:
        low, near = np.linspace(_FIRST, first, _LOW), np.linspace(first, max(_REACH, 2 * first), _NEAR)
        angle = np.multiply.outer(grid.q, np.concatenate([low, near]))
        ends = [0, *(points_to(grid, float(one)) for one in qmaxs)]
        return cls(grid.step, first, density, low, np.sin(angle) * (2 / np.pi * grid.step), ends, known)


def _parts(fq: Array, trial: _Trial) -> tuple[Array, Array, Array]:
    """Give misfit, ripple and noise of F(Q), (row, q), for each qmax: (row, qmax) each."""
    low, sines = trial.low, trial.sines
    ends = trial.ends
    steps = [fq[:, a:b] @ sines[a:b] for a, b in pairwise(ends)]
    gr = np.cumsum(steps, axis=0).transpose(1, 0, 2)
    inside, peaks = gr[..., :_LOW], gr[..., _LOW:]
    first, density = trial.first, trial.density
    slope = -4 * np.pi * density if density > 0 else (inside @ low / (low @ low))[..., np.newaxis]
    # Errors at small r hardly matter, and are the largest: G / r is what a structure sees.
    noise = noise_of(fq, trial.step) if trial.known is None else np.broadcast_to(trial.known, fq.shape)
    random = 2 * (trial.step / np.pi) ** 2 * np.cumsum(noise**2, axis=1)[:, np.array(ends[1:]) - 1]
    misfit = np.mean((inside - slope * low) ** 2 * (low / first) ** 2, axis=-1)
    # What G loses between a qmax and the last one; the noise that it loses is no loss.
    lost = np.mean((peaks[..., -1:, :] - peaks) ** 2, axis=-1) - (random[:, -1:] - random)
    ripple = np.maximum(lost, 0) + _cut(fq, noise, trial)[:, np.newaxis]
    height = np.sqrt(np.mean(peaks**2, axis=-1))
    return np.sqrt(misfit) / height, np.sqrt(ripple) / height, np.sqrt(random) / height


def _cut(fq: Array, noise: Array, trial: _Trial) -> Array:
    """Give the squared ripple at the first distance that the end of F at the last qmax leaves, (row,)."""
    turn = max(8, round(2 * np.pi / trial.first / trial.step))
    last = slice(max(trial.ends[-1] - turn, 0), trial.ends[-1])
    cut = np.mean(fq[:, last] ** 2 - 2 * noise[:, last] ** 2, axis=1)
    found: Array = (2 / np.pi / trial.first) ** 2 * np.maximum(cut, 0)
    return found
