"""The error band of G(r): after the scale is fitted everything is linear, so errors go through exactly to first order.

G = T W P J A I, with A the interpolation, J the derivative of the scaled F0 (that of the scale itself included), P
the polynomial taken out, W the window and T the sine transform. Neighbouring points of G(r) are correlated, and
`covariance` tells how.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy import sparse

from daisy_lab.algorithms.pdf._background import scales_for, variances_on_points
from daisy_lab.algorithms.pdf._sigma import variance_of
from daisy_lab.algorithms.pdf._transform import Waves

if TYPE_CHECKING:
    from daisy_lab.algorithms.pdf._grid import Grid
    from daisy_lab.algorithms.pdf._kernel import PdfKernel
    from daisy_lab.algorithms.pdf._recipe import Recipe
    from daisy_lab.algorithms.pdf._transform import Distances
    from daisy_lab.vocabulary import Array

__all__ = ["covariance", "error_band", "response"]


def error_band(kernel: PdfKernel, recipe: Recipe, sigma: Array, background: Array | None = None) -> Array:
    """Give the standard deviation of G at each r, (r,).

    Parameters
    ----------
    kernel
        Holds one pattern.
    recipe
        What makes G(r) of it.
    sigma
        Standard deviation of each intensity, (point,); points with NaN count as exact.
    background
        The backgrounds with their errors as third column, (background, column, point); without it, or without
        errors, they count as exact.

    Raises
    ------
    DataError
        If sigma does not fit the pattern.
    """
    between = _grid_covariance(kernel, recipe, variance_of(sigma, kernel.points), background)
    return np.sqrt(_variances(_Chain.of(kernel, recipe), between))


@dataclass(frozen=True, eq=False)
class _Chain:
    """The derivative of G by the intensity on the grid: s_k E_k + sum_j L_j(r) V_jk with s_k = sin(q_k r)."""

    grid: Grid
    distances: Distances
    direct: Array
    """E, (q,)"""
    indirect: Array
    """V, (term, q): what the polynomial and the scale bring in."""
    levels: Array
    """L, (term, r)"""

    @classmethod
    def of(cls, kernel: PdfKernel, recipe: Recipe) -> Self:
        curves, normalise = kernel.curves(recipe), kernel.normalisation(recipe)
        s = curves.iq / normalise.mean_square
        share = kernel.absorption(recipe)
        gain = 1 / (normalise.mean_square if share is None else normalise.mean_square * share)
        scale, slope = normalise.scale_slope(s)
        basis, degree = kernel.basis(recipe)
        weights = basis.weights(degree)
        functions = basis.functions[: len(weights)]
        window = np.zeros(len(curves.q))
        window[: curves.used] = kernel.window(recipe) * (2 / np.pi * curves.grid.step)
        waves = Waves(
            curves.grid.step, curves.grid.first * curves.grid.step, curves.grid.count, recipe.distances
        )
        taken = waves.sines(window * functions) * weights[:, np.newaxis]
        slid = curves.q * s
        by_scale = waves.sines(window * slid) - (functions @ slid) @ taken
        height = curves.q * scale * gain
        return cls(
            curves.grid,
            recipe.distances,
            window * height,
            np.vstack([-functions * height, slope * gain]),
            np.vstack([taken, by_scale]),
        )


def _variances(chain: _Chain, between: sparse.csr_array) -> Array:
    """Give the variance of G at each r, (r,), from the covariance of the intensity on the grid.

    With 2 sin a sin b = cos(a - b) - cos(a + b) each diagonal of the covariance is one sum of cosines.
    """
    grid, r = chain.grid, chain.distances.r
    waves = Waves(grid.step, grid.first * grid.step, grid.count, chain.distances)
    carried = (between @ chain.indirect.T).T
    variance: Array = np.einsum(
        "ir,ij,jr->r", chain.levels, chain.indirect @ carried.T, chain.levels, optimize=True
    )
    variance += 2 * np.sum(chain.levels * waves.sines(carried * chain.direct), axis=0)
    upper = sparse.triu(between).tocoo()
    for offset in np.unique(upper.col - upper.row):
        values = between.diagonal(int(offset)) * (1 if offset == 0 else 2)
        values = values * chain.direct[: len(values)] * chain.direct[offset:]
        start = (2 * grid.first + int(offset)) * grid.step
        summed = Waves(2 * grid.step, start, len(values), chain.distances).cosines(values)
        variance += (np.cos(offset * grid.step * r) * np.sum(values) - summed) / 2
    return np.maximum(variance, 0)


def _grid_covariance(
    kernel: PdfKernel, recipe: Recipe, variance: Array, background: Array | None
) -> sparse.csr_array:
    """Give the covariance of the intensity on the grid, (q, q): neighbours share the points between them."""
    matrix = _interpolation(kernel, recipe)
    between = (matrix * variance) @ matrix.T
    for way, scaled in _of_backgrounds(kernel, recipe, background):
        step = matrix @ way
        between = between + (step * scaled) @ step.T
    return sparse.csr_array(between)


def _of_backgrounds(
    kernel: PdfKernel, recipe: Recipe, background: Array | None
) -> list[tuple[sparse.csr_array, Array]]:
    """Give for each background its interpolation at the points of the pattern, and its variance as subtracted."""
    if background is None:
        return []
    ways = variances_on_points(kernel.abscissa, background)
    scales = scales_for(recipe.bgscale, len(ways))
    return [(way, scale**2 * variance) for (way, variance), scale in zip(ways, scales, strict=True)]


def covariance(kernel: PdfKernel, recipe: Recipe, sigma: Array, background: Array | None = None) -> Array:
    """Give the covariance of G between any two distances, (r, r); arguments are those of `error_band`."""
    whole = response(kernel, recipe)
    found: Array = (whole * variance_of(sigma, kernel.points)) @ whole.T
    for way, scaled in _of_backgrounds(kernel, recipe, background):
        step = whole @ way
        found += (step * scaled) @ step.T
    return found


def response(kernel: PdfKernel, recipe: Recipe) -> Array:
    """Give the derivative of G at each distance by the intensity of each point, (r, point)."""
    chain = _Chain.of(kernel, recipe)
    by_grid = np.sin(np.multiply.outer(chain.distances.r, chain.grid.q)) * chain.direct
    by_grid += chain.levels.T @ chain.indirect
    found: Array = by_grid @ _interpolation(kernel, recipe)
    return found


def _interpolation(kernel: PdfKernel, recipe: Recipe) -> sparse.csr_array:
    """Give the matrix from the points to the grid, (q, point)."""
    way, chosen = kernel.interpolation(recipe)
    used = np.arange(kernel.points)[chosen]
    rows = np.arange(len(way.left))
    return sparse.csr_array(
        (
            np.concatenate([1 - way.weight, way.weight]),
            (np.concatenate([rows, rows]), np.concatenate([used[way.left], used[way.left + 1]])),
        ),
        shape=(len(rows), kernel.points),
    )
