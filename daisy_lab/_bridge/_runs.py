"""Runs: started, cancelled, looked into; history as a script or a workflow file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from daisy_lab._algorithm import registry
from daisy_lab._bridge._calls import bindings_of
from daisy_lab._bridge._describe import described, finite
from daisy_lab._bridge._handlers import handles
from daisy_lab._messages import (
    AddStep,
    AskLog,
    CancelRun,
    ClearSteps,
    Code,
    Done,
    HistoryCode,
    RunCall,
    RunLog,
    SaveSteps,
    Started,
    StartRun,
)
from daisy_lab._workflow import Workflow, to_python
from daisy_lab.errors import MissingObjectError, WorkflowError
from daisy_lab.texts import gettext as _
from daisy_lab.texts import retold

if TYPE_CHECKING:
    from typing import Literal

    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._engine import Run

_LINES: Final = 2000
"""Lines of a log in one answer."""


@handles(StartRun, "run")
def start(bridge: Bridge, _front: Front, asked: StartRun) -> Started:
    """Start an algorithm, in the order asked for; mistakes in names, axes and settings are told at once."""
    found = registry.get(asked.id)
    bindings = bindings_of(found, asked.inputs, asked.settings)
    run = bridge.engine.run(found, into=asked.into or None, **bindings)
    bridge.follow(run, asked)
    call = RunCall(id=found.id, inputs=asked.inputs, settings=asked.settings, into=asked.into)
    bridge.remember(run.id, call)
    return Started(run=run.id)


@handles(CancelRun)
def cancel(bridge: Bridge, _front: Front, asked: CancelRun) -> Done:
    """Ask a run to stop."""
    _run(bridge, asked.run).cancel()
    return Done()


@handles(AskLog)
def log(bridge: Bridge, _front: Front, asked: AskLog) -> RunLog:
    """Give the log of a run, from a line on, and its curves."""
    run = _run(bridge, asked.run)
    curves = {
        name: tuple(finite(point) for point in tuple(points)) for name, points in tuple(run.curves.items())
    }
    lines = run.lines[asked.start : asked.start + _LINES]
    return RunLog(lines=tuple(map(retold, lines)), curves=curves)


@handles(HistoryCode, "work")
def history(bridge: Bridge, _front: Front, asked: HistoryCode) -> Code:
    """Write down what led to some objects; without names, to all that runs made."""
    store, ledger = bridge.engine.store, bridge.engine.ledger
    if asked.names:
        wanted = [(name, store.describe(name).version) for name in dict.fromkeys(asked.names)]
    else:
        there = [(about.name, about.version) for about in described(store)]
        wanted = [one for one in there if ledger.maker(*one) is not None]
    if not wanted:
        raise WorkflowError(_("nothing was computed yet: there is no history to save"))
    workflow = Workflow.from_ledger_all(ledger, wanted)
    return Code(text=_written(workflow, asked.form))


@handles(AddStep)
def add(bridge: Bridge, _front: Front, asked: AddStep) -> Done:
    """Add a call to the workflow being put together."""
    found = registry.get(asked.id)
    bridge.draft.add(found.id, bindings_of(found, asked.inputs, asked.settings), asked.into)
    bridge.workflow_changed()
    return Done()


@handles(ClearSteps)
def clear(bridge: Bridge, _front: Front, _asked: ClearSteps) -> Done:
    """Begin the workflow anew."""
    bridge.draft.clear()
    bridge.workflow_changed()
    return Done()


@handles(SaveSteps)
def save(bridge: Bridge, _front: Front, asked: SaveSteps) -> Code:
    """Write down the workflow being put together."""
    workflow = bridge.draft.workflow()
    if not workflow.steps:
        raise WorkflowError(_("the workflow has no step yet; add one from an algorithm's form"))
    return Code(text=_written(workflow, asked.form))


def _written(workflow: Workflow, form: Literal["python", "json"]) -> str:
    if form == "python":
        return to_python(workflow)
    return json.dumps(workflow.to_json(), indent=2, ensure_ascii=False) + "\n"


def _run(bridge: Bridge, number: str) -> Run:
    for run in tuple(bridge.engine.runs):
        if run.id == number:
            return run
    raise MissingObjectError(_("there is no run '{run}' any more").format(run=number))
