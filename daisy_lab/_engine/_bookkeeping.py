"""Puts what a job made into the store and writes the ledger: one entry per step, all its blocks together."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from daisy_lab._datastore import Put
from daisy_lab._engine._blocks import Piece, Tally
from daisy_lab._ledger import Entry, Used, plain
from daisy_lab.vocabulary import SameAxes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab._datastore import DataStore
    from daisy_lab._engine._blocks import StepFailure
    from daisy_lab._engine._calls import Call, Ref
    from daisy_lab._engine._flow import Flow
    from daisy_lab._engine._geometry import Need, Placed
    from daisy_lab._engine._run import Run
    from daisy_lab._engine._sections import Section
    from daisy_lab._ledger import Ledger
    from daisy_lab.errors import CancelledError

__all__ = ["Bookkeeping"]

_REPORTED = 16


class Bookkeeping:
    """The store and the ledger, as one job writes to them."""

    def __init__(
        self, flow: Flow, store: DataStore, ledger: Ledger, run: Run, tallies: Mapping[str, Tally]
    ) -> None:
        self.flow, self.store, self.ledger, self.run, self._tallies = flow, store, ledger, run, tallies
        self._entered: dict[str, Entry] = {}
        self._steps = 0
        self._heard = 0
        """Lines of the run that belong to values found before."""

    def history(self) -> dict[str, Entry]:
        """Give the entry of every step the job's results came out of, per label; held ones, too."""
        found = {call.label: self.ledger.of_key(self.flow.entry_key(call, {})) for call in self.flow.calls}
        found |= self._entered
        return {label: entry for label, entry in found.items() if entry is not None}

    def values(self) -> dict[str, Any]:
        """Give the values the job found, or that were held; large arrays are no values to report."""
        names = [
            name
            for call in self.flow.calls
            if call.is_value
            for name in call.outputs
            if self.flow.recalled(name) is not None or self.flow.held(name)
        ]
        found = {name: self.flow.value(name) for name in names}
        return {name: plain(value) for name, value in found.items() if np.size(value) <= _REPORTED}

    def facts(self) -> dict[str, Any]:
        """Say of a block that was made: its axes and unit, what was found on the way, and what was said of that."""
        (name,) = self.flow.targets()
        return {
            "axes": self.flow.axes_of(name),
            "unit": self.flow.unit_of(name),
            "values": self.values(),
            "lines": self.said(),
        }

    def said(self) -> list[str]:
        """Give what steps said when they found the values of a preview, now or before."""
        memo = self.flow.memo
        makers = [call for call in self.flow.calls if call.is_value] if memo is not None else []
        return [line for call in makers for line in memo.said(self.flow.key(call.outputs[0]))] if memo else []

    def value(self, call: Call, settings: Mapping[str, object], values: Sequence[Any], began: float) -> None:
        """Store what a value step found; of a preview, only keep it for the next one."""
        if self.flow.memo is not None:
            for name, value in zip(call.outputs, values, strict=True):
                self.flow.note(name, Piece(value))
            self.flow.memo.say(self.flow.key(call.outputs[0]), self.run.lines[self._heard :])
            self._heard = len(self.run.lines)
            return
        names = [self.flow.stored_name(name) for name in call.outputs]
        ports = call.algorithm.outputs
        entry_id = self._next_id()
        puts = {
            name: Put(value, unit=port.unit, owned=True)
            for name, port, value in zip(names, ports, values, strict=True)
        }
        told = self.store.put_many(puts, made_by=entry_id)
        used = {
            name: Used(there, told[there].version, self.flow.key(name))
            for name, there in zip(call.outputs, names, strict=True)
        }
        self._enter(entry_id, call, settings, self.flow.entry_key(call, {}), used, began=began)
        self.run.made += tuple(names)

    def section(self, section: Section, made: Mapping[str, Any], need: Need, began: float) -> dict[str, Any]:
        """Store the whole results of a section and give everything made as it is stored; of a preview, as it is."""
        values = dict(made)
        if self.flow.memo is not None:
            for step in section.steps:
                for name, sizes in step.outputs.items():
                    if name in values and not need.get(name):
                        self.flow.note(name, Piece(values[name], tuple(sizes)))
            return values
        for step in section.steps:
            entry_id = self._next_id()
            puts = self._puts(step, made, need)
            told = self.store.put_many(puts, made_by=entry_id)
            names = {
                name: self.flow.stored_name(name)
                for name in step.call.outputs
                if self.flow.stored_name(name) in puts
            }
            values |= {name: self.store.get(there, told[there].version) for name, there in names.items()}
            self.run.made += tuple(names.values())
            part = next((need[name] for name in step.call.outputs if name in need), {})
            key = self.flow.entry_key(step.call, part)
            used = {
                name: Used(there, told[there].version, self.flow.part_key(name, part))
                for name, there in names.items()
            }
            self._enter(entry_id, step.call, step.settings, key, used, began=began)
        return values

    def failed(self, failure: StepFailure) -> None:
        """Enter a step that failed."""
        if self.flow.memo is not None:
            return
        self.ledger.add(self._stopped(failure.call, "failed", failure.error))

    def cancelled(self, steps: Sequence[Placed], error: CancelledError) -> None:
        """Enter the steps that were at work when the user said stop."""
        if self.flow.memo is not None:
            return
        for step in steps:
            self.ledger.add(self._stopped(step.call, "cancelled", error))

    def _stopped(self, call: Call, state: Literal["failed", "cancelled"], error: Exception) -> Entry:
        draft = self._draft(self._next_id(), call, call.settings, time.time())
        return draft._replace(state=state, error=f"{type(error).__name__}: {error}")

    def _puts(self, step: Placed, made: Mapping[str, Any], need: Need) -> dict[str, Put]:
        """Give what of a step goes to the store: whole results, and parts the user asked for."""
        wanted = set(self.flow.targets())
        puts: dict[str, Put] = {}
        for name, port in zip(step.call.outputs, step.call.algorithm.outputs, strict=True):
            value = made.get(name)
            if value is None or (need.get(name) and name not in wanted):
                continue
            axes = tuple(step.outputs[name]) if isinstance(port.axes, SameAxes) else port.axes or ()
            puts[self.flow.stored_name(name)] = Put(value, axes, port.unit, owned=True)
        return puts

    def _enter(
        self,
        entry_id: str,
        call: Call,
        settings: Mapping[str, object],
        key: str,
        stored: Mapping[str, Used],
        *,
        began: float,
    ) -> None:
        """Write one entry; `stored` tells which outputs are in the store."""
        outputs = {
            port.name: stored.get(name) or Used(name, 0, self.flow.key(name))
            for name, port in zip(call.outputs, call.algorithm.outputs, strict=True)
        }
        draft = self._draft(entry_id, call, settings, began)
        tally = self._tally(call)
        peak = max(tally.peak_bytes, tally.input_bytes // max(tally.blocks, 1))
        entry = draft._replace(outputs=outputs, key=key, peak_bytes=peak)
        self._entered[call.label] = entry
        self.ledger.add(entry)

    def _draft(self, entry_id: str, call: Call, settings: Mapping[str, object], began: float) -> Entry:
        """Give what is said of a step however it ended."""
        tally = self._tally(call)
        return Entry(
            run=entry_id,
            algorithm=call.algorithm.id,
            version=call.algorithm.version,
            inputs={port: self._read(item) for port, item in call.inputs.items()},
            settings=plain(settings),
            outputs={},
            started=began,
            seconds=tally.seconds,
            peak_bytes=tally.peak_bytes,
            blocks=tally.blocks,
            elements=tally.elements,
            bound={setting: self._used(name) for setting, name in call.bound.items()},
            device=call.device.name,
            source=call.algorithm.source if call.algorithm.defined_in_notebook else "",
        )

    def _tally(self, call: Call) -> Tally:
        return self._tallies.get(call.label) or Tally()

    def _read(self, item: Ref) -> Used:
        used = self._used(item.name)
        return used._replace(part=item.parts_to_json()) if item.sample else used

    def _used(self, name: str) -> Used:
        """Name an input as it was read: an object of the store, or what an earlier step of this job made."""
        held = self.flow.held(name) if self.flow.is_made(name) else None
        if held is not None:
            return held
        key = self.flow.key(name)
        return Used(name, 0, key) if self.flow.is_made(name) else Used(*self.flow.find(name), key)

    def _next_id(self) -> str:
        self._steps += 1
        return f"{self.run.id}.{self._steps}"
