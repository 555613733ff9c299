"""The page: six steps around one picture. It arranges widgets and asks the session; it computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from daisy_lab.apps._page import Asked, Keeper, asked_for, open_link
from daisy_lab.apps.ct._axis import AxisPage
from daisy_lab.apps.ct._home import HomePage
from daisy_lab.apps.ct._inspect import InspectPage
from daisy_lab.apps.ct._layout import Layout
from daisy_lab.apps.ct._row import RowPage
from daisy_lab.apps.ct._run import FullRun
from daisy_lab.apps.ct._scan import ScanPage
from daisy_lab.apps.ct._stage import Stage
from daisy_lab.apps.ct._stages import correct_page, reconstruct_page
from daisy_lab.apps.ct._state import RECORD, State
from daisy_lab.apps.ct._titles import help_texts, step_titles
from daisy_lab.texts import gettext as _
from daisy_lab.texts import later
from daisy_lab.widgets import AppShell, FilePicker, HistoryList, live_of, settle_language

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from daisy_lab._detached import Link
    from daisy_lab.apps.ct._recipe import Recipe

__all__ = ["CTApp", "show"]

_FORMATS: Final = (".h5", ".hdf5", ".hdf", ".nxs", ".tif", ".tiff")


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
        self.keeper = Keeper(link, RECORD, self.shell, self._take_other)
        self.picker = FilePicker(link, formats=_FORMATS)
        self.scan = ScanPage(self)
        self.axis = AxisPage(self)
        self.stage = Stage(self)
        self.correct = correct_page(self)
        self.reconstruct = reconstruct_page(self)
        self.row = RowPage(self)
        self.history = HistoryList(link, RECORD)
        self.inspect = InspectPage(self)
        self.home = HomePage(self)
        self.full = FullRun(self)
        self.layout = Layout(self)
        self.picker.on_pick(self.open)
        self.history.on_compare(lambda kept: self.stage.compare(State.from_json(kept)))
        self.shell.on_step(self._enter)
        self.keeper.get(lambda kept: self._begin(kept, asked or Asked("ct", "ct")))

    # What the user does.

    def open(self, path: str) -> None:
        """Open a scan: nothing is read before it is needed. One that is opened again keeps its settings."""
        self.scan.open(self.state if path == self.state.path else State(path=path))

    def change(self, recipe: Recipe, *, note: str = "") -> Future[None]:
        """Take another recipe and show its slice; with a note the change is kept and told in the history."""
        self.state = self.state.but(recipe=recipe)
        if note:
            self.keep(note)
            self.full.plan()
        return self.stage.show(self.state)

    def adopt(self, recipe: Recipe, note: str) -> None:
        """Take a recipe that was made elsewhere on the page, and show its slice."""
        self._fill(self.state.but(recipe=recipe))
        self.keep(note)
        self.full.plan()
        self.stage.go("slice")

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

    def _enter(self, step: str) -> None:
        if step == "axis":
            self.axis.look()
        elif step == "inspect":
            self.inspect.open(self.state.output)
        elif step == "export":
            self.stage.go("slice")
            self.home.enter()

    # What the session says.

    def begin(self, state: State) -> None:
        """Show a scan that was just opened."""
        again = state.group == self.state.group
        # Its file may have another content now.
        self.axis.forget()
        self._fill(state)

        def placed(placed: State) -> None:
            self.state = placed if again else placed.but(row=self.scan.shape[1] // 2)
            self.keep(later("Opened {name}", name=self.state.name))
            self._show_scan()
            self.shell.go("axis")

        self.scan.reach(state, lambda: self.home.settle(state, placed))

    def take_slice(self, told: Mapping[str, Any]) -> None:
        """Take note of what was found on the way of a slice: its settings are right, and maybe an axis."""
        self.take_faults({})
        if "center" in told["values"]:
            self.axis.tell(float(told["values"]["center"]), "; ".join(told["lines"]))
        self.axis.look()

    def take_faults(self, faults: Mapping[str, str]) -> bool:
        """Say at the settings what is wrong with them; gives whether each had a place."""
        shown = [page.fault(faults) for page in (self.correct, self.reconstruct)]
        return bool(faults) and any(shown)

    def _begin(self, kept: Mapping[str, Any] | None, asked: Asked) -> None:
        if kept is not None:
            self.kept = State.from_json(kept)
            self._take(self.kept)
        if asked.files and asked.files[0] != self.state.path:
            self.open(asked.files[0])

    def _take_other(self, kept: Mapping[str, Any]) -> None:
        """Show what another window did, or a state that was gone back to."""
        before, self.kept = self.kept, State.from_json(kept)
        self._take(self.kept)
        if before.recipe != self.kept.recipe and before.group == self.kept.group:
            self.stage.remember(before)

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
        self.axis.take(state.recipe)
        self.layout.settings()

    def _show_scan(self) -> None:
        """Show the scan that the session holds now: a slice, and what the volume costs."""
        angles, rows, columns = self.scan.shape
        self.shell.chip = f"{self.state.name} · {angles} × {rows} × {columns}"
        self.row.open(rows)
        self.axis.open(columns)
        self.layout.opened()
        self.stage.refresh()
        self.stage.show(self.state)
        self.full.plan()
        self.full.follow(live_of(self.link))
