"""Carries a job out: finds its values, cuts it into sections, runs each within the memory given, keeps the ledger."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from daisy_lab._algorithm import monitored
from daisy_lab._engine._blocks import Piece, StepFailure, Tally, compute
from daisy_lab._engine._bookkeeping import Bookkeeping
from daisy_lab._engine._budget import BlockSize, block_size, default_memory, measure
from daisy_lab._engine._flow import Flow, Job
from daisy_lab._engine._geometry import Need, Placed, Ranges, needs, within
from daisy_lab._engine._meter import Meter, hold_malloc
from daisy_lab._engine._pipeline import Pipeline, blocks_between
from daisy_lab._engine._sections import Section, sections
from daisy_lab._engine._writing import Writing
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from daisy_lab._datastore import DataStore
    from daisy_lab._engine._calls import Call, Range
    from daisy_lab._engine._run import Run
    from daisy_lab._engine._sinks import Outlet, Partials, Sink
    from daisy_lab._ledger import Ledger

__all__ = ["Execution"]

T = TypeVar("T")

_SMALL_SAMPLE = 1 / 8
"""A value's sample is pulled through the chain when it touches at most this part of the largest input."""


class Execution:
    """One job being carried out on a store, on the thread of its run."""

    def __init__(
        self,
        job: Job,
        store: DataStore,
        ledger: Ledger,
        run: Run,
        *,
        outlets: Mapping[str, Callable[[Outlet], Sink]] | None = None,
        partials: Partials | None = None,
    ) -> None:
        self.job, self.store, self.run = job, store, run
        self.outlets, self.partials = dict(outlets or {}), partials
        self.memory = default_memory() if job.memory is None else job.memory
        self.tallies: dict[str, Tally] = {}
        self.bytes_read = 0
        self.sizes: dict[str, BlockSize] = {}
        self.flow = Flow(job, store, ledger)
        self.books = Bookkeeping(self.flow, store, ledger, run, self.tallies)
        self._local: dict[str, Piece] = {}
        """Section boundaries of this job, in part or whole."""

    # The three callers.

    def results(self) -> dict[str, Any]:
        """Make everything the job wants, block by block when it does not fit; give it by name."""
        if self.job.memory is not None:
            hold_malloc()
        with monitored(self.run), Meter() as meter:
            found = self._with_policies(self._make_all)
        history = self.books.history()
        self.run.report |= {
            "settings": {label: dict(entry.settings) for label, entry in history.items()},
            "values": self.books.values(),
            "ledger": [entry.to_json() for entry in history.values()],
            "steps": {label: vars(tally) for label, tally in self.tallies.items()},
            "bytes_read": self.bytes_read,
            "blocks": {name: size.blocks for name, size in self.sizes.items()},
            "predicted_peak_bytes": max((size.peak_bytes for size in self.sizes.values()), default=0),
            "memory_bytes": self.memory,
            "baseline_bytes": meter.start,
            "peak_bytes": meter.rise(),
        }
        return found

    def block(self) -> Any:  # noqa: ANN401 - any array
        """Make just the wanted part of one result, touching only what it needs."""
        with monitored(self.run):
            return self._with_policies(self._make_block)

    def prepare(self) -> tuple[list[Section], Need]:
        """Settle conditions, find values, place the steps; give the sections to run and what they need."""
        self._admit()
        targets = self.flow.targets()
        self._find_values(targets)
        steps = self.flow.placed(call for call in self.flow.needed(targets) if not call.is_value)
        wanted = [name for name in targets if any(name in step.outputs for step in steps)]
        need = needs(steps, {name: self._wanted(name, steps) for name in wanted})
        return sections(steps, wanted), need

    def pipeline(self, section: Section, need: Need) -> tuple[Pipeline, Range]:
        """Give a section ready to run, and the positions along its axis to cover."""
        ranges = [need[name] for name in section.targets if name in need]
        axis = section.axis
        whole = {
            other: part
            for other, part in ranges[0].items()
            if other != axis and all(part == r.get(other) for r in ranges)
        }
        parts = [r.get(axis, (0, section.length)) for r in ranges] if axis else [(0, 1)]
        part = min(lo for lo, _hi in parts), max(hi for _lo, hi in parts)
        return Pipeline(section, self.read, whole, self.tallies), part

    def read(self, name: str, ranges: Ranges) -> Piece:
        """Read a part of an input, of a held result, or of an earlier section."""
        piece = self._local[name].crop(ranges) if name in self._local else self.flow.read(name, ranges)
        self.bytes_read += int(getattr(piece.value, "nbytes", 0))
        return piece

    def readable(self, section: Section) -> bool:
        """Whether everything a section reads from outside is there."""
        outside = {item.name for step in section.steps for item in step.call.inputs.values()} - section.names
        return all(name in self._local or self.flow.available(name) for name in outside)

    # Conditions and policies.

    def _with_policies(self, make: Callable[[], T]) -> T:
        while True:
            try:
                return make()
            except StepFailure as failure:
                self.books.failed(failure)
                if failure.call.on_error != "skip":
                    raise failure.error from failure.error.__cause__
                self.run.log(
                    _("step {step} was skipped: {error}").format(step=failure.call.label, error=failure.error)
                )
                skipped = {*self.flow.skipped, failure.call.label}
                self.flow = self.books.flow = Flow(self.job, self.store, self.books.ledger)
                self.flow.skipped = skipped

    def _admit(self) -> None:
        for call in self.job.calls[self.flow.admitted :]:
            found = None
            if call.when is not None and call.label not in self.flow.skipped:
                name = self.flow.alias(call.when.name)
                self._find_values([name])
                found = self.flow.value(name)
            self.flow.admit(call, found)

    # Values.

    def _find_values(self, targets: Iterable[str]) -> None:
        for call in self.flow.needed(targets):
            if call.is_value:
                self._find(call)

    def _find(self, call: Call) -> None:
        """Find a value: pull its sample through the chain, or end a section first when the sample is large."""
        upstream = self.flow.needed(item.name for item in call.inputs.values())
        steps = self.flow.placed([*upstream, call])
        need = needs(steps, dict.fromkeys(call.outputs, {}))
        if upstream and self._touched(steps, need) > _SMALL_SAMPLE:
            self._make([item.name for item in call.inputs.values()], steps[:-1])
            steps = self.flow.placed([call])
            need = needs(steps, dict.fromkeys(call.outputs, {}))
        begin = time.time()
        pieces = compute(steps, need, self.read, call.outputs, self.tallies)
        self.books.value(call, steps[-1].settings, [pieces[name].value for name in call.outputs], begin)

    def _touched(self, steps: list[Placed], need: Need) -> float:
        """Give the part of the largest source that a need reads."""
        made = {name for step in steps for name in step.outputs}
        largest, share = 0, 0.0
        for name in (name for name in need if name not in made):
            sizes = self.flow.sizes(name)
            elements, touched = 1, 1
            for axis, length in sizes.items():
                lo, hi = need[name].get(axis, (0, length or 1))
                elements, touched = elements * (length or 1), touched * (hi - lo)
            if elements > largest:
                largest, share = elements, touched / elements
        return share

    # Arrays.

    def _make_all(self) -> dict[str, Any]:
        planned, need = self.prepare()
        self._run_sections(planned, need)
        wanted = dict(zip(self.job.targets, self.flow.targets(), strict=True))
        return {asked: self._result(name) for asked, name in wanted.items()}

    def _make(self, names: list[str], steps: list[Placed]) -> None:
        wanted = [name for name in names if any(name in step.outputs for step in steps)]
        need = needs(steps, {name: {} for name in wanted})
        self._run_sections(sections(steps, wanted), need)

    def _make_block(self) -> Any:  # noqa: ANN401 - any array
        self._admit()
        (name,) = self.flow.targets()
        self._find_values([name])
        if self.flow.available(name):
            return self.read(name, self._resolved(name, self.flow.sizes(name))).value
        steps = self.flow.placed(self.flow.needed([name]))
        ranges = self._wanted(name, steps)
        piece = compute(steps, needs(steps, {name: ranges}), self.read, [name], self.tallies)[name]
        sizes = dict(zip(piece.axes, piece.value.shape, strict=True))
        rest = {axis: part for axis, part in self.job.want.items() if axis not in ranges}
        return piece.crop(_resolve(name, rest, sizes)).value

    def _run_sections(self, planned: list[Section], need: Need) -> None:
        for number, section in enumerate(planned):
            self._run_section(section, need, number, len(planned))

    def _run_section(self, section: Section, need: Need, number: int, count: int) -> None:
        pipeline, part = self.pipeline(section, need)
        size = self._size(pipeline, part)
        self.sizes[section.targets[-1]] = size
        writing = Writing(
            section,
            part,
            {name: self.flow.part_key(name, need[name]) for name in section.targets},
            self.store,
            self.outlets,
            self.partials,
            single=size.blocks == 1,
            mapped=self.job.memory is not None,
        )
        share = (number - part[0] / (part[1] - part[0]), 1 / (part[1] - part[0]), float(count))
        begin = time.time()
        try:
            blocks = [block for gap in writing.gaps() for block in blocks_between(gap, size.length)]
            pipeline.run(blocks, writing.write, self.run, share)
            made = self.books.section(section, writing.finish(), need, begin)
        except BaseException:
            writing.give_up()
            raise
        writing.stored()
        for name, value in made.items():
            if value is not None:
                start = {axis: bounds[0] for axis, bounds in need[name].items()}
                self._local[name] = Piece(value, writing.axes[name], start)

    def _size(self, pipeline: Pipeline, part: Range) -> BlockSize:
        """Choose the block length: all at once when it obviously fits, measured otherwise."""
        section = pipeline.section
        sources = {item.name for step in section.steps for item in step.call.inputs.values()} - section.names
        total = sum(
            _size_of(self._local[name].value if name in self._local else self.flow.value(name))
            for name in sources
        )
        if section.axis is None or total * 16 < self.memory:
            return BlockSize(part[1], 1, 0)
        cost = measure(replace(pipeline, tallies={}), part, self.memory)
        return block_size(cost, part, section.batch, self.memory, section.targets)

    def _result(self, name: str) -> Any:  # noqa: ANN401 - any object
        if name in self._local:
            return self._local[name].value
        if name in self.outlets and not self.flow.available(name):
            return None
        self.flow.make_current(name)
        return self.read(name, self._resolved(name, self.flow.sizes(name))).value

    def _wanted(self, name: str, steps: list[Placed]) -> Ranges:
        sizes = next(step.outputs[name] for step in steps if name in step.outputs)
        return self._resolved(name, {axis: length for axis, length in sizes.items() if length is not None})

    def _resolved(self, name: str, sizes: Mapping[str, int | None]) -> Ranges:
        return _resolve(name, {axis: part for axis, part in self.job.want.items() if axis in sizes}, sizes)


def _resolve(name: str, want: Mapping[str, Any], sizes: Mapping[str, int | None]) -> Ranges:
    """Turn slices into ranges for an object of these sizes."""
    found: Ranges = {}
    for axis, part in want.items():
        length = sizes.get(axis)
        if length is not None:
            lo, hi, _step = part.indices(length) if isinstance(part, slice) else (*part, 1)
            found[axis] = within((lo, hi) if lo < hi else _asked(part), length, name, axis)
    return found


def _asked(part: Any) -> Range:  # noqa: ANN401 - a slice or a range
    return (part.start or 0, part.stop or 0) if isinstance(part, slice) else part


def _size_of(value: Any) -> int:  # noqa: ANN401 - an array or a lazy one
    shape, dtype = getattr(value, "shape", ()), getattr(value, "dtype", None)
    size = int(dtype.itemsize) if dtype is not None else 0
    for length in shape:
        size *= length
    return size
