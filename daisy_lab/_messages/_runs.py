"""Runs: started, watched, cancelled, and what is left of them as a workflow."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from daisy_lab._messages._algorithms import AlgorithmId, Code, Inputs, Settings
from daisy_lab._messages._envelope import ErrorInfo
from daisy_lab._messages._model import Message, Request, request

__all__ = [
    "AddStep",
    "AskLog",
    "CancelRun",
    "ClearSteps",
    "HistoryCode",
    "RunCall",
    "RunInfo",
    "RunLog",
    "RunsEvent",
    "SaveSteps",
    "StartRun",
    "Started",
    "WorkflowEvent",
    "WorkflowStep",
]

RunId = Annotated[str, Field(min_length=1, max_length=100)]


class RunCall(Message):
    """What a run was asked to do, to ask it again with changes."""

    id: str
    inputs: Inputs
    settings: Settings
    into: tuple[str, ...]


class RunInfo(Message):
    """One run: how it stands."""

    id: str
    title: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    fraction: float | None
    rate: float | None
    """Parts per second."""
    remaining: float | None
    """Seconds left."""
    seconds: float
    text: str
    made: tuple[str, ...]
    versions: dict[str, int] = {}
    """Version of each that was made, where it is known."""
    started: float = 0.0
    """Seconds since 1970; 0 while that is not known."""
    peak_bytes: int | None
    error: ErrorInfo | None = None
    lines: int = 0
    """Lines in its log so far."""
    curves: dict[str, float | None] = {}
    """Last point of each curve it tells, as the residual; null where that is no finite number."""
    call: RunCall | None = None


class RunsEvent(Message):
    """All runs (`full`), or those that changed since the event before; oldest first."""

    full: bool
    runs: tuple[RunInfo, ...]


class Started(Message):
    """A run began."""

    run: str


@request("runs.start", Started)
class StartRun(Request):
    """Run an algorithm on objects of the store."""

    id: AlgorithmId
    inputs: Inputs
    settings: Settings = {}
    into: tuple[str, ...] = ()


@request("runs.cancel")
class CancelRun(Request):
    """Ask a run to stop."""

    run: RunId


class RunLog(Message):
    """What a run said."""

    lines: tuple[str, ...]
    """At most a few thousand; what follows is asked for from there on."""
    curves: dict[str, tuple[float | None, ...]]


@request("runs.log", RunLog)
class AskLog(Request):
    """Ask for the log of a run, from a line on."""

    run: RunId
    start: Annotated[int, Field(ge=0)] = 0


@request("runs.code", Code)
class HistoryCode(Request):
    """Ask for what led to some objects as a script, or as a workflow file; without names: to all that there is."""

    names: tuple[str, ...] = ()
    form: Literal["python", "json"]


class WorkflowStep(Message):
    """One step of the workflow being put together."""

    id: str
    inputs: Inputs
    settings: Settings
    outputs: tuple[str, ...]


class WorkflowEvent(Message):
    """The workflow being put together in this kernel."""

    steps: tuple[WorkflowStep, ...]


@request("workflow.add")
class AddStep(Request):
    """Add a call to the workflow being put together."""

    id: AlgorithmId
    inputs: Inputs
    settings: Settings = {}
    into: tuple[str, ...] = ()


@request("workflow.clear")
class ClearSteps(Request):
    """Begin the workflow anew."""


@request("workflow.code", Code)
class SaveSteps(Request):
    """Ask for the workflow being put together as a script, or as a workflow file."""

    form: Literal["python", "json"]
