"""G(r) of a series beside each other: the curves, their differences, how alike they are, what they are mixtures of."""

from __future__ import annotations

from os.path import commonprefix
from typing import TYPE_CHECKING, Any, Final

import ipyvuetify
import numpy as np

from daisy_lab.algorithms.pdf.compare import (
    change_points,
    choose_distances,
    components,
    difference,
    similarity,
)
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import CurveView, WaterfallView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["Comparison"]

_LEAST: Final = 3
_MOST_SHOWN: Final = 2000
_MOST_MARKS: Final = 12
_MOST_POINTS: Final = 800
"""Distances by which components and changes are found: neighbours tell the same."""
_GRID: Final = (
    "display: grid; width: 100%; height: 100%; min-height: 0; padding: 10px; gap: 10px; background: var(--daisy-page); "
    "grid-template: minmax(0, 1fr) minmax(0, 1fr) / minmax(0, 1.25fr) minmax(0, 1fr)"
)
_CELL: Final = (
    "display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); min-width: 0; min-height: 0; overflow: hidden; "
    "border: 1px solid var(--daisy-line); border-radius: 8px"
)


class Comparison:
    """Four linked plots of a series."""

    def __init__(self) -> None:
        about: dict[str, Any] = {"height": "100%"}
        self.map = WaterfallView("map", title="G(r)", x_title="r / Å", **about)
        self.likeness = WaterfallView("map", title=_("Pearson similarity"), x_title=_("frame"), **about)
        tools = ("legend", "export")
        self.course = CurveView(
            title=_("Weights of the components"), x_title=_("frame"), tools=tools, **about
        )
        self.shapes = CurveView(title=_("The components"), x_title="r / Å", tools=tools, **about)
        self.likeness.on_pick(self._pick)
        self.map.link_cursor(self.shapes)
        cells = [
            ipyvuetify.Html(tag="div", style_=_CELL, children=[one])
            for one in (self.map, self.likeness, self.shapes, self.course)
        ]
        self.page = ipyvuetify.Html(tag="div", class_="daisy", style_=_GRID, children=cells)
        self._names: list[str] = []
        self._distance: Array = np.zeros(0)

    def draw(
        self, gr: Array, r: Array, names: Sequence[str], settings: Mapping[str, Any]
    ) -> tuple[Array, list[tuple[str, str]]]:
        """Draw the curves and how alike they are.

        Parameters
        ----------
        gr
            G(r) of each frame, (frame, r).
        r
            Distances in angstrom, (r,).
        names
            What each frame is called.
        settings
            `nearest`, `farthest`, `show` (gr, difference), `reference`, `form` (map, lines).

        Returns
        -------
        compared
            What components and changes are found in.
        rows
            Facts about it.

        Raises
        ------
        SettingError, DataError
            As `pdf.compare` has it.
        """
        nearest, farthest = (float(settings.get(name) or 0.0) for name in ("nearest", "farthest"))
        compared, distance = choose_distances(gr, r, nearest=nearest, farthest=min(farthest, float(r[-1])))
        if len(compared) < 2:  # noqa: PLR2004 - a series
            return np.asarray(compared), [(_("Frames"), str(len(compared)))]
        step = max(1, -(-len(compared) // _MOST_SHOWN))
        self._names = [str(names[number]) for number in range(0, len(compared), step)]
        rows, title = np.asarray(compared), "G(r)"
        if settings.get("show") == "difference":
            rows, title = self._difference(rows, str(settings.get("reference", "first")))
        self.map.title = title
        self.map.set(np.asarray(distance), rows[::step], labels=self._names)
        form = "lines" if settings.get("form") == "lines" else "map"
        if self.map.form != form:
            self.map.show_as("lines" if form == "lines" else "map")
        alike = np.asarray(similarity(compared))[::step, ::step]
        self.likeness.set(np.arange(0, len(compared), step), alike, labels=self._names)
        if self.map.selected < 0:
            self.map.select(0)
        thin = max(1, -(-compared.shape[1] // _MOST_POINTS))
        lowest = float(np.nanmin(alike)) if np.isfinite(alike).any() else np.nan
        facts = [(_("Frames"), str(len(compared))), (_("Least alike"), f"{lowest:.4f}")]
        self._distance = np.asarray(distance)[::thin]
        return np.ascontiguousarray(np.asarray(compared)[:, ::thin]), facts

    def draw_mixture(self, compared: Array, count: int) -> list[tuple[str, str]]:
        """Draw the components, their weights, and where the series changes; gives facts about them."""
        if len(compared) < _LEAST:
            self.course.remove()
            self.shapes.remove()
            return []
        mixture = components(compared, count=min(count, len(compared) - 1))
        frames = np.arange(len(compared), dtype=float)
        kept = set()
        for number, (weights, part) in enumerate(
            zip(np.asarray(mixture.weights).T, np.asarray(mixture.parts), strict=True), 1
        ):
            title = _("component {number}").format(number=number)
            self.course.set(f"c{number}", frames, weights, title=title)
            self.shapes.set(f"c{number}", self._distance, part, title=title)
            kept.add(f"c{number}")
        for plot in (self.course, self.shapes):
            gone = {row["name"] for row in plot.legend} - kept
            if gone:
                plot.remove(*gone)
            plot.zoom()
        found = change_points(compared).changes
        for number in range(_MOST_MARKS):
            at = float(found[number]) if number < len(found) else None
            self.course.mark(f"change{number}", at, title=_("change"))
        said = ", ".join(self._called(frame) for frame in found[:_MOST_MARKS]) or _("none")
        unexplained = f"{100 * float(mixture.unexplained):.2g} %"
        return [(_("Changes at"), said), (_("Unexplained"), unexplained)]

    def _called(self, frame: int) -> str:
        """Give a frame by its name where that is short, else by its number."""
        common = commonprefix(self._names).rstrip("0123456789.")  # noqa: RUF071 - of texts, not of paths
        name = self._names[frame][len(common) :] if frame < len(self._names) else ""
        return name if 0 < len(name) <= 8 else str(frame)  # noqa: PLR2004 - one word in a narrow column

    def _difference(self, rows: Array, reference: str) -> tuple[Array, str]:
        titles = {
            "first": _("Difference to the first frame"),
            "mean": _("Difference to the mean"),
            "previous": _("Difference to the frame before"),
        }
        if reference in titles:
            chosen: Any = reference
            return np.asarray(difference(rows, reference=chosen)), titles[reference]
        number = max(self.map.selected, 0)
        made = np.asarray(difference(rows, reference="frame", number=number))
        return made, _("Difference to {name}").format(name=self._names[min(number, len(self._names) - 1)])

    def _pick(self, number: int) -> None:
        """Show the curve of the row that was picked in the matrix."""
        if number >= 0 and number != self.map.selected:
            self.map.select(number)
