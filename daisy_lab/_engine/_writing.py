"""Writes the blocks of one section's targets: into the store, into a session's resumable file, or into an outlet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab._engine._sinks import MemorySink, Outlet, Partial, Partials, PartialSink, Sink

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._datastore import DataStore
    from daisy_lab._engine._blocks import Piece
    from daisy_lab._engine._calls import Range
    from daisy_lab._engine._sections import Section

__all__ = ["Writing"]


@dataclass
class Writing:
    """The targets of one section on their way out."""

    section: Section
    part: Range
    """Positions along the section's axis that the run covers."""
    keys: Mapping[str, str]
    """Key of each target's wanted part."""
    store: DataStore
    outlets: Mapping[str, Callable[[Outlet], Sink]]
    partials: Partials | None
    single: bool
    """Whether everything is one block."""
    mapped: bool
    """Whether memory is limited, so that arrays go to mapped files."""
    axes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _sinks: dict[str, Sink] = field(default_factory=dict)
    _whole: dict[str, Any] = field(default_factory=dict)
    _found: dict[str, Partial] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.axes = {
            name: tuple(sizes)
            for step in self.section.steps
            for name, sizes in step.outputs.items()
            if name in self.keys
        }
        if self.partials is not None and self._resumable():
            found = {name: self.partials.find(key) for name, key in self.keys.items()}
            if all(found.values()):
                self._found = {name: partial for name, partial in found.items() if partial is not None}
                self._sinks = {name: PartialSink(partial) for name, partial in self._found.items()}

    def gaps(self) -> list[Range]:
        """Give the ranges along the axis that no interrupted run has written yet."""
        missing = np.full(self.part[1] - self.part[0], not self._found)
        for partial in self._found.values():
            todo = np.ones_like(missing)
            for lo, hi in partial.done:
                todo[lo:hi] = False
            missing |= todo
        edges = np.flatnonzero(np.diff(missing, prepend=False, append=False)) + self.part[0]
        return [(int(lo), int(hi)) for lo, hi in edges.reshape(-1, 2)]

    def write(self, block: Range, pieces: Mapping[str, Piece]) -> None:
        """Write one block of every target."""
        for name, piece in pieces.items():
            if self.single and name not in self.outlets:
                self._whole[name] = piece.value
                continue
            axis = self.axes[name].index(self.section.axis) if self.section.axis else 0
            if name not in self._sinks:
                self._sinks[name] = self._sink(self._outlet(name, piece, axis))
            self._sinks[name].write(piece.value, axis, block[0] - self.part[0] if self.section.axis else 0)

    def finish(self) -> dict[str, Any]:
        """Close everything and give what goes into the store; None for what went to an outlet."""
        return self._whole | {name: sink.finish() for name, sink in self._sinks.items()}

    def stored(self) -> None:
        """Take note that the results are in the store: nothing is left to resume."""
        if self.partials is not None:
            for partial in self._found.values():
                self.partials.finish(partial)

    def give_up(self) -> None:
        """Close everything after a failure."""
        for sink in self._sinks.values():
            sink.give_up()

    def _resumable(self) -> bool:
        return not self.single and self.section.axis is not None and self.outlets.keys().isdisjoint(self.keys)

    def _sink(self, outlet: Outlet) -> Sink:
        if outlet.name in self.outlets:
            return self.outlets[outlet.name](outlet)
        if self.partials is not None and self._resumable():
            self._found[outlet.name] = self.partials.start(outlet)
            return PartialSink(self._found[outlet.name])
        return MemorySink(outlet, self.store, mapped=self.mapped)

    def _outlet(self, name: str, piece: Piece, axis: int) -> Outlet:
        shape = list(piece.value.shape)
        if self.section.axis:
            shape[axis] = self.part[1] - self.part[0]
        ports = {
            output: port
            for step in self.section.steps
            for output, port in zip(step.call.outputs, step.call.algorithm.outputs, strict=True)
        }
        return Outlet(
            name, tuple(shape), piece.value.dtype, self.axes[name], ports[name].unit, self.keys[name]
        )
