"""The frame that is shown, in this process: its mask and its pattern follow a slider while it moves (decision 61)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from daisy_lab.algorithms.azint import MovingMask, MovingPattern
from daisy_lab.apps.pdf._source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.apps.pdf._masks import Masks
    from daisy_lab.vocabulary import Array

__all__ = ["LiveFrame", "Shares"]


class Shares(NamedTuple):
    """How many pixels each part of a mask adds to those before it."""

    gaps: int
    pixels: int
    drawn: int
    rings: int
    all: int


class LiveFrame:
    """A frame, its mask and its pattern.

    Parameters
    ----------
    frame
        Counts, (row, column).
    binning
        What `azint.bins` made.
    radius
        Q of the bins in 1/angstrom, (bin,).
    fixed
        Masks that no slider moves: of gaps and files, and with hot and dead pixels, (row, column) each.
    background
        A frame without the sample, or None.
    """

    def __init__(
        self,
        frame: Array,
        binning: Mapping[str, Any],
        radius: Array,
        fixed: tuple[Array, Array],
        background: Array | None = None,
    ) -> None:
        self.frame, self._radius = frame, radius
        self._gaps: Array
        self._pixels: Array
        self._gaps, self._pixels = (np.asarray(mask) != 0 for mask in fixed)
        self.geometry: dict[str, Any] = binning["geometry"]
        self.flip = str(binning.get("flip", "none"))
        self._moving = MovingMask(frame, self.geometry, self.flip)
        self._patterns = [MovingPattern(one, binning) for one in (frame, background) if one is not None]
        self._fixed = _count(self._gaps), _count(self._pixels)
        self._drawn: tuple[tuple[Any, ...], Array, int] | None = None
        self.mask: Array = self._pixels
        self.shares = Shares(0, 0, 0, 0, 0)

    @property
    def center(self) -> tuple[float, float]:
        """Give row and column of the beam."""
        return self._moving.center

    def follow(self, masks: Masks) -> Source:
        """Give the pattern under a mask.

        Raises
        ------
        SettingError
            If drawn shapes cannot be read.
        """
        drawn, under = self._under(masks)
        self.mask = self._moving.clipped(drawn, masks.threshold) if masks.rings else drawn
        (gaps, pixels), whole = self._fixed, _count(self.mask)
        self.shares = Shares(gaps, pixels - gaps, under - pixels, whole - under, whole)
        intensity, sigma = self._patterns[0].under(self.mask)
        background = None
        if len(self._patterns) > 1:
            background = np.stack([self._radius, self._patterns[1].under(self.mask)[0]])[np.newaxis]
        return Source(self._radius, intensity, sigma, background)

    @property
    def gaps(self) -> Array:
        """Give the mask of gaps and files, (row, column)."""
        return self._gaps

    def settle(self) -> None:
        """Let go of the rounding of all moves before."""
        for pattern in self._patterns:
            pattern.settle()

    def _under(self, masks: Masks) -> tuple[Array, int]:
        """Give the mask below the clipping of rings, the same object as long as nothing of it changes; its pixels."""
        key = (masks.lowest, masks.highest, masks.drawn)
        if self._drawn is None or self._drawn[0] != key:
            drawn = self._moving.drawn(self._pixels, *key)
            self._drawn = key, drawn, _count(drawn)
        return self._drawn[1:]


def _count(mask: Array) -> int:
    return int(np.count_nonzero(mask))
