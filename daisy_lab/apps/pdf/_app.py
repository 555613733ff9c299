"""The page: from a frame or a pattern to G(r). It arranges widgets, asks the session, and draws what moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from daisy_lab.apps._page import Asked, Keeper, asked_for, open_link
from daisy_lab.apps.pdf._calibration import Calibration
from daisy_lab.apps.pdf._export import Export
from daisy_lab.apps.pdf._files import Opening
from daisy_lab.apps.pdf._frame import FramePage
from daisy_lab.apps.pdf._masking import Masking
from daisy_lab.apps.pdf._panels import Panels
from daisy_lab.apps.pdf._series import SeriesPage
from daisy_lab.apps.pdf._stability import Stability
from daisy_lab.apps.pdf._state import RECORD, State
from daisy_lab.apps.pdf._tune import Tune
from daisy_lab.apps.pdf._work import Work, warm
from daisy_lab.texts import gettext as _
from daisy_lab.texts import later
from daisy_lab.widgets import AppShell, HistoryList, LogView, RunBar, settle_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._detached import Link

__all__ = ["PdfApp", "show"]

_WORK: Final = ("tune", "stability", "export")


def show() -> None:
    """Make the page and display it."""
    # Imported here: the composition itself needs no notebook.
    from IPython.display import display  # noqa: PLC0415

    settle_language()
    asked = asked_for("pdf")
    display(PdfApp(open_link(asked), asked).shell)  # type: ignore[no-untyped-call]  # IPython has no types here


class PdfApp:
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
        self.shell = AppShell(
            _("Pair distribution function"), _steps(), link=link, help_text=_help(), dense=True
        )
        self.work = Work(link, self._failed)
        self.work.do("warm", warm)
        self.keeper = Keeper(
            link,
            RECORD,
            self.shell,
            lambda kept: self._take(State.from_json(kept)),
            # After what is being opened: that ends with a state of its own.
            lambda taking: self.work.do("taking", taking),
        )
        self.frame = FramePage(self)
        self.masking = Masking(self)
        self.panels = Panels(self.frame.picture)
        self.tune = Tune(self)
        self.opening = Opening(self)
        self.stability = Stability(self)
        self.bar = RunBar(link, start=_("Apply to series"), unit=_("patterns"))
        self.series = SeriesPage(self)
        self.calibration = Calibration(self)
        self.export = Export(self)
        self.history = HistoryList(link, RECORD)
        self._lay_out()
        self._listen()
        self.keeper.get(lambda kept: self._begin(kept, asked or Asked("pdf", "pdf")))

    # How the page is arranged.

    def _lay_out(self) -> None:
        self.lay_settings()
        curves = self.panels
        self.shell.put(
            "stage",
            {
                "*": curves,
                "stability": self.stability.map,
                "series": self.series.shown.page,
                "calibrate": self.calibration.picture,
            },
        )
        self.shell.put("foot", self.bar)
        self.shell.put("drawer", LogView(self.link))
        self.bar.enabled = False
        for step in _WORK:
            self.shell.mark(step, blocked=_("Open a pattern or a frame first."))
        self.shell.mark("mask", blocked=_("Open a frame first: a pattern has no pixels."))

    def lay_settings(self) -> None:
        """Lay the settings of each step: a frame has some of its own."""
        framed = self.state.kind == "frames"
        self.shell.put(
            "settings",
            {
                "open": [
                    self.opening.page,
                    self.tune.about,
                    *([self.frame.form] if framed else []),
                    self.opening.picker,
                ],
                "mask": [*self.masking.page, self.history],
                "tune": [
                    self.tune.form,
                    *([self.masking.short] if framed else []),
                    self.stability.score,
                    self.history,
                    self.tune.more,
                ],
                "stability": [self.stability.form, self.stability.score],
                "series": self.series.page,
                "calibrate": self.calibration.page,
                "export": [self.export.page, self.history],
            },
        )

    def _listen(self) -> None:
        self.shell.on_step(self._enter)
        self.bar.on_start(self.series.run)
        self.shell.until_closed(self.work.close)

    # What the user does.

    def choose(self) -> None:
        """Choose bgscale, qmax and rpoly by their score, and show the recipe."""
        self.work.do("choose", self._choose)

    def changed(self, note: str) -> None:
        """Take note of a change: kept, told in the history, and judged."""
        self.keep(note)
        self.judged()

    def judged(self) -> None:
        """Have the recipe judged anew, and what depends on it drawn."""
        if self.tune.curves is not None:
            self.work.do("judge", self._judge)
        if self.shell.step == "stability":
            self.stability.look()

    def keep(self, note: str) -> None:
        """Keep the page's state, and say what was done."""
        self.keeper.put(self.state.to_json(), note)

    def opened(self) -> None:
        """Show that something is open now."""
        framed = self.state.kind == "frames"
        self.panels.pictured = framed
        self.lay_settings()
        formula = str(self.state.recipe.get("composition", ""))
        self.shell.chip = " · ".join(part for part in (self.state.name, formula) if part)
        for step in _WORK:
            self.shell.mark(step, blocked="")
        self.shell.mark("mask", blocked="" if framed else _("Open a frame first: a pattern has no pixels."))
        self.shell.mark("open", done=True)

    def _choose(self) -> None:
        drawing = self.tune.drawing
        if drawing is None:
            return
        chosen, undecided = self.stability.choose(drawing.source)
        self.state = self.state.set(**chosen)
        self.tune.take()
        self.tune.redraw(final=True)
        said = ", ".join(f"{name} {value:g}" for name, value in chosen.items())
        usual = _("left as usual, since any value is as good: {names}").format(names=", ".join(undecided))
        self.tune.form.note("composition", _("Chosen"), f"{said}; {usual}" if undecided else said, "ok")
        self.changed(later("Chosen: {settings}", settings=said))

    def _judge(self) -> None:
        drawing = self.tune.drawing
        if drawing is not None:
            self.stability.judge(drawing.source)

    def _enter(self, step: str) -> None:
        if step == "stability":
            self.stability.look()
        if step == "series":
            self.series.look()
        if step == "tune" and self.state.path:
            self.opened()
        self.panels.large = step == "mask"
        if step not in {"open", "tune"}:
            # What was said of opening is read by now.
            for key in ("poni", "frames"):
                self.shell.unsay(key)

    # What the session says.

    def _begin(self, kept: Mapping[str, Any] | None, asked: Asked) -> None:
        if kept is not None:
            self._take(State.from_json(kept))
        if asked.files and asked.files != self.state.asked:
            self.state = self.state.but(asked=asked.files)
            self.opening.open_all(asked.files)

    def _take(self, state: State) -> None:
        """Show a state that was kept, here or in another window."""
        same = self.tune.drawing is not None and (state.path, state.background, state.poni) == (
            self.state.path,
            self.state.background,
            self.state.poni,
        )
        before, self.state = self.state, state
        self.series.taken(before)
        self.tune.taken()
        if state.calibration != before.calibration:
            self.calibration.form.fill({})
            self.work.do("calibrant", self.calibration.open)
        if same and (state.kind == "pattern" or self.frame.follows(before)):
            if state.kind == "frames":
                self.masking.take()
                self.tune.follow(self.frame.follow())
            else:
                self.tune.redraw(final=True)
            self.work.do("judge", self._judge)
        elif state.path:
            self.work.do("open", self.opening.again)

    def _failed(self, kind: str, text: str) -> None:
        if text:
            self.shell.say(text, "error", kind)
        else:
            self.shell.unsay(kind)


def _steps() -> dict[str, str]:
    return {
        "open": _("Open"),
        "mask": _("Mask"),
        "tune": _("Tune"),
        "stability": _("Stability"),
        "series": _("Series"),
        "calibrate": _("Calibrate"),
        "export": _("Export"),
    }


def _help() -> list[tuple[str, str]]:
    return [
        (
            _("What this page does"),
            _(
                "From a detector frame or a powder pattern to G(r). Every slider redraws all curves while it moves."
            ),
        ),
        (
            _("Names of the settings"),
            _("They are those of PDFgetX3; its .cfg files and the headers of its results can be opened."),
        ),
        (
            _("Nothing is lost"),
            _("Close the page when you like: runs go on, and the page comes back as you left it."),
        ),
    ]
