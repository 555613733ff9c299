"""Thousands of patterns or frames with one recipe, run in the session, or G(r) that are there; seen together."""

from __future__ import annotations

from fnmatch import fnmatch
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.algorithms.pdf import even_distances
from daisy_lab.apps.pdf._comparison import Comparison
from daisy_lab.apps.pdf._frame import frame_workflow
from daisy_lab.apps.pdf._growing import GrowingSeries
from daisy_lab.apps.pdf._series_form import FILES, LOOKS, series_schema
from daisy_lab.apps.pdf._state import recipe_of
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import Facts, FilePicker, ParameterForm, live_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab._detached import Answer
    from daisy_lab.apps.pdf._app import PdfApp
    from daisy_lab.apps.pdf._state import State
    from daisy_lab.vocabulary import Array
    from daisy_lab.widgets import Live

__all__ = ["SeriesPage", "series_workflow"]

_INTO: Final = "series"
_INPUT: Final = ("composition", "dataformat", "mode", "wavelength", "twothetazero")
_CHAIN: Final = ("rpoly", "qmaxinst", "qmin", "qmax", "rmin", "rmax", "rstep", "window", "calculation")
_TABLES: Final = (".h5", ".hdf5", ".nxs")
_FORMATS: Final = (".gr", ".chi", ".xy", ".xye", ".iq", *_TABLES)


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
            step = whole["steps"][-1]
            step["inputs"]["background_frame"] = "background_frame"
            step["settings"]["bgscale"] = recipe.bgscale[0]
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
        self._lock = RLock()
        self._gr: Array | None = None
        self._r: Array = np.zeros(0)
        self._names: list[str] = []
        self._done = ""
        self.grows: dict[str, str] = {}
        """File and dataset of the frames or patterns, where they can grow."""
        self.growing = GrowingSeries(app, self._grown, self._ended)
        self.shown = Comparison()
        self.form = ParameterForm(series_schema(), app.link, only=FILES, title=_("Series"), text=_lead())
        self.looks = ParameterForm(series_schema(), app.link, only=LOOKS)
        for form in (self.form, self.looks):
            form.on_change(self._set)
        self.facts = Facts(_("Result"), empty=_("Nothing was run yet."), link=app.link)
        self.picker = FilePicker(app.link, formats=_FORMATS, uploads=False)
        self.picker.on_pick(self.pick)
        self.page = [self.form, self.facts, self.looks, self.picker]
        app.shell.until_closed(live_of(app.link).on("runs", self._follow_runs))
        app.shell.until_closed(self.stop)

    @property
    def settings(self) -> dict[str, Any]:
        """Give what the form says, as the page's state keeps it."""
        return {**self.form.value, **self.looks.value, **self._app.state.series}

    @property
    def gr(self) -> Array | None:
        """Give what is compared, (frame, r); None before."""
        return self._gr

    def look(self) -> None:
        """Come to this step: say what a run would take, and show what was run before."""
        state = self._app.state
        if state.kind == "pattern" and state.path and not self.settings.get("files"):
            self.form.set("files", f"*.{state.name.rpartition('.')[2]}")
        self.take()
        self._app.work.do("series found", self._load_old if self._gr is None else self.growing.renew)

    def take(self, how: Callable[[ParameterForm, dict[str, Any]], None] = ParameterForm.update) -> None:
        """Show the page's state in the form and at the run's button."""
        state = self._app.state
        for form, names in ((self.form, FILES), (self.looks, LOOKS)):
            how(form, {name: state.series[name] for name in names if name in state.series})
        results = self.settings.get("what") == "gr"
        own = state.kind == "frames" and bool(state.path) and not results
        self.form.note("files", "", _("All frames of {name}").format(name=state.name) if own else "")
        self._app.bar.enabled = bool(state.path) or results
        if results:
            self._app.bar.start = _("Compare G(r) files")
        elif state.kind == "frames" and state.count > 1:
            self._app.bar.start = _("Apply to series ({count} frames)").format(count=state.count)
        else:
            self._app.bar.start = _("Apply to series")

    def taken(self, before: State) -> None:
        """Show the series of a state that this page did not make, after the one before."""
        state = self._app.state
        changed = {name for name in (*FILES, *LOOKS) if state.series.get(name) != before.series.get(name)}
        self.take(ParameterForm.fill)
        if state.path != before.path or changed & {"files", "what", "follow"}:
            self.stop()
        if "follow" in changed and self.settings.get("follow") and state.path == before.path:
            self._app.work.do("series", self._begin_following)
        if changed & set(LOOKS):
            self._app.work.do("series shown", self._draw)

    def pick(self, path: str) -> None:
        """Take a file of the folder: all like it are the series; an HDF5 file is one by itself."""
        folder, _slash, name = path.rpartition("/")
        ending = name.rpartition(".")[2].lower()
        table = f".{ending}" in _TABLES
        what = "gr" if ending == "gr" or (table and self.settings.get("what") == "gr") else "run"
        kept = {"folder": folder, "files": name if table else f"*.{ending}", "what": what}
        self._app.state = self._app.state.but(series={**self._app.state.series, **kept})
        self.take()
        self._app.keep(_("Series of {files}").format(files=kept["files"]))
        if what == "gr":
            self.run()

    def run(self) -> None:
        """Compute G(r) of the whole series in the session's background, or show those that are there."""
        self._app.work.do("series", self._compare if self.settings.get("what") == "gr" else self._start)

    def stop(self) -> None:
        """Follow a file no longer."""
        self.growing.stop()

    # What is run.

    def _start(self) -> None:
        app, state = self._app, self._app.state
        self.stop()
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
        """Load the patterns whose names fit, or those of one HDF5 file."""
        app = self._app
        skipped = {path.rpartition("/")[2] for path in app.state.background}
        told = app.work.ask("files.input", paths=self._files(skipped), role="patterns").result
        self._names = list(told["about"].get("names", ()))
        self.grows = dict(told["about"].get("source", {}))
        if app.state.background:
            app.work.ask("files.input", paths=list(app.state.background), role="background")

    def _files(self, skipped: set[str]) -> list[str]:
        """Give the files whose names fit.

        Raises
        ------
        DataError
            If there is none, or only one that is no table of several.
        """
        app = self._app
        wanted = str(self.settings.get("files") or "*")
        folder = str(self.settings.get("folder", app.state.folder))
        told = app.work.ask("files.folder", path=folder).result
        names = sorted(
            entry["name"]
            for entry in told["entries"]
            if entry["kind"] == "file" and fnmatch(entry["name"], wanted) and entry["name"] not in skipped
        )
        if len(names) < 2 and not (names and names[0].lower().endswith(_TABLES)):  # noqa: PLR2004 - a series
            raise DataError(
                _("{count} files of this folder are called {wanted}; a series has two or more").format(
                    count=len(names), wanted=wanted
                )
            )
        return [f"{folder}/{name}" if folder else name for name in names]

    def _compare(self) -> None:
        """Show G(r) that are there already."""
        self.stop()
        told = self._app.work.ask("files.input", paths=self._files(set()), role="gr", look=True).result
        work = self._app.work
        self._take_curves(np.asarray(work.array("~gr")), np.asarray(work.array("~r")), told["about"]["names"])

    def _tell_plan(self, plan: dict[str, Any]) -> None:
        seconds = plan["seconds"]
        rows = [(_("Memory"), f"{plan['peak_bytes'] / 1e9:.2g} GB")]
        if seconds is not None:
            rows.insert(0, (_("Expected"), f"{seconds:.2g} s"))
        self.facts.show(rows)

    def _follow_runs(self, live: Live) -> None:
        run = live.runs.get(self._app.bar.run_id)
        if run is None or run["state"] != "done" or run["id"] == self._done:
            return
        self._done = run["id"]
        self._app.work.do("series shown", self._load)

    def _load_old(self) -> None:
        """Show a series as it was before the page was loaded anew."""
        if self.settings.get("what") == "gr":
            if self.settings.get("files"):
                self._compare()
        elif self.settings.get("follow"):
            self._begin_following()
        elif f"{_INTO}/gr" in live_of(self._app.link).objects:
            self._load()

    def _load(self) -> None:
        recipe = recipe_of(self._app.state.recipe)
        gr = np.asarray(self._app.work.array(f"{_INTO}/gr"))
        r = np.asarray(even_distances(rmin=recipe.rmin, rmax=recipe.rmax, rstep=recipe.rstep))
        if len(r) != gr.shape[1]:
            r = np.arange(gr.shape[1]) * recipe.rstep
        self._take_curves(gr, r, self._names if len(self._names) == len(gr) else ())

    def _take_curves(self, gr: Array, r: Array, names: Any) -> None:  # noqa: ANN401 - texts
        with self._lock:
            self._gr, self._r = gr, r
            numbers = [_("frame {number}").format(number=number) for number in range(len(gr))]
            self._names = list(names) or numbers
        self._draw()
        self._app.shell.mark("series", done=True)

    # A file that grows.

    def _begin_following(self) -> None:
        """Read what the file of the series holds, and from then on what is appended to it."""
        if self.growing.is_followed:
            return
        if self._app.state.kind == "pattern":
            self._load_patterns()
        self.growing.begin(self.grows)
        with self._lock:
            self._gr = None
        self.facts.show([(_("Frames"), "0")], [_("Waiting for frames …")])

    def _grown(self, gr: Array, r: Array) -> None:
        """Show more; on the follower's thread."""
        with self._lock:
            self._gr, self._r = gr, r
            self._names = [_("frame {number}").format(number=number) for number in range(len(gr))]
        # Of several that wait only the newest is drawn.
        self._app.work.do("series shown", self._draw)

    def _ended(self, said: str) -> None:
        self.facts.show([(row["label"], row["value"]) for row in self.facts.rows], [said])

    # What is seen.

    def _set(self, name: str, value: object, final: bool) -> None:  # noqa: FBT001 - a form's signature
        if not final:
            return
        app = self._app
        if name in {"files", "what"}:
            self.stop()
        app.state = app.state.but(series={**app.state.series, name: value})
        self.take()
        app.keep(_("Series: {name} = {value}").format(name=name, value=value))
        if name in LOOKS:
            app.work.do("series shown", self._draw)
        elif name == "follow":
            app.work.do("series", self._begin_following if value else self.stop)

    def _draw(self) -> None:
        with self._lock:
            gr, r, names = self._gr, self._r, list(self._names)
        if gr is None:
            return
        settings = self.settings
        compared, facts = self.shown.draw(gr, r, names, settings)
        following = [_("Following: new frames appear by themselves.")] if self.growing.is_followed else []
        self.facts.show(facts, following)
        count = int(settings.get("components") or 2)

        def mixture() -> None:
            self.facts.show([*facts, *self.shown.draw_mixture(compared, count)], following)

        self._app.work.do("series course", mixture)


def _lead() -> str:
    return _("One recipe for all frames or patterns; or G(r) files that are there already.")
