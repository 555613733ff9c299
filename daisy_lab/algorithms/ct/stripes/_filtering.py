"""Stripes sought where they are: in the slow part along the angles only, which spares the object's fine detail."""

from typing import Annotated

from pydantic import Field

from daisy_lab._algorithm import algorithm, check_cancelled
from daisy_lab.algorithms.ct.stripes._rows import clean_rows
from daisy_lab.algorithms.ct.stripes._sorted import median_columns, sorted_by
from daisy_lab.algorithms.ct.stripes._spectral import low_frequencies
from daisy_lab.vocabulary import Array, Projections, Unit

__all__ = ["remove_stripes_filtering"]


@algorithm(splits={"row": 0}, cuda=True)
def remove_stripes_filtering(
    absorption: Projections,
    *,
    sigma: Annotated[float, Field(title="Slow part", ge=0.01)] = 3.0,
    size: Annotated[int, Unit("pixel"), Field(title="Median window", ge=1, le=2001)] = 21,
    sort: Annotated[bool, Field(title="Sort the columns")] = True,
) -> Projections:
    """Give the projections without stripes whose brightness changes slowly with the angle.

    Each column is split into a slow and a fast part along the angles; the slow one is smoothed across the columns
    by a running median, the fast one stays as it is. More of the object's detail is kept than by
    `remove_stripes_sorting`; stripes that come and go quickly stay.

    Parameters
    ----------
    absorption
        Absorption along each ray, or transmission, (angle, row, column).
    sigma
        Width of the slow part: about as many waves over all angles belong to it. Larger removes stripes that
        change faster.
    size
        Columns of the running median; about twice as wide as the widest stripe.
    sort
        Whether each column's slow part is sorted before, as in `remove_stripes_sorting`; that spares the object.

    Returns
    -------
    absorption
        The same without slowly changing stripes, float32, (angle, row, column).

    Raises
    ------
    DataError
        If there are no values, or not three axes.

    Notes
    -----
    Algorithm 2 of N. T. Vo, R. C. Atwood, M. Drakopoulos, Superior techniques for eliminating ring artifacts in
    X-ray micro-tomography, Opt. Express 26, 28396 (2018).
    """

    def clean(sinograms: Array) -> Array:
        slow = low_frequencies(sinograms, sigma)
        check_cancelled()
        sinograms -= slow
        sinograms += sorted_by(slow, lambda values: median_columns(values, size), sort=sort)
        return sinograms

    return clean_rows(absorption, clean, "remove_stripes_filtering")
