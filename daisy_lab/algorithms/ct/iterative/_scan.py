"""What every iterative method is given: checked, and read batch by batch with damage repaired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from daisy_lab._arrays import namespace, on_host, to_host
from daisy_lab.algorithms.ct._angles import check_theta
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct._repair import fill_sinogram, tell_replaced
from daisy_lab.algorithms.ct.fbp import check_center, load, unit_of
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["Scan", "check_numbers", "check_scan", "read_block"]


@dataclass(frozen=True, eq=False)
class Scan:
    """A scan, and the volume that it is to become."""

    projections: Array
    theta: Array
    center: float
    volume: Array
    """Slices, float32, (row, y, x): what the iteration begins with, and ends with."""
    began: bool
    """Whether a volume was given to begin with."""
    replaced: list[int]
    """Per row, how many values were not finite."""

    def read(self, rows: slice, columns: int, lanes: int) -> Array:
        """Give the rays of a batch of rows, (angle, column, lane), zero beyond the detector and the last row."""
        xp = namespace(self.projections)
        width = self.projections.shape[2]
        rays: Array = xp.zeros((len(self.theta), columns, lanes), np.float32)
        # Numbers beyond float32 become infinite, and are then replaced.
        with np.errstate(over="ignore"):
            block = xp.ascontiguousarray(self.projections[:, rows], np.float32)
        for row in np.flatnonzero(read_block(block, rays)):
            sinogram, self.replaced[rows.start + row] = fill_sinogram(to_host(block[:, row]))
            if self.is_empty(rows.start + int(row)):
                sinogram[...] = 0
            rays[:, :width, row] = xp.asarray(sinogram)
        return rays

    def begin(self, rows: slice, mask: Array | None, *, nonnegative: bool = False) -> Array:
        """Give the slices of a batch as they begin, within the mask, not below zero if asked; a part of the volume."""
        image: Array = self.volume[rows]
        if mask is not None:
            image *= mask
        if nonnegative:
            namespace(image).maximum(image, np.float32(0), out=image)
        return image

    def shown(self, rows: slice) -> int | None:
        """Give which row of a batch is told as a curve: the middle one of the volume, None if it is elsewhere."""
        row = len(self.volume) // 2 - rows.start
        return row if 0 <= row < rows.stop - rows.start else None

    def is_empty(self, row: int) -> bool:
        """Whether a row, once read, holds no number."""
        views, _rows, width = self.projections.shape
        return self.replaced[row] == int(views * width)

    def finish(self) -> Array:
        """Give the volume, NaN where there was nothing, and log what was not finite."""
        for row in range(len(self.volume)):
            if self.is_empty(row):
                self.volume[row] = np.nan
        tell_replaced(self.replaced, self.projections)
        return self.volume


def check_scan(projections: Array, theta: Array, center: float, start: Array | None) -> Scan:
    """Give the scan with a volume to begin with: zeros, or a copy of `start`.

    Raises
    ------
    DataError
        If the number of angles is not that of the projections, an angle is not a number, or `start` has another shape
        or values that are not finite.
    SettingError
        If the rotation axis lies outside the detector.
    """
    require_axes(projections, "projections", ("angle", "row", "column"))
    angles = check_theta(to_host(theta), projections)
    rows, width = projections.shape[1:]
    check_center(center, width)
    xp = namespace(projections)
    if start is None:
        volume = xp.zeros((rows, width, width), np.float32)
    else:
        volume = xp.array(start, np.float32, order="C")
        if volume.shape != (rows, width, width):
            raise DataError(
                _(
                    "start has the shape {there}, and slices of these projections have {asked}; give a volume of "
                    "the same rows and columns, or none"
                ).format(there=volume.shape, asked=(rows, width, width))
            )
        check_numbers(volume, "start")
    return Scan(projections, angles, float(center), volume, start is not None, [0] * rows)


def read_block(block: Array, rays: Array) -> Array:
    """Copy a block (angle, row, column) into rays (angle, column, lane); give per row whether a value is not finite."""
    _views, count, width = block.shape
    if on_host(block):
        bad = np.zeros(count, np.int64)
        load(block, rays, bad, unit_of(rays.shape[2]))
        return bad
    rays[:, :width, :count] = block.transpose((0, 2, 1))
    return to_host((~namespace(block).isfinite(block)).sum(axis=(0, 2)))


def check_numbers(array: Array, name: str) -> None:
    """Raise DataError unless all values are finite numbers."""
    bad = int(array.size - namespace(array).isfinite(array).sum())
    if bad:
        raise DataError(
            _("{bad} values of {name} are not finite numbers; repair them first").format(bad=bad, name=name)
        )
