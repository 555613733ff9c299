"""One batch of rows through the projector and back, where its arrays are.

A batch is at most as many rows as there are lanes. Slices are (row, y, x); rays lie as the transforms take them,
(angle, column, lane), with the lanes beyond the last row empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._algorithm import cancel_flag, check_cancelled
from daisy_lab._arrays import companion, namespace, on_host
from daisy_lab.algorithms.ct.fbp import MARGIN, aligned, fold, load, project_batch, repeat, unit_of
from daisy_lab.algorithms.ct.iterative._gather import gather
from daisy_lab.algorithms.ct.iterative._gather_cupy import gather_cells, gather_views

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.fbp import Grid
    from daisy_lab.algorithms.ct.iterative._pair import Pair
    from daisy_lab.vocabulary import Array

__all__ = ["Batch"]

# Bytes that are transformed together.
_BLOCK: Final = 3 << 19
_COLUMNS: Final = 16


class Batch:
    """A projector pair with the memory for a batch of rows; not to be shared by threads."""

    def __init__(self, pair: Pair, lanes: int, memory: Array | None = None) -> None:
        self.pair = pair
        self.lanes = lanes
        self._xp = namespace(pair.response)
        cells = pair.grid.cells
        shape = (cells // 2 + 1 + 2 * MARGIN, cells + 2 * MARGIN, lanes)
        self._host = on_host(pair.response)
        if memory is None:
            memory = aligned(shape, np.complex64) if self._host else self._xp.zeros(shape, np.complex64)
        self.memory = memory
        """The half plane of spectra; batches with as many lanes can take it over."""

    def project(self, image: Array) -> Array:
        """Give the rays through slices, (angle, column, lane), float32."""
        grid, lanes = self.pair.grid, self.lanes
        _transform(grid, self._divided(image), self._inner)
        repeat(self.memory, grid.cells)
        rays: Array = self._xp.empty((len(grid.views), self.pair.columns, lanes), np.float32)
        fft = companion(rays, "fft")
        count = max(1, _BLOCK // (4 * grid.padded * lanes)) if self._host else len(rays)
        for start in range(0, len(rays), count):
            check_cancelled()
            spectra = self._spectra(slice(start, start + count))
            done = fft.irfft(spectra, grid.padded, axis=1, norm="forward", overwrite_x=True)
            rays[start : start + count] = done[:, : self.pair.columns]
        return rays

    def back_project(self, rays: Array, image: Array) -> None:
        """Fill slices with the sum of the rays through each pixel: the transpose of `project`."""

        def read(views: slice, into: Array) -> None:
            into[:, : rays.shape[1]] = rays[views]

        grid = self.pair.grid
        if self._host:
            project_batch(grid, self.memory, read, image, self.lanes, cancel_flag(), check_cancelled)
        else:
            check_cancelled()
            spectra = companion(rays, "fft").rfft(rays, grid.padded, axis=1)
            gather_cells(_turned(spectra, self.pair, grid.ramp), grid.views, grid.table, self.memory)
            fold(self.memory, grid.cells)
            _invert(grid, self._inner, image)
        if self.pair.mask is not None:
            image *= self.pair.mask

    @property
    def _inner(self) -> Array:
        """The half plane without its margins."""
        cells = self.pair.grid.cells
        return self.memory[MARGIN : MARGIN + cells // 2 + 1, MARGIN : MARGIN + cells]

    def _spectra(self, part: slice) -> Array:
        """Give the spectra of some views, (angle, frequency, lane), from the half plane."""
        pair, grid = self.pair, self.pair.grid
        views = grid.views[part]
        spectra: Array = self._xp.empty((len(views), grid.padded // 2 + 1, self.lanes), np.complex64)
        if self._host:
            gather(spectra, views, pair.response, grid.table, self.memory, cancel_flag(), unit_of(self.lanes))
            return spectra
        gather_views(spectra, views, grid.table, self.memory)
        return _turned(spectra, pair, pair.response, back=True)

    def _divided(self, image: Array) -> Array:
        """Give slices over the kernel's transform, (y, x, lane)."""
        grid = self.pair.grid
        lines: Array = self._xp.zeros((grid.width, grid.width, self.lanes), np.float32)
        if self._host:
            load(image.transpose((1, 0, 2)), lines, np.zeros(len(image), np.int64), unit_of(self.lanes))
        else:
            lines[:, :, : len(image)] = image.transpose((1, 2, 0))
        lines *= grid.across[:, np.newaxis]
        lines *= grid.down[:, np.newaxis, np.newaxis]
        return lines


def _turned(spectra: Array, pair: Pair, response: Array, *, back: bool = False) -> Array:
    """Shift, weigh and if need be conjugate spectra (angle, frequency, lane), as `spread` does; or the transpose of it.

    The compiled loops do this on their way; on a device it is one more pass.
    """
    xp, views = namespace(spectra), pair.grid.views
    turn = views[:, 2:3] * xp.arange(spectra.shape[1])
    factor = (xp.exp(1j * turn) * views[:, 3:4] * response).astype(np.complex64)[:, :, np.newaxis]
    opposite = views[:, 4][:, np.newaxis, np.newaxis] < 0
    if back:
        turned = xp.where(opposite, xp.conj(spectra), spectra) * xp.conj(factor)
    else:
        turned = spectra * factor
        turned = xp.where(opposite, xp.conj(turned), turned)
    found: Array = xp.ascontiguousarray(turned)
    return found


def _transform(grid: Grid, lines: Array, inner: Array) -> None:
    """Fill the half plane with the spectra of slices (y, x, lane): columns first, then all rows."""
    cells, left, width = grid.cells, grid.width // 2, grid.width
    # Lines count downwards, cells upwards, around the end of the axis.
    above = width - width // 2
    xp, fft = namespace(lines), companion(lines, "fft")
    together = _COLUMNS if on_host(lines) else width
    column = xp.zeros((cells, together, lines.shape[2]), np.float32)
    inner[:, width - left : cells - left] = 0
    for first, last, cell in ((0, left, cells - left), (left, width, 0)):
        for start in range(first, last, together):
            check_cancelled()
            end = min(start + together, last)
            part = column[:, : end - start]
            part[:above] = lines[above - 1 :: -1, start:end]
            part[cells - (width - above) :] = lines[: above - 1 : -1, start:end]
            inner[:, cell + start - first : cell + end - first] = fft.rfft(part, axis=0)
    count = max(1, _BLOCK // (8 * cells * lines.shape[2])) if on_host(lines) else len(inner)
    for start in range(0, len(inner), count):
        check_cancelled()
        inner[start : start + count] = fft.fft(inner[start : start + count], axis=1)


def _invert(grid: Grid, inner: Array, image: Array) -> None:
    """Fill slices (row, y, x) from the half plane: all its rows first, then the columns that a slice has."""
    xp, fft = namespace(inner), companion(inner, "fft")
    left, width = grid.width // 2, grid.width
    lines = fft.ifft(inner, axis=1, norm="forward")
    kept = xp.concatenate([lines[:, grid.cells - left :], lines[:, : width - left]], axis=1)
    columns = fft.irfft(kept, grid.cells, axis=0, norm="forward")
    line = (width - width // 2 - 1 - xp.arange(width)) % grid.cells
    image[...] = columns[line].transpose((2, 0, 1))[: len(image)]
    image *= grid.down[:, np.newaxis] * grid.across
