"""Whole workflows as a page asks about them: one slice through all steps, what is wrong, what a run costs, the run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from daisy_lab import io
from daisy_lab._bridge._chain_check import faults_of
from daisy_lab._bridge._chain_looks import look, part_of, require_part, spot_of, workflow_of
from daisy_lab._bridge._faults import error_info
from daisy_lab._bridge._handlers import handles
from daisy_lab._engine import Run, default_memory
from daisy_lab._ledger import plain
from daisy_lab._messages import (
    ChainChecked,
    ChainPlan,
    ChainSlice,
    CheckChain,
    Done,
    PlanChain,
    PlannedOutput,
    RunChain,
    ShowChain,
    Started,
    StopChain,
)
from daisy_lab._session import run_to_file
from daisy_lab.errors import DaisyError, FileError

if TYPE_CHECKING:
    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._engine import Plan
    from daisy_lab._messages import ErrorInfo


@handles(ShowChain, "chain")
def show(bridge: Bridge, front: Front, asked: ShowChain) -> ChainSlice:
    """Compute a part of one result through the whole chain, and lay it on the shelf."""
    begin = time.perf_counter()
    workflow = workflow_of(asked)
    target = asked.target or workflow.outputs[-1]
    job = workflow.job(
        targets=[target], available=bridge.engine.store, inputs=asked.inputs, want=part_of(asked.want)
    )
    require_part(workflow, target, asked.want, bridge.engine.store)
    run = Run(job.title, bridge.engine.workers)
    value = look(bridge, front, asked, run, lambda: bridge.engine.block(job, run, bridge.memo))
    found = {name: plain(item) for name, item in run.report["values"].items()}
    if not np.shape(value):
        found[target] = plain(value)
    spot = spot_of(bridge, front, asked.into, value, run.report)
    return ChainSlice(
        **dict(spot),
        seconds=time.perf_counter() - begin,
        held=not run.report["steps"],
        values=found,
        lines=tuple(run.report["lines"]),
    )


@handles(StopChain)
def stop(bridge: Bridge, front: Front, asked: StopChain) -> Done:
    """End what is computed for a view."""
    bridge.stop_previews(front, asked.view)
    return Done()


@handles(CheckChain)
def check(bridge: Bridge, _front: Front, asked: CheckChain) -> ChainChecked:
    """Check every step and setting, and whether the inputs are there."""
    return faults_of(asked, bridge.engine.store)


@handles(PlanChain, "slow")
def plan(bridge: Bridge, front: Front, asked: PlanChain) -> ChainPlan:
    """Predict what a run costs, and whether its file can be written."""
    workflow = workflow_of(asked)
    engine = bridge.engine
    job = workflow.job(
        available=engine.store, inputs=asked.inputs, memory=asked.memory, want=part_of(asked.want)
    )
    run = Run(job.title, engine.workers)
    made: Plan = look(bridge, front, asked, run, lambda: engine.plan(job, run, bridge.memo))
    outputs = tuple(
        PlannedOutput(name=output.name, shape=output.shape, dtype=str(output.dtype), nbytes=output.nbytes)
        for output in made.outputs
        if output.name in job.targets
    )
    total = sum(output.nbytes for output in outputs) or made.output_bytes
    free, problem = _room(bridge, asked.output, total)
    return ChainPlan(
        outputs=outputs,
        output_bytes=total,
        peak_bytes=made.peak_bytes,
        memory_bytes=made.memory,
        seconds=made.seconds if made.seconds is not None else made.measured_seconds,
        measured=made.seconds is None and made.measured_seconds is not None,
        device=engine.device.name,
        blocks=sum(section.blocks for section in made.sections),
        text=str(made),
        free_bytes=free,
        problem=problem,
    )


def _room(bridge: Bridge, output: str, needed: int) -> tuple[int | None, ErrorInfo | None]:
    """Look whether a file of this size can be written there."""
    if not output:
        return None, None
    try:
        target = io.inside(Path(output), bridge.roots)
        io.check_place(target)
        free = io.free_bytes(target.parent)
        io.check_room(target, needed)
    except DaisyError as error:
        return None if not isinstance(error, FileError) else _free(output, bridge), error_info(error)
    return free, None


def _free(output: str, bridge: Bridge) -> int | None:
    try:
        return io.free_bytes(io.inside(Path(output), bridge.roots).parent)
    except (DaisyError, OSError):
        return None


@handles(RunChain, "run")
def start(bridge: Bridge, _front: Front, asked: RunChain) -> Started:
    """Start a run in the background; what can be known to be wrong is told before."""
    workflow = workflow_of(asked)
    engine = bridge.engine
    if asked.output:
        target = io.inside(Path(asked.output), bridge.roots)
        run = run_to_file(
            engine,
            workflow,
            target,
            memory=asked.memory,
            want=part_of(asked.want),
            inputs=asked.inputs,
        )
    else:
        job = workflow.job(
            available=engine.store,
            inputs=asked.inputs,
            into=asked.into,
            memory=asked.memory or default_memory(),
            want=part_of(asked.want),
        )
        run = engine.run_job(job)
    bridge.follow(run, asked)
    return Started(run=run.id)
