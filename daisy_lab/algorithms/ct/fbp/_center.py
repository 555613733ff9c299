"""Where the rotation axis may be: on the detector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab._arrays import to_host
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["check_center", "row_axes"]


def check_center(center: float, width: int) -> float:
    """Give the column of the rotation axis; raise SettingError where it is not on the detector."""
    if width > 0 and not _inside(center, width):
        fault = _(
            "the rotation axis is asked for at column {center}, outside the detector with columns 0 to "
            "{last}; give its column in pixels, or find it with find_center"
        ).format(center=center, last=width - 1)
        raise SettingError.of({"center": fault})
    return float(center)


def row_axes(center: float, centers: Array | None, rows: int, width: int) -> Array:
    """Give the axis of each row, float64: `center` for all, or each its own where there are `centers`.

    Raises
    ------
    SettingError
        If `center` counts and is not on the detector.
    DataError
        If a row's own axis is missing, or is not on the detector.
    """
    if centers is None:
        return np.full(rows, check_center(center, width))
    axes = np.asarray(to_host(centers), np.float64)
    if axes.shape != (rows,):
        raise DataError(
            _("{rows} rows need {rows} rotation axes, and centers has the shape {there}").format(
                rows=rows, there=axes.shape
            )
        )
    outside = np.flatnonzero(~_inside(axes, width))
    if len(outside):
        raise DataError(
            _(
                "the rotation axis of {count} rows lies outside the detector with columns 0 to {last}: row "
                "{row} has {center}; check centers, or leave it out"
            ).format(count=len(outside), last=width - 1, row=int(outside[0]), center=axes[outside[0]])
        )
    return axes


def _inside(center: float | Array, width: int) -> Any:  # noqa: ANN401 - as many answers as axes
    return np.abs(center - (width - 1) / 2) <= width / 2
