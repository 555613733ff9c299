"""What the fronts are told: the whole of a topic, or what became stale of it."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, get_args

from daisy_lab import texts
from daisy_lab._algorithm import registry
from daisy_lab._bridge._describe import algorithm_info, object_info, run_info, step_info
from daisy_lab._engine import resident_memory
from daisy_lab._messages import (
    PROTOCOL,
    AlgorithmsEvent,
    BrokenPluginInfo,
    Hello,
    MemoryInfo,
    Message,
    ObjectsEvent,
    RunsEvent,
    Topic,
    WorkflowEvent,
)
from daisy_lab.errors import MissingObjectError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._stale import Stale
    from daisy_lab._messages import ObjectInfo

__all__ = ["event", "hello"]

_RUNS = 1000
"""Runs of the past that a front is told of."""


def hello() -> Hello:
    """Say who is here."""
    return Hello(
        protocol=PROTOCOL, version=version("daisy-lab"), language=texts.language(), topics=get_args(Topic)
    )


def event(bridge: Bridge, topic: Topic, stale: Stale | None) -> Message:
    """Give what is to be told of a topic: what is stale, or all of it."""
    if topic == "objects":
        return _objects(bridge, None if stale is None else stale.objects)
    if topic == "runs":
        return _runs(bridge, None if stale is None else stale.runs)
    if topic == "algorithms":
        return _algorithms()
    return WorkflowEvent(steps=tuple(map(step_info, bridge.draft.workflow().steps)))


def _objects(bridge: Bridge, names: Iterable[str] | None) -> ObjectsEvent:
    store = bridge.engine.store
    found: list[ObjectInfo] = []
    gone: list[str] = []
    for name in store if names is None else sorted(names):
        try:
            about = store.describe(name)
        except MissingObjectError:
            gone.append(name)
        else:
            found.append(object_info(about, bridge.engine))
    memory = MemoryInfo(resident=store.resident, budget=store.budget, process=resident_memory())
    return ObjectsEvent(
        full=names is None,
        objects=tuple(found),
        gone=tuple(gone) if names is not None else (),
        memory=memory,
        can_undo=store.can_undo,
        can_redo=store.can_redo,
    )


def _runs(bridge: Bridge, ids: Iterable[str] | None) -> RunsEvent:
    known = tuple(bridge.engine.runs)
    wanted = None if ids is None else set(ids)
    # Of what changed all is told: a run that is left out would seem to work for ever.
    chosen = known[-_RUNS:] if wanted is None else [run for run in known if run.id in wanted]
    return RunsEvent(full=wanted is None, runs=tuple(run_info(run, bridge) for run in chosen))


def _algorithms() -> AlgorithmsEvent:
    return AlgorithmsEvent(
        algorithms=tuple(map(algorithm_info, registry)),
        broken=tuple(
            BrokenPluginInfo(name=item.name, distribution=item.distribution, reason=texts.retold(item.reason))
            for item in registry.broken()
        ),
    )
