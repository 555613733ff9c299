"""How alike two G(r) are, for every two frames of a series."""

from typing import Annotated

import numpy as np

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.pdf.compare._frames import measured
from daisy_lab.vocabulary import Array, Axes

__all__ = ["similarity"]


@algorithm
def similarity(
    compared: Annotated[Array, Axes("frame", "distance")],
) -> Annotated[Array, Axes("frame", "other")]:
    """Give Pearson's correlation of every two G(r): blocks along the diagonal are phases.

    Parameters
    ----------
    compared
        G(r) of each frame, (frame, distance).

    Returns
    -------
    similarity
        1 for two of one shape, 0 for unlike ones, (frame, other); NaN for frames without G(r).

    Raises
    ------
    DataError
        If it is no series, or no frame has a G(r).

    References
    ----------
    L. Yang et al., Acta Cryst. A 77 (2021) 2, similarity mapping of PDFitc.
    """
    values, good = measured(compared, 1)
    values -= values.mean(axis=1, keepdims=True)
    length = np.sqrt(np.einsum("fr,fr->f", values, values))
    # A flat G(r) is like nothing, itself neither.
    values /= np.where(length > 0, length, np.nan)[:, np.newaxis]
    found = np.full((len(compared), len(compared)), np.nan)
    found[np.ix_(good, good)] = np.clip(values @ values.T, -1, 1)
    return found
