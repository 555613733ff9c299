"""Wide stripes: each column gets the gain of its neighbourhood, and the worst are replaced."""

from typing import Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab._arrays import namespace, to_host
from daisy_lab.algorithms.ct.stripes._detect import gains
from daisy_lab.algorithms.ct.stripes._rows import clean_rows
from daisy_lab.algorithms.ct.stripes._sorted import Sorted, median_columns, sort_angles, unsort_angles
from daisy_lab.vocabulary import Array, Projections, Unit

__all__ = ["level_columns", "remove_stripes_large"]


@algorithm(splits={"row": 0}, cuda=True)
def remove_stripes_large(
    absorption: Projections,
    *,
    threshold: Annotated[float, Field(title="Detection threshold", gt=0)] = 3.0,
    size: Annotated[int, Unit("pixel"), Field(title="Median window", ge=1, le=2001)] = 51,
    trim: Annotated[float, Field(title="Part left out", ge=0, le=0.8)] = 0.1,
    normalize: Annotated[bool, Field(title="Even out all columns")] = True,
) -> Projections:
    """Give the projections without wide stripes, whose brightness may depend on the object.

    The values of each column are sorted and compared with the running median over the neighbouring columns. A
    column whose mean stands out is replaced by the median, rank by rank; the others are divided by the ratio of
    both means. Meant for stripes wider than those that `remove_stripes_sorting` takes out.

    Parameters
    ----------
    absorption
        Absorption along each ray, or transmission, (angle, row, column).
    threshold
        How far, in noise levels, a column must stand out to count as a stripe (snr elsewhere); larger finds fewer.
    size
        Columns of the running median; wider than the widest stripe.
    trim
        Part of each column's values, darkest and brightest, that is left out of its mean (drop_ratio elsewhere).
    normalize
        Whether columns that are no stripes are divided by their gain (norm elsewhere).

    Returns
    -------
    absorption
        The same without wide stripes, float32, (angle, row, column).

    Raises
    ------
    DataError
        If there are no values, or not three axes.

    Notes
    -----
    Algorithm 5, with 4 to detect, of N. T. Vo, R. C. Atwood, M. Drakopoulos, Superior techniques for eliminating
    ring artifacts in X-ray micro-tomography, Opt. Express 26, 28396 (2018). Where a profile has no noise at all no
    stripe can be told from the object, and none is replaced. A gain beyond a factor of 4 is not applied: there both
    means are near zero, as for absorption in air.
    """

    def clean(sinograms: Array) -> Array:
        leveled = level_columns(
            sort_angles(sinograms), threshold=threshold, size=size, trim=trim, normalize=normalize
        )
        return unsort_angles(*leveled)

    return clean_rows(absorption, clean, "remove_stripes_large")


def level_columns(ranked: Sorted, *, threshold: float, size: int, trim: float, normalize: bool) -> Sorted:
    """Divide each column of sorted sinograms by its gain, and replace those that stand out; all in place."""
    values, order = ranked
    xp = namespace(values)
    smooth = median_columns(values, size)
    views = values.shape[2]
    drop = int(0.5 * trim * views)
    measured, expected = (
        to_host(xp.mean(part[:, :, drop : views - drop], axis=2, dtype=np.float64))
        for part in (values, smooth)
    )
    found = [gains(*row, threshold) for row in zip(measured, expected, strict=True)]
    stripes = np.stack([row.stripes for row in found])
    if normalize:
        factor = np.stack([row.factor for row in found])
        values /= xp.asarray(factor.astype(np.float32))[:, :, np.newaxis]
    bad = tuple(map(xp.asarray, np.nonzero(stripes)))
    values[bad] = smooth[bad]
    return Sorted(values, order)
