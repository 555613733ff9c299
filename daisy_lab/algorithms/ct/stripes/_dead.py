"""Columns that do not respond, or fluctuate on their own: they know nothing, so their neighbours speak for them."""

from typing import Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab._arrays import companion, namespace, to_host
from daisy_lab.algorithms.ct.stripes._detect import roughness
from daisy_lab.algorithms.ct.stripes._large import level_columns
from daisy_lab.algorithms.ct.stripes._rows import clean_rows
from daisy_lab.algorithms.ct.stripes._sorted import sort_angles, unsort_angles
from daisy_lab.vocabulary import Array, Projections, Unit

__all__ = ["bridge_dead", "remove_stripes_dead"]

# Part of the values left out of a column's mean when wide stripes follow.
_TRIM = 0.1


@algorithm(splits={"row": 0}, cuda=True)
def remove_stripes_dead(
    absorption: Projections,
    *,
    threshold: Annotated[float, Field(title="Detection threshold", gt=0)] = 3.0,
    size: Annotated[int, Unit("pixel"), Field(title="Median window", ge=1, le=2001)] = 51,
    smoothing: Annotated[int, Field(title="Views averaged", ge=1, le=1001)] = 10,
    residual: Annotated[bool, Field(title="Wide stripes as well")] = True,
) -> Projections:
    """Give the projections without columns that do not respond or fluctuate on their own.

    A column that changes from view to view much more, or much less, than its neighbourhood is interpolated from
    the columns beside it. Interpolation leaves a faint stripe where the object has an edge, which
    `remove_stripes_large` then takes out.

    Parameters
    ----------
    absorption
        Absorption along each ray, or transmission, (angle, row, column).
    threshold
        How far, in noise levels, a column must stand out to count as dead (snr elsewhere); larger finds fewer.
    size
        Columns of the running median that says what is usual; wider than the widest stripe.
    smoothing
        Views of the running mean along the angles from which a column's fluctuation is counted (smooth_strength
        elsewhere).
    residual
        Whether `remove_stripes_large` with the same threshold and window follows.

    Returns
    -------
    absorption
        The same without dead columns, float32, (angle, row, column).

    Raises
    ------
    DataError
        If there are no values, or not three axes.

    Notes
    -----
    Algorithm 6 of N. T. Vo, R. C. Atwood, M. Drakopoulos, Superior techniques for eliminating ring artifacts in
    X-ray micro-tomography, Opt. Express 26, 28396 (2018). The two columns at either end are kept. Nothing is replaced
    where a third of the columns stands out, or where there is no noise.
    """

    def clean(sinograms: Array) -> Array:
        bridged = bridge_dead(sinograms, threshold=threshold, size=size, smoothing=smoothing)
        if not residual:
            return bridged
        leveled = level_columns(
            sort_angles(bridged), threshold=threshold, size=size, trim=_TRIM, normalize=True
        )
        return unsort_angles(*leveled)

    return clean_rows(absorption, clean, "remove_stripes_dead")


def bridge_dead(sinograms: Array, *, threshold: float, size: int, smoothing: int) -> Array:
    """Replace dead columns by a straight line between the nearest good ones, in place."""
    xp = namespace(sinograms)
    change = companion(sinograms, "ndimage").uniform_filter1d(sinograms, smoothing, axis=2)
    xp.subtract(sinograms, change, out=change)
    xp.abs(change, out=change)
    changes = to_host(xp.sum(change, axis=2, dtype=np.float64))
    dead = np.stack([roughness(profile, size, threshold) for profile in changes])
    rows, columns = np.nonzero(dead)
    if len(rows) == 0:
        return sinograms
    left, right = columns.copy(), columns.copy()
    # At most a third of the columns is dead, and none at the ends.
    while (walking := dead[rows, left]).any():
        left -= walking
    while (walking := dead[rows, right]).any():
        right += walking
    weight = xp.asarray(((columns - left) / (right - left)).astype(np.float32)[:, np.newaxis])
    rows, columns, left, right = map(xp.asarray, (rows, columns, left, right))
    sinograms[rows, columns] = (1 - weight) * sinograms[rows, left] + weight * sinograms[rows, right]
    return sinograms
