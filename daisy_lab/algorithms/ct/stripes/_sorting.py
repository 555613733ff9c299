"""Narrow and middle stripes: the running median of sorted columns, the simplest and most useful of Vo's filters."""

from functools import partial
from typing import Annotated

from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.ct.stripes._rows import clean_rows
from daisy_lab.algorithms.ct.stripes._sorted import median_columns, sorted_by
from daisy_lab.vocabulary import Projections, Unit

__all__ = ["remove_stripes_sorting"]


@algorithm(splits={"row": 0}, cuda=True)
def remove_stripes_sorting(
    absorption: Projections,
    *,
    size: Annotated[int, Unit("pixel"), Field(title="Median window", ge=1, le=2001)] = 21,
) -> Projections:
    """Give the projections without narrow stripes that last over all angles.

    The values of each column are sorted, smoothed across the columns by a running median, and put back to their
    angles. The object hardly changes, because sorted columns of an object are alike; a stripe is what is not.

    Parameters
    ----------
    absorption
        Absorption along each ray, or transmission, (angle, row, column).
    size
        Columns of the running median; about twice as wide as the widest stripe. 1 changes nothing.

    Returns
    -------
    absorption
        The same without narrow stripes, float32, (angle, row, column).

    Raises
    ------
    DataError
        If there are no values, or not three axes.

    Notes
    -----
    Algorithm 3 of N. T. Vo, R. C. Atwood, M. Drakopoulos, Superior techniques for eliminating ring artifacts in
    X-ray micro-tomography, Opt. Express 26, 28396 (2018).
    """
    clean = partial(sorted_by, smooth=partial(median_columns, size=size))
    return clean_rows(absorption, clean, "remove_stripes_sorting")
