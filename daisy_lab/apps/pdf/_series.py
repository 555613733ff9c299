"""Thousands of patterns or frames with one recipe: run in the session, then seen side by side."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.algorithms.pdf import even_distances
from daisy_lab.algorithms.pdf.compare import (
    change_points,
    choose_distances,
    components,
    difference,
    similarity,
)
from daisy_lab.apps.pdf._frame import frame_workflow
from daisy_lab.apps.pdf._state import recipe_of
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import CurveView, Facts, ParameterForm, WaterfallView, live_of

if TYPE_CHECKING:
    from daisy_lab._detached import Answer
    from daisy_lab.apps.pdf._app import PdfApp
    from daisy_lab.apps.pdf._state import State
    from daisy_lab.vocabulary import Array
    from daisy_lab.widgets import Live

__all__ = ["SeriesPage", "series_workflow"]

_INTO: Final = "series"
_LEAST: Final = 3
_INPUT: Final = ("composition", "dataformat", "mode", "wavelength", "twothetazero")
_CHAIN: Final = ("rpoly", "qmaxinst", "qmin", "qmax", "rmin", "rmax", "rstep", "window", "calculation")
_MOST_SHOWN: Final = 2000
_ROWS: Final = 12
_MOST_POINTS: Final = 800
"""Distances by which components and changes are found: neighbours tell the same."""


def series_workflow(state: State, *, masked: bool, background: bool) -> dict[str, Any]:
    """Give the workflow from the patterns or frames of a series to their G(r), as JSON.

    Parameters
    ----------
    state
        The page's state.
    masked
        Whether the session holds a mask of the user's.
    background
        Whether there is a background: a pattern, or for frames a frame that is subtracted before they are integrated.
    """
    recipe = recipe_of(state.recipe)
    settings: dict[str, Any] = {name: getattr(recipe, name) for name in (*_INPUT, *_CHAIN)}
    inputs = {"patterns": "patterns", "x": "x"}
    if state.kind == "frames":
        whole = frame_workflow(state, masked=masked, series=True)
        inputs["x"] = "radius"
        if background:
            integrate = whole["steps"][-1]
            integrate["inputs"]["background_frame"] = "background_frame"
            integrate["settings"]["bgscale"] = recipe.bgscale[0]
            whole["inputs"]["background_frame"] = _("Frames without the sample")
    else:
        whole = {
            "format": "daisy-lab-workflow/1",
            "inputs": {"x": _("First column"), "patterns": _("Patterns")},
            "steps": [],
        }
        if background:
            inputs["background"] = "background"
            settings["bgscale"] = list(recipe.bgscale)
            whole["inputs"]["background"] = _("Background patterns")
    step = {
        "algorithm": "pdf.patterns_to_gr",
        "inputs": inputs,
        "settings": settings,
        "outputs": ["gr"],
    }
    title = {"name": "pdf_series", "title": _("Series of G(r)"), "results": ["gr"]}
    return {**whole, **title, "steps": [*whole["steps"], step]}


class SeriesPage:
    """The series: which files, the run, and what it shows.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: PdfApp) -> None:
        self._app = app
        self._frames = 0
        self._gr: Array | None = None
        self._r: Array = np.zeros(0)
        self._done = ""
        self.map = WaterfallView("map", title="G(r)", x_title="r / Å", height="100%")
        self.course = CurveView(
            title=_("Course of the series"), x_title=_("frame"), height="100%", tools=("legend", "export")
        )
        self.parts = [self.map, self.course]
        self.form = ParameterForm(_schema(), app.link, title=_("Series"), text=_lead())
        self.form.on_change(self._set)
        self.facts = Facts(_("Result"), empty=_("Nothing was run yet."), link=app.link)
        self.page = [self.form, self.facts]
        app.shell.until_closed(live_of(app.link).on("runs", self._follow))

    def frames(self, count: int) -> None:
        """Take note of how many frames are open."""
        self._frames = count
        self._app.bar.start = _("Apply to series ({count} frames)").format(count=count)

    def look(self) -> None:
        """Come to this step: say what a run would take."""
        state = self._app.state
        self._app.bar.enabled = bool(state.path)
        if state.kind == "pattern" and not self.form.value.get("files"):
            self.form.set("files", f"*.{state.name.rpartition('.')[2]}")
        if self._gr is None:
            self._app.work.do("series found", self._load_old)

    def run(self) -> None:
        """Compute G(r) of the whole series, in the session's background."""
        self._app.work.do("series", self._start)

    def _start(self) -> None:
        app, state = self._app, self._app.state
        if state.kind == "pattern":
            self._load_patterns()
        elif state.background:
            app.work.ask(
                "files.input", paths=[state.background[0]], role="background_frame", name="background_frame"
            )
        workflow = series_workflow(state, masked=bool(state.mask), background=bool(state.background))
        plan = app.work.ask("chain.plan", workflow=workflow, view="series").result
        self._tell_plan(plan)
        started: Answer = app.work.ask("chain.run", workflow=workflow, into=_INTO)
        self._done = ""
        app.bar.show(started.result["run"])

    def _load_patterns(self) -> None:
        """Load the patterns whose names fit.

        Raises
        ------
        DataError
            If none, or only one, does; or they are not measured at the same points.
        """
        app = self._app
        wanted = str(self.form.value.get("files") or "*")
        told = app.work.ask("files.folder", path=app.state.folder).result
        names = sorted(
            entry["name"]
            for entry in told["entries"]
            if entry["kind"] == "file" and fnmatch(entry["name"], wanted)
        )
        skipped = {path.rpartition("/")[2] for path in app.state.background}
        names = [name for name in names if name not in skipped]
        if len(names) < 2:  # noqa: PLR2004 - a series
            raise DataError(
                _("{count} files of this folder are called {wanted}; a series has two or more").format(
                    count=len(names), wanted=wanted
                )
            )
        folder = f"{app.state.folder}/" if app.state.folder else ""
        app.work.ask("files.input", paths=[f"{folder}{name}" for name in names], role="patterns")
        if app.state.background:
            app.work.ask("files.input", paths=list(app.state.background), role="background")

    def _tell_plan(self, plan: dict[str, Any]) -> None:
        seconds = plan["seconds"]
        rows = [(_("Memory"), f"{plan['peak_bytes'] / 1e9:.2g} GB")]
        if seconds is not None:
            rows.insert(0, (_("Expected"), f"{seconds:.2g} s"))
        self.facts.show(rows)

    def _follow(self, live: Live) -> None:
        run = live.runs.get(self._app.bar.run_id)
        if run is None or run["state"] != "done" or run["id"] == self._done:
            return
        self._done = run["id"]
        self._app.work.do("series shown", self._load)

    def _load_old(self) -> None:
        """Show a series that was run before the page was loaded anew."""
        if f"{_INTO}/gr" in live_of(self._app.link).objects:
            self._load()

    def _load(self) -> None:
        recipe = recipe_of(self._app.state.recipe)
        self._gr = np.asarray(self._app.work.array(f"{_INTO}/gr"))
        r = np.asarray(even_distances(rmin=recipe.rmin, rmax=recipe.rmax, rstep=recipe.rstep))
        if len(r) != self._gr.shape[1]:
            r = np.arange(self._gr.shape[1]) * recipe.rstep
        self._r = r
        self._draw()
        self._app.shell.mark("series", done=True)

    def _set(self, name: str, _value: object, final: bool) -> None:  # noqa: FBT001 - a form's signature
        if final and name != "files":
            self._app.work.do("series shown", self._draw)

    def _draw(self) -> None:
        if self._gr is None:
            return
        compared, distance = choose_distances(self._gr, self._r, nearest=1.0)
        shown = str(self.form.value.get("show", "gr"))
        step = max(1, -(-len(compared) // _MOST_SHOWN))
        labels = [_("frame {number}").format(number=number) for number in range(0, len(compared), step)]
        if shown == "similarity":
            likeness = np.asarray(similarity(compared))[::step, ::step]
            self.map.title = _("Pearson similarity of the frames")
            self.map.set(np.arange(0, len(compared), step), likeness, labels=labels)
            self.map.show_as("map")
        else:
            rows = compared if shown == "gr" else np.asarray(difference(compared, reference="first"))
            self.map.title = "G(r)" if shown == "gr" else _("Difference to the first frame")
            self.map.set(np.asarray(distance), rows[::step], labels=labels)
            form = "lines" if self.form.value.get("form") == "lines" else "map"
            self.map.show_as("lines" if form == "lines" else "map")
            if self.map.selected < 0:
                self.map.select(0)
        thin = max(1, -(-compared.shape[1] // _MOST_POINTS))
        part = np.ascontiguousarray(np.asarray(compared)[:, ::thin])
        self._app.work.do("series course", lambda: self._draw_course(part))

    def _draw_course(self, compared: Array) -> None:
        """Draw how much of each component the frames have, and where the series changes."""
        self.course.remove()
        if len(compared) < _LEAST:
            self.facts.show([(_("Frames"), str(len(compared)))])
            return
        count = int(self.form.value.get("components") or 2)
        mixture = components(compared, count=min(count, len(compared) - 1))
        frames = np.arange(len(compared), dtype=float)
        for number, weights in enumerate(np.asarray(mixture.weights).T, 1):
            self.course.set(
                f"c{number}", frames, weights, title=_("component {number}").format(number=number)
            )
        found = change_points(compared).changes
        for number, frame in enumerate(found[:_ROWS]):
            self.course.mark(f"change{number}", float(frame), title=_("change"))
        said = ", ".join(map(str, found[:_ROWS])) or _("none")
        self.facts.show([(_("Frames"), str(len(compared))), (_("Changes at"), said)])


def _lead() -> str:
    return _("One recipe for all frames, or for all patterns of the folder whose names fit.")


def _schema() -> dict[str, Any]:
    return {
        "properties": {
            "files": {
                "type": "string",
                "title": _("Patterns called"),
                "description": _("As *.xye or Ni_*.chi"),
            },
            "show": {
                "title": _("Show"),
                "enum": ["gr", "difference", "similarity"],
                "x-titles": {
                    "gr": "G(r)",
                    "difference": _("difference to the first"),
                    "similarity": _("similarity"),
                },
                "default": "gr",
            },
            "form": {
                "title": _("Shown as"),
                "enum": ["map", "lines"],
                "x-titles": {"map": _("map"), "lines": _("lines")},
                "default": "map",
            },
            "components": {
                "type": "integer",
                "title": _("Components"),
                "minimum": 1,
                "maximum": 8,
                "default": 2,
            },
        }
    }
