"""From the coherent intensity to a first F(Q): divided by what one average atom scatters, scaled to its level.

The level is found by a fit, or on an absolute scale from the density of atoms (J. Krogh-Moe, Acta Cryst. 9 (1956) 951;
N. Norman, Acta Cryst. 10 (1957) 370).
"""

from dataclasses import dataclass
from typing import Annotated, Literal, Self, TypeAlias

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.pdf._grid import Grid
from daisy_lab.algorithms.pdf._scattering import Mode, compton, scattering
from daisy_lab.algorithms.pdf._settings import AtomDensity, Composition
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, QCurve, QGrid

__all__ = ["Normalisation", "Normalization", "structure_function"]

Normalization: TypeAlias = Annotated[Literal["fit", "absolute"], Field(title="Scale")]


@dataclass(frozen=True, eq=False)
class Normalisation:
    """What depends on the grid and the sample only: Q, <f>^2, the level L, and for an absolute scale its sum."""

    q: Array
    mean_square: Array
    level: Array
    """L = <f^2> / <f>^2, with (<f^2> + Compton) / <f>^2 on an absolute scale."""
    total: float | None = None
    """Sum over Q^2 L less 2 pi^2 rho0 / dq, that the scaled intensity has to reach; None for a fit."""

    @classmethod
    def of(
        cls,
        q: Array,
        composition: str,
        mode: Mode,
        *,
        normalization: Normalization = "fit",
        density: float = 0.0,
    ) -> Self:
        """Prepare it for a sample on a grid; `density` in atoms per cubic angstrom, for an absolute scale.

        Raises
        ------
        SettingError
            If an absolute scale is asked for without a density, or the composition cannot be understood.
        """
        averages = scattering(q, composition, mode)
        mean_square = averages.mean**2
        if normalization == "fit":
            return cls(q, mean_square, averages.self_part)
        if density <= 0:
            raise SettingError(
                _(
                    "an absolute scale needs the density; set density in atoms per cubic angstrom, as density=0.0914"
                )
            )
        level = (averages.square + compton(q, composition, mode)) / mean_square
        step = float(q[1] - q[0])
        return cls(q, mean_square, level, float(np.sum(q**2 * level)) - 2 * np.pi**2 * density / step)

    def __call__(self, intensity: Array) -> Array:
        """Give F0 = Q (c s - L) of intensities (..., q), with s = I / <f>^2 and c the scale.

        Raises
        ------
        DataError
            If an intensity is 0 everywhere, or negative on the whole.
        """
        s = intensity / self.mean_square
        s *= self.scale(s)[..., np.newaxis]
        s -= self.level
        s *= self.q
        return s

    def scale(self, s: Array) -> Array:
        """Give c of each row: by least squares sum(s L) / sum(s^2), or so that the absolute sum is reached."""
        if self.total is None:
            above, below = s @ self.level, np.einsum("...q,...q->...", s, s)
        else:
            below = s @ self.q**2
            above = np.full_like(below, self.total)
        if not np.all(below != 0):
            raise DataError(
                _("the intensity less the background is 0 everywhere; check the files, and bgscale")
            )
        found: Array = above / below
        if not np.all(found > 0):
            raise DataError(
                _(
                    "the intensity less the background is negative on the whole; lower bgscale, or check the files"
                )
            )
        return found

    def scale_slope(self, s: Array) -> tuple[float, Array]:
        """Give c and its derivative by each s, (q,), for one pattern."""
        c = float(self.scale(s))
        if self.total is None:
            return c, (self.level - 2 * c * s) / float(s @ s)
        return c, -c * self.q**2 / float(s @ self.q**2)


@algorithm
def structure_function(
    q: QGrid,
    intensity: QCurve,
    *,
    composition: Composition,
    mode: Mode = "xray",
    normalization: Normalization = "fit",
    density: AtomDensity = 0.0,
) -> QCurve:
    """Give F(Q) before its smooth error is taken out: the intensity over what an average atom scatters, scaled.

    With s = I / <f>^2 and L = <f^2> / <f>^2, the scale c is the least-squares fit of c s to L over the whole grid,
    and F0 = Q (c s - L).

    Parameters
    ----------
    q
        Uniform grid in 1/angstrom, (q,).
    intensity
        Intensity of the sample on it, (q,).
    composition
        Chemical formula, as PbTi0.5Zr0.5O3 or Pb(TiZr)0.5O3.
    mode
        Radiation: X-rays scatter with form factors, neutrons with scattering lengths.
    normalization
        `fit` scales the intensity to the level of the self-scattering by least squares; `absolute` by the density
        of atoms, with the Compton scattering taken out.
    density
        Atoms per cubic angstrom; needed for an absolute scale.

    Returns
    -------
    fq_raw
        F(Q) with its slowly varying error, in 1/angstrom, (q,).

    Raises
    ------
    SettingError
        If the composition cannot be understood, or an absolute scale has no density.
    DataError
        If the columns do not fit each other, or the intensity is 0 or negative on the whole.

    References
    ----------
    P. Juhas, T. Davis, C. L. Farrow and S. J. L. Billinge, J. Appl. Cryst. 46 (2013) 560;
    D. Waasmaier and A. Kirfel, Acta Cryst. A 51 (1995) 416.
    """
    grid, values = Grid.of(q), np.asarray(intensity, np.float64)
    if values.shape[-1] != grid.count:
        raise DataError(
            _("q has {points} points and the intensity {values}; they must have as many").format(
                points=grid.count, values=values.shape[-1]
            )
        )
    normalise = Normalisation.of(grid.q, composition, mode, normalization=normalization, density=density)
    return normalise(values)
