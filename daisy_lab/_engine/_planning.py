"""What a job will cost, said before it is asked for: sections, blocks, memory, output size, time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

from daisy_lab._engine._budget import block_size, measure, pretty_bytes
from daisy_lab._engine._meter import hold_malloc
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._engine._calls import Range
    from daisy_lab._engine._execute import Execution
    from daisy_lab._engine._geometry import Need
    from daisy_lab._engine._pipeline import Pipeline
    from daisy_lab._engine._sections import Section

__all__ = ["Plan", "PlannedSection", "plan"]


@dataclass(frozen=True)
class PlannedSection:
    """One section of a plan."""

    steps: tuple[str, ...]
    axis: str | None
    length: int
    """Positions of one block along the axis."""
    blocks: int
    peak_bytes: int
    output_bytes: int
    seconds: float | None
    """From recorded runs; None while a step of it has never run."""


@dataclass(frozen=True)
class Plan:
    """What a job will cost."""

    sections: tuple[PlannedSection, ...]
    memory: int
    """Bytes it may take."""

    @property
    def peak_bytes(self) -> int:
        """Bytes above the start it is expected to take at most."""
        return max((section.peak_bytes for section in self.sections), default=0)

    @property
    def output_bytes(self) -> int:
        """Size of what comes out at the end."""
        return self.sections[-1].output_bytes if self.sections else 0

    @property
    def seconds(self) -> float | None:
        """Expected duration; None while a step has never run."""
        each = [section.seconds for section in self.sections]
        known = [seconds for seconds in each if seconds is not None]
        return sum(known) if len(known) == len(each) else None

    def __str__(self) -> str:
        if not self.sections:
            return _("nothing to do: every result is there")
        time = _("unknown, it never ran") if self.seconds is None else f"{self.seconds:.3g} s"
        lines = [
            _("peak memory {peak} of {memory}, output {output}, time {time}").format(
                peak=pretty_bytes(self.peak_bytes),
                memory=pretty_bytes(self.memory),
                output=pretty_bytes(self.output_bytes),
                time=time,
            )
        ]
        for section in self.sections:
            lines.append(
                _("{steps}: {blocks} blocks of {length} along {axis}").format(
                    steps=" > ".join(section.steps),
                    blocks=section.blocks,
                    length=section.length,
                    axis=section.axis,
                )
                if section.axis
                else _("{steps}: all at once").format(steps=" > ".join(section.steps))
            )
        return "\n".join(lines)


def plan(execution: Execution) -> Plan:
    """Find a job's values, place its steps, and measure the first section that can be measured now."""
    hold_malloc()
    found, need = execution.prepare()
    return Plan(tuple(_planned(execution, section, need) for section in found), execution.memory)


def _planned(execution: Execution, section: Section, need: Need) -> PlannedSection:
    found, part = execution.pipeline(section, need)
    pipeline = replace(found, tallies={})
    labels = tuple(step.call.algorithm.name for step in section.steps)
    if not execution.readable(section):
        # What it reads does not exist yet: nothing can be measured.
        return PlannedSection(labels, section.axis, part[1] - part[0], 1, 0, 0, None)
    cost = measure(pipeline, part, execution.memory)
    size = block_size(cost, part, section.batch, execution.memory, section.targets)
    output = sum(
        prod(shape) * dtype.itemsize * (part[1] - part[0]) // _positions(section, name, shape)
        for name, (shape, dtype) in cost.outlets.items()
    )
    seconds = _seconds(execution, pipeline, part)
    return PlannedSection(labels, section.axis, size.length, size.blocks, size.peak_bytes, output, seconds)


def _positions(section: Section, name: str, shape: tuple[int, ...]) -> int:
    axes = next(tuple(step.outputs[name]) for step in section.steps if name in step.outputs)
    return shape[axes.index(section.axis)] if section.axis in axes else 1


def _seconds(execution: Execution, pipeline: Pipeline, part: Range) -> float | None:
    """Scale the elements the pilot computed to the whole range, at the rates of recorded runs."""
    total = 0.0
    for step in pipeline.section.steps:
        rate = execution.books.ledger.rate(step.call.algorithm.id)
        tally = pipeline.tallies.get(step.call.label)
        if rate is None or tally is None:
            return None
        total += rate * tally.elements / max(tally.positions, 1) * (part[1] - part[0])
    return total
