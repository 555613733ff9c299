"""Data objects: the live list, their versions and where they came from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from daisy_lab._messages._model import Message, Request, request

__all__ = [
    "CompareObjects",
    "Comparison",
    "DeleteObjects",
    "Lineage",
    "LineageNode",
    "ListVersions",
    "MemoryInfo",
    "ObjectInfo",
    "ObjectsEvent",
    "Redo",
    "RenameObject",
    "RestoreVersion",
    "SaveObject",
    "SavedFile",
    "ShowLineage",
    "Undo",
    "Versions",
]

ObjectName = Annotated[str, Field(min_length=1, max_length=1000)]


class ObjectInfo(Message):
    """One version of a data object, without its value."""

    name: str
    version: int
    kind: Literal["array", "scalar", "text", "table", "record", "dataset"]
    axes: tuple[str, ...]
    unit: str
    shape: tuple[int, ...]
    dtype: str
    nbytes: int
    device: str
    made_by: str
    """Id of the algorithm that made it; empty when it was put by hand or read from a file."""
    created: float
    """Seconds since 1970."""
    value: str = ""
    """A scalar as text; empty for everything larger."""


class MemoryInfo(Message):
    """What the store holds."""

    resident: int
    """Bytes of arrays in memory."""
    budget: int | None
    """Bytes it may hold before it spills to disk; none when nobody set a limit."""
    process: int
    """Bytes the whole kernel holds."""


class ObjectsEvent(Message):
    """The store's list, whole (`full`) or what changed since the event before."""

    full: bool
    objects: tuple[ObjectInfo, ...]
    gone: tuple[str, ...] = ()
    memory: MemoryInfo
    can_undo: bool
    can_redo: bool


@request("objects.rename")
class RenameObject(Request):
    """Give an object another name."""

    name: ObjectName
    new: ObjectName


@request("objects.delete")
class DeleteObjects(Request):
    """Take names away; undo brings them back."""

    names: tuple[ObjectName, ...]


@request("objects.restore")
class RestoreVersion(Request):
    """Make an old version current again."""

    name: ObjectName
    version: int


@request("objects.undo")
class Undo(Request):
    """Take the last action of the whole store back."""


@request("objects.redo")
class Redo(Request):
    """Take the action again that was undone last."""


class Versions(Message):
    """All versions of a name, oldest first."""

    versions: tuple[ObjectInfo, ...]


@request("objects.versions", Versions)
class ListVersions(Request):
    """Ask for all versions of a name."""

    name: ObjectName


class LineageNode(Message):
    """One step, or one object nobody made, on the way to a result."""

    id: str
    kind: Literal["run", "object"]
    title: str
    """Name of the algorithm, or of the object."""
    text: str
    """Settings that were used, or what the object is."""
    reads: tuple[str, ...]
    """Ids of the nodes it was made from."""
    seconds: float = 0.0


class Lineage(Message):
    """The chain of runs that made an object, first things first."""

    nodes: tuple[LineageNode, ...]
    python: str
    """The same as a script."""


@request("objects.lineage", Lineage)
class ShowLineage(Request):
    """Ask how an object was made."""

    name: ObjectName
    version: int | None = None


class Comparison(Message):
    """How two objects differ."""

    same: bool
    """Whether their contents are the same, bit by bit."""
    text: str
    """What differs, in words."""
    largest: float | None = None
    """Largest difference of two values; none where shapes do not fit."""
    rms: float | None = None


@request("objects.compare", Comparison)
class CompareObjects(Request):
    """Compare two objects or two versions of one."""

    first: ObjectName
    second: ObjectName
    first_version: int | None = None
    second_version: int | None = None


class SavedFile(Message):
    """Where something was saved."""

    path: str
    nbytes: int


@request("objects.save", SavedFile)
class SaveObject(Request):
    """Save an object; the path lies below the folder the kernel was started in, or another allowed root."""

    name: ObjectName
    path: Annotated[str, Field(min_length=1, max_length=4000)]
    form: Literal["hdf5", "tiff", "text"]
    overwrite: bool = False
