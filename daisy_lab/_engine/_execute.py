"""Carries a job out: finds its values, cuts it into sections, runs each within the memory given, keeps the ledger."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from daisy_lab._algorithm import monitored
from daisy_lab._engine._blocks import Piece, StepFailure, Tally
from daisy_lab._engine._bookkeeping import Bookkeeping
from daisy_lab._engine._boundaries import Boundaries
from daisy_lab._engine._device import HOST, Device
from daisy_lab._engine._flow import Flow, Job
from daisy_lab._engine._geometry import Need, Placed, Ranges, needs, resolve
from daisy_lab._engine._memo import Memo, compute_once
from daisy_lab._engine._meter import hold_malloc
from daisy_lab._engine._pipeline import Pipeline, blocks_between
from daisy_lab._engine._sections import Layout, Section, sections
from daisy_lab._engine._sizing import Sizing
from daisy_lab._engine._writing import Writing
from daisy_lab.errors import CancelledError, WorkflowError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from daisy_lab._datastore import DataStore
    from daisy_lab._engine._budget import BlockSize
    from daisy_lab._engine._calls import Call
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
        device: Device = HOST,
        memo: Memo | None = None,
    ) -> None:
        self.job = job = replace(job, calls=tuple(call.on(device) for call in job.calls))
        self.store, self.run = store, run
        self.outlets, self.partials = dict(outlets or {}), partials
        self.tallies: dict[str, Tally] = {}
        self.boundaries = Boundaries(limited=job.memory is not None)
        self.sizing = Sizing(job.memory, device, self.boundaries)
        self.sizes: dict[str, BlockSize] = {}
        self.flow = Flow(job, store, ledger, memo)
        self.books = Bookkeeping(self.flow, store, ledger, run, self.tallies)
        self._ranges: Need = {}
        """Which part of each result was wanted."""
        self._sent: set[str] = set()
        """Results that went to an outlet."""
        self._working: tuple[Placed, ...] = ()
        """Steps at work now."""

    # The three callers.

    def results(self) -> dict[str, Any]:
        """Make everything the job wants, block by block when it does not fit; give it by name."""
        if self.job.memory is not None:
            hold_malloc()
        with monitored(self.run), self.sizing.meter as meter:
            found = self._with_policies(self._make_all)
        history = self.books.history()
        self.run.report |= {
            "settings": {label: dict(entry.settings) for label, entry in history.items()},
            "values": self.books.values(),
            "ledger": [entry.to_json() for entry in history.values()],
            "stored": {
                asked: self.flow.find(name)
                for asked, name in zip(self.job.targets, self.flow.targets(), strict=True)
                if name not in self._sent
            },
            "steps": {label: vars(tally) for label, tally in self.tallies.items()},
            "ranges": self._ranges,
            "bytes_read": self.boundaries.bytes_read,
            "blocks": {name: size.blocks for name, size in self.sizes.items()},
            "predicted_peak_bytes": max((size.peak_bytes for size in self.sizes.values()), default=0) or None,
            "memory_bytes": self.sizing.memory,
            "baseline_bytes": meter.start,
            "peak_bytes": meter.rise(),
        }
        return found

    def block(self) -> Any:  # noqa: ANN401 - any array
        """Make just the wanted part of one result, touching only what it needs."""
        with monitored(self.run):
            return self._with_policies(self._make_block)

    def plan(self, look: Callable[[Section, Layout], None]) -> None:
        """Settle conditions, find values, place the steps; look at each section instead of running it."""

        def plan_all() -> None:
            self._each_section(self._prepare(), lambda section, layout, _turn: look(section, layout))

        with monitored(self.run):
            self._with_policies(plan_all)

    def pipeline(self, section: Section, need: Need) -> Pipeline:
        """Give a section ready to run."""
        return Pipeline(section, self.read, {name: need[name] for name in section.targets}, self.tallies)

    def read(self, name: str, ranges: Ranges) -> Piece:
        """Read a part of an input, of a held result, or of an earlier section."""
        return self.boundaries.read(name, ranges, self.flow)

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
                self.flow = self.books.flow = self.flow.without(failure.call)
            except CancelledError as error:
                self.books.cancelled(self._working, error)
                raise

    def _admit(self) -> None:
        for call in self.job.calls[self.flow.admitted :]:
            found = None
            if call.when is not None and self.flow.may_run(call):
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
        reads = [item.name for item in call.inputs.values()]
        steps = self._settled(reads, {axis for item in call.inputs.values() for axis in item.sample}, call)
        upstream = [step.call for step in steps[:-1]]
        want: Need = {name: {} for name in call.outputs}
        need = needs(steps, want)
        if upstream and (
            steps[-1].samples_vaguely or self.boundaries.touched(steps, need, self.flow) > _SMALL_SAMPLE
        ):
            self._each_section(upstream, self._run_inside, reads)
            steps = self.flow.placed([call], self.boundaries.lengths)
        begin = time.time()
        self._working = tuple(steps)
        pieces = compute_once(steps, want, self.flow, self.read, self.tallies, exact=True)
        self._working = ()
        self.books.value(call, steps[-1].settings, [pieces[name].value for name in call.outputs], begin)

    # Arrays.

    def _make_all(self) -> dict[str, Any]:
        self._each_section(self._prepare(), self._run_section)
        wanted = dict(zip(self.job.targets, self.flow.targets(), strict=True))
        return {asked: self._result(name) for asked, name in wanted.items()}

    def _make_block(self) -> Any:  # noqa: ANN401 - any array
        self._prepare()
        (name,) = self.flow.targets()
        if name in self.boundaries.pieces or self.flow.available(name):
            return self._result(name)
        steps = [step.with_batches_of_one() for step in self._settled([name], self.job.want.keys())]
        ranges = self._wanted(name, steps)
        piece = compute_once(steps, {name: ranges}, self.flow, self.read, self.tallies)[name].crop(ranges)
        # A length that was not known before is known now.
        rest = {axis: part for axis, part in self.job.want.items() if axis not in ranges}
        return piece.crop(
            resolve(name, rest, dict(zip(piece.axes, np.shape(piece.value), strict=True)))
        ).value

    def _prepare(self) -> list[Call]:
        """Settle conditions and find values; give the calls that are left."""
        self._admit()
        targets = self.flow.targets()
        self._find_values(targets)
        self._check_want(targets)
        return [call for call in self.flow.needed(targets) if not call.is_value]

    def _settled(self, names: Sequence[str], cut: AbstractSet[str], *more: Call) -> list[Placed]:
        """Place what must run for some names; what can be cut only once its step has told a length is made first."""
        while True:
            steps = self.flow.placed([*self.flow.needed(names), *more], self.boundaries.lengths)
            made = {name for step in steps for name in step.outputs}
            unknown = (
                name for step in steps for name, axes in step.vague.items() if not cut.isdisjoint(axes)
            )
            vague = next((name for name in unknown if name in made), None)
            if vague is None:
                return steps
            self._each_section(self.flow.needed([vague]), self._run_inside, [vague])

    def _layout(self, calls: Iterable[Call], inside: tuple[str, ...]) -> Layout:
        """Place calls, and cut them into sections; names `inside` are made whole, whatever the user wants."""
        steps = self.flow.placed(calls, self.boundaries.lengths)
        made = {name for step in steps for name in step.outputs}
        want: Need = (
            {name: {} for name in inside if name in made}
            if inside
            else {name: self._wanted(name, steps) for name in self.flow.targets() if name in made}
        )
        return Layout(sections(steps, want), needs(steps, want), want)

    def _each_section(
        self,
        calls: Iterable[Call],
        do: Callable[[Section, Layout, tuple[int, int]], None],
        inside: Iterable[str] = (),
    ) -> None:
        """Do something with one section after the other: of the results, or of names `inside` that are made whole."""
        names = tuple(inside)
        layout = self._layout(calls, names)
        done = 0
        while layout.sections:
            section = layout.sections.pop(0)
            do(section, layout, (done, done + 1 + len(layout.sections)))
            done += 1
            if any(step.vague or step.samples_vaguely for later in layout.sections for step in later.steps):
                # What was made now has lengths that were not known before.
                layout = self._layout([step.call for later in layout.sections for step in later.steps], names)

    def _run_inside(self, section: Section, layout: Layout, turn: tuple[int, int]) -> None:
        """Run a section for what it makes whole; outlets take only what is wanted of the results."""
        outlets, self.outlets = self.outlets, {}
        try:
            self._run_section(section, layout, turn)
        finally:
            self.outlets = outlets

    def _run_section(self, section: Section, layout: Layout, turn: tuple[int, int]) -> None:
        # What has no axes goes to no outlet: a number that a step finds beside its arrays.
        outlets = {
            name: self.outlets[name]
            for name in section.targets
            if name in self.outlets and section.sizes(name)
        }
        pipeline = self.pipeline(section, layout.need)
        size = self.sizing.of(pipeline, self.flow, self.store)
        self.sizes[section.targets[-1]] = size
        shown = {name: layout.want.get(name, layout.need[name]) for name in section.targets}
        writing = Writing(
            section,
            pipeline.wanted,
            shown,
            {name: self.flow.part_key(name, layout.need[name]) for name in section.targets},
            self.store,
            outlets,
            self.flow.read_outside(section.steps),
            self.partials,
            single=size.blocks == 1 and self.job.memory is None,
            mapped=self.job.memory is not None,
        )
        first, last = pipeline.part
        share = (turn[0] - first / (last - first), 1 / (last - first), float(turn[1]))
        begin = time.time()
        self._working = section.steps
        try:
            blocks = (
                block
                for gap in writing.gaps(pipeline.part)
                for block in blocks_between(gap, size.length, section.batch, self.sizing.is_crowded)
            )
            pipeline.run(blocks, writing.write, self.run, share)
            made = self._stored(section, writing.finish(), layout, shown, begin)
        except BaseException:
            writing.give_up()
            raise
        writing.stored()
        self._working = ()
        self._sent.update(outlets)
        for name, piece in made.items():
            self.boundaries.keep(name, section.sizes(name), piece)

    def _stored(
        self, section: Section, made: Mapping[str, Any], layout: Layout, shown: Need, began: float
    ) -> dict[str, Piece]:
        """Put a section's results into the store, and give all that was made."""
        axes = {name: tuple(sizes) for step in section.steps for name, sizes in step.outputs.items()}
        pieces = {
            name: Piece(value, axes[name], {axis: part[0] for axis, part in layout.need[name].items()})
            for name, value in made.items()
            if value is not None
        }
        stored = self.books.section(
            section, {name: piece.crop(shown[name]).value for name, piece in pieces.items()}, shown, began
        )
        return {
            name: replace(piece, value=stored[name]) if shown[name] == layout.need[name] else piece
            for name, piece in pieces.items()
        }

    def _result(self, name: str) -> Any:  # noqa: ANN401 - any object
        """Give the wanted part of what was made, or was held; None when it went to an outlet."""
        if name in self._sent:
            return None
        piece = self.boundaries.pieces.get(name)
        if piece is None:
            if self.flow.memo is None:
                self.flow.make_current(name)
            value = self.flow.value(name)
            if not getattr(value, "shape", ()) or not self.job.want:
                return value
        lengths = self.flow.sizes(name) if piece is None else self.boundaries.lengths[name]
        self._ranges[name] = resolve(name, self.job.want, lengths)
        return (
            self.read(name, self._ranges[name]) if piece is None else piece.crop(self._ranges[name])
        ).value

    def _wanted(self, name: str, steps: list[Placed]) -> Ranges:
        """Give the ranges of a result that the user wants, without those that are all of it."""
        sizes = next(step.outputs[name] for step in steps if name in step.outputs)
        ranges = resolve(name, self.job.want, sizes)
        return {axis: part for axis, part in ranges.items() if part != (0, sizes[axis])}

    def _check_want(self, targets: Iterable[str]) -> None:
        """Refuse a part along an axis that no result has, instead of making everything."""
        axes = {axis for name in targets for axis in self.flow.axes_of(name)}
        for axis in self.job.want:
            if axis not in axes:
                raise WorkflowError(
                    _("a part along '{axis}' was asked for; the axes of {names} are {axes}{near}").format(
                        axis=axis, names=", ".join(targets), axes=choices(axes), near=suggestion(axis, axes)
                    )
                )
