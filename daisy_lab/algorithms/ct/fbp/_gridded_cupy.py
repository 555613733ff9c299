"""All rows of a reconstruction by gridding on a CUDA device: 8 slices at a time, damaged rows repaired afterwards.

Slices are transformed as real numbers, each for itself. Two slices as real and imaginary part of one complex number
would save nothing, as half of the plane is enough for real ones, and would mix their rounding errors. Transforms
have the same shape whatever the number of rows, so that a row has the same bits in any block.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab._algorithm import progress
from daisy_lab._arrays import companion, namespace, to_host
from daisy_lab.algorithms.ct._repair import fill_sinogram
from daisy_lab.algorithms.ct.fbp._plane_cupy import (
    SLICES,
    add_sums,
    gather,
    kernel_terms,
    take_columns,
    weigh,
    write_slices,
)
from daisy_lab.algorithms.ct.fbp._tiles import TILE, Tiles, plan_tiles

if TYPE_CHECKING:
    from types import ModuleType

    from daisy_lab.algorithms.ct.fbp._nufft import Grid
    from daisy_lab.vocabulary import Array

__all__ = ["fill_gridded"]

# Values of padded views that are transformed together.
_BLOCK: Final = 1 << 25
# Batches that may wait for the device: a cancel is felt after these.
_AHEAD: Final = 2
_LEAST: Final = 1e-12


def fill_gridded(projections: Any, grid: Grid, volume: Any, phases: Array | None = None) -> list[int]:  # noqa: ANN401 - device arrays
    """Fill the volume, (row, y, x), on the device; give per row how many values were not finite.

    `phases` are those of `row_phases`, on the host, where each row has its own axis.
    """
    plan = _on_device(namespace(projections), grid)
    _fill(projections, plan, volume, phases)
    return _repair(projections, plan, volume, phases)


@dataclass(frozen=True, eq=False)
class _Plan:
    """A grid on the device."""

    grid: Grid
    tiles: Tiles
    views: Any
    rays: Any
    ramp: Any
    terms: Any
    down: Any
    across: Any


def _on_device(xp: ModuleType, grid: Grid) -> _Plan:
    """Copy what all batches share; what depends on angles and sizes alone is kept for the next time."""
    steps = np.ascontiguousarray(grid.views[:, :2])
    device = xp.cuda.Device().id
    rays, tiles = _geometry(xp, device, steps.tobytes(), len(grid.ramp), grid.cells)
    return _Plan(
        grid,
        tiles,
        xp.asarray(grid.views),
        rays,
        xp.asarray(grid.ramp),
        _terms(xp, device, grid.table.tobytes(), grid.table.shape[1]),
        xp.asarray(grid.down),
        xp.asarray(grid.across),
    )


@lru_cache(maxsize=4)
def _geometry(xp: ModuleType, _device: int, steps: bytes, frequencies: int, cells: int) -> tuple[Any, Tiles]:
    """Work out which views pass which tiles, and give the views' steps as the kernel takes them."""
    exact = np.frombuffer(steps, np.float64).reshape(-1, 2)
    near = exact.astype(np.float32)
    safe = np.where(np.abs(exact) < _LEAST, _LEAST, exact)
    rest = exact - near
    # Each step as the sum of two floats, and its reciprocal.
    steps_of_axes = np.concatenate([np.stack([near, rest], axis=2).reshape(-1, 4), 1 / safe], axis=1)
    rays = xp.asarray(steps_of_axes.astype(np.float32))
    tiles = plan_tiles(xp.asarray(exact), frequencies, cells)
    tiles = replace(tiles, parts=xp.asarray(tiles.parts), sums=xp.asarray(tiles.sums))
    # Another stream may use them next.
    xp.cuda.get_current_stream().synchronize()
    return rays, tiles


@lru_cache(maxsize=4)
def _terms(xp: ModuleType, _device: int, table: bytes, columns: int) -> Any:  # noqa: ANN401 - a device array
    """Give the polynomial that stands for the tabulated kernel."""
    terms = xp.asarray(kernel_terms(np.frombuffer(table, np.float32).reshape(-1, columns)))
    xp.cuda.get_current_stream().synchronize()
    return terms


