"""What lies below a mark on a picture, a line or an area; and a volume that a browser can turn around."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, FiniteFloat

from daisy_lab._messages._model import Message, request
from daisy_lab._messages._objects import ObjectName
from daisy_lab._messages._views import Index, Version, ViewRequest

__all__ = ["AskLine", "AskStatistics", "AskVolume", "LineReply", "StatisticsReply", "VolumeReply"]

Place = tuple[FiniteFloat, FiniteFloat]
"""Row and column in a plane, from its corner: pixel r covers r to r + 1."""


class LineReply(Message):
    """Values along a line; the buffers hold distances from its beginning, then values, as 64 bit floats."""

    points: int
    length: float
    """In pixels."""
    unit: str
    """Of the values."""


@request("view.line", LineReply)
class AskLine(ViewRequest):
    """Ask for the values along a line across a plane, interpolated between pixels."""

    name: ObjectName
    version: Version = None
    shown: tuple[str, str] | None = None
    index: Index = {}
    start: Place
    stop: Place
    points: Annotated[int, Field(ge=2, le=8192)] = 512


class StatisticsReply(Message):
    """What the values in an area have in common; none where the area holds no number."""

    count: int
    """Pixels whose centre lies in the area, and that hold a number."""
    mean: float | None
    std: float | None
    low: float | None
    high: float | None
    unit: str


@request("view.statistics", StatisticsReply)
class AskStatistics(ViewRequest):
    """Ask for the statistics of the values inside a polygon."""

    name: ObjectName
    version: Version = None
    shown: tuple[str, str] | None = None
    index: Index = {}
    corners: Annotated[tuple[Place, ...], Field(min_length=3, max_length=1000)]


class VolumeReply(Message):
    """A volume, reduced; the buffer holds 8 bit levels of (slice, row, column)."""

    axes: tuple[str, str, str]
    shape: tuple[int, int, int]
    factors: tuple[int, int, int]
    """Voxels of the array that each of these stands for."""
    low: float
    high: float
    """Values of level 1 and of level 255; 0 is what is not a number."""
    unit: str
    thinned: bool
    """Whether slices were left out where averaging all of them would have read too much."""
    seconds: float


@request("view.volume", VolumeReply)
class AskVolume(ViewRequest):
    """Ask for a whole volume in no more voxels than a browser can turn around."""

    name: ObjectName
    version: Version = None
    shown: tuple[str, str, str] | None = None
    """Three axes, the slowest first; the last three by default."""
    index: Index = {}
    voxels: Annotated[int, Field(ge=8, le=256**3)] = 256**3
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
