"""Gains that hardly change with the angle: a polynomial along each column, made smooth across the columns."""

from typing import Annotated

import numpy as np
import scipy.fft
from pydantic import Field

from daisy_lab._algorithm import algorithm, check_cancelled
from daisy_lab._arrays import companion, namespace
from daisy_lab.algorithms.ct.stripes._detect import MOST_GAIN
from daisy_lab.algorithms.ct.stripes._rows import clean_rows
from daisy_lab.algorithms.ct.stripes._sorted import sorted_by
from daisy_lab.algorithms.ct.stripes._spectral import smooth_both
from daisy_lab.vocabulary import Array, Projections

__all__ = ["remove_stripes_fitting"]

# Width in frequencies of what is kept along the angles: a tenth of the columns, within these bounds.
_ALONG = (10, 60)


@algorithm(splits={"row": 0}, cuda=True)
def remove_stripes_fitting(
    absorption: Projections,
    *,
    order: Annotated[int, Field(title="Order of the polynomial", ge=0, le=6)] = 2,
    sigma: Annotated[float, Field(title="Detail across the columns", ge=0.01)] = 10.0,
    sort: Annotated[bool, Field(title="Sort the columns")] = False,
) -> Projections:
    """Give the projections without faint, broad stripes of nearly constant gain.

    A polynomial is fitted along the angles of each column. The fits of all columns are smoothed across the
    detector, and each column is multiplied by the ratio of smoothed to plain fit. Good for objects that fill the field
    of view and change slowly with the angle; better on transmission, which is not zero in air.

    Parameters
    ----------
    absorption
        Absorption along each ray, or transmission, (angle, row, column).
    order
        Order of the polynomial along the angles; lowered where there are no more angles than that.
    sigma
        Width, in frequencies, of what is kept across the columns: smaller is stronger.
    sort
        Whether each column is sorted before, as in `remove_stripes_sorting`.

    Returns
    -------
    absorption
        The same without faint stripes, float32, (angle, row, column).

    Raises
    ------
    DataError
        If there are no values, or not three axes.

    Notes
    -----
    Algorithm 1 of N. T. Vo, R. C. Atwood, M. Drakopoulos, Superior techniques for eliminating ring artifacts in
    X-ray micro-tomography, Opt. Express 26, 28396 (2018). The polynomial slides along the angles (Savitzky-Golay)
    in a window of all of them, mirrored at the ends. A gain beyond a factor of 4 is not applied: there the fit is near
    zero, as for absorption in air.
    """

    def smooth(sinograms: Array) -> Array:
        xp = namespace(sinograms)
        fit = _polynomial(sinograms, order)
        width = int(np.clip(int(0.1 * sinograms.shape[1]), *_ALONG))
        check_cancelled()
        ratio = smooth_both(fit, sigma, width)
        before, after = (
            xp.mean(xp.abs(part), axis=(1, 2), keepdims=True, dtype=np.float64) for part in (fit, ratio)
        )
        ratio *= (before / xp.where(after > 0, after, 1)).astype(np.float32)
        ratio /= xp.where(fit == 0, np.float32(1), fit)
        usable = (ratio >= 1 / MOST_GAIN) & (ratio <= MOST_GAIN) & (fit != 0)
        evened: Array = sinograms * xp.where(usable, ratio, np.float32(1))
        return evened

    return clean_rows(
        absorption, lambda sinograms: sorted_by(sinograms, smooth, sort=sort), "remove_stripes_fitting"
    )


def _polynomial(sinograms: Array, order: int) -> Array:
    """Fit a polynomial about each angle to all of them, mirrored at the first and last."""
    xp, fft = namespace(sinograms), companion(sinograms, "fft")
    views = sinograms.shape[2]
    window = views - 1 + views % 2
    half = window // 2
    place = np.arange(-half, half + 1) / max(1, half)
    # What the middle value of the fitted polynomial takes of each value: the constant term of least squares.
    taps = np.linalg.pinv(np.vander(place, min(order, window - 1) + 1, increasing=True))[0]
    padded = xp.pad(sinograms, ((0, 0), (0, 0), (half, half)), mode="reflect")
    length = scipy.fft.next_fast_len(views + 2 * half, real=True)
    # The taps are even: a correlation, whose spectrum is that of a convolution.
    response = np.fft.rfft(taps, length).astype(np.complex64)
    spectrum = fft.rfft(padded, length, axis=2)
    spectrum *= xp.asarray(response)
    fit: Array = fft.irfft(spectrum, length, axis=2)[:, :, 2 * half : 2 * half + views]
    return fit