def _fill(projections: Any, plan: _Plan, volume: Any, phases: Array | None) -> None:  # noqa: ANN401 - device arrays
    """Fill all slices; rows with a value that is not finite come out as not-a-number."""
    xp = namespace(projections)
    rows, room = len(volume), _Room(projections, plan)
    events: deque[Any] = deque()
    for first in progress(range(0, rows, SLICES), text="reconstruct"):
        part = slice(first, min(first + SLICES, rows))
        turns = None
        if phases is not None:
            turns = np.zeros((len(phases), SLICES), np.complex64)
            turns[:, : part.stop - first] = phases[:, part]
            turns = xp.asarray(turns)
        room.fill(projections[:, part], volume[part], turns)
        event = xp.cuda.Event(disable_timing=True)
        event.record()
        events.append(event)
        if len(events) > _AHEAD:
            events.popleft().synchronize()


class _Room:
    """Memory on the device for one batch of slices after another."""

    def __init__(self, projections: Any, plan: _Plan) -> None:  # noqa: ANN401 - a device array
        self._xp, self._fft, self._plan = namespace(projections), companion(projections, "fft"), plan
        grid, xp = plan.grid, self._xp
        views = len(grid.views)
        self._together = min(views, max(1, _BLOCK // (SLICES * grid.padded)))
        # The padding stays zero.
        self._padded = xp.zeros((SLICES, self._together, grid.padded), np.float32)
        self._weighed = xp.empty((views, len(grid.ramp), SLICES), np.complex64)
        self._sums = xp.empty((max(1, plan.tiles.stored), SLICES, TILE * TILE), np.complex64)

    def fill(self, projections: Any, volume: Any, turns: Any | None) -> None:  # noqa: ANN401 - device arrays
        """Fill up to 8 slices from their rows."""
        grid, plan, xp, fft = self._plan.grid, self._plan, self._xp, self._fft
        self._spectra(projections, turns)
        half, width = grid.cells // 2 + 1, grid.width
        plane = xp.empty((SLICES, half, grid.cells), np.complex64)
        gather(self._weighed, plan.rays, plan.terms, plan.tiles, plane, self._sums)
        add_sums(plan.tiles, plane, self._sums)
        plane = fft.ifft(plane, axis=2, norm="forward", overwrite_x=True)
        columns = xp.empty((SLICES, width, half), np.complex64)
        take_columns(plane, columns)
        del plane
        lines = fft.irfft(columns, grid.cells, axis=2, norm="forward", overwrite_x=True)
        write_slices(lines, plan.down, plan.across, volume)

    def _spectra(self, projections: Any, turns: Any | None) -> None:  # noqa: ANN401 - device arrays
        """Pad and transform the views, and weigh what comes out."""
        plan, rows = self._plan, projections.shape[1]
        views = len(plan.views)
        for start in range(0, views, self._together):
            part = slice(start, min(start + self._together, views))
            count = part.stop - start
            # A view, even of everything, would be copied before its transform.
            padded = self._padded if count == self._together else self._padded[:, :count]
            padded[:rows, :, : plan.grid.width] = projections[part].swapaxes(0, 1)
            spectra = self._fft.rfft(padded, axis=2)
            weigh(spectra, plan.views[part], plan.ramp, turns, self._weighed[part])


def _repair(projections: Any, plan: _Plan, volume: Any, phases: Array | None) -> list[int]:  # noqa: ANN401 - device arrays
    """Compute the slices of damaged rows again from repaired ones: one bad value has spoilt the whole slice."""
    xp, middle = namespace(projections), volume.shape[1] // 2
    replaced = [0] * len(volume)
    bad = np.flatnonzero(~np.isfinite(to_host(volume[:, middle, middle])))
    for first in range(0, len(bad), SLICES):
        rows = bad[first : first + SLICES]
        filled = []
        for row in rows:
            sinogram, replaced[row] = fill_sinogram(to_host(projections[:, row]))
            filled.append(np.zeros_like(sinogram) if replaced[row] == sinogram.size else sinogram)
        again = xp.empty((len(rows), *volume.shape[1:]), np.float32)
        own = None if phases is None else phases[:, rows]
        _fill(xp.asarray(np.stack(filled, axis=1)), plan, again, own)
        for index, row in enumerate(rows):
            volume[int(row)] = np.nan if replaced[row] == filled[index].size else again[index]
    return replaced
