"""Where the rotation axis projects onto the detector, to a small fraction of a pixel, from a few rows."""

from dataclasses import dataclass
from functools import partial
from math import pi
from typing import Annotated

import numpy as np
import scipy.ndimage
from pydantic import Field

from daisy_lab._algorithm import algorithm, log, parallel
from daisy_lab.algorithms.ct._angles import check_theta, half_turns
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct._repair import fill_sinogram, remove_spikes
from daisy_lab.algorithms.ct.axis._wedge import Mismatch, mismatch, total_mismatch
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Angles, Array, Pixel, Projections

__all__ = ["find_center"]

_LEAST_VIEWS = 8
_LEAST_WIDTH = 8
# Widest stripe, in columns, that is kept out of the comparison.
_STRIPE = 9
_FADE = 0.2
_REFINE = 3.0
_FINE = 0.02
# Noise leaves 1.0 of the energy, stripes alone 0.5, noisy scans less than 0.05.
_HIGHEST_MISMATCH = 0.4


@algorithm
def find_center(
    absorption: Projections,
    theta: Angles,
    *,
    search: Annotated[float, Field(title="Search range", gt=0, le=1)] = 0.5,
) -> Pixel:
    """Give the column of the rotation axis, from the views and their mirror images.

    Half a turn and its mirror image about the right axis make a seamless full turn, which leaves a double
    wedge of its Fourier transform empty (Vo's metric). The axis that leaves least there is found to about 0.02
    pixels with usual noise; with fewer views than a quarter of the detector's columns it can be a pixel off. The
    angles may begin anywhere, be in any order and need not be even; more than half a turn is used half turn by
    half turn. Single bright pixels and stripes are left out, an object wider than the detector is allowed for.

    Parameters
    ----------
    absorption
        Absorption along each ray, (angle, row, column). A few rows are enough, one is possible.
    theta
        Angle of each projection in rad; half a turn or more.
    search
        Part of the detector's width, about its middle, in which the axis is looked for.

    Returns
    -------
    center
        Column in pixels; 0 is the middle of the first column.

    Raises
    ------
    DataError
        If the angles cover less than half a turn, no row shows anything that turns, the best axis lies at the
        end of the search range, or even the best one hardly fits.

    Notes
    -----
    N. T. Vo et al., Reliable method for calculating the center of rotation in parallel-beam tomography, Opt.
    Express 22, 19078 (2014); here its energy is evaluated for all axes at once, see `_wedge.py`.
    """
    require_axes(absorption, "absorption", ("angle", "row", "column"))
    angles = check_theta(theta, absorption)
    width = absorption.shape[2]
    turns = half_turns(angles)
    if not turns or width < _LEAST_WIDTH:
        raise DataError(_refusal(angles, width))
    rows = [
        row for row in parallel(partial(_prepare, absorption), range(absorption.shape[1])) if row is not None
    ]
    if not rows:
        raise DataError(
            _(
                "none of the {rows} rows looked at holds a number, all values are NaN; check that the "
                "projections are the measured ones and were written completely"
            ).format(rows=absorption.shape[1])
        )
    views = [_HalfTurn(row, turn.views, turn.theta) for row in rows for turn in turns]
    return _refined(views, _coarse(views, width, search), width)


@dataclass(frozen=True, eq=False)
class _HalfTurn:
    """One row over half a turn."""

    row: Array
    views: Array
    theta: Array

    def derivative(self) -> Mismatch | None:
        """Compare the slopes along the detector: an object that is cut off leaves no steps at its ends."""
        slope = np.gradient(self.row[self.views], axis=1)
        width = self.row.shape[1]
        faded = slope * _window(width, (width - 1) / 2)
        return mismatch(faded.astype(np.float32), self.theta, width / 2, odd=True)

    def around(self, center: float) -> Mismatch | None:
        """Compare the views themselves, where both sides of the axis were measured."""
        width = self.row.shape[1]
        radius = max(1.0, min(center, width - 1 - center))
        return mismatch(self.row[self.views] * _window(width, center), self.theta, radius)


