"""The page: six steps around one picture. It arranges widgets and asks the session; it computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from daisy_lab.apps._page import Asked, Keeper, asked_for, open_link
from daisy_lab.apps.ct._axis import AxisPage
from daisy_lab.apps.ct._cost import cost_rows
from daisy_lab.apps.ct._home import HomePage
from daisy_lab.apps.ct._inspect import InspectPage
from daisy_lab.apps.ct._scan import ScanPage
from daisy_lab.apps.ct._stage import Stage
from daisy_lab.apps.ct._stages import Stages
from daisy_lab.apps.ct._state import RECORD, State
from daisy_lab.apps.ct._titles import help_texts, step_titles
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import (
    AppShell,
    Facts,
    FilePicker,
    HistoryList,
    LogView,
    ParameterForm,
    RunBar,
    live_of,
    settle_language,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from daisy_lab._detached import Answer, Link
    from daisy_lab.apps.ct._recipe import Recipe
    from daisy_lab.widgets import Live

__all__ = ["CTApp", "show"]

_FORMATS: Final = (".h5", ".hdf5", ".hdf", ".nxs", ".tif", ".tiff")
_AFTER_OPEN: Final = ("correct", "axis", "reconstruct", "inspect", "export")


def show() -> None:
    """Make the page and display it."""
    # Imported here: the composition itself needs no notebook.
    from IPython.display import display  # noqa: PLC0415

    settle_language()
    asked = asked_for("ct")
    display(CTApp(open_link(asked), asked).shell)  # type: ignore[no-untyped-call]  # IPython has no types here


class CTApp:
    """The page of one window; what it shows is a record of the session, so that all windows show the same.

    Parameters
    ----------
    link
        The way to the session.
    asked
        What the page's address asks for.
    """

    def __init__(self, link: Link, asked: Asked | None = None) -> None:
        self.link = link
        self.state = State()
        self.kept = State()
        """The state that was kept last."""
        self.shell = AppShell(_("CT reconstruction"), step_titles(), link=link, help_text=help_texts())
        self.keeper = Keeper(link, RECORD, self.shell.save_at, self._take_other, self._not_kept)
        self.picker = FilePicker(link, formats=_FORMATS)
        self.scan = ScanPage(self)
        self.axis = AxisPage(self)
        self.stage = Stage(self)
        self.correct = Stages(
            self,
            ("zingers", "phase", "stripes", "hardening"),
            _("Correct"),
            _("Dark and flat are always corrected. Add what your scan needs; the slice shows it at once."),
        )
        self.reconstruct = Stages(
            self,
            ("reconstruction", "rings", "denoising", "mask"),
            _("Reconstruct"),
            _("How the slices are computed, and what is done to them after."),
        )
        self.row = ParameterForm({"properties": {}}, link)
        self.cost = Facts(_("Full volume"), empty=_("Open a scan first."), link=link)
        self.history = HistoryList(link, RECORD)
        self.bar = RunBar(link, start=_("Reconstruct volume"), unit=_("slices"))
        self.inspect = InspectPage(self)
        self.home = HomePage(self)
        self._lay_out()
        self._listen()
        self.keeper.get(lambda kept: self._begin(kept, asked or Asked("ct", "ct")))

    # How the page is arranged.

    def _lay_out(self) -> None:
        self.lay_settings()
        self.lay_stage()
        levels = self.stage.slice.levels
        self.shell.put(
            "side",
            {
                "*": [levels, self.cost, self.history],
                "open": [self.scan.about, self.history],
                "axis": [self.axis.curve, levels, self.cost, self.history],
                "inspect": [self.inspect.about, self.inspect.levels, self.history],
                "export": [self.home.written, self.history],
            },
        )
        self.shell.put("foot", self.bar)
        self.shell.put("drawer", LogView(self.link))
        self.bar.enabled = False
        for step in _AFTER_OPEN:
            self.shell.mark(step, blocked=_("Open a scan first."))

    def lay_settings(self) -> None:
        """Lay the settings of each step: which forms there are depends on what was chosen."""
        self.shell.put(
            "settings",
            {
                "open": self.scan.angles if self.scan.lacks_angles else self.scan.lead,
                "correct": [self.row, *self.correct.parts],
                "axis": [self.axis.form, self.row],
                "reconstruct": [self.row, *self.reconstruct.parts],
                "inspect": self.inspect.page,
                "export": [self.home.page, self.picker],
            },
        )

    def lay_stage(self) -> None:
        """Lay on the stage what is to be seen there."""
        self.shell.put("stage", {"*": self.stage.part, "open": self.picker, "inspect": self.inspect.view})

    def _listen(self) -> None:
        self.picker.on_pick(self.open)
        self.row.on_change(self._move)
        self.bar.on_start(self.run)
        self.history.on_compare(lambda kept: self.stage.compare(State.from_json(kept)))
        self.shell.on_step(self._enter)
        self.shell.until_closed(live_of(self.link).on("runs", self._follow))

    # What the user does.

    def open(self, path: str) -> None:
        """Open a scan: nothing is read before it is needed."""
        self.scan.open(State(path=path))

    def change(self, recipe: Recipe, *, note: str = "") -> Future[None]:
        """Take another recipe and show its slice; with a note the change is kept and told in the history."""
        self.state = self.state.but(recipe=recipe)
        if note:
            self.keep(note)
            self._plan()
        return self.stage.show(self.state)

    def adopt(self, recipe: Recipe, note: str) -> None:
        """Take a recipe that was made elsewhere on the page, and show its slice."""
        self._fill(self.state.but(recipe=recipe))
        self.keep(note)
        self._plan()
        self.stage.go("slice")

    def run(self) -> None:
        """Reconstruct the whole volume, in the session's background."""
        output = self.state.beside("_rec.h5")
        wanted = {"workflow": self.workflow, "output": output, "inputs": self.state.inputs}

        def started(answer: Answer) -> None:
            self.state = self.state.but(output=output)
            self.keep(_("Reconstruct volume"))
            self.bar.show(answer.result["run"])

        self.bar.ask("chain.run", wanted, started)

    def keep(self, note: str) -> None:
        """Keep the page's state, and say what was done."""
        if self.state.recipe != self.kept.recipe and self.state.group == self.kept.group:
            self.stage.remember(self.kept)
        self.kept = self.state
        self.keeper.put(self.state.to_json(), note)

    @property
    def workflow(self) -> dict[str, Any]:
        """The whole way from counts to volume."""
        return self.state.recipe.workflow().to_json()

    def _move(self, _name: str, value: object, final: bool) -> Future[None]:  # noqa: FBT001 - a form's signature
        self.state = self.state.but(row=int(value) if isinstance(value, int | float) else self.state.row)
        if final:
            self.keep(_("Row {row}").format(row=self.state.row))
        return self.stage.show(self.state)

    def _enter(self, step: str) -> None:
        if step == "axis":
            self.axis.look()
        elif step == "inspect":
            self.inspect.open(self.state.output)
        elif step == "export":
            self.home.enter()

    # What the session says.

    def _begin(self, kept: Mapping[str, Any] | None, asked: Asked) -> None:
        if kept is not None:
            self.kept = State.from_json(kept)
            self._take(self.kept)
        if asked.files and asked.files[0] != self.state.path:
            self.open(asked.files[0])

    def begin(self, state: State) -> None:
        """Show a scan that was just opened."""
        self._fill(state)

        def there() -> None:
            self.state = self.state.but(row=self.scan.shape[1] // 2)
            self.keep(_("Opened {name}").format(name=self.state.name))
            self._show_scan()
            self.shell.go("axis")

        self.scan.reach(state, there)

    def _take_other(self, kept: Mapping[str, Any]) -> None:
        """Show what another window did, or a state that was gone back to."""
        before, self.kept = self.kept, State.from_json(kept)
        self._take(self.kept)
        if before.recipe != self.kept.recipe and before.group == self.kept.group:
            self.stage.remember(before)

    def _not_kept(self, why: str) -> None:
        self.shell.say(_("The last change was not kept: {why}").format(why=why), "warn", "kept")

    def _take(self, state: State) -> None:
        """Show a state that was kept, here or in another window."""
        other = state.group != self.state.group
        self._fill(state)

        def there() -> None:
            self._show_scan()
            if other and self.shell.step == "open":
                self.shell.go("axis")

        if state.path:
            self.scan.reach(state, there)

    def _fill(self, state: State) -> None:
        """Fill all settings in."""
        if state.group != self.state.group:
            self.axis.forget()
        self.state = state
        self.correct.take(state.recipe)
        self.reconstruct.take(state.recipe)
        self.axis.take(state.recipe.center)
        self.lay_settings()

    def _show_scan(self) -> None:
        """Show the scan that the session holds now: a slice, and what the volume costs."""
        angles, rows, columns = self.scan.shape
        self.shell.chip = f"{self.state.name} · {angles} × {rows} × {columns}"
        field: dict[str, Any] = {
            "type": "integer",
            "title": _("Row shown"),
            "minimum": 0,
            "maximum": max(rows - 1, 0),
        }
        field["default"] = rows // 2
        self.row.show({"properties": {"row": field}})
        self.state = self.state.but(row=min(self.state.row, rows - 1))
        self.row.set("row", self.state.row)
        self.axis.open(columns)
        for step in _AFTER_OPEN:
            self.shell.mark(step, blocked="")
        self.shell.mark("open", done=True)
        self.stage.refresh()
        self.stage.show(self.state)
        self._plan()
        self._follow(live_of(self.link))

    def _plan(self) -> None:
        """Learn what the full run costs."""

        def planned(answer: Answer) -> None:
            self.cost.show(cost_rows(answer.result))
            problem = answer.result["problem"]
            self.bar.enabled = problem is None
            self.bar.hint = problem["message"] if problem else ""

        def failed(error: BaseException) -> None:
            if getattr(error, "kind", "") != "SupersededError":
                self.bar.enabled = False
                self.cost.show([], [str(error)])

        wanted = {"view": "plan", "workflow": self.workflow, "inputs": self.state.inputs}
        wanted["output"] = self.state.beside("_rec.h5")
        self.bar.ask("chain.plan", wanted, planned, failed)

    def take_found(self, values: Mapping[str, Any], lines: tuple[str, ...]) -> None:
        """Show what was found on the way of a slice."""
        if "center" in values:
            self.axis.tell(float(values["center"]), "; ".join(lines))

    def take_faults(self, faults: Mapping[str, str]) -> bool:
        """Say at the settings what is wrong with them; gives whether each had a place."""
        shown = [page.fault(faults) for page in (self.correct, self.reconstruct)]
        return bool(faults) and any(shown)

    def _follow(self, live: Live) -> None:
        run = live.runs.get(self.bar.run_id)
        done = run is not None and run["state"] == "done" and bool(self.state.output)
        self.shell.mark("reconstruct", done=done)
        if done:
            self.inspect.open(self.state.output, self.bar.run_id)
