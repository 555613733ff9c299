"""What lies below marks on a picture, and volumes to turn around: read and reduced where the data are."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from daisy_lab import _preview as preview
from daisy_lab._bridge._handlers import handles
from daisy_lab._bridge._views import bytes_of, need_numbers, shown_object
from daisy_lab._messages import AskLine, AskStatistics, AskVolume, LineReply, StatisticsReply, VolumeReply
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._bridge._handlers import Answer
    from daisy_lab.vocabulary import Array

_AXES = 3


class _Plane:
    """The plane that a mark lies on, of which only some is read."""

    def __init__(self, bridge: Bridge, front: Front, asked: AskLine | AskStatistics) -> None:
        self._asked = asked
        self.about, self._value, self._axes = shown_object(bridge, front, asked.name, asked.version)
        need_numbers(self.about, 2)
        self._shown = asked.shown or preview.shown_axes(self._axes, self.about.shape)
        lengths = dict(zip(self._axes, self.about.shape, strict=True))
        for axis in self._shown:
            if axis not in lengths:
                # Says which axes there are.
                preview.plane(self._value, self._axes, self._shown, asked.index)
        self._height, self._width = (lengths[axis] for axis in self._shown)

    def around(self, places: Sequence[tuple[float, float]]) -> preview.Region:
        return preview.around(places, self._height, self._width)

    def read(self, region: preview.Region) -> Array:
        return preview.plane(self._value, self._axes, self._shown, self._asked.index, region)


@handles(AskLine, "view")
def line(bridge: Bridge, front: Front, asked: AskLine) -> Answer:
    """Give the values along a line."""
    plane = _Plane(bridge, front, asked)
    region = plane.around((asked.start, asked.stop))
    top, _bottom, left, _right = region
    moved = [(row - top, column - left) for row, column in (asked.start, asked.stop)]
    distances, values = preview.along(plane.read(region), moved[0], moved[1], asked.points)
    reply = LineReply(points=len(values), length=float(distances[-1]), unit=plane.about.unit)
    return reply, [bytes_of(distances), bytes_of(values)]


@handles(AskStatistics, "view")
def statistics(bridge: Bridge, front: Front, asked: AskStatistics) -> StatisticsReply:
    """Give the statistics of an area."""
    plane = _Plane(bridge, front, asked)
    found = preview.statistics(plane.read, asked.corners, plane.around(asked.corners))
    return StatisticsReply(**asdict(found), unit=plane.about.unit)


@handles(AskVolume, "view")
def volume(bridge: Bridge, front: Front, asked: AskVolume) -> Answer:
    """Give a whole volume, reduced."""
    begin = time.perf_counter()
    about, value, axes = shown_object(bridge, front, asked.name, asked.version)
    need_numbers(about, _AXES)
    shown = asked.shown or _last_three(axes)
    missing = [axis for axis in shown if axis not in axes]
    if missing or len(set(shown)) < _AXES:
        raise DataError(
            _("a volume needs three axes of {known}; {asked} was asked for").format(
                known=", ".join(axes), asked=", ".join(shown)
            )
        )
    found = preview.overview(value, axes, shown, asked.index, asked.voxels)
    low, high = asked.low, asked.high
    if low is None or high is None:
        low, high = preview.value_range(found.values)
    grey = preview.levels(found.values, low, high, 8)
    reply = VolumeReply(
        axes=shown,
        shape=_three(grey.shape),
        factors=found.factors,
        low=low,
        high=high,
        unit=about.unit,
        thinned=found.thinned,
        seconds=time.perf_counter() - begin,
    )
    return reply, [bytes_of(grey)]


def _last_three(axes: Sequence[str]) -> tuple[str, str, str]:
    return axes[-3], axes[-2], axes[-1]


def _three(shape: Any) -> tuple[int, int, int]:  # noqa: ANN401 - of an array with three axes
    slices, rows, columns = shape
    return slices, rows, columns
