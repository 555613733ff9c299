"""Frames through the table: cuts a stack into batches and a detector into parts, and adds up what comes out."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np

from daisy_lab._algorithm import check_cancelled, parallel
from daisy_lab.algorithms.azint._single import STREAMS, walk_single, width_of
from daisy_lab.algorithms.azint._walk import BATCH, FEW, NONE, SCATTER, Sums, Valid, readable, walk, weigh

if TYPE_CHECKING:
    from daisy_lab.algorithms.azint._table import Table
    from daisy_lab.vocabulary import Array

__all__ = ["Corrections", "Room", "add_up", "add_up_single", "weights"]

_PARTS: Final = 8
"""Parts of a detector, always as many: sums have the same bits whatever the number of threads."""

_SINGLES: Final = 2
"""Frames that are quicker walked over one by one than side by side."""

_MANY_BINS: Final = 16384
_SQUARES: Final = (0, 1, 3)


class Corrections(NamedTuple):
    """What is done to the counts of each pixel, float32, (pixel,)."""

    divisor: Array
    offset: Array
    """Taken off before."""
    noise: Array
    """Variance beside that of the counts; of no length for none."""


class Room(NamedTuple):
    """Where the sums of one frame are added up, (part, bin); used again for the next one."""

    signal: Array
    missing: Array
    squares: Array

    @classmethod
    def of(cls, bins: int) -> Self:
        """Make it."""
        shape = _PARTS, width_of(bins)
        return cls(np.zeros(shape), np.zeros(shape), np.zeros(shape))


def weights(table: Table, values: Array, *, squared: bool = False) -> Array:
    """Add up one number per pixel, float32, (pixel,): gives (bin,), float64."""
    total = np.zeros(table.size)
    for first, end in _parts(len(values)):
        part = np.zeros(table.size)
        weigh(*table[:3], values, (first, end, SCATTER if squared else NONE), part)
        total += part
    return total


def add_up(frames: Array, table: Table, corrections: Corrections, valid: Valid, squares: int = NONE) -> Sums:
    """Add up a stack.

    Parameters
    ----------
    frames
        Counts, (frame, row, column); any type of numbers.
    table
        Which pixels go where.
    corrections
        What is done to the counts.
    valid
        Which values count.
    squares
        NONE, POISSON or SCATTER.

    Returns
    -------
    sums
        As `Sums` has them, each with the frame first: (frame, bin), and (frame, kind, bin).
    """
    count = len(frames)
    most = BATCH if table.size <= _MANY_BINS else FEW
    groups = [slice(first, min(first + most, count)) for first in range(0, count, most)]
    kinds = _SQUARES[squares]
    out = Sums(
        np.empty((count, table.size)), np.empty((count, table.size)), np.empty((count, kinds, table.size))
    )
    one = partial(_group, frames, table, corrections, valid, squares, out)
    if len(groups) >= FEW:
        parallel(partial(one, alone=False), groups, text="integrate")
    else:
        for group in groups:
            check_cancelled()
            one(group, alone=True)
    return out


def _group(  # noqa: PLR0917 - bound by name before
    frames: Array,
    table: Table,
    corrections: Corrections,
    valid: Valid,
    squares: int,
    out: Sums,
    group: slice,
    *,
    alone: bool,
) -> None:
    """Add up one batch; alone, it takes all threads for itself."""
    if group.stop - group.start <= _SINGLES and table.consecutive and squares != SCATTER:
        room = Room.of(table.size)
        for at in range(group.start, group.stop):
            out.signal[at], out.missing[at], out.squares[at] = add_up_single(
                frames[at], table, corrections, valid, squares, room, alone=alone
            )
        return
    kind = readable(frames.dtype)
    counts = np.ascontiguousarray(frames[group], kind).reshape(group.stop - group.start, -1)
    lanes = next(known for known in (1, FEW, BATCH) if len(counts) <= known)
    part = partial(_part, counts, table, corrections, valid, squares, lanes)
    parts = _parts(counts.shape[1])
    total = None
    for made in parallel(part, parts, text="integrate") if alone else map(part, parts):
        total = (
            made if total is None else Sums(*(one + other for one, other in zip(total, made, strict=True)))
        )
    assert total is not None  # noqa: S101 - there are always parts
    out.signal[group] = total.signal[:, : len(counts)].T
    out.missing[group] = total.missing[:, : len(counts)].T
    out.squares[group] = np.moveaxis(total.squares[:, :, : len(counts)], -1, 0)


def add_up_single(  # noqa: PLR0917 - what both callers have
    frame: Array,
    table: Table,
    corrections: Corrections,
    valid: Valid,
    squares: int,
    room: Room,
    ignored: Array | None = None,
    *,
    alone: bool = True,
) -> tuple[Array, Array, Array]:
    """Add up one frame; gives signal, missing and squares, float64, (bin,) each.

    Parameters
    ----------
    frame
        Counts, (row, column); any type of numbers.
    table
        That of a pattern.
    corrections, valid
        As for a stack.
    squares
        NONE or POISSON.
    room
        Overwritten.
    ignored
        Pixels that do not count in this frame, (pixel,).
    alone
        Whether it may take all threads for itself.
    """
    counts = np.ascontiguousarray(frame, readable(frame.dtype)).ravel()
    mask = np.zeros(0, np.bool_) if ignored is None else ignored
    edges = [first for first, _end in _parts(len(counts))] + [len(counts)]
    walk_, limits = walk_single(counts.dtype.name), tuple(map(float, valid))
    how = (int(valid != Valid() or counts.dtype.kind == "f" or ignored is not None), squares)

    def some(first: int) -> None:
        sums = [one[first : first + STREAMS] for one in room]
        for one in sums:
            one.fill(0)
        places = tuple(edges[first : first + STREAMS + 1])
        walk_(counts, *table[:3], *corrections, mask, limits, places, how, *sums)

    firsts = range(0, _PARTS, STREAMS)
    if alone:
        parallel(some, firsts, text="integrate")
    else:
        for first in firsts:
            some(first)
    # From the first part to the last, as those of a batch.
    signal, missing, squared = (one.sum(axis=0)[: table.size] for one in room)
    return signal, missing, squared


def _part(  # noqa: PLR0917 - bound by name before
    counts: Array,
    table: Table,
    corrections: Corrections,
    valid: Valid,
    squares: int,
    lanes: int,
    pixels: tuple[int, int],
) -> Sums:
    bins = table.size
    sums = Sums(np.zeros((bins, lanes)), np.zeros((bins, lanes)), np.zeros((_SQUARES[squares], bins, lanes)))
    walk(counts.dtype.name, lanes)(
        counts,
        *table[:3],
        *corrections,
        tuple(map(float, valid)),
        (*pixels, squares),
        *sums,
        tuple(np.ones(lanes, np.float32)),
    )
    return sums


def _parts(pixels: int) -> list[tuple[int, int]]:
    edges = [pixels * part // _PARTS for part in range(_PARTS + 1)]
    return list(pairwise(edges))
