"""Many curves at once: one above the other, or as a map of colours; a click picks one."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final, Literal

import bqplot
import numpy as np
from traitlets import Int

from daisy_lab._preview import reduced, thinned
from daisy_lab.texts import gettext as _
from daisy_lab.widgets._plot import COLOURS, Plot, padded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["WaterfallView"]

_POINTS: Final = 1500
_MAP: Final = (300, 800)
"""Most rows and columns of the map of colours that travel."""


class WaterfallView(Plot):
    """A series of curves over the same x, as patterns against time.

    Parameters
    ----------
    title, x_title, y_title, height
        As of `CurveView`.
    form
        `lines`, one above the other, or `map`, rows of colours.
    """

    selected = Int(-1).tag(sync=True)
    """Number of the curve that was picked; -1 when none is."""

    def __init__(self, form: Literal["lines", "map"] = "lines", **about: Any) -> None:  # noqa: ANN401 - as Plot takes
        self.form = form
        self._x: Array = np.zeros(0)
        self._y: Array = np.zeros((0, 0))
        self._labels: list[str] = []
        self._offset = 0.0
        self._picked: list[Callable[[int], None]] = []
        super().__init__(**{"height": "320px", "tools": ("export",), **about})
        self.picks = True
        self._colours = bqplot.ColorScale(scheme="viridis")
        self._chosen = self._lines([COLOURS[1]], stroke_width=2.2)
        self._many = self._lines([COLOURS[0]], stroke_width=1.0)
        self._map: Any = None
        self.figure.marks = [self._many, self._chosen]

    def set(
        self,
        x: Sequence[float] | Array,
        curves: Sequence[Sequence[float]] | Array,
        *,
        labels: Sequence[str] = (),
        offset: float | None = None,
    ) -> None:
        """Show curves.

        Parameters
        ----------
        x
            Positions, (point,).
        curves
            Values, (curve, point).
        labels
            What each curve is called; numbers where left out.
        offset
            How far one lies above the other; chosen from the curves by default.
        """
        self._x, self._y = np.asarray(x, np.float64), np.atleast_2d(np.asarray(curves, np.float64))
        self._labels = list(labels) or [str(number) for number in range(len(self._y))]
        spread = float(np.nanmax(self._y) - np.nanmin(self._y)) if np.isfinite(self._y).any() else 1.0
        self._offset = 0.25 * spread if offset is None else offset
        if self.selected >= len(self._y):
            self.selected = -1
        self._draw()
        if not self.zoomed:
            self.zoom()

    def show_as(self, form: Literal["lines", "map"]) -> None:
        """Show lines, or a map of colours."""
        self.form = form
        self._draw()
        self.zoom()

    def select(self, number: int) -> None:
        """Pick a curve, as a click does."""
        self.selected = number if 0 <= number < len(self._y) else -1
        self._draw_chosen()
        for listener in tuple(self._picked):
            listener(self.selected)

    def on_pick(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Hear the number of the curve that is picked; gives what ends that."""
        self._picked.append(listener)
        return lambda: self._picked.remove(listener)

    def vue_step(self, way: int) -> None:
        """Pick the next curve, or the one before."""
        self.select(min(max(self.selected + int(way), 0), len(self._y) - 1))

    # What Plot asks.

    def extent_x(self) -> tuple[float, float]:
        """Give the first and the last x there is."""
        if self._x.size < 2:  # noqa: PLR2004 - one point has no length
            return 0.0, 1.0
        return float(self._x.min()), float(self._x.max())

    def extent_y(self, first: float, last: float) -> tuple[float, float]:
        """Give the lowest and the highest y between two x."""
        count = len(self._y)
        if self.form == "map" or not count:
            return -0.5, max(count, 1) - 0.5
        inside = self._y[:, (self._x >= first) & (self._x <= last)]
        if not np.isfinite(inside).any():
            return 0.0, 1.0
        lifted = inside + self._offset * np.arange(count)[:, None]
        return padded(float(np.nanmin(lifted)), float(np.nanmax(lifted)))

    def values_at(self, x: float) -> list[dict[str, Any]]:
        """Give the value of the picked curve at an x."""
        if self.selected < 0 or not self._x.size:
            return []
        at = int(np.abs(self._x - x).argmin())
        value = f"{self._y[self.selected, at]:.5g}"
        return [{"title": self._labels[self.selected], "text": value, "colour": COLOURS[1]}]

    def table(self) -> str:
        """Give x and all curves as CSV, one column each."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["x", *self._labels])
        for at, x in enumerate(self._x):
            writer.writerow([repr(float(x)), *(repr(float(value)) for value in self._y[:, at])])
        return out.getvalue()

    def picked(self, x: float, y: float) -> None:
        """Pick the curve nearest to a click."""
        if not self._y.size:
            return
        at = int(np.abs(self._x - x).argmin())
        places = (
            np.arange(len(self._y), dtype=float)
            if self.form == "map"
            else self._y[:, at] + self._offset * np.arange(len(self._y))
        )
        self.select(int(np.nanargmin(np.abs(places - y))) if np.isfinite(places).any() else -1)

    def scales_changed(self) -> None:
        """Draw on other scales from now on."""
        for drawn in (self._many, self._chosen):
            drawn.scales = dict(self._scales)
        self._map = None
        self._draw()

    # Parts.

    def _lines(self, colours: list[str], **how: object) -> Any:  # noqa: ANN401 - a mark of bqplot
        empty = np.zeros(0, np.float32)
        kept = {"x": True, "y": True}
        return bqplot.Lines(
            x=empty, y=empty, scales=dict(self._scales), colors=colours, preserve_domain=kept, **how
        )

    def _draw(self) -> None:
        if self.form == "map" and self._y.size:
            self._draw_map()
            self.figure.marks = [self._map, self._chosen]
        else:
            with self._many.hold_sync():
                self._many.x = self._x[self._places].astype(np.float32)
                self._many.y = self._lifted(np.arange(len(self._y))).astype(np.float32)
                fade = np.linspace(1.0, 0.45, max(len(self._y), 1))
                self._many.opacities = [float(part) for part in fade]
            self.figure.marks = [self._many, self._chosen]
        self._draw_chosen()

    @property
    def _places(self) -> Array:
        """Points that are drawn: where the mean of all curves turns, and at least every so many."""
        if self._x.size <= _POINTS:
            return np.arange(self._x.size)
        spikes, _values = thinned(np.nanmax(self._y, axis=0), 0, _POINTS)
        return np.unique(spikes.astype(np.intp))

    def _lifted(self, numbers: Array) -> Array:
        return self._y[numbers][:, self._places] + self._offset * numbers[:, None]

    def _draw_chosen(self) -> None:
        with self._chosen.hold_sync():
            if self.selected < 0:
                self._chosen.visible = False
                return
            if self.form == "map":
                first, last = self.extent_x()
                place = float(self.selected)
                self._chosen.x = np.array([first, last], np.float32)
                self._chosen.y = np.array([place, place], np.float32)
            else:
                self._chosen.x = self._x[self._places].astype(np.float32)
                self._chosen.y = self._lifted(np.array([self.selected]))[0].astype(np.float32)
            self._chosen.visible = True
        label = self._labels[self.selected]
        self.legend = [
            {"name": "", "title": _("Picked: {name}").format(name=label), "colour": COLOURS[1], "shown": True}
        ]

    def _draw_map(self) -> None:
        rows, columns = self._y.shape
        colours = reduced(self._y, min(rows, _MAP[0]), min(columns, _MAP[1])).astype(np.float32)
        x = np.linspace(float(self._x[0]), float(self._x[-1]), colours.shape[1], dtype=np.float32)
        y = np.linspace(0, rows - 1, colours.shape[0], dtype=np.float32)
        if self._map is None:
            scales = {**self._scales, "color": self._colours}
            self._map = bqplot.HeatMap(x=x, y=y, color=colours, scales=scales)
            return
        with self._map.hold_sync():
            self._map.x, self._map.y, self._map.color = x, y, colours
