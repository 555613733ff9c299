"""The slice in the middle of the page: through the whole chain at each change, and beside the one before."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from daisy_lab.texts import gettext as _
from daisy_lab.widgets import ImageView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._detached import Answer
    from daisy_lab.apps.ct._app import CTApp
    from daisy_lab.apps.ct._state import State

__all__ = ["Slice"]

_NOW, _BEFORE = "slice", "before"


class Slice:
    """One row of the volume, computed from the counts at each change; the newest request counts.

    Parameters
    ----------
    app
        The page, which hears what is found on the way and what is wrong with a setting.
    """

    def __init__(self, app: CTApp) -> None:
        self._app = app
        self.picture = ImageView(
            None,
            app.link,
            height="100%",
            parts={"levels": False},
            empty=_("Open a scan to see a slice of it here."),
        )
        self.levels = self.picture.levels()
        self._before: State | None = None
        self._beside: tuple[Any, ...] = ()
        app.shell.until_closed(app.link.on("chain", self._progress))

    def show(self, state: State) -> Future[None]:
        """Compute and show the slice of a state; the future is done once it is there, or cannot be."""
        done: Future[None] = Future()
        if not state.path:
            self.picture.show(None)
            done.set_result(None)
            return done
        self.picture.busy = True
        self._show_before(state)
        answered = self._ask(_NOW, state)
        answered.add_done_callback(lambda answer: self._take(answer, done))
        return done

    def compare(self, before: State | None) -> None:
        """Show the slice of another state beside; with None the slice alone."""
        self._before, self._beside = before, ()
        if before is None:
            self.picture.compare(None)
        else:
            self._show_before(self._app.state)

    def _show_before(self, state: State) -> None:
        """Compute the slice before of the row that is shown, unless it is there."""
        if self._before is None:
            return
        wanted = (self._before.recipe, state.group, state.row)
        if wanted != self._beside:
            self._beside = wanted
            shown = state.but(recipe=self._before.recipe)
            self._ask(_BEFORE, shown).add_done_callback(self._take_before)

    def _ask(self, view: str, state: State) -> Future[Answer]:
        asked = {
            "view": view,
            "into": f"~{view}",
            "workflow": state.recipe.workflow().to_json(),
            "want": state.want,
            "inputs": state.inputs,
        }
        return self._app.link.ask("chain.show", asked)

    def _take(self, answer: Future[Answer], done: Future[None]) -> None:
        error = answer.exception()
        if error is None:
            told = answer.result().result
            self.picture.busy = False
            self.picture.note = _("preview {milliseconds:.0f} ms").format(milliseconds=1000 * told["seconds"])
            self.picture.show(told)
            self._app.shell.unsay(_NOW)
            self._app.take_faults({})
            self._app.take_found(told["values"], tuple(told["lines"]))
        elif getattr(error, "kind", "") != "SupersededError":
            self.picture.busy = False
            self.picture.note = ""
            if not self._app.take_faults(getattr(error, "fields", {})):
                self._app.shell.say(str(error) or type(error).__name__, "error", _NOW)
        done.set_result(None)

    def _take_before(self, answer: Future[Answer]) -> None:
        if self._before is None:
            return
        if answer.exception() is not None:
            self._beside = ()
            return
        titles = (_("Now"), _("Before"))
        self.picture.compare(answer.result().result, titles=titles, arrangement="curtain")

    def _progress(self, event: Mapping[str, Any]) -> None:
        if event.get("view") == _NOW:
            share = "" if event["fraction"] is None else f" {100 * event['fraction']:.0f} %"
            self.picture.note = f"{event['text']}{share}"
