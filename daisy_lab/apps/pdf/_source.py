"""The pattern that is open, with its backgrounds and its errors, as arrays of this process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab.algorithms.pdf import PdfKernel, to_q
from daisy_lab.errors import DaisyError

if TYPE_CHECKING:
    from daisy_lab.algorithms.pdf import Recipe
    from daisy_lab.vocabulary import Array

__all__ = ["Source"]

_NEAR: Final = 2.0
"""1/angstrom from the first point: as far as a beam stop shades."""
_SHADE: Final = 0.6
"""Of the median there: what is darker lies in the shadow."""


@dataclass(frozen=True, eq=False)
class Source:
    """One pattern."""

    x: Array
    """First column, (point,)."""
    intensity: Array
    sigma: Array | None = None
    background: Array | None = None
    """(background, column, point)"""

    def kernel(self) -> PdfKernel:
        """Give what makes curves of it.

        Raises
        ------
        DataError
            If a background does not cover the pattern.
        """
        return PdfKernel(self.x, self.intensity, self.background)

    @property
    def scaled(self) -> bool:
        """Whether there is a background to scale."""
        return self.background is not None

    def reach(self, recipe: Recipe) -> tuple[float, float]:
        """Give the first and the last Q in 1/angstrom; both 0 as long as the recipe cannot tell them."""
        try:
            q = to_q(
                self.x,
                dataformat=recipe.dataformat,
                wavelength=recipe.wavelength,
                twothetazero=recipe.twothetazero,
            )
        except DaisyError:
            return 0.0, 0.0
        good = np.isfinite(q) & np.isfinite(self.intensity) & (q >= 0)
        return (float(q[good].min()), float(q[good].max())) if good.any() else (0.0, 0.0)

    def begins(self, recipe: Recipe) -> float:
        """Give the Q in 1/angstrom from which on no beam stop shades the pattern."""
        first, last = self.reach(recipe)
        q = to_q(
            self.x,
            dataformat=recipe.dataformat,
            wavelength=recipe.wavelength,
            twothetazero=recipe.twothetazero,
        )
        near = np.isfinite(self.intensity) & (q >= first) & (q < min(first + _NEAR, last))
        if not near.any():
            return first
        bright = near & (self.intensity > _SHADE * float(np.median(self.intensity[near])))
        return float(q[bright].min()) if bright.any() else first
