"""The rows of a scan made fit for a comparison of views: repaired, without spikes and stripes."""

from __future__ import annotations

from functools import partial
from math import pi
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.ndimage

from daisy_lab._algorithm import parallel
from daisy_lab.algorithms.ct._angles import check_theta
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct._repair import fill_sinogram, remove_spikes
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["LEAST_WIDTH", "Rows", "between_opposite_edges", "edge_level", "is_cut_off", "prepare_rows"]

LEAST_WIDTH: Final = 8
# Widest stripe, in columns, that is kept out of the comparison.
_STRIPE: Final = 9
_FADE: Final = 0.2
# Columns at either end, as part of the width, where nothing of the object may be, and what may be there as part of
# the mean absorption.
_EDGE: Final = 0.03
_CUT_OFF: Final = 0.05


class Rows:
    """Sinograms of some rows, each float32 (angle, column), and the angles of their views."""

    def __init__(self, sinograms: Sequence[Array], theta: Array, numbers: Sequence[int]) -> None:
        self.sinograms = tuple(sinograms)
        self.theta = theta
        self.numbers = tuple(numbers)
        """Which rows of the scan they are; rows without any number are left out."""

    @property
    def width(self) -> int:
        """Give the number of detector columns."""
        return int(self.sinograms[0].shape[1])

    def only(self, place: int) -> Rows:
        """Give one of the rows."""
        return Rows(self.sinograms[place : place + 1], self.theta, self.numbers[place : place + 1])


def prepare_rows(absorption: Array, theta: Array, chosen: Sequence[int] | None = None) -> Rows:
    """Check a scan and prepare its rows, or those chosen.

    Raises
    ------
    DataError
        If the axes or the angles do not fit, the detector is too narrow, or no row holds a number.
    """
    require_axes(absorption, "absorption", ("angle", "row", "column"))
    angles = check_theta(theta, absorption)
    if absorption.shape[2] < LEAST_WIDTH:
        raise DataError(
            _(
                "a detector of {width} columns is too narrow to find the rotation axis; give it as a number"
            ).format(width=absorption.shape[2])
        )
    if absorption.shape[1] == 0:
        raise DataError(_("there are no rows to look at; select at least one"))
    numbers = range(absorption.shape[1]) if chosen is None else chosen
    rows = parallel(partial(_prepare, absorption), numbers)
    there = [number for number, row in zip(numbers, rows, strict=True) if row is not None]
    if not there:
        raise DataError(
            _(
                "none of the {rows} rows looked at holds a number, all values are NaN; check that the "
                "projections are the measured ones and were written completely"
            ).format(rows=len(numbers))
        )
    return Rows([row for row in rows if row is not None], angles, there)


def between_opposite_edges(width: int, center: float) -> Array:
    """Give a window, even about `center`, that fades out where one side of it was not measured."""
    half = max(1.0, min(center, width - 1 - center))
    distance = np.abs(np.arange(width) - center)
    window: Array = np.sin(pi / 2 * np.clip((half - distance) / (_FADE * half), 0, 1)) ** 2
    return window.astype(np.float32)


def edge_level(sinogram: Array) -> float:
    """Give the typical absorption beside the object, at both ends of the detector."""
    return float(np.median(_sides(sinogram)))


def is_cut_off(sinogram: Array) -> bool:
    """Tell whether the object is not wholly seen in some views, or nothing absorbs."""
    sides, width = _sides(sinogram), sinogram.shape[1]
    level = float(np.median(sides))
    allowed = _CUT_OFF / width * (float(np.median(sinogram.sum(axis=1, dtype=np.float64))) - level * width)
    often = np.abs(np.median(sides, axis=1) - level).max()
    seldom = np.percentile(np.abs(sides - level), 95)
    return bool(allowed <= 0 or max(abs(level), often, seldom / 4) > allowed)


def _sides(sinogram: Array) -> Array:
    edge = max(2, round(_EDGE * sinogram.shape[1]))
    return np.stack([sinogram[:, :edge].mean(axis=1), sinogram[:, -edge:].mean(axis=1)])


def _prepare(absorption: Array, row: int) -> Array | None:
    """Give one row fit for comparison, or None if it holds nothing."""
    sinogram, replaced = fill_sinogram(absorption[:, row, :])
    if replaced == sinogram.size:
        return None
    sinogram = remove_spikes(sinogram)
    mean = sinogram.mean(axis=0)
    sinogram -= mean - scipy.ndimage.median_filter(mean, _STRIPE, mode="nearest")
    return sinogram
