"""Views of objects: what a panel shows, read and reduced in the kernel."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from daisy_lab import _preview as preview
from daisy_lab._bridge._handlers import handles
from daisy_lab._bridge._shelf import is_shelved
from daisy_lab._messages import (
    AskCurve,
    AskHistogram,
    AskImage,
    AskPixel,
    AskTable,
    AskText,
    AskTree,
    AskView,
    CurveReply,
    HistogramReply,
    ImageReply,
    PixelReply,
    TableReply,
    TextReply,
    TreeNode,
    TreeReply,
    ViewInfo,
)
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._bridge._handlers import Answer
    from daisy_lab._datastore import DataObject
    from daisy_lab._messages import PreviewCall
    from daisy_lab.vocabulary import Array

__all__ = ["bytes_of", "need_numbers", "picture", "shown_object"]

_TEXT_LENGTH: Final = 20_000


def shown_object(
    bridge: Bridge,
    front: Front,
    name: str,
    version: int | None,
) -> tuple[DataObject, Any, tuple[str, ...]]:
    """Give what a view looks at: what is known of it, its value, and names of all its axes."""
    if is_shelved(name):
        about, value = bridge.shelf.find(front, name, version)
        return about, value, preview.axes_of(about.axes, about.shape)
    about = bridge.engine.store.describe(name, version)
    value = bridge.engine.store.get(name, about.version)
    return about, value, preview.axes_of(about.axes, about.shape)


@handles(AskView, "view")
def open_view(bridge: Bridge, front: Front, asked: AskView) -> ViewInfo:
    """Say how to look at an object, and between which levels."""
    about, value, axes = shown_object(bridge, front, asked.name, asked.version)
    view = _kind_of_view(about, value)
    shown: tuple[str, ...] = ()
    low = high = None
    if view == "image":
        shown = preview.shown_axes(axes, about.shape)
        low, high = preview.value_range(preview.plane(value, axes, shown, {}))
    elif view == "curve":
        shown = axes[-1:]
    return ViewInfo(
        name=about.name,
        version=about.version,
        view=view,
        axes=axes,
        shape=about.shape,
        shown=shown,
        unit=about.unit,
        dtype=about.dtype,
        low=low,
        high=high,
    )


def _kind_of_view(
    about: DataObject,
    value: Any,  # noqa: ANN401 - any object
) -> Literal["image", "curve", "table", "tree", "text"]:
    if about.kind == "record":
        return "tree"
    if about.kind == "table":
        return "table"
    dtype = getattr(value, "dtype", None)
    if about.kind not in {"array", "dataset"} or not about.shape or 0 in about.shape:
        return "text"
    if dtype is None or np.dtype(dtype).kind not in "buif":
        return "table" if len(about.shape) <= 2 else "text"  # noqa: PLR2004 - lines and columns
    return "image" if len(about.shape) >= 2 else "curve"  # noqa: PLR2004 - a picture


@handles(AskImage, "view")
def image(bridge: Bridge, front: Front, asked: AskImage) -> Answer:
    """Give the pixels of one plane."""
    begin = time.perf_counter()
    about, value, axes = shown_object(bridge, front, asked.name, asked.version)
    need_numbers(about, 2)
    shown = asked.shown or preview.shown_axes(axes, about.shape)
    lengths = dict(zip(axes, about.shape, strict=True))
    region = _clipped(asked.region, lengths.get(shown[0], 0), lengths.get(shown[1], 0))
    values = preview.plane(value, axes, shown, asked.index, region)
    return picture(values, region, asked, begin)


def picture(
    values: Array, region: preview.Region, asked: AskImage | PreviewCall, begin: float
) -> tuple[ImageReply, list[memoryview]]:
    """Give a plane as pixels, with what they mean."""
    small = preview.reduced(values, asked.height, asked.width)
    low, high = asked.low, asked.high
    if low is None or high is None:
        low, high = preview.value_range(small)
    grey = preview.levels(small, low, high, asked.bits)
    reply = ImageReply(
        height=grey.shape[0],
        width=grey.shape[1],
        bits=asked.bits,
        region=region,
        low=low,
        high=high,
        seconds=time.perf_counter() - begin,
    )
    return reply, [bytes_of(grey)]


def bytes_of(array: Array) -> memoryview:
    """Give the bytes of an array, without a copy where it is contiguous."""
    return memoryview(np.ascontiguousarray(array).data).cast("B")


def _clipped(region: preview.Region | None, rows: int, columns: int) -> preview.Region:
    top, bottom, left, right = region or (0, rows, 0, columns)
    top, left = min(max(top, 0), max(rows - 1, 0)), min(max(left, 0), max(columns - 1, 0))
    return top, max(min(bottom, rows), top + 1), left, max(min(right, columns), left + 1)


@handles(AskHistogram, "view")
def histogram(bridge: Bridge, front: Front, asked: AskHistogram) -> Answer:
    """Count the values of one plane or curve."""
    about, value, axes = shown_object(bridge, front, asked.name, asked.version)
    need_numbers(about, 1)
    whole = axes[-1:] if len(axes) == 1 else preview.shown_axes(axes, about.shape)
    values = preview.plane(value, axes, asked.shown or whole, asked.index)
    counts, low, high, finite = preview.histogram(values, asked.bins)
    return HistogramReply(low=low, high=high, bins=len(counts), finite=finite), [bytes_of(counts)]


@handles(AskPixel, "view")
def pixel(bridge: Bridge, front: Front, asked: AskPixel) -> PixelReply:
    """Give one value as it is in the array."""
    about, value, axes = shown_object(bridge, front, asked.name, asked.version)
    need_numbers(about, 1)
    missing = [axis for axis in axes if axis not in asked.index]
    if missing:
        raise DataError(_("a pixel needs a position along {axes}").format(axes=", ".join(missing)))
    found = preview.plane(value, axes, (), asked.index)
    number = float(found)
    return PixelReply(
        value=number if np.isfinite(number) else None, text=preview.in_words(found[()], about.unit)
    )


@handles(AskCurve, "view")
def curve(bridge: Bridge, front: Front, asked: AskCurve) -> Answer:
    """Give the values along one axis."""
    about, value, axes = shown_object(bridge, front, asked.name, asked.version)
    need_numbers(about, 1)
    along = asked.along or axes[-1]
    line = preview.plane(value, axes, (along,), asked.index)
    stop = len(line) if asked.stop is None else min(asked.stop, len(line))
    places, values = preview.thinned(line[asked.start : stop], asked.start, asked.points)
    reply = CurveReply(points=len(places), lines=(about.name,), x_title=along, y_title=about.unit)
    return reply, [bytes_of(places), bytes_of(values)]


@handles(AskTable, "view")
def table(bridge: Bridge, front: Front, asked: AskTable) -> TableReply:
    """Give some lines of a table."""
    about, value, _axes = shown_object(bridge, front, asked.name, asked.version)
    if about.kind != "table" and len(about.shape) not in {1, 2}:
        raise DataError(
            _("'{name}' is no table: it has {count} axes").format(name=about.name, count=len(about.shape))
        )
    columns, rows, length = preview.table_rows(value, asked.start, asked.count)
    return TableReply(columns=columns, rows=tuple(rows), start=asked.start, length=length)


@handles(AskTree, "view")
def tree(bridge: Bridge, front: Front, asked: AskTree) -> TreeReply:
    """Give a record as a tree, from a path of keys on."""
    about, value, _axes = shown_object(bridge, front, asked.name, asked.version)
    for key in asked.path:
        value = _child(value, key, about.name)
    return TreeReply(root=_node(preview.branch(asked.path[-1] if asked.path else about.name, value)))


def _child(value: Any, key: str, name: str) -> Any:  # noqa: ANN401 - JSON data
    try:
        return value[int(key)] if isinstance(value, tuple | list) else value[key]
    except (KeyError, IndexError, ValueError, TypeError):
        raise DataError(_("'{name}' has no branch '{key}'").format(name=name, key=key)) from None


def _node(found: preview.Branch) -> TreeNode:
    return TreeNode(
        key=found.key, text=found.text, children=tuple(map(_node, found.children)), more=found.more
    )


@handles(AskText, "view")
def text(bridge: Bridge, front: Front, asked: AskText) -> TextReply:
    """Give an object as text."""
    about, value, _axes = shown_object(bridge, front, asked.name, asked.version)
    whole = (
        value
        if isinstance(value, str)
        else preview.in_words(value, about.unit)
        if not about.shape
        else repr(value)
    )
    return TextReply(text=whole[:_TEXT_LENGTH], cut=len(whole) > _TEXT_LENGTH)


def need_numbers(about: DataObject, count: int) -> None:
    """Refuse what has no numbers along so many axes."""
    numbers = about.kind in {"array", "dataset"} and np.dtype(about.dtype).kind in "buif"
    if not numbers or len(about.shape) < count or 0 in about.shape:
        raise DataError(
            _(
                "'{name}' ({kind} {shape} {dtype}) cannot be shown like that; open it as a table or a text"
            ).format(
                name=about.name,
                kind=about.kind,
                shape=" x ".join(map(str, about.shape)),
                dtype=about.dtype,
            )
        )
