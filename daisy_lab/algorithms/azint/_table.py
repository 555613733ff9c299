"""Which part of each pixel goes to which bin: built once, then read for every frame.

A pixel is the box between its nearest and farthest corner (bounding-box splitting, J. Kieffer and J. P. Wright,
Powder Diffraction 28, S339 (2013)); its share of a bin is the part of the box inside. The table lists pixels as they
lie in memory, with the bins of each one behind another: a walk over a frame then reads it once, from start to end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba.core import types

from daisy_lab.algorithms._compiled import compiled

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["Table", "build_cake", "build_pattern", "without"]

_POSITIONS = types.Array(types.float64, 1, "C", readonly=True)
_MASK = types.Array(types.boolean, 1, "C", readonly=True)
_STARTS = types.Array(types.int32, 1, "C")
_BINS = types.Array(types.int32, 1, "C")
_PARTS = types.Array(types.float32, 1, "C")
_IN = types.Array(types.int32, 1, "C", readonly=True)
_SHARES = types.Array(types.float32, 1, "C", readonly=True)


class Table(NamedTuple):
    """Bins and parts of all pixels, one pixel behind the other; those of pixel p stand at `starts[p]:starts[p + 1]`."""

    starts: Array
    """int32, (pixel + 1,)."""
    bins: Array
    """int32, (entry,)."""
    parts: Array
    """float32, (entry,): share of the pixel that lies in the bin."""
    size: int
    """Number of bins."""
    key: str = ""
    """What tells this table from others."""
    consecutive: bool = True
    """Whether the bins of a pixel follow each other, as those of a pattern do."""

    def arrays(self) -> dict[str, Array]:
        """Give what has to be kept."""
        return {"starts": self.starts, "bins": self.bins, "parts": self.parts}


@compiled(types.void(_POSITIONS, _POSITIONS, _MASK, types.float64, types.float64, types.int64, _STARTS))
def _count(  # noqa: PLR0917 - a compiled loop
    low: Array, high: Array, mask: Array, first: float, width: float, bins: int, starts: Array
) -> None:
    """Count the bins of each pixel, and add up, so that `starts` says where each begins."""
    total = 0
    starts[0] = 0
    for pixel in range(len(low)):
        if not mask[pixel]:
            begin = int(np.floor((low[pixel] - first) / width))
            end = int(np.floor((high[pixel] - first) / width))
            if end >= 0 and begin < bins:
                total += min(end, bins - 1) - max(begin, 0) + 1
        starts[pixel + 1] = total


@compiled(types.void(_POSITIONS, _POSITIONS, _MASK, types.float64, types.float64, _STARTS, _BINS, _PARTS))
def _fill(  # noqa: PLR0917 - a compiled loop
    low: Array,
    high: Array,
    mask: Array,
    first: float,
    width: float,
    starts: Array,
    found: Array,
    parts: Array,
) -> None:
    """Write bins and parts where `_count` has made room."""
    for pixel in range(len(low)):
        entry, stop = starts[pixel], starts[pixel + 1]
        if entry == stop or mask[pixel]:
            continue
        begin, end = (low[pixel] - first) / width, (high[pixel] - first) / width
        length = end - begin
        left = max(int(np.floor(begin)), 0)
        for place in range(left, left + stop - entry):
            if np.floor(begin) == np.floor(end):
                part = 1.0
            else:
                # What a pixel about the beam has below radius 0 belongs to the first bin.
                bottom = begin if place == 0 and first == 0 else max(begin, float(place))
                part = (min(end, place + 1.0) - bottom) / length
            found[entry] = place
            parts[entry] = part
            entry += 1


@compiled(types.void(_STARTS, _BINS, _PARTS, _STARTS, _BINS, _PARTS, types.int64, _STARTS, _BINS, _PARTS))
def _multiply(  # noqa: PLR0913, PLR0917 - a compiled loop
    starts: Array,
    bins: Array,
    parts: Array,
    other_starts: Array,
    other_bins: Array,
    other_parts: Array,
    columns: int,
    out_starts: Array,
    out_bins: Array,
    out_parts: Array,
) -> None:
    """Combine two tables of the same pixels into that of a grid: rows are bins of the second one."""
    for pixel in range(len(starts) - 1):
        entry = out_starts[pixel]
        for one in range(starts[pixel], starts[pixel + 1]):
            for two in range(other_starts[pixel], other_starts[pixel + 1]):
                out_bins[entry] = other_bins[two] * columns + bins[one]
                out_parts[entry] = parts[one] * other_parts[two]
                entry += 1


@compiled(types.void(_IN, _IN, _SHARES, _MASK, _STARTS, _BINS, _PARTS))
def _select(  # noqa: PLR0917 - a compiled loop
    starts: Array,
    bins: Array,
    parts: Array,
    mask: Array,
    out_starts: Array,
    out_bins: Array,
    out_parts: Array,
) -> None:
    """Copy the entries of the pixels that are not masked."""
    at = 0
    out_starts[0] = 0
    for pixel in range(len(mask)):
        if not mask[pixel]:
            for entry in range(starts[pixel], starts[pixel + 1]):
                out_bins[at], out_parts[at] = bins[entry], parts[entry]
                at += 1
        out_starts[pixel + 1] = at


def without(table: Table, mask: Array, key: str) -> Table:
    """Give a table without the pixels of a mask, (pixel,): one pass, and nothing is worked out anew."""
    gone = int(np.diff(table.starts)[mask].sum())
    if not gone:
        return table._replace(key=key)
    starts, left = np.empty(len(table.starts), np.int32), len(table.bins) - gone
    bins, parts = np.empty(left, np.int32), np.empty(left, np.float32)
    _select(*table[:3], mask, starts, bins, parts)
    return table._replace(starts=starts, bins=bins, parts=parts, key=key)


def build_pattern(low: Array, high: Array, mask: Array, limits: tuple[float, float], bins: int) -> Table:
    """Give the table of a pattern.

    Parameters
    ----------
    low, high
        Where each pixel begins and ends, (pixel,).
    mask
        True where a pixel is ignored, (pixel,).
    limits
        Where the first bin begins and the last one ends.
    bins
        Number of bins of equal width.
    """
    first, width = limits[0], (limits[1] - limits[0]) / bins
    starts = np.empty(len(low) + 1, np.int32)
    _count(low, high, mask, first, width, bins, starts)
    found, parts = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.float32)
    _fill(low, high, mask, first, width, starts, found, parts)
    return Table(starts, found, parts, bins)


def build_cake(radial: Table, azimuthal: Table) -> Table:
    """Give the table of a cake, (azimuth, radius), from those of its two axes."""
    each = np.diff(radial.starts) * np.diff(azimuthal.starts)
    starts = np.concatenate([[0], np.cumsum(each, dtype=np.int64)]).astype(np.int32)
    bins, parts = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.float32)
    _multiply(*radial[:3], *azimuthal[:3], radial.size, starts, bins, parts)
    return Table(starts, bins, parts, radial.size * azimuthal.size, consecutive=False)
