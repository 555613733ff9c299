"""Files into a session's store, and a workflow's results out into a file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab import io
from daisy_lab._datastore import release_pages
from daisy_lab._engine import default_memory
from daisy_lab._ledger import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from daisy_lab._datastore import DataObject, DataStore
    from daisy_lab._engine import Job, LocalEngine, Outlet, Run
    from daisy_lab._workflow import Workflow
    from daisy_lab.vocabulary import Array

__all__ = ["add_inputs", "copy_result", "run_to_file", "write_value"]

_NAMED = re.compile(r"([A-Za-z_][\w/]*)=(.+)")
_SCAN = ("projections", "flat", "dark", "theta")
_PIECE = 8 << 20


def add_inputs(store: DataStore, inputs: Iterable[str | Path], options: Mapping[str, Any]) -> tuple[str, ...]:
    """Put files into a store, lazily; gives the notes about what was guessed."""
    notes: list[str] = []
    for given in inputs:
        named = _NAMED.fullmatch(str(given))
        if named is not None and not Path(given).exists():
            name, path = named.groups()
            array = io.open_dataset(path, name=name, **options)
            store.put(name, array)
            notes.extend(getattr(array, "notes", ()))
        else:
            notes.extend(_add_scan(store, Path(given), options))
    return tuple(dict.fromkeys(notes))


def _add_scan(store: DataStore, path: Path, options: Mapping[str, Any]) -> tuple[str, ...]:
    opened = io.open_file(path, **options)
    known = [name for name in _SCAN if name in opened]
    for name in known or opened:
        store.put(name, opened[name])
    return opened.notes


def run_to_file(
    engine: LocalEngine,
    workflow: Workflow,
    output: str | Path,
    *,
    settings: Mapping[str, object] | None = None,
    memory: int | None = None,
    want: Mapping[str, slice] | None = None,
    inputs: Mapping[str, str] | None = None,
    here: bool = False,
) -> Run:
    """Run a workflow on what a store holds and write its results into a NeXus file.

    Parameters
    ----------
    engine
        The engine on that store; of a named session, an interrupted run goes on where it stopped.
    workflow
        The workflow.
    output
        The file; it appears under this name when it is complete.
    settings
        Changed settings, see `Workflow.with_settings`.
    memory
        Bytes the run may take above what the process holds at its start; half of what is free by default.
    want
        Part of the results along named axes.
    inputs
        Inputs that have another name in the store.
    here
        Run on the caller's thread.

    Returns
    -------
    run
        At once; its result is the path of the file.

    Raises
    ------
    WorkflowError
        If something is missing, before anything runs.
    FileError
        If no file can be written there: the folder is missing or closed, or the path is one.
    """
    changed = workflow.with_settings(settings or {})
    target = Path(output).expanduser().absolute()
    io.check_place(target)
    io.sweep_temporaries(target.parent)
    job = changed.job(memory=memory or default_memory(), available=engine.store, want=want, inputs=inputs)
    return engine.submit(job.title, lambda run: _write(engine, changed, job, target, run), here=here)


def _write(engine: LocalEngine, workflow: Workflow, job: Job, target: Path, run: Run) -> Path:
    with io.ResultWriter(target) as writer:
        # A step that may be skipped can end a result half-way: then it goes to the file only when it is whole.
        through = engine.resumes or any(call.on_error == "skip" for call in job.calls)
        last = job.targets[-1]
        outlets = (
            {} if through else dict.fromkeys(job.targets, lambda outlet: _FileSink(writer, outlet, last))
        )
        results = engine.results(job, run, outlets)
        for name, value in results.items():
            if value is not None:
                facts = engine.store.describe(*run.report["stored"][name])
                start = {axis: part[0] for axis, part in run.report["ranges"].get(name, {}).items()}
                copy_result(writer, name, value, facts, start, default=name == last)
        for name, value in run.report["values"].items():
            unit = engine.store.describe(name).unit if name in engine.store else ""
            write_value(writer, name, value, unit)
        writer.record("workflow", json.dumps(workflow.to_json(), ensure_ascii=False))
        writer.record("ledger", json.dumps(run.report["ledger"], ensure_ascii=False))
        path = writer.finish()
    run.made = (str(path),)
    return path


class _FileSink:
    """Writes the blocks of one result into the file."""

    def __init__(self, writer: io.ResultWriter, outlet: Outlet, last: str) -> None:
        self._writer, self._outlet = writer, outlet
        writer.create(
            outlet.name,
            outlet.shape,
            outlet.dtype,
            axes=outlet.axes,
            unit=outlet.unit,
            default=outlet.name == last,
            axis_values=_positions(outlet.axes, outlet.shape, outlet.start),
        )

    def write(self, block: Array, axis: int, start: int) -> None:
        """Write one block."""
        self._writer.write(self._outlet.name, block, axis=self._outlet.axes[axis], start=start)

    def finish(self) -> None:
        """Nothing goes to the store."""

    def give_up(self) -> None:
        """Leave it to the writer, which removes the file."""


def _positions(
    axes: tuple[str, ...], shape: tuple[int, ...], start: Mapping[str, int]
) -> dict[str, tuple[Array, str]]:
    """Give the positions of a part as they are in the whole, so that a reader knows which rows these are."""
    lengths = dict(zip(axes, shape, strict=True))
    return {
        axis: (np.arange(lengths[axis], dtype=np.float64) + first, "pixel")
        for axis, first in start.items()
        if first
    }


def write_value(writer: io.ResultWriter, name: str, value: object, unit: str) -> None:
    """Write a value found; a record, which no file has a form for, as JSON."""
    simple = value if isinstance(value, str | bool | int | float) else json.dumps(value, ensure_ascii=False)
    writer.scalar(name, simple, unit)


def copy_result(
    writer: io.ResultWriter,
    name: str,
    value: Any,  # noqa: ANN401 - any object
    facts: DataObject,
    start: Mapping[str, int],
    *,
    default: bool,
) -> None:
    """Copy a result that is in the store into the file, piece by piece."""
    shape = getattr(value, "shape", ())
    if not shape:
        write_value(writer, name, plain(value), facts.unit)
        return
    axes = facts.axes if len(facts.axes) == len(shape) else ()
    values = _positions(axes, shape, start) if axes else None
    writer.create(name, shape, value.dtype, axes=axes, unit=facts.unit, default=default, axis_values=values)
    step = max(int(_PIECE // max(value.nbytes // max(shape[0], 1), 1)), 1)
    for first in range(0, shape[0], step):
        writer.write(name, value[first : first + step], axis=axes[0] if axes else None, start=first)
        release_pages(value)
