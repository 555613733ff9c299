"""Where the blocks of a result go: into the store, or wherever the caller says (a file)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from daisy_lab._datastore import release_pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab._datastore import DataStore
    from daisy_lab._engine._calls import Range
    from daisy_lab.vocabulary import Array

__all__ = ["MemorySink", "Outlet", "Partial", "PartialSink", "Partials", "Sink"]


@dataclass(frozen=True)
class Outlet:
    """All that is known of a result before its first block is written."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    axes: tuple[str, ...]
    unit: str
    key: str
    """Tells this result from any other; an interrupted run is found again by it."""
    start: Mapping[str, int] = field(default_factory=dict)
    """Where it begins along axes of which only a part is wanted."""


class Sink(Protocol):
    """Takes the blocks of one result, in order, from one thread."""

    def write(self, block: Array, axis: int, start: int) -> None:
        """Take one block, which begins at `start` along an axis."""
        ...

    def finish(self) -> Any:  # noqa: ANN401 - an array, or nothing
        """Take note that all is written, and give what goes into the store; None when it went elsewhere."""
        ...

    def give_up(self) -> None:
        """Take note that no more comes."""
        ...


class Partial(Protocol):
    """A half-written result that outlives a kill."""

    @property
    def array(self) -> Array:
        """The array, mapped to its file."""
        ...

    @property
    def done(self) -> Sequence[Range]:
        """Blocks that are there."""
        ...

    def mark(self, part: Range) -> None:
        """Take note that a block is written."""
        ...


class Partials(Protocol):
    """Keeps half-written results; a session has one."""

    def find(self, key: str) -> Partial | None:
        """Give what an interrupted run left of a result."""
        ...

    def start(self, outlet: Outlet) -> Partial:
        """Begin a result."""
        ...

    def finish(self, partial: Partial) -> None:
        """Take note that a result is whole and in the store."""
        ...

    def leave(self, partial: Partial) -> None:
        """Take note that nobody writes it for now; the next run may go on with it."""
        ...


class MemorySink:
    """Gathers the blocks in one array; mapped to a file of the store when memory is limited."""

    def __init__(self, outlet: Outlet, store: DataStore, *, mapped: bool) -> None:
        self._mapped = mapped
        self._array: Array | None = (
            store.create(outlet.shape, outlet.dtype) if mapped else np.empty(outlet.shape, outlet.dtype)
        )

    def write(self, block: Array, axis: int, start: int) -> None:
        """Copy one block into its place."""
        assert self._array is not None  # noqa: S101 - for the type checker: not finished yet
        _copy(block, self._array, axis, start)
        if self._mapped:
            release_pages(self._array)

    def finish(self) -> Array:
        """Give the whole array, and let go of it."""
        array, self._array = self._array, None
        assert array is not None  # noqa: S101 - for the type checker: finished once
        return array

    def give_up(self) -> None:
        """Let go of the array."""
        self._array = None


class PartialSink:
    """Writes the blocks into a file of the session and marks each, so that a killed run goes on where it stopped."""

    def __init__(self, partial: Partial) -> None:
        self._partial = partial

    def write(self, block: Array, axis: int, start: int) -> None:
        """Copy one block into its place and mark it."""
        _copy(block, self._partial.array, axis, start)
        release_pages(self._partial.array)
        self._partial.mark((start, start + block.shape[axis]))

    def finish(self) -> Array:
        """Give the whole array."""
        return self._partial.array

    def give_up(self) -> None:
        """Leave it for the next run."""


def _copy(block: Array, array: Array, axis: int, start: int) -> None:
    array[(slice(None),) * axis + (slice(start, start + block.shape[axis]),)] = block
