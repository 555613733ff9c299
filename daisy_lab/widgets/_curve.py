"""Curves over one axis: many, each updated alone, with bands of uncertainty, markers and linked cursors."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import bqplot
import numpy as np

from daisy_lab._preview import thinned
from daisy_lab.widgets._plot import COLOURS, Plot, padded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["CurveView"]

_POINTS: Final = 4000
"""More than a screen has columns: every spike is kept."""
_TOLD: Final = 8


class _Curve(NamedTuple):
    title: str
    colour: str
    x: Array
    y: Array
    band: tuple[Array, Array] | None
    line: Any
    area: Any
    shown: bool = True


class CurveView(Plot):
    """Curves, by name.

    Parameters
    ----------
    title
        What the curves show.
    x_title, y_title
        Titles of the axes, with their units.
    height
        Height as CSS says it.
    """

    def __init__(self, **about: Any) -> None:  # noqa: ANN401 - as Plot takes them
        self._curves: dict[str, _Curve] = {}
        super().__init__(**about)

    def set(
        self,
        name: str,
        x: Sequence[float] | Array,
        y: Sequence[float] | Array,
        *,
        title: str = "",
        colour: str = "",
        band: tuple[Array, Array] | None = None,
    ) -> None:
        """Show a curve, or give the one of that name other values; no other curve is touched.

        Parameters
        ----------
        x, y
            Values, (point,).
        band
            Lower and upper limit, as of an error.
        """
        known = self._curves.get(name)
        positions, values = np.asarray(x, np.float64), np.asarray(y, np.float64)
        limits = None if band is None else (np.asarray(band[0], np.float64), np.asarray(band[1], np.float64))
        shade = colour or (known.colour if known else self._next_colour())
        line = known.line if known else self._line([shade])
        area = known.area if known else None
        if limits is not None and area is None:
            area = self._line(
                [shade], fill="between", fill_colors=[shade], fill_opacities=[0.2], stroke_width=0
            )
        label = title or (known.title if known else name)
        shown = known.shown if known else True
        self._curves[name] = _Curve(label, shade, positions, values, limits, line, area, shown)
        self._fill(self._curves[name])
        if known is None or (known.title, known.colour, known.area) != (label, shade, area):
            line.colors = [shade]
            self._arrange()
        if not self.zoomed:
            self.zoom()

    def remove(self, *names: str) -> None:
        """Take curves away; all where none is named."""
        for name in names or tuple(self._curves):
            self._curves.pop(name, None)
        self._arrange()
        self.zoom()

    def show(self, name: str, *, shown: bool = True) -> None:
        """Show or hide a curve that is there."""
        curve = self._curves[name]._replace(shown=shown)
        self._curves[name] = curve
        for drawn in (curve.line, curve.area):
            if drawn is not None:
                drawn.visible = shown
        self._tell_legend()
        if not self.zoomed:
            self.zoom()

    def vue_show(self, data: Mapping[str, Any]) -> None:
        """Show or hide a curve as the legend says."""
        if data["name"] in self._curves:
            self.show(str(data["name"]), shown=bool(data["shown"]))

    # What Plot asks.

    def extent_x(self) -> tuple[float, float]:
        """Give the first and the last x there is."""
        found = [self._usable(curve.x, log=self.log_x) for curve in self._visible]
        found = [x for x in found if x.size]
        if not found:
            return (1.0, 10.0) if self.log_x else (0.0, 1.0)
        first, last = min(float(x.min()) for x in found), max(float(x.max()) for x in found)
        return (first, last) if last > first else padded(first, last, log=self.log_x)

    def extent_y(self, first: float, last: float) -> tuple[float, float]:
        """Give the lowest and the highest y between two x."""
        found = []
        for curve in self._visible:
            inside = (curve.x >= first) & (curve.x <= last)
            found += [
                self._usable(values[inside], log=self.log_y) for values in (curve.y, *(curve.band or ()))
            ]
        found = [values for values in found if values.size]
        if not found:
            return (1.0, 10.0) if self.log_y else (0.0, 1.0)
        low, high = min(float(v.min()) for v in found), max(float(v.max()) for v in found)
        return padded(low, high, log=self.log_y)

    def values_at(self, x: float) -> list[dict[str, Any]]:
        """Give the value of each curve at the point nearest to an x."""
        told = []
        for curve in self._visible[:_TOLD]:
            if curve.x.size and curve.x[0] <= x <= curve.x[-1]:
                at = int(np.abs(curve.x - x).argmin())
                told.append({"title": curve.title, "text": f"{curve.y[at]:.5g}", "colour": curve.colour})
        return told

    def table(self) -> str:
        """Give all curves as CSV: one column of x for each, since they may differ."""
        out = io.StringIO()
        writer = csv.writer(out)
        columns: list[tuple[str, Array]] = []
        for name, curve in self._curves.items():
            columns += [(f"{name} x", curve.x), (name, curve.y)]
            if curve.band is not None:
                columns += [(f"{name} low", curve.band[0]), (f"{name} high", curve.band[1])]
        writer.writerow([title for title, _values in columns])
        for row in range(max((len(values) for _title, values in columns), default=0)):
            writer.writerow([repr(float(v[row])) if row < len(v) else "" for _title, v in columns])
        return out.getvalue()

    def scales_changed(self) -> None:
        """Draw on other scales from now on."""
        for curve in self._curves.values():
            for drawn in (curve.line, curve.area):
                if drawn is not None:
                    drawn.scales = dict(self._scales)
            self._fill(curve)

    # Parts.

    @property
    def _visible(self) -> list[_Curve]:
        return [curve for curve in self._curves.values() if curve.shown]

    def _line(self, colours: list[str], **how: object) -> Any:  # noqa: ANN401 - a mark of bqplot
        return bqplot.Lines(
            x=np.zeros(0, np.float32),
            y=np.zeros(0, np.float32),
            scales=dict(self._scales),
            colors=colours,
            **{"stroke_width": 1.6, "preserve_domain": {"x": True, "y": True}, **how},
        )

    def _fill(self, curve: _Curve) -> None:
        """Give a curve's marks what is to be drawn: no more points than a screen shows."""
        with curve.line.hold_sync():
            curve.line.x, curve.line.y = self._drawn(curve.x, curve.y)
        if curve.area is None:
            return
        low, high = curve.band or (curve.y, curve.y)
        step = max(1, -(-len(low) // _POINTS))
        with curve.area.hold_sync():
            curve.area.x = curve.x[::step].astype(np.float32)
            curve.area.y = np.stack([low[::step], high[::step]]).astype(np.float32)
            curve.area.visible = curve.shown and curve.band is not None

    def _drawn(self, x: Array, y: Array) -> tuple[Array, Array]:
        places, values = thinned(y, 0, _POINTS)
        positions = x[places.astype(np.intp)]
        keep = np.isfinite(values) & np.isfinite(positions)
        keep &= (positions > 0) | (not self.log_x)
        keep &= (values > 0) | (not self.log_y)
        values = np.where(keep, values, np.nan)
        if self.log_x:
            positions, values = positions[positions > 0], values[positions > 0]
        return positions.astype(np.float32), values.astype(np.float32)

    @staticmethod
    def _usable(values: Array, *, log: bool) -> Array:
        good = np.isfinite(values)
        return values[good & (values > 0)] if log else values[good]

    def _next_colour(self) -> str:
        taken = [curve.colour for curve in self._curves.values()]
        free = [colour for colour in COLOURS if colour not in taken]
        return free[0] if free else COLOURS[len(taken) % len(COLOURS)]

    def _arrange(self) -> None:
        areas = [curve.area for curve in self._curves.values() if curve.area is not None]
        self.figure.marks = [*areas, *(curve.line for curve in self._curves.values())]
        self._tell_legend()

    def _tell_legend(self) -> None:
        self.legend = [
            {"name": name, "title": curve.title, "colour": curve.colour, "shown": curve.shown}
            for name, curve in self._curves.items()
        ]
