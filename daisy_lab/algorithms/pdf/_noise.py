"""The noise of F(Q): from the errors of the intensity where they are known, else from F itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab.algorithms.pdf._sigma import variance_of

if TYPE_CHECKING:
    from daisy_lab.algorithms.pdf._kernel import PdfKernel
    from daisy_lab.algorithms.pdf._recipe import Recipe
    from daisy_lab.vocabulary import Array

__all__ = ["noise_by_sigma", "noise_of"]

_STRIDE: Final = 3
_LEAST_WINDOW: Final = 61
_WINDOW: Final = 1.0
"""1/angstrom"""


def noise_by_sigma(kernel: PdfKernel, recipe: Recipe, sigma: Array) -> Array:
    """Give the noise of F(Q) that the errors of the intensity make, (q,).

    Parameters
    ----------
    kernel
        One pattern.
    recipe
        Its settings.
    sigma
        Standard deviation of each intensity, (point,); points with NaN count as exact.
    """
    way, chosen = kernel.interpolation(recipe)
    normalise = kernel.normalisation(recipe)
    variance = variance_of(sigma, kernel.points)[chosen]
    s = kernel.intensity(recipe) / normalise.mean_square
    gain = kernel.q(recipe) * normalise.scale(s) / normalise.mean_square
    share = kernel.absorption(recipe)
    if share is not None:
        gain = gain / share
    # The grid is as dense as the points are: a point of one has the noise of a point of the other.
    found: Array = gain * np.sqrt(way(variance))
    return found


def noise_of(fq: Array, step: float) -> Array:
    """Give the standard deviation of the noise of F(Q), (row, q), from its fourth differences, smoothed along Q.

    They are taken over several points: neighbours share pixels, so that from one to the next noise is too smooth.

    Parameters
    ----------
    fq
        F(Q) on a uniform grid, (row, q).
    step
        Of the grid in 1/angstrom.
    """
    # Slow to load, and only here.
    from scipy.ndimage import uniform_filter1d  # noqa: PLC0415

    reach, points = 2 * _STRIDE, fq.shape[1]
    rough = np.zeros_like(fq)
    if points > 2 * reach:
        parts = [fq[:, k * _STRIDE : points - (4 - k) * _STRIDE] for k in range(5)]
        inner = np.abs(parts[0] - 4 * parts[1] + 6 * parts[2] - 4 * parts[3] + parts[4])
        rough[:, reach:-reach] = inner
        rough[:, :reach], rough[:, -reach:] = inner[:, :1], inner[:, -1:]
    # Of a normal deviate of width s, the fourth difference has the mean absolute value s sqrt(70 * 2 / pi).
    window = max(_LEAST_WINDOW, round(_WINDOW / step))
    found: Array = uniform_filter1d(rough, window, axis=1) / np.sqrt(140 / np.pi)
    return found
