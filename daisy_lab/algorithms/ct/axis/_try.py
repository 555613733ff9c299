"""Slices about several axes side by side, for those who trust their eyes."""

from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.ct.axis._rows import prepare_rows
from daisy_lab.algorithms.ct.axis._slices import measure_for, sharpness_of, slices_about
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Angles, Array, Axes, Pixel, Projections, Unit

__all__ = ["Tries", "try_centers"]


class Tries(NamedTuple):
    """What one row looks like about several axes."""

    candidates: Annotated[Array, Axes("candidate"), Unit("pixel")]
    sharpness: Annotated[Array, Axes("candidate")]
    slices: Annotated[Array, Axes("candidate", "y", "x")]


@algorithm
def try_centers(
    absorption: Projections,
    theta: Angles,
    *,
    around: Annotated[Pixel, Field(title="Middle candidate", allow_inf_nan=False)],
    step: Annotated[Pixel, Field(title="Step", gt=0)] = 0.5,
    count: Annotated[int, Field(title="Candidates", ge=1, le=101)] = 11,
) -> Tries:
    """Give the slice of one row about several rotation axes, and how sharp each is.

    Of several rows the middle one is taken.

    Parameters
    ----------
    absorption
        Absorption along each ray, (angle, row, column).
    theta
        Angle of each projection in rad.
    around
        Column of the axis in the middle of those tried, in pixels.
    step
        Columns from one axis to the next, in pixels.
    count
        How many axes are tried; those outside the detector are left out.

    Returns
    -------
    candidates
        Columns of the rotation axes, in pixels.
    sharpness
        Minus entropy of each slice, from 0 for the least to 1 for the sharpest; over less than half a turn how
        peaked its slopes are.
    slices
        Attenuation per pixel about each axis, float32, (candidate, y, x).

    Raises
    ------
    SettingError
        If all axes lie outside the detector.
    DataError
        If the row holds no number, or the angles do not fit.

    Notes
    -----
    T. Donath et al., J. Opt. Soc. Am. A 23, 1048 (2006).
    """
    rows = prepare_rows(absorption, theta, [absorption.shape[1] // 2] if absorption.ndim > 1 else None)
    axes = around + (np.arange(count) - (count - 1) / 2) * step
    axes = axes[(axes >= 0) & (axes <= rows.width - 1)]
    if len(axes) == 0:
        raise SettingError.of(
            {
                "around": _(
                    "axes are to be tried around column {around}, outside the detector with columns 0 to {last}; "
                    "give a column of the detector"
                ).format(around=around, last=rows.width - 1),
            }
        )
    slices = slices_about(rows.sinograms[0], rows.theta, axes)
    sharpness = sharpness_of(slices, measure_for(slices[len(axes) // 2], rows.theta, fine=True))
    spread = float(np.ptp(sharpness))
    scaled = (sharpness - sharpness.min()) / spread if spread > 0 else np.zeros(len(axes))
    return Tries(axes, scaled, slices)
