"""Views of one object: exactly the pixels, points or lines that a panel shows, as buffers beside the reply."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from daisy_lab._messages._algorithms import AlgorithmId, Inputs, Settings
from daisy_lab._messages._model import Message, Request, request
from daisy_lab._messages._objects import ObjectName

__all__ = [
    "AskCurve",
    "AskHistogram",
    "AskImage",
    "AskPixel",
    "AskTable",
    "AskText",
    "AskTree",
    "AskView",
    "CurveReply",
    "HistogramReply",
    "ImageReply",
    "PixelReply",
    "PreviewCall",
    "TableReply",
    "TextReply",
    "TreeNode",
    "TreeReply",
    "ViewInfo",
    "ViewRequest",
]

Index = dict[str, Annotated[int, Field(ge=0)]]
"""Position along each axis that is not shown."""

Pixels = Annotated[int, Field(ge=1, le=8192)]
Version = Annotated[int, Field(ge=1)] | None


class ViewRequest(Request):
    """Something that one view asks again and again, as while a slider moves: only the newest counts."""

    view: Annotated[str, Field(max_length=100)] = ""
    """Which view asks. An older request of its kind that still waits is answered with a `SupersededError`."""


class ViewInfo(Message):
    """How an object is best looked at."""

    name: str
    version: int
    view: Literal["image", "curve", "table", "tree", "text"]
    axes: tuple[str, ...]
    """Names of all axes; numbered where nobody named them."""
    shape: tuple[int, ...]
    shown: tuple[str, ...]
    """Axes that the view shows, down and across; of a curve the one along it."""
    unit: str
    dtype: str
    low: float | None = None
    """Level to begin with, from a sample without its outliers."""
    high: float | None = None


@request("view.open", ViewInfo)
class AskView(Request):
    """Ask how to look at an object."""

    name: ObjectName
    version: Version = None


class ImageReply(Message):
    """A picture; the buffer holds its pixels, row by row, 8 or 16 bit, little endian."""

    height: int
    width: int
    bits: Literal[8, 16]
    region: tuple[int, int, int, int]
    """First and last row and column of the array that are shown: top, bottom, left, right; ends excluded."""
    low: float
    high: float
    """Values of the darkest and the brightest level; what is not a number is level 0."""
    seconds: float
    """Time it took in the kernel."""
    along: str = ""
    """Of a preview: the axis of which one position was computed; empty where all was."""
    place: int = 0
    """Which position."""
    length: int = 0
    """Positions there are."""


@request("view.image", ImageReply)
class AskImage(ViewRequest):
    """Ask for the pixels of one plane, not more than the screen has."""

    name: ObjectName
    version: Version = None
    shown: tuple[str, str] | None = None
    """Axes down and across; the last two by default."""
    index: Index = {}
    region: tuple[int, int, int, int] | None = None
    height: Pixels = 1024
    width: Pixels = 1024
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    bits: Literal[8, 16] = 8


class HistogramReply(Message):
    """Counts of values; the buffer holds them as 32 bit integers."""

    low: float
    high: float
    bins: int
    finite: int
    """Values counted; the rest are not numbers."""


@request("view.histogram", HistogramReply)
class AskHistogram(ViewRequest):
    """Ask for the histogram of one plane or curve."""

    name: ObjectName
    version: Version = None
    shown: Annotated[tuple[str, ...], Field(max_length=2)] | None = None
    index: Index = {}
    bins: Annotated[int, Field(ge=8, le=4096)] = 256


class PixelReply(Message):
    """One value, as it is in the array."""

    value: float | None
    """None where it is not a number."""
    text: str
    """With its unit."""


@request("view.pixel", PixelReply)
class AskPixel(ViewRequest):
    """Ask for one value."""

    name: ObjectName
    version: Version = None
    index: Index


class CurveReply(Message):
    """Lines over one axis; the buffers hold x, then y of each line, as 64 bit floats.

    Where there are more points than asked for, each pair of points is the smallest and the largest of its stretch.
    """

    points: int
    lines: tuple[str, ...]
    x_title: str
    y_title: str


@request("view.curve", CurveReply)
class AskCurve(ViewRequest):
    """Ask for values along one axis."""

    name: ObjectName
    version: Version = None
    along: str | None = None
    index: Index = {}
    start: Annotated[int, Field(ge=0)] = 0
    stop: Annotated[int, Field(ge=0)] | None = None
    points: Annotated[int, Field(ge=2, le=20_000)] = 2000


class TableReply(Message):
    """Some lines of a table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    start: int
    length: int
    """Lines there are."""


@request("view.table", TableReply)
class AskTable(Request):
    """Ask for some lines of a table, or of an array with two axes or one."""

    name: ObjectName
    version: Version = None
    start: Annotated[int, Field(ge=0)] = 0
    count: Annotated[int, Field(ge=1, le=1000)] = 200


class TreeNode(Message):
    """One branch of a record."""

    key: str
    text: str
    """The value, shortened; of a branch what kind it is and how many it holds."""
    children: tuple[TreeNode, ...] = ()
    more: int = 0
    """Children that were left out."""


class TreeReply(Message):
    """A record as a tree."""

    root: TreeNode


@request("view.tree", TreeReply)
class AskTree(Request):
    """Ask for a record as a tree, from a path of keys on."""

    name: ObjectName
    version: Version = None
    path: tuple[str, ...] = ()


class TextReply(Message):
    """A text, or what an object says of itself."""

    text: str
    cut: bool
    """Whether it goes on."""


@request("view.text", TextReply)
class AskText(Request):
    """Ask for an object as text."""

    name: ObjectName
    version: Version = None


@request("view.preview", ImageReply)
class PreviewCall(ViewRequest):
    """Compute one block of a call and show it; nothing is stored."""

    id: AlgorithmId
    inputs: Inputs
    settings: Settings = {}
    index: Index = {}
    height: Pixels = 1024
    width: Pixels = 1024
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    bits: Literal[8, 16] = 8
