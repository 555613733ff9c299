"""A projector and its exact transpose, for all rows of a batch at once: the mathematics.

The views of a slice are lines through its spectrum (Fourier slice theorem). The transpose of the gridding in
`fbp/_nufft.py` reads them from there: the slice is divided by the kernel's transform, transformed, and each
sample is the weighted sum of the cells around it (a non-uniform Fourier transform of type 2). Every step is the
transpose of the other's, with the same weights, so that the pair is matched to rounding.

Pixels and detector columns are averages over their width. At the frequencies a detector can hold both averages
damp nearly alike, and cancel: the views of a slice are its spectrum itself, without a footprint.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np
import scipy.fft

from daisy_lab._arrays import namespace, on_host
from daisy_lab.algorithms.ct.fbp import COARSE, FINE, Grid, plan_grid
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["Pair", "Support", "circle", "plan_pair", "take_views"]

Support: TypeAlias = Literal["circle", "square"]
"""Which pixels of a slice are unknown: those that every view sees, or all."""

# Columns between the two ends of the period of a view, for a smooth end.
_APART: Final = 16
_UNIT: Final = 16


@dataclass(frozen=True, eq=False)
class Pair:
    """The geometry that all rows share."""

    grid: Grid
    """Of the back-projection, without any filter."""
    response: Array
    """What the projector multiplies each frequency by, float32, (frequency,)."""
    columns: int
    """Columns of the rays: of the detector, or with a circle of the whole period, where nothing absorbs."""
    mask: Array | None
    """Which pixels are unknown, bool, (y, x); None for all."""

    def on(self, like: Array) -> Pair:
        """Give the same pair with its arrays where `like` is."""
        if on_host(like):
            return self
        move = namespace(like).asarray
        grid = replace(
            self.grid,
            views=move(self.grid.views),
            ramp=move(self.grid.ramp),
            table=move(self.grid.table),
            down=move(self.grid.down),
            across=move(self.grid.across),
        )
        mask = None if self.mask is None else move(self.mask)
        return replace(self, grid=grid, response=move(self.response), mask=mask)


def plan_pair(
    theta: Array,
    width: int,
    center: float,
    support: Support = "square",
    *,
    size: int | None = None,
    fine: bool = False,
) -> Pair:
    """Work out what all rows share.

    Parameters
    ----------
    theta
        Projection angles, rad, float64.
    width
        Detector columns.
    center
        Column of the rotation axis.
    support
        circle for the pixels that every view sees: nothing is beside the detector then, and views are shorter.
    size
        Pixels of a slice along x and y, as many as there are columns where not given.
    fine
        Whether the grid is the fine one.

    Raises
    ------
    SettingError
        If no pixel is seen by every view.
    """
    size = width if size is None else size
    if support == "circle":
        padded, mask = _length(width + _APART), _seen_by_all(size, width, center)
    else:
        reach = hypot(size - 1, size - 1) / 2
        padded, mask = _length(2 * (max(center, width - 1 - center) + reach + 1)), None
    cells = FINE if fine else COARSE
    grid = plan_grid(theta, np.ones(len(theta)), size, center, "none", padded=padded, oversampling=cells)
    response = np.full(padded // 2 + 1, 1 / padded, np.float32)
    if support == "circle":
        # At the highest frequency a view holds a cosine but no sine, and what two pixels share would not depend on
        # their distance alone.
        response[-1] = grid.ramp[-1] = 0
    return Pair(
        grid=grid,
        response=response,
        columns=padded if support == "circle" else width,
        mask=mask,
    )


def take_views(pair: Pair, views: Array) -> Pair:
    """Give the same pair with some of its views."""
    return replace(pair, grid=replace(pair.grid, views=np.ascontiguousarray(pair.grid.views[views])))


def _seen_by_all(size: int, width: int, center: float) -> Array:
    mask = circle(size, min(center, width - 1 - center) + 0.5)
    if not mask.any():
        raise SettingError(
            _(
                "with the rotation axis at column {center}, at the edge of {width} columns, no pixel is seen by every "
                "view; take support 'square', or check the axis with find_center"
            ).format(center=center, width=width)
        )
    return mask


def circle(size: int, radius: float) -> Array:
    """Give which pixels of a slice have their middle within a circle around the axis."""
    place = np.arange(size) - (size - 1) / 2
    return np.asarray(np.hypot(place, place[:, np.newaxis]) <= radius)


def _length(least: float) -> int:
    """Give a length that transforms fast: a multiple of 16 with the factors 2, 3 and 5 alone."""
    return _UNIT * int(scipy.fft.next_fast_len(-int(-least // _UNIT), real=True))