def _coarse(views: list[_HalfTurn], width: int, search: float) -> float:
    """Give the best axis to half a pixel in the search range."""
    parts = [part for part in parallel(_HalfTurn.derivative, views) if part is not None]
    if not parts:
        raise DataError(
            _(
                "no row of the absorption shows anything that turns: all values are equal; "
                "use other rows, check the flats, or give the rotation axis as a number"
            )
        )
    middle = (width - 1) / 2
    reach = max(1.0, search * width / 2)
    centers = np.arange(np.ceil(2 * (middle - reach)), np.floor(2 * (middle + reach)) + 1) / 2
    score = total_mismatch(parts, centers)
    best = int(np.argmin(score))
    if best in {0, len(centers) - 1}:
        raise DataError(
            _(
                "the rotation axis was looked for between columns {first:.0f} and {last:.0f} and fits best "
                "at the end of that range; widen the search, or give the rotation axis as a number"
            ).format(first=centers[0], last=centers[-1])
        )
    return float(centers[best])


def _refined(views: list[_HalfTurn], center: float, width: int) -> float:
    """Give the best axis near a coarse one to a small fraction of a pixel.

    Raises
    ------
    DataError
        If even the best axis hardly fits.
    """
    here = 0.0
    for _round in range(2):
        parts = [
            part for part in parallel(partial(_HalfTurn.around, center=center), views) if part is not None
        ]
        if not parts:
            return center
        centers = center + np.arange(-_REFINE, _REFINE + _FINE / 2, _FINE)
        score = total_mismatch(parts, centers)
        best = min(max(int(np.argmin(score)), 1), len(centers) - 2)
        before, here, after = score[best - 1 : best + 2]
        bend = before - 2 * here + after
        shift = 0.5 * (before - after) / bend if bend > 0 else 0.0
        center = float(np.clip(centers[best] + _FINE * np.clip(shift, -1, 1), 0, width - 1))
    left = float(np.exp(here))
    if left > _HIGHEST_MISMATCH:
        raise DataError(
            _(
                "no rotation axis fits: at the best column, {center:.1f}, the views and their mirror images "
                "differ by {left:.0%} of what chance would give; use other rows, check the angles and the "
                "flats, or give the rotation axis as a number"
            ).format(center=center, left=left)
        )
    log(_("rotation axis at column {center:.2f}, mismatch {left:.1%}").format(center=center, left=left))
    return center


def _prepare(absorption: Array, row: int) -> Array | None:
    """Give one row fit for comparison, or None if it holds nothing."""
    sinogram, replaced = fill_sinogram(absorption[:, row, :])
    if replaced == sinogram.size:
        return None
    sinogram = remove_spikes(sinogram)
    mean = sinogram.mean(axis=0)
    sinogram -= mean - scipy.ndimage.median_filter(mean, _STRIPE, mode="nearest")
    return sinogram


def _window(width: int, center: float) -> Array:
    """Give a window, even about `center`, that fades out where one side of it was not measured."""
    half = max(1.0, min(center, width - 1 - center))
    distance = np.abs(np.arange(width) - center)
    window: Array = np.sin(pi / 2 * np.clip((half - distance) / (_FADE * half), 0, 1)) ** 2
    return window.astype(np.float32)


def _refusal(angles: Array, width: int) -> str:
    if width < _LEAST_WIDTH:
        return _(
            "a detector of {width} columns is too narrow to find the rotation axis; give it as a number"
        ).format(width=width)
    return _(
        "find_center needs at least {least} views evenly over half a turn, and there are {views} between "
        "{first:.2f} and {last:.2f} degrees; check the unit of the angles, or give the rotation axis as a "
        "number"
    ).format(
        least=_LEAST_VIEWS,
        views=len(angles),
        first=np.rad2deg(angles.min()),
        last=np.rad2deg(angles.max()),
    )
