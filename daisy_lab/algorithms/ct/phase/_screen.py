"""Frames divided by `constant + weight k^2` in Fourier space: the one filter behind all single-distance methods.

Continued by its mirror image at each edge, a frame is a sum of cosines, so a cosine transform of its own size does
what a Fourier transform of twice its size in both directions would, and nothing wraps around. To go on with its
outermost pixels it needs a margin of a few lengths of the filter only: beyond that, the mirror image does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import ceil, inf, pi, sqrt
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import scipy.fft

from daisy_lab._algorithm import Window, check_cancelled, log, parallel, progress
from daisy_lab._arrays import companion, namespace, on_host, to_host
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct._repair import fill_sinogram
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["Padding", "Screen", "reach", "screen_frames"]

Padding = Literal["reflect", "edge"]
Shape = tuple[int, int]

# Columns that are transformed together: what the processor's cache holds.
_COLUMNS: Final = 64
# Lengths of the filter after which little of a pixel is left; a preview needs that many neighbours.
_REACH: Final = 12.0
# The filter ends at the highest frequency, which adds a weak ripple beside its exponential.
_LEAST_REACH: Final = 24
_PAD: Final = 4.0
# A filter without a constant knows no end.
_ENDLESS: Final = 1 << 20
_PREVIEW: Final = 1e-3


@dataclass(frozen=True)
class Screen:
    """A filter `1 / (constant + weight k^2)`, k in rad per pixel, applied to `scale * (frame - offset)`."""

    constant: float
    weight: float
    scale: float = 1.0
    offset: float = 0.0
    discrete: bool = False
    """Whether k^2 is that of the detector's second differences, `2 - 2 cos k`, instead of the derivative's."""

    @property
    def length(self) -> float:
        """Pixels over which the response falls to 1/e."""
        return sqrt(self.weight / self.constant) if self.constant > 0 else inf

    def denominators(self, shape: Shape) -> tuple[Array, Array]:
        """Give a term for each row and one for each column of a cosine transform; their sum divides it."""
        rows, columns = (self.weight * self._squared(pi * np.arange(length) / length) for length in shape)
        return (rows + self.constant).astype(np.float32), columns.astype(np.float32)

    def _squared(self, k: Array) -> Array:
        return np.asarray(4 * np.sin(k / 2) ** 2 if self.discrete else k * k)


def reach(screen: Screen) -> Window:
    """Give how much of the neighbourhood a preview of some rows or columns needs."""
    halo = min(_ENDLESS, ceil(min(_REACH * screen.length, _ENDLESS)) + _LEAST_REACH)
    return Window(before=halo, after=halo, tolerance=_PREVIEW)


def screen_frames(frames: Array, name: str, screen: Screen, padding: Padding) -> Array:
    """Give every frame filtered, float32.

    Values that are no finite numbers are interpolated within their row before, and counted in the log; a frame
    without any number stays so.
    """
    require_axes(frames, name, ("angle", "row", "column"))
    if frames.size == 0:
        raise DataError(
            _("{name} of shape {shape} holds nothing; check the dataset or the selected part").format(
                name=name, shape=frames.shape
            )
        )
    filtered: Array = namespace(frames).empty(frames.shape, np.float32)
    margins = _margins(frames.shape[1:], screen.length if padding == "edge" else 0.0)
    fill = partial(_screen_frame, frames, screen, margins, filtered)
    # One frame after the other: the bits of a frame depend on no other, whatever the block.
    views = range(len(frames))
    if on_host(frames):
        missing = sum(parallel(fill, views, text=name))
    else:
        missing = sum(fill(view) for view in progress(views, text=name))
    if missing:
        log(
            _("{missing} of {all} values were no finite numbers: interpolated before the filter").format(
                missing=missing, all=frames.size
            )
        )
    return filtered


def _margins(shape: Shape, length: float) -> tuple[Shape, Shape]:
    """Give how many pixels are added on each side of rows and columns: none where `length` is 0."""
    if length == 0:
        return (0, 0), (0, 0)
    before = [min(size, ceil(_PAD * length)) for size in shape]
    whole = [
        scipy.fft.next_fast_len(size + 2 * pad, real=True) for size, pad in zip(shape, before, strict=True)
    ]
    first, second = ((pad, total - size - pad) for size, pad, total in zip(shape, before, whole, strict=True))
    return first, second


def _screen_frame(
    frames: Array, screen: Screen, margins: tuple[Shape, Shape], filtered: Array, view: int
) -> int:
    """Fill one frame and tell how many values were missing."""
    xp = namespace(frames)
    frame, missing = _finite(frames[view])
    if missing == frame.size:
        filtered[view] = xp.nan
        return missing
    if (screen.offset, screen.scale) != (0, 1):
        frame -= np.float32(screen.offset)
        frame *= np.float32(screen.scale)
    (top, _bottom), (left, _right) = margins
    if top or left:
        frame = xp.pad(frame, margins, mode="edge")
    rows, columns = filtered.shape[1:]
    filtered[view] = _divide(frame, screen)[top : top + rows, left : left + columns]
    return missing


def _finite(values: Array) -> tuple[Array, int]:
    """Give a float32 copy with finite values only, and how many were not."""
    xp = namespace(values)
    with np.errstate(over="ignore", invalid="ignore"):
        frame = xp.array(values, dtype=np.float32, order="C")
        # Any value that is no number shows in the sum, which reads the frame once and keeps nothing.
        if bool(xp.isfinite(frame.sum())):
            return frame, 0
    filled, missing = fill_sinogram(to_host(frame))
    return xp.asarray(filled), missing


def _divide(frame: Array, screen: Screen) -> Array:
    """Give the frame, continued by its mirror images, divided by the screen; changes the frame."""
    fft = companion(frame, "fft")
    xp = namespace(frame)
    up, across = (xp.asarray(part) for part in screen.denominators(frame.shape))
    spectrum = fft.dct(frame, axis=1, overwrite_x=True)
    step = _COLUMNS if on_host(frame) else frame.shape[1]
    for start in range(0, frame.shape[1], step):
        check_cancelled()
        block = slice(start, start + step)
        part = fft.dct(spectrum[:, block], axis=0)
        screens = up[:, np.newaxis] + across[block]
        if screen.constant == 0 and start == 0:
            # Without a constant the mean is lost: it is taken as 0.
            screens[0, 0] = xp.inf
        part /= screens
        spectrum[:, block] = fft.idct(part, axis=0, overwrite_x=True)
    divided: Array = fft.idct(spectrum, axis=1, overwrite_x=True)
    return divided
