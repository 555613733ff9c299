"""Requests about a whole workflow, which travels as its JSON: one slice of it, what it costs, its run, its variants."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, FiniteFloat

from daisy_lab._messages._algorithms import Code, Inputs, Settings
from daisy_lab._messages._envelope import ErrorInfo
from daisy_lab._messages._files import FilePath
from daisy_lab._messages._model import Message, Request, request
from daisy_lab._messages._objects import ObjectName
from daisy_lab._messages._runs import Started
from daisy_lab._messages._views import ViewRequest

__all__ = [
    "CHAIN_LIMIT",
    "ChainChecked",
    "ChainEvent",
    "ChainFault",
    "ChainPlan",
    "ChainSlice",
    "CheckChain",
    "ExportChain",
    "PlanChain",
    "PlannedOutput",
    "RunChain",
    "ShelfSpot",
    "ShowChain",
    "StopChain",
    "SweepChain",
    "SweepDone",
    "SweepOver",
    "TileEvent",
]

CHAIN_LIMIT = 100
"""Tiles of one sweep at most."""

WorkflowData = dict[str, Any]
"""A workflow as `Workflow.to_json` gives it."""
Part = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
Want = Annotated[dict[Annotated[str, Field(max_length=200)], Part], Field(max_length=10)]
"""First position and the one after the last, along named axes."""
ShelfName = Annotated[str, Field(pattern=r"^~[A-Za-z0-9_.-]{1,60}$")]
Memory = Annotated[int, Field(ge=1)] | None
TilePixels = Annotated[int, Field(ge=8, le=1024)]


class ShelfSpot(Message):
    """A part of a result on the shelf: an array of this front alone, on which every view request works."""

    name: str
    """Empty for a result without axes: its value is among the values."""
    version: int
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    unit: str
    low: float | None
    high: float | None


class ChainSlice(ShelfSpot):
    """A part of a result, computed through the whole chain."""

    seconds: float
    """Time it took in the session."""
    held: bool
    """Whether it was there already: no step had to run."""
    values: dict[str, Any]
    """Values found on the way, as the rotation axis, by name."""
    lines: tuple[str, ...] = ()
    """What the steps said while they worked, as how sure a found axis is."""


@request("chain.show", ChainSlice)
class ShowChain(ViewRequest):
    """Compute a part of one result through the whole chain and lay it on the shelf; the newest of a view counts."""

    workflow: WorkflowData
    settings: Settings = {}
    """Changed settings by name, as `daisy run --set` takes them: `reconstruct.filter`, or `center`; `auto` finds it."""
    target: Annotated[str, Field(max_length=1000)] = ""
    """Which result, or which name on the way; the last result by default."""
    want: Want = {}
    into: ShelfName = "~slice"
    inputs: Inputs = {}
    """Inputs that have another name in the session."""


class ChainEvent(Message):
    """How far a first look at a part of a file has come; told to the front that asked, while it takes long."""

    view: str
    fraction: float | None
    text: str


class ChainFault(Message):
    """One thing that is wrong with a workflow."""

    step: int
    """Counted from 0; -1 for the workflow as a whole."""
    label: str
    setting: str
    """Empty when it is about the step."""
    message: str


class ChainChecked(Message):
    """What is wrong with a workflow: nothing, when there are no faults and nothing is missing."""

    faults: tuple[ChainFault, ...]
    missing: tuple[str, ...]
    """Inputs that the session does not hold."""
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@request("chain.check", ChainChecked)
class CheckChain(Request):
    """Check every step and setting of a workflow, and whether its inputs are there."""

    workflow: WorkflowData
    settings: Settings = {}
    inputs: Inputs = {}


class PlannedOutput(Message):
    """One result of a run that is planned."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    nbytes: int


class ChainPlan(Message):
    """What a run will cost."""

    outputs: tuple[PlannedOutput, ...]
    """None are told where a step says only when it runs how large its result is."""
    output_bytes: int
    peak_bytes: int
    """Memory above what the session holds now."""
    memory_bytes: int
    """Memory it may take."""
    seconds: float | None
    """From recorded runs, else from short blocks computed just now."""
    measured: bool
    """Whether the time is from short blocks, and so a rough guess."""
    device: str
    blocks: int
    text: str
    """The whole plan in words."""
    free_bytes: int | None = None
    """Room on the disk of the output."""
    problem: ErrorInfo | None = None
    """Why the output cannot be written, as things stand."""


@request("chain.plan", ChainPlan)
class PlanChain(ViewRequest):
    """Predict size, memory and time of a run, and whether its file can be written."""

    workflow: WorkflowData
    settings: Settings = {}
    want: Want = {}
    memory: Memory = None
    output: Annotated[str, Field(max_length=4000)] = ""
    inputs: Inputs = {}


@request("chain.run", Started)
class RunChain(Request):
    """Run a workflow in the background: into a file below the roots, or into the session."""

    workflow: WorkflowData
    settings: Settings = {}
    want: Want = {}
    output: Annotated[str, Field(max_length=4000)] = ""
    """File for the results, which appears when it is complete; the session keeps them when it is empty."""
    into: Annotated[str, Field(max_length=1000)] = ""
    """Group of the session for what comes out."""
    memory: Memory = None
    inputs: Inputs = {}


class SweepOver(Message):
    """A setting, and the values to try."""

    setting: Annotated[str, Field(min_length=1, max_length=1000)]
    """By its name, as `settings` of a request takes it."""
    values: Annotated[tuple[Any, ...], Field(min_length=1, max_length=CHAIN_LIMIT)]


class TileEvent(ShelfSpot):
    """One picture of a contact sheet is there; told to the front that asked."""

    view: str
    number: int
    """Counted from 0, the last setting fastest."""
    count: int
    values: tuple[Any, ...]
    """Value of each setting."""
    found: dict[str, Any]
    """Values found on the way."""
    error: ErrorInfo | None = None
    """Why there is no picture."""


class SweepDone(Message):
    """A contact sheet is complete."""

    count: int
    failed: int
    low: float | None
    """Levels that suit all pictures."""
    high: float | None
    seconds: float


@request("chain.sweep", SweepDone)
class SweepChain(ViewRequest):
    """Compute one part of a result for many values of one or two settings, as small pictures on the shelf.

    Each is told by an event as soon as it is there; a newer request of the same view ends the one before.
    """

    workflow: WorkflowData
    settings: Settings = {}
    target: Annotated[str, Field(max_length=1000)] = ""
    want: Want = {}
    over: Annotated[tuple[SweepOver, ...], Field(min_length=1, max_length=2)]
    height: TilePixels = 256
    width: TilePixels = 256
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    into: ShelfName = "~sweep"
    """The pictures are `~sweep.0`, `~sweep.1`, ..."""
    inputs: Inputs = {}


@request("chain.stop")
class StopChain(Request):
    """End what is computed for a view: a slice, a plan or a sweep."""

    view: Annotated[str, Field(max_length=100)]


@request("chain.export", Code)
class ExportChain(Request):
    """Ask for a workflow as JSON, as a script, or as a notebook that makes the result from the input files again."""

    workflow: WorkflowData
    settings: Settings = {}
    want: Want = {}
    form: Literal["json", "python", "notebook"]
    inputs: Annotated[dict[ObjectName, FilePath], Field(max_length=100)] = {}
    """File of each input, as `path` or `path::dataset`; by default where the session's inputs came from."""
    held: Inputs = {}
    """Inputs that have another name in the session."""
    output: Annotated[str, Field(max_length=4000)] = ""
    """File that the notebook writes."""
