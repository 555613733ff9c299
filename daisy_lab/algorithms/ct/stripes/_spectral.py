"""Smooth parts of sinograms, cut out of their spectrum by Gaussian windows as Vo's filters define them.

There the values are multiplied by +1, -1, ... before the transform, which puts frequency zero in the middle, and a
Gaussian about the middle of the array is applied. The middle may lie between two frequencies; the real part of the
result is what the window's even part gives, so transforms of real numbers do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from daisy_lab._arrays import companion, namespace

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["low_frequencies", "padded", "padding", "smooth_both"]

_PART = 0.1
_MOST = 150


def padding(length: int) -> int:
    """Give how many values are added at each end: a tenth, at most 150."""
    return min(_MOST, int(_PART * length))


def low_frequencies(sinograms: Array, sigma: float) -> Array:
    """Give the slow part along the angles, (row, column, angle); the ends are mirrored.

    `sigma` is the width of the window in frequencies: about as many waves over all angles are kept.
    """
    xp, fft = namespace(sinograms), companion(sinograms, "fft")
    views = sinograms.shape[2]
    pad = padding(views)
    longer = xp.pad(sinograms, ((0, 0), (0, 0), (pad, pad)), mode="reflect")
    length = views + 2 * pad
    sign = xp.asarray(_signs(length))
    window = _gaussian(length, sigma)
    even = ((window + _opposite(window)) / 2)[: length // 2 + 1].astype(np.float32)
    longer *= sign
    spectrum = fft.rfft(longer, axis=2)
    spectrum *= xp.asarray(even)
    smooth = fft.irfft(spectrum, length, axis=2)
    slow: Array = smooth[:, :, pad : pad + views] * sign[pad : pad + views]
    return slow


def smooth_both(sinograms: Array, sigma_columns: float, sigma_angles: float) -> Array:
    """Smooth along the columns and the angles, (row, column, angle); the widths are in frequencies.

    The first and last column are repeated, and before the first and after the last angle stands the mean.
    """
    xp, fft = namespace(sinograms), companion(sinograms, "fft")
    columns, views = sinograms.shape[1:]
    pad = padding(views)
    larger = padded(sinograms, pad)
    shape = larger.shape[1:]
    across, along = _gaussian(shape[0], sigma_columns), _gaussian(shape[1], sigma_angles)
    window = np.multiply.outer(across, along) + np.multiply.outer(_opposite(across), _opposite(along))
    half = (window[:, : shape[1] // 2 + 1] / 2).astype(np.float32)
    sign = xp.asarray(np.multiply.outer(_signs(shape[0]), _signs(shape[1])))
    larger *= sign
    spectrum = fft.rfft2(larger)
    spectrum *= xp.asarray(half)
    smooth = fft.irfft2(spectrum, shape)
    smooth *= sign
    inner: Array = smooth[:, pad : pad + columns, pad : pad + views]
    return inner


def padded(sinograms: Array, pad: int) -> Array:
    """Repeat the first and last column, and put the mean before the first and after the last angle."""
    xp = namespace(sinograms)
    columns, views = sinograms.shape[1:]
    larger: Array = xp.empty((len(sinograms), columns + 2 * pad, views + 2 * pad), np.float32)
    inner = larger[:, :, pad : pad + views]
    inner[:, pad : pad + columns] = sinograms
    inner[:, :pad] = sinograms[:, :1]
    inner[:, pad + columns :] = sinograms[:, -1:]
    mean = xp.mean(inner, axis=2, keepdims=True, dtype=np.float64)
    larger[:, :, :pad] = mean
    larger[:, :, pad + views :] = mean
    return larger


def _gaussian(length: int, sigma: float) -> Array:
    place = np.arange(length) - (length - 1) / 2
    window: Array = np.exp(-(place**2) / (2 * sigma**2))
    return window


def _opposite(window: Array) -> Array:
    """Give the window's value at minus each frequency."""
    return np.roll(window[::-1], 1)


def _signs(length: int) -> Array:
    signs = np.ones(length, np.float32)
    signs[1::2] = -1
    return signs
