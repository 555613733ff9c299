"""The whole chain for one recipe, with everything kept that the next movement of a slider can use again.

Each stage is a pure function of the stage before it and of some settings, and is made anew only when one of these
changes: `bgscale` needs no new grid, `rpoly` no new fit of the scale, `qmax` no new polynomial.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from daisy_lab.algorithms.pdf._abscissa import to_q
from daisy_lab.algorithms.pdf._absorption import absorption_at
from daisy_lab.algorithms.pdf._background import on_points, scales_for
from daisy_lab.algorithms.pdf._grid import Grid, Interpolation, interpolation, q_grid, rising_part
from daisy_lab.algorithms.pdf._polynomial import Basis, degree_of, structure_factor
from daisy_lab.algorithms.pdf._structure import Normalisation
from daisy_lab.algorithms.pdf._transform import Transform, points_to, window_of
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from daisy_lab.algorithms.pdf._recipe import Recipe
    from daisy_lab.vocabulary import Array

__all__ = ["Curves", "PdfKernel"]

_T = TypeVar("_T")
_SPARE_DEGREES: Final = 4
"""Degrees of the polynomial made at once, so that `rpoly` can grow without a new basis."""


_OF_INTENSITY: Final = frozenset({"sample", "iq", "fq_raw", "fq"})
"""Stages that depend on the patterns themselves."""


@dataclass(frozen=True, eq=False)
class Curves:
    """What one recipe gives: (q,) and (r,), or (frame, q) and (frame, r) for several patterns."""

    q: Array
    iq: Array
    fq_raw: Array
    fq: Array
    r: Array
    gr: Array
    grid: Grid
    used: int
    """Points of q up to qmax."""

    @property
    def sq(self) -> Array:
        """Give S(Q), (..., q)."""
        return structure_factor(self.grid, self.fq)

    @property
    def polynomial(self) -> Array:
        """Give what was taken out of F(Q), (..., q)."""
        taken: Array = self.fq_raw - self.fq
        return taken


class PdfKernel:
    """Patterns on one abscissa, and curves of them for any recipe.

    Parameters
    ----------
    x
        First column, (point,), as `dataformat` of the recipes says.
    intensity
        One pattern (point,), or several (frame, point).
    background
        Background patterns, (background, column, point), or None.
    """

    def __init__(self, x: Array, intensity: Array, background: Array | None = None) -> None:
        self._x = np.asarray(x, np.float64)
        self._intensity = np.asarray(intensity)
        self._background = None if background is None else on_points(self._x, background)
        if self._x.ndim != 1 or self._intensity.shape[-1:] != self._x.shape:
            raise DataError(
                _("x has the shape {x} and the intensity {intensity}; they must have as many points").format(
                    x=self._x.shape, intensity=self._intensity.shape
                )
            )
        self._kept: dict[str, tuple[Hashable, Any]] = {}

    @property
    def points(self) -> int:
        """Give the number of points of a pattern."""
        return len(self._x)

    @property
    def abscissa(self) -> Array:
        """Give the first column as it was given, (point,)."""
        return self._x

    def curves(self, recipe: Recipe) -> Curves:
        """Give all curves of a recipe; only what its changes touch is computed.

        Raises
        ------
        SettingError, DataError
            As the steps have it: `to_q`, `resample`, `structure_function`, `correct_polynomial`, `transform`.
        """
        grid, fq_raw = self.grid(recipe), self.raw(recipe)
        fq = self._once("fq", (*_of_raw(recipe), recipe.rpoly), lambda: self._fq(recipe, fq_raw))
        used = points_to(grid, recipe.qmax)
        gr = self.transform(recipe)(fq[..., :used] * self.window(recipe))
        return Curves(self.q(recipe), self.intensity(recipe), fq_raw, fq, self._r(recipe), gr, grid, used)

    def intensity(self, recipe: Recipe) -> Array:
        """Give what the sample alone scatters on the grid, (..., q)."""
        key = (*_of_grid(recipe), *_of_measured(recipe))
        return self._once("iq", key, lambda: self._iq(recipe))

    def raw(self, recipe: Recipe) -> Array:
        """Give F0 before its polynomial is taken out, (..., q)."""
        iq = self.intensity(recipe)
        return self._once("fq_raw", _of_raw(recipe), lambda: self.normalisation(recipe)(iq))

    def prepare(self, recipe: Recipe) -> None:
        """Make all that does not depend on the intensities."""
        self.interpolation(recipe)
        self.normalisation(recipe)
        self.basis(recipe)
        self.window(recipe)
        self.transform(recipe)
        self.absorption(recipe)
        self._backgrounds(recipe)
        self._r(recipe)

    def over(self, intensity: Array) -> PdfKernel:
        """Give a kernel for other patterns on the same abscissa that shares what does not depend on them."""
        other = PdfKernel.__new__(PdfKernel)
        other._x, other._background = self._x, self._background  # noqa: SLF001 - one of us
        other._intensity = np.asarray(intensity)  # noqa: SLF001 - as above
        other._kept = {name: kept for name, kept in self._kept.items() if name not in _OF_INTENSITY}  # noqa: SLF001 - as above
        return other

    # The stages, in the order of the data.

    def grid(self, recipe: Recipe) -> Grid:
        """Give the uniform grid of Q."""
        return self._once(
            "grid",
            _of_grid(recipe),
            lambda: q_grid(self._points(recipe)[0], qmin=recipe.qmin, qmaxinst=recipe.qmaxinst),
        )

    def q(self, recipe: Recipe) -> Array:
        """Give Q of the grid in 1/angstrom, (q,)."""
        return self._once("q", _of_grid(recipe), lambda: self.grid(recipe).q)

    def interpolation(self, recipe: Recipe) -> tuple[Interpolation, slice | Array]:
        """Give the way from the points that are used to the grid, and which points these are."""
        points, chosen = self._points(recipe)
        way = self._once("interpolation", _of_grid(recipe), lambda: interpolation(points, self.grid(recipe)))
        return way, chosen

    def absorption(self, recipe: Recipe) -> Array | None:
        """Give the share of the scattering that leaves the sample, (q,); None if nothing is absorbed."""
        if recipe.shape == "none" or recipe.mud == 0:
            return None
        key = (*_of_grid(recipe), recipe.shape, recipe.mud)
        return self._once(
            "absorption",
            key,
            lambda: absorption_at(
                self.q(recipe), wavelength=recipe.wavelength, mud=recipe.mud, shape=recipe.shape
            ),
        )

    def normalisation(self, recipe: Recipe) -> Normalisation:
        """Give what the sample's atoms scatter on the grid."""
        return self._once(
            "normalisation",
            _of_sample(recipe),
            lambda: Normalisation.of(
                self.q(recipe),
                recipe.composition,
                recipe.mode,
                normalization=recipe.normalization,
                density=recipe.density,
            ),
        )

    def basis(self, recipe: Recipe) -> tuple[Basis, float]:
        """Give the polynomials and the real degree that is taken out."""
        grid = self.grid(recipe)
        degree = degree_of(recipe.rpoly, grid)
        needed = floor(degree) + 1
        # In steps, so that a slider of rpoly finds its basis made.
        made = min(_SPARE_DEGREES * ceil(needed / _SPARE_DEGREES), max(needed, grid.count // 2))
        return self._once("basis", (*_of_grid(recipe), made), lambda: Basis.of(self.q(recipe), made)), degree

    def window(self, recipe: Recipe) -> Array:
        """Give the factors of F(Q) up to qmax, (q,)."""
        grid = self.grid(recipe)
        used = points_to(grid, recipe.qmax)
        q = self.q(recipe)
        top = recipe.qmax or float(q[-1])
        return self._once(
            "window",
            (*_of_grid(recipe), used, top, recipe.window),
            lambda: window_of(q[:used], top, recipe.window),
        )

    def transform(self, recipe: Recipe) -> Transform:
        """Give the sine transform to the recipe's distances."""
        key = (*_of_grid(recipe), recipe.distances, recipe.calculation)
        return self._once(
            "transform", key, lambda: Transform(self.grid(recipe), recipe.distances, recipe.calculation)
        )

    def _points(self, recipe: Recipe) -> tuple[Array, slice | Array]:
        def make() -> tuple[Array, slice | Array]:
            q = to_q(
                self._x,
                dataformat=recipe.dataformat,
                wavelength=recipe.wavelength,
                twothetazero=recipe.twothetazero,
            )
            return rising_part(q, self._intensity)

        return self._once("points", _of_points(recipe), make)

    def _iq(self, recipe: Recipe) -> Array:
        way, chosen = self.interpolation(recipe)
        sample = self._once("sample", _of_grid(recipe), lambda: way(self._intensity[..., chosen]))
        backgrounds = self._backgrounds(recipe)
        share = self.absorption(recipe)
        if backgrounds is not None:
            sample = sample - scales_for(recipe.bgscale, len(backgrounds)) @ backgrounds
        left: Array = sample if share is None else sample / share
        return left

    def _backgrounds(self, recipe: Recipe) -> Array | None:
        if self._background is None:
            return None
        parts = self._background
        way, chosen = self.interpolation(recipe)
        return self._once("backgrounds", _of_grid(recipe), lambda: way(parts[..., chosen]))

    def _fq(self, recipe: Recipe, fq_raw: Array) -> Array:
        basis, degree = self.basis(recipe)
        return basis.correct(fq_raw, degree)

    def _r(self, recipe: Recipe) -> Array:
        return self._once("r", (recipe.distances,), lambda: recipe.distances.r)

    def _once(self, stage: str, key: Hashable, make: Callable[[], _T]) -> _T:
        """Give a stage as it was kept for the same settings, or make it."""
        kept = self._kept.get(stage)
        if kept is not None and kept[0] == key:
            found: _T = kept[1]
            return found
        made = make()
        self._kept[stage] = (key, made)
        return made


def _of_points(recipe: Recipe) -> tuple[Hashable, ...]:
    return (recipe.dataformat, recipe.wavelength, recipe.twothetazero)


def _of_grid(recipe: Recipe) -> tuple[Hashable, ...]:
    return (*_of_points(recipe), recipe.qmin, recipe.qmaxinst)


def _of_sample(recipe: Recipe) -> tuple[Hashable, ...]:
    return (*_of_grid(recipe), recipe.composition, recipe.mode, recipe.normalization, recipe.density)


def _of_measured(recipe: Recipe) -> tuple[Hashable, ...]:
    return (recipe.bgscale, recipe.shape, recipe.mud)


def _of_raw(recipe: Recipe) -> tuple[Hashable, ...]:
    return (*_of_sample(recipe), *_of_measured(recipe))
