"""A workflow on frames that are still being measured: what depends on none of them alone once, the rest as they come.

The first frames decide what the whole series shares (bins, masks, flips); every batch that arrives then goes through
the steps that can be cut along the growing axis. The file gets its name when the series is over.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from daisy_lab import io
from daisy_lab._algorithm import check_cancelled, monitored
from daisy_lab._engine import default_memory
from daisy_lab._session._files import copy_result, write_value
from daisy_lab.errors import WorkflowError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from daisy_lab._engine import Call, LocalEngine, Run
    from daisy_lab._workflow import Step, Workflow
    from daisy_lab.vocabulary import Array

__all__ = ["Arriving", "follow_to_file"]

_BATCH: Final = 16


class Arriving(Protocol):
    """Gives arrays as they come, and says at last why there are no more."""

    ended: str

    def batches(self, most: int) -> Iterator[Array]:
        """Give them, at most so many along the growing axis at once."""
        ...


def follow_to_file(
    engine: LocalEngine,
    workflow: Workflow,
    source: Arriving,
    output: str | Path,
    *,
    name: str = "frames",
    axis: str = "frame",
    settings: Mapping[str, object] | None = None,
    here: bool = False,
) -> Run:
    """Run a workflow on what arrives and write its results into a NeXus file.

    Parameters
    ----------
    engine
        The engine on a store that holds the other inputs.
    workflow
        The workflow.
    source
        What arrives.
    output
        The file; it appears under this name when the series is over.
    name
        Input that grows.
    axis
        Axis along which it grows, the first one.
    settings
        Changed settings, see `Workflow.with_settings`.
    here
        Run on the caller's thread.

    Returns
    -------
    run
        At once; its result is the path of the file.

    Raises
    ------
    WorkflowError
        If a step needs the whole series at once, or an input is missing.
    FileError
        If no file can be written there.
    """
    changed = workflow.with_settings(settings or {})
    head, tail = _divided(changed, name, axis)
    target = Path(output).expanduser().absolute()
    io.check_place(target)
    io.sweep_temporaries(target.parent)
    series = _Series(engine, changed, (head, tail), (name, axis))
    return engine.submit(
        changed.title or changed.name, lambda run: series.write(source, target, run), here=here
    )


def _divided(workflow: Workflow, name: str, axis: str) -> tuple[Workflow, tuple[Call, ...]]:
    """Part a workflow into what the first frames decide, and what is done to every batch."""
    growing = {name}
    head: list[Step] = []
    tail: list[Call] = []
    for step in workflow.steps:
        call = step.call(len(head) + len(tail) + 1)
        reads = {ref.name for ref in call.inputs.values() if axis not in ref.sample} | {*call.bound.values()}
        if not growing & reads:
            head.append(step)
            continue
        if axis not in call.algorithm.windows(call.settings):
            raise WorkflowError(
                _("{step} needs all of '{name}' at once; run {workflow} when the series is complete").format(
                    step=call.label, name=name, workflow=workflow.name
                )
            )
        tail.append(call)
        growing.update(call.outputs)
    made = {output for step in head for output in step.outputs}
    wanted = {*workflow.outputs, *(read for call in tail for read in call.reads)}
    results = tuple(output for step in head for output in step.outputs if output in wanted & made)
    return replace(workflow, steps=head, results=results), tuple(tail)


class _Series:
    """One series on its way into a file."""

    def __init__(
        self,
        engine: LocalEngine,
        workflow: Workflow,
        parts: tuple[Workflow, tuple[Call, ...]],
        grows: tuple[str, str],
    ) -> None:
        self._engine, self._workflow = engine, workflow
        self._head, self._tail = parts
        self._name, self._axis = grows
        self._known: dict[str, Any] = {}

    def write(self, source: Arriving, target: Path, run: Run) -> Path:
        """Write what arrives until no more does."""
        count = 0
        with monitored(run), io.ResultWriter(target) as writer:
            for block in source.batches(_BATCH):
                if not count:
                    self._begin(block, writer, run)
                for result, (array, axes) in self._carried(block).items():
                    self._append(writer, result, array, axes, count)
                count += len(block)
                run.advance(count, None, _("{count} so far").format(count=count))
                check_cancelled()
            run.log(source.ended)
            writer.scalar("series_end", source.ended)
            writer.record("workflow", json.dumps(self._workflow.to_json(), ensure_ascii=False))
            writer.record("ledger", json.dumps(run.report["ledger"], ensure_ascii=False))
            path = writer.finish()
        run.made = (str(path),)
        return path

    def _begin(self, block: Array, writer: io.ResultWriter, run: Run) -> None:
        """Let the first frames decide what all share."""
        store = self._engine.store
        store.put(self._name, block, axes=(self._axis, "row", "column"))
        job = self._head.job(memory=default_memory(), available=store)
        results = self._engine.results(job, run)
        self._known = dict(results)
        for call in self._tail:
            self._known |= {read: store[read] for read in call.reads if read in store and read not in results}
        for result in self._head.outputs:
            if result in self._workflow.outputs and results[result] is not None:
                facts = store.describe(*run.report["stored"][result])
                copy_result(writer, result, results[result], facts, {}, default=False)
        for result, value in run.report["values"].items():
            write_value(writer, result, value, "")

    def _carried(self, block: Array) -> dict[str, tuple[Array, tuple[str, ...]]]:
        """Carry a batch through the steps, and give what goes to the file."""
        known = self._known | {self._name: block}
        found: dict[str, tuple[Array, tuple[str, ...]]] = {}
        for call in self._tail:
            inputs = {port: known[ref.name] for port, ref in call.inputs.items()}
            bound = {setting: known[name] for setting, name in call.bound.items()}
            returned = call.algorithm(**inputs, **call.settings, **bound)
            values = returned if len(call.outputs) > 1 else (returned,)
            for result, value, port in zip(call.outputs, values, call.algorithm.outputs, strict=True):
                known[result] = value
                if result in self._workflow.outputs:
                    axes = port.axes if isinstance(port.axes, tuple) else ()
                    found[result] = np.asarray(value), axes
        return found

    def _append(
        self, writer: io.ResultWriter, result: str, array: Array, axes: tuple[str, ...], start: int
    ) -> None:
        if not start:
            last = result == self._workflow.outputs[-1]
            writer.create(result, array.shape, array.dtype, axes=axes, default=last, grows=True)
        else:
            writer.extend(result, start + len(array))
        writer.write(result, array, start=start)
