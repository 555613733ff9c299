"""Objects, algorithms, runs and steps as messages."""

from __future__ import annotations

import inspect
from contextlib import suppress
from math import isfinite
from typing import TYPE_CHECKING, Any

from daisy_lab import texts
from daisy_lab._bridge._faults import error_info
from daisy_lab._engine import Ref
from daisy_lab._ledger import plain
from daisy_lab._messages import AlgorithmInfo, ObjectInfo, RunCall, RunInfo, WorkflowStep
from daisy_lab._preview import in_words
from daisy_lab.errors import MissingObjectError
from daisy_lab.texts import retold, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._algorithm import Algorithm
    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._datastore import DataObject, DataStore
    from daisy_lab._engine import LocalEngine, Run
    from daisy_lab._ledger import Entry
    from daisy_lab._workflow import Step

__all__ = [
    "algorithm_info",
    "call_of",
    "described",
    "finite",
    "object_info",
    "run_info",
    "step_info",
]


def object_info(about: DataObject, engine: LocalEngine) -> ObjectInfo:
    """Describe an object; a scalar comes with its value."""
    maker = engine.ledger.of_run(about.made_by) if about.made_by else None
    value = ""
    if about.kind == "scalar":
        try:
            value = in_words(engine.store.get(about.name, about.version), about.unit)
        except MissingObjectError:
            value = ""  # it went away meanwhile; the next event says so
    return ObjectInfo(
        name=about.name,
        version=about.version,
        kind=about.kind,
        axes=about.axes,
        unit=about.unit,
        shape=about.shape,
        dtype=about.dtype,
        nbytes=about.nbytes,
        device=about.device,
        made_by=maker.algorithm if maker else told(about.made_by),
        created=about.created,
        value=value,
    )


def described(store: DataStore) -> list[DataObject]:
    """Describe all objects of a store, but for those that go away meanwhile."""
    found = []
    for name in store:
        with suppress(MissingObjectError):
            found.append(store.describe(name))
    return found


def finite(number: float) -> float | None:
    """Give a number as JSON knows it; none where it is not finite."""
    return float(number) if isfinite(number) else None


def setting_values(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give settings as JSON data that an algorithm takes back: what is not finite as the text `inf` or `nan`."""

    def written(value: Any) -> Any:  # noqa: ANN401 - JSON data
        if isinstance(value, dict):
            return {name: written(item) for name, item in value.items()}
        if isinstance(value, list):
            return [written(item) for item in value]
        return str(value) if isinstance(value, float) and not isfinite(value) else value

    return {name: written(plain(value)) for name, value in settings.items()}


def algorithm_info(found: Algorithm[..., Any]) -> AlgorithmInfo:
    """Describe an algorithm for the tree."""
    technique, dot, _name = found.id.partition(".")
    return AlgorithmInfo(
        id=found.id,
        title=texts.gettext(found.title),
        technique=technique if dot else "",
        group=_group_of(found, technique) if dot else "",
        summary=texts.gettext(found.summary),
        text=inspect.getdoc(found.function) or "",
        plugin="" if found.defined_in_notebook else found.version,
    )


def _group_of(found: Algorithm[..., Any], technique: str) -> str:
    """Give the folder of its technique that an algorithm lies in."""
    folders = found.module.split(".")
    behind = folders[folders.index(technique) + 1 :] if technique in folders else []
    return next((folder for folder in behind[:-1] if not folder.startswith("_")), "")


def call_of(entry: Entry) -> RunCall:
    """Give what a run of the past was asked to do."""
    bound = {setting: f"={used.name}" for setting, used in entry.bound.items()}
    return RunCall(
        id=entry.algorithm,
        inputs={port: used.name for port, used in entry.inputs.items()},
        settings={**setting_values(entry.settings), **bound},
        into=tuple(used.name for used in entry.outputs.values()),
    )


def run_info(run: Run, bridge: Bridge) -> RunInfo:
    """Describe how a run stands."""
    entry = bridge.engine.ledger.of_run(run.id)
    call = bridge.call_of(run.id) or (call_of(entry) if entry is not None else None)
    peak = run.report.get("peak_bytes") or (entry.peak_bytes if entry is not None else None)
    return RunInfo(
        id=run.id,
        title=retold(run.title),
        state=run.state,
        fraction=run.fraction,
        rate=run.rate,
        remaining=run.remaining,
        seconds=run.seconds,
        text=retold(run.text),
        made=tuple(run.made),
        versions={used.name: used.version for used in entry.outputs.values()} if entry is not None else {},
        started=entry.started if entry is not None else run.began,
        peak_bytes=peak,
        error=error_info(run.error) if run.error is not None and run.state == "failed" else None,
        lines=len(run.lines),
        curves={name: finite(points[-1]) for name, points in tuple(run.curves.items()) if points},
        call=call,
    )


def step_info(step: Step) -> WorkflowStep:
    """Describe a step of a workflow."""
    bound = {name: f"={value.name}" for name, value in step.settings.items() if isinstance(value, Ref)}
    settings = setting_values({name: value for name, value in step.settings.items() if name not in bound})
    return WorkflowStep(
        id=step.algorithm if isinstance(step.algorithm, str) else step.algorithm.name,
        inputs={port: item.name for port, item in step.inputs.items()},
        settings={**settings, **bound},
        outputs=step.outputs,
    )
