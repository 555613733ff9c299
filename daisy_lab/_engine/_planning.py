"""What a job will cost, said before it is asked for: sections, blocks, memory, output size, time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

from daisy_lab._algorithm import log
from daisy_lab._engine._blocks import StepFailure
from daisy_lab._engine._budget import block_size, measure
from daisy_lab._engine._meter import hold_malloc
from daisy_lab.texts import gettext as _
from daisy_lab.texts import in_bytes

if TYPE_CHECKING:
    import numpy as np

    from daisy_lab._engine._execute import Execution
    from daisy_lab._engine._pipeline import Pipeline
    from daisy_lab._engine._sections import Layout, Section

__all__ = ["Plan", "PlannedSection", "plan"]


@dataclass(frozen=True)
class PlannedOutput:
    """One array that a section makes for the sections after it, or for the user."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def nbytes(self) -> int:
        """Bytes of it."""
        return prod(self.shape) * self.dtype.itemsize


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
    measured_seconds: float | None = None
    """From the short blocks of this plan: rougher, but there before anything ran."""
    outputs: tuple[PlannedOutput, ...] = ()

    def __str__(self) -> str:
        steps = " > ".join(self.steps)
        if self.axis is None:
            return _("{steps}: all at once").format(steps=steps)
        return _("{steps}: {blocks} blocks of {length} along {axis}").format(
            steps=steps, blocks=self.blocks, length=self.length, axis=self.axis
        )


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
    def outputs(self) -> tuple[PlannedOutput, ...]:
        """Everything that is made, in order; what a section tells only when it runs is missing."""
        return tuple(output for section in self.sections for output in section.outputs)

    @property
    def seconds(self) -> float | None:
        """Expected duration; None while a step has never run."""
        return _sum([section.seconds for section in self.sections])

    @property
    def measured_seconds(self) -> float | None:
        """Expected duration as short blocks tell it; None where a step needs what does not exist yet."""
        return _sum([section.measured_seconds for section in self.sections])

    def __str__(self) -> str:
        if not self.sections:
            return _("nothing to do: every result is there")
        time = _("unknown, it never ran") if self.seconds is None else f"{self.seconds:.3g} s"
        lines = [
            _("peak memory {peak} of {memory}, output {output}, time {time}").format(
                peak=in_bytes(self.peak_bytes),
                memory=in_bytes(self.memory),
                output=in_bytes(self.output_bytes),
                time=time,
            )
        ]
        return "\n".join([*lines, *map(str, self.sections)])


def _sum(each: list[float | None]) -> float | None:
    known = [seconds for seconds in each if seconds is not None]
    return sum(known) if len(known) == len(each) else None


def plan(execution: Execution) -> Plan:
    """Find a job's values, place its steps, and measure each section on short blocks.

    What a section reads of an earlier one does not exist yet: ones of the right shape and type stand in for it.
    """
    hold_malloc()
    found: list[PlannedSection] = []
    execution.plan(lambda section, layout: found.append(_planned(execution, section, layout)))
    return Plan(tuple(found), execution.sizing.memory)


def _planned(execution: Execution, section: Section, layout: Layout) -> PlannedSection:
    pipeline = replace(execution.pipeline(section, layout.need), tallies={})
    part = pipeline.part
    span = part[1] - part[0]
    labels = tuple(step.call.algorithm.name for step in section.steps)
    try:
        cost = measure(pipeline, execution.sizing.memory)
    except StepFailure as failure:
        if not execution.boundaries.invents(section):
            raise
        # What it reads does not exist yet, and invented values did not do.
        log(
            _("nothing is known of {step} before it runs: {error}").format(
                step=labels[0], error=failure.error
            )
        )
        return PlannedSection(labels, section.axis, span, 1, 0, 0, None)
    size = block_size(cost, part, section.batch, execution.sizing.memory, section.targets)
    outputs = [
        PlannedOutput(name, _whole_shape(pipeline, name, shape), dtype)
        for name, (shape, dtype) in cost.outlets.items()
    ]
    for made in outputs:
        execution.boundaries.pretend(made.name, section, layout.need[made.name], made.shape, made.dtype)
    return PlannedSection(
        labels,
        section.axis,
        size.length,
        size.blocks,
        size.peak_bytes,
        sum(made.nbytes for made in outputs),
        _seconds(execution, pipeline, span),
        cost.seconds * span,
        tuple(outputs),
    )


def _whole_shape(pipeline: Pipeline, name: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Give the shape of all that is wanted of a target, from that of one block."""
    section = pipeline.section
    axes = next(tuple(step.outputs[name]) for step in section.steps if name in step.outputs)
    if section.axis is None:
        return shape
    lo, hi = pipeline.wanted[name].get(section.axis, (0, section.length))
    return tuple(
        hi - lo if axis == section.axis else length for axis, length in zip(axes, shape, strict=True)
    )


def _seconds(execution: Execution, pipeline: Pipeline, span: int) -> float | None:
    """Scale the elements the pilot computed to the whole range, at the rates of recorded runs."""
    total = 0.0
    for step in pipeline.section.steps:
        rate = execution.books.ledger.rate(step.call.algorithm.id)
        tally = pipeline.tallies.get(step.call.label)
        if rate is None or tally is None:
            return None
        total += rate * tally.elements / max(tally.positions, 1) * span
    return total
