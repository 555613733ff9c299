"""Files: what is in one, and its datasets into the store."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from daisy_lab._messages._envelope import Topic
from daisy_lab._messages._model import Message, Request, request

__all__ = ["AngleRange", "AskFile", "DatasetInfo", "FileInfo", "LoadFile", "Loaded", "SayAlive", "Watch"]

FilePath = Annotated[str, Field(min_length=1, max_length=4000)]


class DatasetInfo(Message):
    """One dataset of a file."""

    dataset: str
    """Path inside the file; empty for a file that is one dataset."""
    shape: tuple[int, ...]
    dtype: str
    name: str
    """Name it would get in the store: the field's own word where the file says what it is."""
    chosen: bool
    """Whether it is part of what the file is for, as the projections of a scan."""
    note: str = ""


class FileInfo(Message):
    """What a file holds."""

    path: str
    form: str
    """What the file was recognised as."""
    datasets: tuple[DatasetInfo, ...]
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """What a scan needs and this one does not have: its flats, darks or angles (`theta`)."""


@request("files.look", FileInfo)
class AskFile(Request):
    """Ask what is in a file; the path is relative to the folder the kernel was started in, or below another root."""

    path: FilePath


class Loaded(Message):
    """What came into the store."""

    names: tuple[str, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...] = ()
    """What a scan needs and is not in the store either, as `theta`."""


class AngleRange(Message):
    """Evenly spaced angles for a scan whose file has none, in degree."""

    first: FiniteFloat = 0.0
    last: FiniteFloat = 180.0
    count: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """As many as there are projections by default."""
    with_last: bool = False
    """Whether the last angle is one of them, or where the next one would be."""


@request("files.load", Loaded)
class LoadFile(Request):
    """Put datasets of a file into the store, lazily; without datasets, all that the file is for."""

    path: FilePath
    datasets: Annotated[dict[str, str], Field(max_length=1000)] = {}
    """Name in the store: path inside the file."""
    angle_unit: Literal["auto", "degree", "rad"] = "auto"
    group: Annotated[str, Field(max_length=1000)] = ""
    """Put the names below this one, as `scan/projections`."""
    theta: AngleRange | None = None
    """Angles to put beside the projections, in place of those in the file."""
    undoable: bool = True
    """Whether undo knows of it; not where a page's settings say what is open."""


@request("watch")
class Watch(Request):
    """Say what this front shows; each topic newly watched is sent whole, the others no more."""

    topics: tuple[Topic, ...]
    language: Literal["", "en", "zh_CN"] = ""
    """Language of this front's texts; the kernel's own by default."""


@request("alive")
class SayAlive(Request):
    """Say that this front is still there; one that does not is forgotten."""
