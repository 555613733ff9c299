"""What curves and waterfalls share: axes, zoom, a cursor that views move together, markers, export.

bqplot draws; above it lies a layer of ours that knows the pointer and the keyboard. Each curve is a model of its own,
with float32 buffers, so that a changed curve travels alone.
"""

from __future__ import annotations

from math import isfinite, log10
from typing import TYPE_CHECKING, Any, ClassVar, Final

import bqplot
import numpy as np
from ipywidgets import widget_serialization
from traitlets import Any as AnyTrait
from traitlets import Bool, Dict, List, Unicode

from daisy_lab.texts import gettext as _
from daisy_lab.widgets._part import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    MarkerListener = Callable[[str, float, bool], None]

__all__ = ["COLOURS", "Plot"]

COLOURS: Final = ("#2f88c9", "#d97a1e", "#2f9e5b", "#a65fb5", "#cc4f45", "#8a7a00", "#3aa5a5", "#7d8a97")
"""Told apart on a light page and on a dark one, and by those who see red and green alike."""
_PADDING: Final = 0.04


class Plot(Part):
    """Two axes with something drawn between them.

    Parameters
    ----------
    title
        What the plot shows, for its heading and for those who cannot see it.
    x_title, y_title
        Titles of the axes, with their units.
    height
        Height as CSS says it.
    """

    drawn_by: ClassVar[str] = "plot.vue"

    title = Unicode().tag(sync=True)
    height = Unicode().tag(sync=True)
    figure = AnyTrait().tag(sync=True, **widget_serialization)
    legend = List().tag(sync=True)
    """Curves as the legend shows them: `name`, `title`, `colour`, `shown`."""
    domain = List().tag(sync=True)
    """First and last x, lowest and highest y that are drawn."""
    zoomed = Bool(default_value=False).tag(sync=True)
    log_x = Bool(default_value=False).tag(sync=True)
    log_y = Bool(default_value=False).tag(sync=True)
    tools = List().tag(sync=True)
    """Buttons that are shown, of `log_x`, `log_y`, `export`, `legend`."""
    markers = List().tag(sync=True)
    """Vertical lines that can be moved: `name`, `title`, `value`, `step`, `unit`."""
    cursor = Dict().tag(sync=True)
    """Where the pointer is in this view or a linked one, and the values there."""
    margin = Dict().tag(sync=True)
    picks = Bool(default_value=False).tag(sync=True)
    note = Unicode().tag(sync=True)
    """What is to be known of the curves, as that they are being computed; empty when nothing is."""

    def __init__(
        self,
        *,
        title: str = "",
        x_title: str = "",
        y_title: str = "",
        height: str = "220px",
        tools: tuple[str, ...] = ("log_x", "log_y", "legend", "export"),
    ) -> None:
        self._linked: list[Plot] = []
        self._marker_listeners: list[MarkerListener] = []
        # With limits from the start: a scale without any has no ticks to draw.
        self._scales = {"x": bqplot.LinearScale(min=0.0, max=1.0), "y": bqplot.LinearScale(min=0.0, max=1.0)}
        self._axes = [
            bqplot.Axis(scale=self._scales["x"], label=x_title, num_ticks=5, grid_lines="none"),
            bqplot.Axis(scale=self._scales["y"], label=y_title, num_ticks=5, grid_lines="solid"),
        ]
        self._axes[1].orientation = "vertical"
        self._axes[0].label_offset, self._axes[1].label_offset = "30px", "-48px"
        below, beside = (42 if x_title else 26), (66 if y_title else 50)
        margin = {"top": 10, "bottom": below, "left": beside, "right": 18}
        figure = bqplot.Figure(
            axes=self._axes,
            fig_margin=margin,
            animation_duration=0,
            min_aspect_ratio=0.01,
            max_aspect_ratio=100,
            display_toolbar=False,
            padding_x=0,
            padding_y=0,
        )
        figure.layout.height, figure.layout.width, figure.layout.min_width = "100%", "100%", "0"
        super().__init__(title=title, height=height, figure=figure, tools=list(tools), margin=margin)

    def words(self) -> dict[str, str]:
        """Give the template's texts."""
        return {
            "logX": _("Logarithmic x"),
            "logY": _("Logarithmic y"),
            "whole": _("Show everything"),
            "csv": _("Save as CSV"),
            "png": _("Save as PNG"),
            "svg": _("Save as SVG"),
            "export": _("Save"),
            "plot": _("Plot"),
            "help": _("Drag to enlarge, double-click to show everything"),
            "hide": _("Show or hide {name}"),
        }

    # For the app.

    def mark(
        self, name: str, value: float | None, *, title: str = "", unit: str = "", step: float | None = None
    ) -> None:
        """Show a vertical line that can be moved, as the axis or a level; without a value it goes away."""
        with self.lock:
            new = {"name": name, "title": title or name, "unit": unit, "step": step, "value": value}
            before = [known for known in self.markers if known["name"] != name]
            self.markers = before if value is None or not isfinite(value) else [*before, new]

    def on_marker(self, listener: MarkerListener) -> Callable[[], None]:
        """Hear (name, value, final) while a marker is moved; gives what ends that."""
        self._marker_listeners.append(listener)
        return lambda: self._marker_listeners.remove(listener)

    def link_cursor(self, *others: Plot) -> None:
        """Let the pointer in one of these views show in all of them."""
        group = list(dict.fromkeys([self, *self._linked, *others]))
        for plot in group:
            plot._linked = [other for other in group if other is not plot]  # noqa: SLF001 - of the same class

    def zoom(self, x: tuple[float, float] | None = None, y: tuple[float, float] | None = None) -> None:
        """Draw this part; without limits everything."""
        first, last = x or self.extent_x()
        low, high = y or self.extent_y(first, last)
        self.zoomed = x is not None or y is not None
        self._set_domain(first, last, low, high)

    # What kinds of plots say.

    def extent_x(self) -> tuple[float, float]:
        """Give the first and the last x there is."""
        raise NotImplementedError

    def extent_y(self, first: float, last: float) -> tuple[float, float]:
        """Give the lowest and the highest y between two x."""
        raise NotImplementedError

    def values_at(self, x: float) -> list[dict[str, Any]]:
        """Give what the cursor tells at an x: `title`, `text` and `colour` of each curve."""
        raise NotImplementedError

    def table(self) -> str:
        """Give everything that is drawn as CSV."""
        raise NotImplementedError

    def picked(self, x: float, y: float) -> None:
        """Take a click on the plot."""

    def scales_changed(self) -> None:
        """Draw on other scales from now on."""
        raise NotImplementedError

    # For the browser.

    def vue_zoom(self, data: Mapping[str, Any]) -> None:
        """Draw what the user framed; nothing framed means everything."""
        x, y = data.get("x"), data.get("y")
        self.zoom(tuple(x) if x else None, tuple(y) if y else None)

    def vue_log(self, data: Mapping[str, Any]) -> None:
        """Make an axis logarithmic, or linear again."""
        self.set_log(**{str(data["axis"]): bool(data["on"])})

    def vue_hover(self, data: Mapping[str, Any] | None) -> None:
        """Say what is below the pointer, here and in linked views."""
        for plot in (self, *self._linked):
            if data is None:
                plot.cursor = {}
            else:
                x = float(data["x"])
                plot.cursor = {"x": x, "values": plot.values_at(x), "own": plot is self}
        self.tell("heard")

    def vue_move(self, data: Mapping[str, Any]) -> None:
        """Take a marker that the user moves."""
        name, value, final = str(data["name"]), float(data["value"]), bool(data["final"])
        if final:
            with self.lock:
                self.markers = [
                    {**known, "value": value} if known["name"] == name else known for known in self.markers
                ]
        for listener in tuple(self._marker_listeners):
            listener(name, value, final)
        self.tell("heard")

    def vue_pick(self, data: Mapping[str, Any]) -> None:
        """Take a click."""
        self.picked(float(data["x"]), float(data["y"]))

    def vue_export(self, form: str) -> None:
        """Save what is drawn, in the browser's folder for downloads."""
        name = (self.title or "curves").replace(" ", "-").replace("/", "-").lower()
        if form == "png":
            self.figure.save_png(f"{name}.png")
        elif form == "svg":
            self.figure.save_svg(f"{name}.svg")
        else:
            self.tell("file", f"{name}.csv", "text/csv", buffers=[self.table().encode()])

    # Axes.

    def set_log(self, *, x: bool | None = None, y: bool | None = None) -> None:
        """Make axes logarithmic, or linear again."""
        changed = {
            "x": x is not None and x is not self.log_x,
            "y": y is not None and y is not self.log_y,
        }
        self.log_x = self.log_x if x is None else x
        self.log_y = self.log_y if y is None else y
        first, last = self.extent_x()
        limits = {"x": (first, last), "y": self.extent_y(first, last)}
        for key, axis in zip(("x", "y"), self._axes, strict=True):
            if changed[key]:
                kind = bqplot.LogScale if (self.log_x if key == "x" else self.log_y) else bqplot.LinearScale
                self._scales[key] = kind(min=limits[key][0], max=limits[key][1])
                axis.scale = self._scales[key]
        self.scales_changed()
        self.zoom()

    def _set_domain(self, first: float, last: float, low: float, high: float) -> None:
        for scale, (start, end) in zip(self._scales.values(), ((first, last), (low, high)), strict=True):
            with scale.hold_sync():
                scale.min, scale.max = start, end
        for axis, log, ends in zip(
            self._axes, (self.log_x, self.log_y), ((first, last), (low, high)), strict=True
        ):
            with axis.hold_sync():
                axis.tick_values = _decades(*ends) if log else None
                axis.tick_format = ".1e" if log else None
        self.domain = [first, last, low, high]


def padded(low: float, high: float, *, log: bool = False) -> tuple[float, float]:
    """Give a range with a little room at both ends; one without any length gets some."""
    if log:
        start, end = padded(log10(low), log10(high))
        return 10.0**start, 10.0**end
    if not high > low:
        room = abs(low) * 0.5 or 0.5
        return low - room, high + room
    room = (high - low) * _PADDING
    return low - room, high + room


def _decades(low: float, high: float) -> Any:  # noqa: ANN401 - an array
    """Give places for ticks of a logarithmic axis: powers of ten, or what divides a short range evenly."""
    powers = np.arange(np.ceil(log10(low)), np.floor(log10(high)) + 1)
    if powers.size < 2:  # noqa: PLR2004 - one tick tells no scale
        return np.geomspace(low, high, 4)
    return 10.0 ** powers[:: -(-powers.size // 5)]
