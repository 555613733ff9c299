"""One frame after the other, each with a mask of its own: what a slider of the mask moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from daisy_lab._arrays import to_host
from daisy_lab.algorithms.azint._binning import Binning
from daisy_lab.algorithms.azint._prepared import means, prepared
from daisy_lab.algorithms.azint._stack import mask_of, shape_of
from daisy_lab.algorithms.azint._sums import Room, add_up_single
from daisy_lab.algorithms.azint._walk import POISSON, Sums, Valid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.vocabulary import Array

__all__ = ["FrameIntegrator", "FramePattern"]


class FramePattern(NamedTuple):
    """The pattern of one frame."""

    intensity: Array
    """Mean intensity of each bin, float64, (bin,); NaN where nothing was measured."""
    sigma: Array
    """Standard error of that mean from the counts, float64, (bin,)."""


class FrameIntegrator:
    """Holds table, divisors and room for the sums of one detector; a frame with its mask goes through in one pass.

    The table is that of all pixels, and so is what the bins are divided by. A masked pixel is a value that does not
    count: the walk that adds up the others takes its share off the divisor. A new mask costs nothing beside that.

    Parameters
    ----------
    binning
        What `bins` made; its range of radius stays, whatever the mask.
    dark, flat, background_frame
        As `integrate` has them.
    bgscale
        Factor of the background frame.
    lowest, highest
        Smallest and largest value that counts.

    Raises
    ------
    DataError
        If the bins are those of a cake, or an image has another size.
    """

    def __init__(
        self,
        binning: Mapping[str, Any],
        *,
        dark: Array | None = None,
        flat: Array | None = None,
        background_frame: Array | None = None,
        bgscale: float = 1.0,
        lowest: float | None = None,
        highest: float | None = None,
    ) -> None:
        made = Binning.of(binning)
        made.require(made.shape)
        self.radius = made.centers()
        """Middle of each bin, (bin,), in the unit of the bins."""
        self._binning = made
        self._ready = prepared(made, (None, dark, flat, background_frame), bgscale, "poisson")
        self._valid = Valid(
            -np.inf if lowest is None else float(lowest), np.inf if highest is None else float(highest)
        )
        self._room = Room.of(made.size)

    def __call__(self, frame: Array, mask: Array | None = None) -> FramePattern:
        """Give the pattern of a frame, (row, column), without the pixels of a mask, True where ignored.

        Raises
        ------
        DataError
            If frame or mask have another size than the bins were made for.
        """
        shape = shape_of(frame[np.newaxis])
        self._binning.require(shape)
        ignored = None if mask is None else mask_of(mask, shape).ravel()
        table, corrections, constants = self._ready
        sums = add_up_single(to_host(frame), table, corrections, self._valid, POISSON, self._room, ignored)
        signal, missing, squares = (one[np.newaxis] for one in sums)
        intensity, sigma = means(Sums(signal, missing, squares[np.newaxis]), constants, "poisson")
        return FramePattern(intensity[0], sigma[0])
