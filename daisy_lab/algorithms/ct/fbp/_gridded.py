"""All rows of a reconstruction by gridding: batches of them in threads, damaged rows repaired."""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from daisy_lab._algorithm import cancel_flag, check_cancelled, monitor, parallel
from daisy_lab._arrays import on_host
from daisy_lab.algorithms.ct._repair import fill_sinogram
from daisy_lab.algorithms.ct.fbp._batch import batch_lanes, project_batch
from daisy_lab.algorithms.ct.fbp._gridded_cupy import fill_gridded as fill_on_device
from daisy_lab.algorithms.ct.fbp._nufft import Grid, padded_length, row_phases
from daisy_lab.algorithms.ct.fbp._simd import unit_of
from daisy_lab.algorithms.ct.fbp._spread import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.vocabulary import Array

__all__ = ["fill_gridded", "fill_row_axes"]


def fill_gridded(projections: Array, grid: Grid, volume: Array, phases: Array | None = None) -> list[int]:
    """Fill the volume, (row, y, x), a thread per batch of rows; give per row how many values were not finite.

    `phases` are those of `row_phases`, where each row has its own axis.
    """
    if not on_host(projections):
        return fill_on_device(projections, grid, volume, phases)
    rows = len(volume)
    listener = monitor()
    workers = listener.workers if listener else os.cpu_count() or 1
    lanes = batch_lanes(rows, workers)
    planes: list[Array] = []

    def batch(first: int) -> list[int]:
        part = slice(first, min(first + lanes, rows))
        source = _Source(projections, part)
        turns = None if phases is None else phases[:, part]
        while True:
            plane = planes.pop() if planes else None
            planes.append(
                project_batch(
                    grid, plane, source.read, volume[part], lanes, cancel_flag(), check_cancelled, turns
                )
            )
            if not source.repair():
                break
        volume[part][source.empty] = np.nan
        return source.replaced

    return [
        count for counts in parallel(batch, range(0, rows, lanes), text="reconstruct") for count in counts
    ]


def fill_row_axes(
    projections: Array, plan: Callable[[int], Grid], centers: Array, volume: Array
) -> list[int]:
    """Fill the volume, each row with its own axis.

    Parameters
    ----------
    projections
        Absorption, (angle, row, column).
    plan
        Gives the grid for a length of padded views, with the axis at 0.
    centers
        Column of each row's axis. Rows that need the same padding, in a row, are computed together.
    volume
        Slices, (row, y, x), to be filled.

    Returns
    -------
    replaced
        Per row, how many values were not finite.
    """
    width = projections.shape[2]
    lengths = [padded_length(width, float(center)) for center in centers]
    replaced: list[int] = []
    for length, same in groupby(range(len(lengths)), key=lengths.__getitem__):
        rows = slice(len(replaced), len(replaced) + len(list(same)))
        grid = plan(length)
        phases = row_phases(grid, centers[rows])
        replaced += fill_gridded(projections[:, rows], grid, volume[rows], phases)
    return replaced


class _Source:
    """The rows of one batch. A row that turns out to be damaged is repaired, and then read again."""

    def __init__(self, projections: Array, rows: slice) -> None:
        self._projections = projections
        self._rows = rows
        self._bad = np.zeros(rows.stop - rows.start, np.int64)
        self._repaired: dict[int, Array] = {}
        self.empty = np.zeros(len(self._bad), bool)
        self.replaced = [0] * len(self._bad)
        """Per row, how many values were not finite."""

    def read(self, views: slice, into: Array) -> None:
        """Put some views into an array (angle, column, lane)."""
        # Numbers beyond float32 become infinite, and are then replaced.
        with np.errstate(over="ignore"):
            block = np.require(self._projections[views, self._rows], np.float32, "A")
        if block.strides[2] != block.itemsize:
            block = np.ascontiguousarray(block)
        load(block, into, self._bad, unit_of(into.shape[2]))
        for row, sinogram in self._repaired.items():
            into[:, : block.shape[2], row] = sinogram[views]

    def repair(self) -> bool:
        """Repair the rows in which damage was seen; tell whether all have to be read again."""
        damaged = [int(row) for row in np.flatnonzero(self._bad) if row not in self._repaired]
        for row in damaged:
            sinogram, self.replaced[row] = fill_sinogram(self._projections[:, self._rows.start + row, :])
            self.empty[row] = self.replaced[row] == sinogram.size
            self._repaired[row] = np.zeros_like(sinogram) if self.empty[row] else sinogram
        return bool(damaged)
