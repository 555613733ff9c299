"""All kinds of stripes at once: dead, wide and narrow, one after the other."""

from typing import Annotated

from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.ct.stripes._dead import bridge_dead
from daisy_lab.algorithms.ct.stripes._large import level_columns
from daisy_lab.algorithms.ct.stripes._rows import clean_rows
from daisy_lab.algorithms.ct.stripes._sorted import median_columns, sort_angles, unsort_angles
from daisy_lab.vocabulary import Array, Projections, Unit

__all__ = ["remove_stripes_all"]

_SMOOTHING = 10


@algorithm(splits={"row": 0}, cuda=True)
def remove_stripes_all(
    absorption: Projections,
    *,
    threshold: Annotated[float, Field(title="Detection threshold", gt=0)] = 3.0,
    large_size: Annotated[int, Unit("pixel"), Field(title="Median window, wide stripes", ge=1, le=2001)] = 51,
    small_size: Annotated[
        int, Unit("pixel"), Field(title="Median window, narrow stripes", ge=1, le=2001)
    ] = 21,
    trim: Annotated[float, Field(title="Part left out", ge=0, le=0.8)] = 0.1,
) -> Projections:
    """Give the projections without stripes of any kind: dead, wide and narrow ones.

    `remove_stripes_dead`, `remove_stripes_large` and `remove_stripes_sorting` in this order, with one sort for
    both of the latter.

    Parameters
    ----------
    absorption
        Absorption along each ray, or transmission, (angle, row, column).
    threshold
        How far, in noise levels, a column must stand out to count as dead or as a wide stripe (snr elsewhere);
        larger finds fewer.
    large_size
        Columns of the running median against dead and wide stripes (la_size elsewhere); wider than the widest
        stripe.
    small_size
        Columns of the running median against narrow stripes (sm_size elsewhere).
    trim
        Part of each column's values, darkest and brightest, that is left out of its mean (drop_ratio elsewhere).

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
    Algorithms 6, 5, 4 and 3 of N. T. Vo, R. C. Atwood, M. Drakopoulos, Superior techniques for eliminating ring
    artifacts in X-ray micro-tomography, Opt. Express 26, 28396 (2018).
    """

    def clean(sinograms: Array) -> Array:
        bridged = bridge_dead(sinograms, threshold=threshold, size=large_size, smoothing=_SMOOTHING)
        leveled, order = level_columns(
            sort_angles(bridged), threshold=threshold, size=large_size, trim=trim, normalize=True
        )
        return unsort_angles(median_columns(leveled, small_size), order)

    return clean_rows(absorption, clean, "remove_stripes_all")
