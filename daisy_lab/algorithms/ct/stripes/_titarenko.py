"""Stripes of constant offset: the smoothest correction that explains the mean of each column."""

from typing import Annotated

import numpy as np
import scipy.linalg
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab._arrays import namespace, to_host
from daisy_lab.algorithms.ct.stripes._rows import clean_rows
from daisy_lab.vocabulary import Array, Projections

__all__ = ["remove_stripes_titarenko"]


@algorithm(splits={"row": 0}, cuda=True)
def remove_stripes_titarenko(
    absorption: Projections,
    *,
    alpha: Annotated[float, Field(title="Regularization", ge=1e-9)] = 0.05,
) -> Projections:
    """Give the projections without stripes that add the same to a column at all angles.

    One number is added to each column, so that the sinogram as a whole has the least steps from column to column,
    while the numbers themselves stay small. Fast, and gentle with weak stripes of a good detector; stripes whose
    strength depends on the object stay.

    Parameters
    ----------
    absorption
        Absorption along each ray, (angle, row, column): a gain of the detector adds to it.
    alpha
        How much the numbers are kept small. Smaller is stronger: structures across the columns below about 1 /
        sqrt(alpha) pixels are smoothed away in the mean over all angles (0.05: 4 pixels, 0.0005: 45 pixels).

    Returns
    -------
    absorption
        The same without constant stripes, float32, (angle, row, column).

    Raises
    ------
    DataError
        If there are no values, or not three axes.

    Notes
    -----
    S. Titarenko, P. J. Withers, A. Yagola, An analytical formula for ring artefact suppression in X-ray
    tomography, Appl. Math. Lett. 23, 1489 (2010). The formula is the inverse of a tridiagonal matrix, and that
    system is solved here, which stays exact where hyperbolic functions of a wide detector overflow.
    """

    def clean(sinograms: Array) -> Array:
        xp = namespace(sinograms)
        # One number per column: the host is good enough.
        means = to_host(xp.mean(sinograms, axis=2, dtype=np.float64))
        offsets = np.stack([_offsets(mean, alpha) for mean in means])
        sinograms += xp.asarray(offsets.astype(np.float32))[:, :, np.newaxis]
        return sinograms

    return clean_rows(absorption, clean, "remove_stripes_titarenko")


def _offsets(mean: Array, alpha: float) -> Array:
    """Minimise |differences of (mean + q)|^2 + alpha |q|^2 over q."""
    if len(mean) == 1:
        return np.zeros(1)
    steps = np.diff(mean)
    pull = np.zeros(len(mean))
    pull[:-1] += steps
    pull[1:] -= steps
    bands = np.full((2, len(mean)), -1.0)
    bands[1] = 2.0 + alpha
    bands[1, [0, -1]] = 1.0 + alpha
    solved: Array = scipy.linalg.solveh_banded(bands, pull)
    return solved
