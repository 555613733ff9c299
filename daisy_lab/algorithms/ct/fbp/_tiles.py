"""Which views pass which tile of the half plane: the plan for gathering, where every cell is written by one thread.

A sample spreads over the edge of the half plane. Seen from a cell, that is a second place at which it gathers: its
own place one period away, or its conjugate opposite. A tile with several such places, or near the middle, where
every view passes, is divided into parts that are added afterwards in a fixed order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab._arrays import namespace, to_host
from daisy_lab.algorithms.ct.fbp._vectors import TAPS

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["TILE", "Tiles", "plan_tiles"]

TILE: Final = 16
"""Cells of a tile along both axes."""

# Views that one part of a tile gathers from: more would let the device wait for the tiles in the middle.
_PART: Final = 128
# Pairs of a tile and a view that are looked at together.
_PAIRS: Final = 1 << 23
_SLACK: Final = 1e-2
_LEAST: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Tiles:
    """Parts of work for blocks of threads, the longest first."""

    parts: Array
    """int32, (part, 8): first cell across and down; place across and down, and -1 where it is the conjugate
    opposite, else 1; first and last + 1 of its views in `views`; where its sum goes, -1 for the plane itself."""
    views: Array
    """int32: numbers of the views that pass, part after part; on the device of the rays."""
    sums: Array
    """int32, (tile, 4): first cell across and down, first and last + 1 of the sums that are added."""
    stored: int
    """How many sums are kept until they are added."""


def plan_tiles(rays: Array, frequencies: int, cells: int) -> Tiles:
    """Work out which views pass which tile.

    Parameters
    ----------
    rays
        Cells per frequency across and down, float64, (angle, 2), on the device or on the host.
    frequencies
        Samples of a view.
    cells
        Cells across; half as many and one are down.
    """
    tile, place = _places(cells)
    views, count = _passing(rays, frequencies, place)
    bounds = np.concatenate([[0], np.cumsum(count)])
    # Even without any view the tile has one part, which writes zeros.
    pieces = np.maximum(1, -(-count // _PART))
    keep = (count > 0) | (place[:, 2] == 1) & (place[:, 3] == 0) & (place[:, 4] == 0)
    pieces[~keep] = 0
    source = np.repeat(np.arange(len(place)), pieces)
    piece = np.arange(len(source)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    first = bounds[source] + piece * _PART
    last = np.minimum(first + _PART, bounds[source + 1])
    owner = tile[source]
    target, sums, stored = _targets(owner, tile, place)
    order = np.argsort(first - last, kind="stable")
    parts = np.stack(
        [
            place[source, 0],
            place[source, 1],
            place[source, 3],
            place[source, 4],
            place[source, 2],
            first,
            last,
            target,
        ],
        axis=1,
    )
    return Tiles(np.ascontiguousarray(parts[order], np.int32), views, sums, stored)


def _places(cells: int) -> tuple[Array, Array]:
    """Give the tile, and its first cell across and down, sign and shift across and down, of each place."""
    half = cells // 2
    columns, rows = np.arange(-half, half, TILE), np.arange(0, half + 1, TILE)
    across, down = np.tile(columns, len(rows)), np.repeat(rows, len(columns))
    tiles, places = [], []
    for sign, lift in ((1, 0), (-1, 0), (-1, cells)):
        for shift in (0, -cells, cells):
            x, y = sign * across + shift, sign * down + lift
            near_x, far_x = np.minimum(x, x + sign * (TILE - 1)), np.maximum(x, x + sign * (TILE - 1))
            near_y, far_y = np.minimum(y, y + sign * (TILE - 1)), np.maximum(y, y + sign * (TILE - 1))
            reached = (near_x <= half + TAPS) & (far_x >= -half - TAPS)
            reached &= (near_y <= half + TAPS) & (far_y >= -TAPS)
            chosen = np.flatnonzero(reached)
            tiles.append(chosen)
            constant = np.broadcast_to([sign, shift, lift], (len(chosen), 3))
            places.append(np.concatenate([np.stack([across, down], axis=1)[chosen], constant], axis=1))
    tile, place = np.concatenate(tiles), np.concatenate(places)
    order = np.argsort(tile, kind="stable")
    return tile[order], place[order]


def _passing(rays: Array, frequencies: int, place: Array) -> tuple[Any, Array]:
    """Give the numbers of the views that come near enough to each place, and how many these are."""
    xp = namespace(rays)
    # A ray that goes along an axis has a very small part along the other one.
    steps = [xp.where(xp.abs(rays[:, axis]) < _LEAST, _LEAST, rays[:, axis]) for axis in (0, 1)]
    sign = place[:, 2]
    corners = [sign * place[:, axis] + place[:, 3 + axis] for axis in (0, 1)]
    low = [np.minimum(corner, corner + sign * (TILE - 1)) - (TAPS / 2 + _SLACK) for corner in corners]
    high = [np.maximum(corner, corner + sign * (TILE - 1)) + (TAPS / 2 + _SLACK) for corner in corners]
    found, counts = [], []
    together = max(1, _PAIRS // max(1, len(rays)))
    for start in range(0, len(place), together):
        part = slice(start, start + together)
        near: Any = 0.0
        far: Any = float(frequencies - 1)
        for axis in (0, 1):
            enter = xp.asarray(low[axis][part])[:, np.newaxis] / steps[axis]
            leave = xp.asarray(high[axis][part])[:, np.newaxis] / steps[axis]
            near = xp.maximum(near, xp.minimum(enter, leave))
            far = xp.minimum(far, xp.maximum(enter, leave))
        passes = near <= far
        found.append(xp.nonzero(passes)[1].astype(np.int32))
        counts.append(to_host(passes.sum(axis=1)))
    return xp.concatenate(found), np.concatenate(counts)


def _targets(owner: Array, tile: Array, place: Array) -> tuple[Array, Array, int]:
    """Give where the sum of each part goes, and which sums are added for a tile that has several parts."""
    several = np.bincount(owner, minlength=int(tile[-1]) + 1)
    # Parts come tile after tile, so the sums of a tile lie together.
    shared = several[owner] > 1
    target = np.where(shared, np.cumsum(shared) - 1, -1)
    chosen = np.flatnonzero(several > 1)
    last = np.cumsum(several[chosen])
    corner = place[np.searchsorted(tile, chosen), :2]
    sums = np.concatenate(
        [corner, (last - several[chosen])[:, np.newaxis], last[:, np.newaxis]], axis=1
    ).astype(np.int32)
    return target, sums, int(last[-1]) if len(last) else 0
