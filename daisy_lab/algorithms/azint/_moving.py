"""One frame under a mask that is being moved, as by a slider: what the move did not touch is not computed again.

The results are those of `mask_detector`, `mask_rings` and `integrate` with the same settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba.core import types

from daisy_lab.algorithms._compiled import compiled
from daisy_lab.algorithms.azint._binning import Binning
from daisy_lab.algorithms.azint._clip import Gathered, clip_rings, gather
from daisy_lab.algorithms.azint._geometry import Geometry
from daisy_lab.algorithms.azint._positions import divisor_of, flipped
from daisy_lab.algorithms.azint._rays import beam_center
from daisy_lab.algorithms.azint._rings import rings_of
from daisy_lab.algorithms.azint._shapes import draw

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.vocabulary import Array

__all__ = ["MovingMask", "MovingPattern"]

_PASSES: Final = 30
_SECTORS: Final = 16
"""As `mask_rings` has them."""
_VALUES: Final[Any] = types.Array(types.float32, 1, "C", readonly=True)
_INDEX: Final[Any] = types.Array(types.int32, 1, "C", readonly=True)


@compiled(
    types.void(
        _VALUES,
        _INDEX,
        _INDEX,
        _VALUES,
        _VALUES,
        types.Array(types.uint8, 2, "C"),
        types.Array(types.uint64, 2, "C"),
        types.Array(types.float64, 2, "C"),
    )
)
def _move(  # noqa: PLR0917 - a compiled loop
    image: Array,
    starts: Array,
    bins: Array,
    parts: Array,
    divisor: Array,
    masks: Array,
    words: Array,
    sums: Array,
) -> None:
    """Bring sums from the mask that they are of to another one: counts, divisors, variances, number of parts.

    The masks, that one first, are compared in words of eight pixels: most are as they were.
    """
    held, mask = masks[0], masks[1]
    for word in range(words.shape[1]):
        if words[0, word] == words[1, word]:
            continue
        for pixel in range(8 * word, min(8 * word + 8, len(image))):
            if mask[pixel] == held[pixel]:
                continue
            sign = -1.0 if mask[pixel] else 1.0
            value = np.float64(image[pixel])
            for entry in range(starts[pixel], starts[pixel + 1]):
                part, place = sign * np.float64(parts[entry]), bins[entry]
                sums[0, place] += part * value
                sums[1, place] += part * divisor[pixel]
                sums[2, place] += sign * part * part * max(value, 1.0)
                sums[3, place] += sign
        words[0, word] = words[1, word]


class MovingPattern:
    """The pattern of a frame for one mask after another; only pixels whose mask changed are added or taken away.

    Parameters
    ----------
    frame
        Counts, (row, column).
    binning
        What `bins` made.
    """

    def __init__(self, frame: Array, binning: Mapping[str, Any]) -> None:
        made = Binning.of(binning)
        self._image = np.ascontiguousarray(frame, np.float32).ravel()
        self._never = ~np.isfinite(self._image)
        self._table = made.table()
        self._divisor = np.ascontiguousarray(made.divisor(), np.float32).ravel()
        self._masks = np.ones((2, -(-self._image.size // 8) * 8), np.uint8)
        """That of the sums, and the one that they shall be of; both filled up to whole words."""
        self._sums = np.zeros((4, self._table.size))

    def under(self, mask: Array) -> tuple[Array, Array]:
        """Give intensity and its standard error by Poisson's law, (bin,), for a mask, (row, column).

        Both are NaN where nothing is left.
        """
        np.logical_or(mask.ravel(), self._never, out=self._masks[1, : self._image.size].view(np.bool_))
        words = self._masks.view(np.uint64)
        _move(self._image, *self._table[:3], self._divisor, self._masks, words, self._sums)
        signal, divisor, variance, count = self._sums
        whole = np.where(count > 0, divisor, np.nan)
        return signal / whole, np.sqrt(np.maximum(variance, 0)) / whole

    def settle(self) -> None:
        """Add up anew at the next mask, so that rounding of many moves does not stay."""
        self._masks[0] = 1
        self._sums[:] = 0


class MovingMask:
    """The mask of a frame for thresholds and shapes that move.

    Parameters
    ----------
    frame
        Counts, (row, column).
    geometry
        Where the detector stands, as a .poni file has it.
    flip
        Whether rows, columns or both of the frame run against those of the geometry.
    """

    def __init__(self, frame: Array, geometry: Mapping[str, Any], flip: str = "none") -> None:
        where, rows, columns = Geometry.of(geometry), *frame.shape
        self._frame = frame
        self._rings = rings_of(where, (rows, columns), flip, _SECTORS)
        divisor = divisor_of(where, (rows, columns), solid_angle=True, polarization=None)
        self._divisor = flipped(divisor, flip)
        self._gathered: tuple[Array, Gathered] | None = None
        self.center = _center(where, (rows, columns), flip)
        """Where the beam meets the detector: row and column, whole numbers in the middle of a pixel."""

    def drawn(self, mask: Array, lowest: float | None, highest: float | None, shapes: str) -> Array:
        """Give a mask with thresholds and shapes on it, (row, column), as `mask_detector` has them.

        Raises
        ------
        SettingError
            If the shapes cannot be read.
        """
        frame = self._frame
        out = mask | ~np.isfinite(frame) if frame.dtype.kind == "f" else mask.copy()
        if lowest is not None:
            out |= frame < lowest
        if highest is not None:
            out |= frame > highest
        return draw(shapes, out)

    def clipped(self, mask: Array, threshold: float) -> Array:
        """Give a mask with the pixels that stand out from their ring, (row, column), as `mask_rings` has them.

        The same mask again, as an object, at another threshold takes a fraction of the time.
        """
        if self._gathered is None or self._gathered[0] is not mask:
            self._gathered = mask, gather(self._frame, self._divisor, self._rings, mask)
        return mask | clip_rings(self._gathered[1], (threshold, _PASSES), spots=True)


def _center(where: Geometry, shape: tuple[int, int], flip: str) -> tuple[float, float]:
    detector = where.integrator(shape).detector
    one, two = beam_center(where)
    row, column = one / detector.pixel1 - 0.5, two / detector.pixel2 - 0.5
    if flip in {"rows", "both"}:
        row = shape[0] - 1 - row
    if flip in {"columns", "both"}:
        column = shape[1] - 1 - column
    return float(row), float(column)
