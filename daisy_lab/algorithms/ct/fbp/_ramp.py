"""The exact band-limited ramp and the windows on it, for every way of back-projection.

The ramp is the Fourier transform of its taps in space (Kak and Slaney, Principles of Computerized Tomographic
Imaging, 1988, eq. 3.61), not |frequency|, so that the mean value is right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.fft

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.vocabulary import Array

__all__ = ["fade", "is_none", "spectrum"]


def _parzen(f: Array) -> Array:
    return np.where(f <= 0.5, 1 - 6 * f**2 * (1 - f), 2 * (1 - f) ** 3)  # noqa: PLR2004 - its two halves


_WINDOWS: Final[dict[str, Callable[[Array], Array]]] = {
    "ramp": np.ones_like,
    "shepp": lambda f: np.sinc(f / 2),
    "cosine": lambda f: np.cos(np.pi * f / 2),
    "hamming": lambda f: 0.54 + 0.46 * np.cos(np.pi * f),
    "hann": lambda f: 0.5 + 0.5 * np.cos(np.pi * f),
    "parzen": _parzen,
    # Second order, down to 0.71 at half the highest frequency.
    "butterworth": lambda f: 1 / np.sqrt(1 + (2 * f) ** 4),
}


def spectrum(padded: int, window: str | Array) -> Array:
    """Give the spectrum of the ramp's taps, 1/4 in the middle and -1/(pi n)^2 at odd n, times a window.

    Parameters
    ----------
    padded
        Length of the transform.
    window
        Name of the window, `none` for ones instead of the ramp; or its values from frequency zero to the highest,
        evenly spaced, between which it goes straight.

    Returns
    -------
    spectrum
        float32, (padded // 2 + 1,).
    """
    frequency = np.arange(padded // 2 + 1) / (padded / 2)
    if is_none(window):
        return np.ones(len(frequency), np.float32)
    distance = np.minimum(np.arange(padded), padded - np.arange(padded))
    taps = np.zeros(padded)
    taps[0] = 0.25
    odd = distance % 2 == 1
    taps[odd] = -1 / (np.pi * distance[odd]) ** 2
    ramp = scipy.fft.rfft(taps).real
    if isinstance(window, str):
        return (ramp * _WINDOWS[window](frequency)).astype(np.float32)
    return (ramp * np.interp(frequency, np.linspace(0, 1, len(window)), window)).astype(np.float32)


def is_none(window: str | Array) -> bool:
    """Whether nothing is filtered at all."""
    return isinstance(window, str) and window == "none"


def fade(padded: int) -> Array:
    """Give the factor, 1 up to half the highest frequency and falling smoothly to 0 at the highest.

    A spectrum that ends abruptly rings around every edge, and in the middle of everything round. Linear
    interpolation between columns damps it as much, up to 0.4 at the highest frequency.

    Parameters
    ----------
    padded
        Length of the transform.

    Returns
    -------
    factor
        float32, (padded // 2 + 1,).
    """
    rest = np.clip(2 - 4 * np.arange(padded // 2 + 1) / padded, 0, 1)
    return np.asarray(rest**3 * (10 - 15 * rest + 6 * rest**2), np.float32)
