"""Rows through an iterative method: batches in threads, with one curve for them all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from daisy_lab._algorithm import monitor, parallel, progress
from daisy_lab._arrays import on_host
from daisy_lab.algorithms.ct.fbp import LANES, batch_lanes
from daisy_lab.algorithms.ct.iterative._batch import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from daisy_lab.algorithms.ct.iterative._pair import Pair
    from daisy_lab.vocabulary import Array

__all__ = ["Steps", "each", "in_batches"]

T = TypeVar("T")

# A plane of more cells along each axis takes more than a quarter of a gigabyte for each thread with all lanes.
_LARGE: Final = 2880


class Steps(Protocol):
    """Gives the numbers of the steps, telling how far the work is where nothing else does."""

    def __call__(self, iterations: int) -> Iterable[int]: ...


def _lanes_for(array: Array, rows: int, pair: Pair) -> int:
    """Give how many rows are computed together: always as many on a device, so that their bits do not depend on it."""
    if not on_host(array):
        return LANES[-1]
    if pair.grid.cells > _LARGE:
        return LANES[0]
    listener = monitor()
    return batch_lanes(rows, listener.workers if listener else os.cpu_count() or 1)


def each(work: Callable[[T, Steps], None], items: Sequence[T], array: Array, text: str) -> None:
    """Do the work for each item, in threads where the array is in this computer's memory."""

    def silent(iterations: int) -> Iterable[int]:
        return range(iterations)

    def told(iterations: int) -> Iterable[int]:
        return progress(range(iterations), text=text)

    if len(items) == 1:
        work(items[0], told)
    elif on_host(array):
        parallel(lambda item: work(item, silent), items, text=text)
    else:
        for item in progress(items, text=text):
            work(item, silent)


def in_batches(
    rows: int, pair: Pair, work: Callable[[Batch, slice, Steps], None], array: Array, text: str
) -> None:
    """Do the work for each batch of rows, with memory that batches hand on to each other."""
    lanes = _lanes_for(array, rows, pair)
    planes: list[Array] = []

    def batch(first: int, steps: Steps) -> None:
        made = Batch(pair, lanes, planes.pop() if planes else None)
        work(made, slice(first, min(first + lanes, rows)), steps)
        planes.append(made.memory)

    each(batch, range(0, rows, lanes), array, text)
