"""Writes the blocks of one section's targets: into the store, into a session's resumable file, or into an outlet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab._engine._sinks import MemorySink, Outlet, Partial, Partials, PartialSink, Sink

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from daisy_lab._datastore import DataStore
    from daisy_lab._engine._blocks import Piece
    from daisy_lab._engine._calls import Range
    from daisy_lab._engine._geometry import Need, Ranges
    from daisy_lab._engine._sections import Section

__all__ = ["Writing"]


@dataclass
class Writing:
    """The targets of one section on their way out."""

    section: Section
    wanted: Need
    """Part of each target that the run covers."""
    shown: Need
    """Part of it that the user wants: what an outlet takes."""
    keys: Mapping[str, str]
    """Key of each target's wanted part."""
    store: DataStore
    outlets: Mapping[str, Callable[[Outlet], Sink]]
    kept: Container[str]
    """Names that later steps read, so that the store needs them beside an outlet."""
    partials: Partials | None
    single: bool
    """Whether everything is one block."""
    mapped: bool
    """Whether memory is limited, so that arrays go to mapped files."""
    axes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _sinks: dict[str, Sink] = field(default_factory=dict)
    _outs: dict[str, Sink] = field(default_factory=dict)
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

    def gaps(self, part: Range) -> list[Range]:
        """Give the ranges within positions along the axis that no interrupted run has written yet."""
        first, last = part
        if not self._found:
            return [(first, last)]
        missing = np.zeros(last - first, bool)
        for name, partial in self._found.items():
            lo, hi = self._covered(name)
            there = np.zeros(hi - lo, bool)
            for begin, end in partial.done:
                there[begin:end] = True
            missing[lo - first : hi - first] |= ~there
        edges = np.flatnonzero(np.diff(missing, prepend=False, append=False)) + first
        return [(int(lo), int(hi)) for lo, hi in edges.reshape(-1, 2)]

    def write(self, pieces: Mapping[str, Piece]) -> None:
        """Write one block of every target."""
        for name, piece in pieces.items():
            if name in self.outlets and self.axes[name]:
                self._write_out(name, piece)
                if name not in self.kept:
                    continue
            if self.single or not self.axes[name]:
                self._whole[name] = piece.value
                continue
            if name not in self._sinks:
                self._sinks[name] = self._sink(self._outlet(name, piece, self.wanted))
            self._pass_on(self._sinks[name], piece, self.wanted[name])

    def finish(self) -> dict[str, Any]:
        """Close everything and give what goes into the store; None for what went to an outlet."""
        for sink in self._outs.values():
            sink.finish()
        gone = dict.fromkeys(self._outs)
        return gone | self._whole | {name: sink.finish() for name, sink in self._sinks.items()}

    def stored(self) -> None:
        """Take note that the results are in the store: nothing is left to resume."""
        if self.partials is not None:
            for partial in self._found.values():
                self.partials.finish(partial)

    def give_up(self) -> None:
        """Close everything after a failure."""
        for sink in (*self._sinks.values(), *self._outs.values()):
            sink.give_up()
        if self.partials is not None:
            for partial in self._found.values():
                self.partials.leave(partial)

    def _covered(self, name: str) -> Range:
        length = self.section.length
        return self.wanted[name].get(self.section.axis or "", (0, length))

    def _resumable(self) -> bool:
        return not self.single and self.section.axis is not None and self.outlets.keys().isdisjoint(self.keys)

    def _sink(self, outlet: Outlet) -> Sink:
        if self.partials is not None and self._resumable():
            self._found[outlet.name] = self.partials.start(outlet)
            return PartialSink(self._found[outlet.name])
        return MemorySink(outlet, self.store, mapped=self.mapped)

    def _write_out(self, name: str, piece: Piece) -> None:
        """Give an outlet the part of a block that the user wants."""
        along, shown = self.section.axis, dict(self.shown[name])
        if along is not None and along in shown:
            first = piece.start.get(along, 0)
            last = first + piece.value.shape[self.axes[name].index(along)]
            shown[along] = max(shown[along][0], first), min(shown[along][1], last)
            if shown[along][0] >= shown[along][1]:
                return
        part = piece.crop(shown)
        if name not in self._outs:
            self._outs[name] = self.outlets[name](self._outlet(name, part, self.shown))
        self._pass_on(self._outs[name], part, self.shown[name])

    def _pass_on(self, sink: Sink, piece: Piece, whole: Ranges) -> None:
        along = self.section.axis
        if along is None:
            sink.write(piece.value, 0, 0)
        else:
            first = whole.get(along, (0, 0))[0]
            sink.write(piece.value, piece.axes.index(along), piece.start.get(along, 0) - first)

    def _outlet(self, name: str, piece: Piece, covers: Need) -> Outlet:
        shape, along = list(piece.value.shape), self.section.axis
        if along is not None:
            lo, hi = covers[name].get(along, (0, self.section.length))
            shape[self.axes[name].index(along)] = hi - lo
        ports = {
            output: port
            for step in self.section.steps
            for output, port in zip(step.call.outputs, step.call.algorithm.outputs, strict=True)
        }
        start = {axis: part[0] for axis, part in covers[name].items()}
        unit, key = ports[name].unit, self.keys[name]
        return Outlet(name, tuple(shape), piece.value.dtype, self.axes[name], unit, key, start)
