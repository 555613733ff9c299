"""Stripes as what a wavelet calls detail across the columns and a Fourier transform calls constant along the angles."""

from typing import Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, check_cancelled
from daisy_lab._arrays import companion, namespace
from daisy_lab.algorithms.ct.stripes._rows import clean_rows
from daisy_lab.algorithms.ct.stripes._spectral import padded, padding
from daisy_lab.algorithms.ct.stripes._wavelets import Wavelet, daubechies, double, halve
from daisy_lab.vocabulary import Array, Projections

__all__ = ["remove_stripes_fourier_wavelet"]

# Least length along both axes of what the last level leaves.
_LEAST = 16


@algorithm(splits={"row": 0}, cuda=True)
def remove_stripes_fourier_wavelet(
    absorption: Projections,
    *,
    level: Annotated[int, Field(title="Levels", ge=1, le=12)] = 5,
    wavelet: Annotated[Wavelet, Field(title="Wavelet")] = "db9",
    sigma: Annotated[float, Field(title="Strength", ge=0.01)] = 1.0,
) -> Projections:
    """Give the projections without stripes, by damping what a wavelet finds in the direction of the angles.

    A wavelet transform gathers sharp steps across the columns at several widths; in each, what hardly changes along
    the angles is damped. Suppresses many weak stripes at once and is fast; strong ones leave shadows beside them,
    and a ring-shaped object about the axis is damped as well.

    Parameters
    ----------
    absorption
        Absorption along each ray, or transmission, (angle, row, column).
    level
        Levels of the wavelet transform: stripes up to about 2 to this power pixels wide are reached. Lowered for
        small projections.
    wavelet
        Daubechies wavelet, by its number of vanishing moments: more separate widths better and ring farther.
    sigma
        Width of the damping along the angles, in frequencies: larger removes stripes that change faster (size
        elsewhere).

    Returns
    -------
    absorption
        The same without stripes, float32, (angle, row, column).

    Raises
    ------
    DataError
        If there are no values, or not three axes.

    Notes
    -----
    B. Muench, P. Trtik, F. Marone, M. Stampanoni, Stripe and ring artifact removal with combined wavelet - Fourier
    filtering, Opt. Express 17, 8567 (2009). Only what is damped is transformed back, and subtracted. The damping is
    centred at frequency zero, as in the paper.
    """
    low, high = daubechies(wavelet)

    def clean(sinograms: Array) -> Array:
        columns, views = sinograms.shape[1:]
        pad = padding(min(columns, views))
        approximation = padded(sinograms, pad)
        levels = min(level, int(np.log2(max(1, min(approximation.shape[1:]) / _LEAST))))
        stripes = _stripes(approximation, (low, high), levels, sigma)
        if stripes is not None:
            sinograms -= stripes[:, pad : pad + columns, pad : pad + views]
        return sinograms

    return clean_rows(absorption, clean, "remove_stripes_fourier_wavelet")


def _stripes(approximation: Array, taps: tuple[Array, Array], levels: int, sigma: float) -> Array | None:
    """Give what this level and those below it damp, in the shape of `approximation`."""
    if levels == 0:
        return None
    check_cancelled()
    low, high = taps
    columns, views = approximation.shape[1:]
    slow = halve(approximation, low, 2)
    detail = _constant(halve(slow, high, 1), sigma)
    stripes = double(detail, high, 1, columns)
    coarse = _stripes(halve(slow, low, 1), taps, levels - 1, sigma)
    if coarse is not None:
        stripes += double(coarse, low, 1, columns)
    return double(stripes, low, 2, views)


def _constant(detail: Array, sigma: float) -> Array:
    """Give what hardly changes along the angles: a Gaussian part of the spectrum."""
    xp, fft = namespace(detail), companion(detail, "fft")
    views = detail.shape[2]
    frequency = np.arange(views // 2 + 1)
    kept = np.exp(-(frequency**2) / (2 * sigma**2)).astype(np.float32)
    spectrum = fft.rfft(detail, axis=2)
    spectrum *= xp.asarray(kept)
    constant: Array = xp.ascontiguousarray(fft.irfft(spectrum, views, axis=2))
    return constant
