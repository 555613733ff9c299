"""The slice in the middle of the page: through the whole chain at each change, and beside the one before."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from daisy_lab.apps._preview import Preview
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import ImageView

if TYPE_CHECKING:
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
        self._preview = Preview(app.link, app.shell, self.picture, _NOW)
        self._before: State | None = None
        self._beside: tuple[Any, ...] = ()

    def show(self, state: State) -> Future[None]:
        """Compute and show the slice of a state; the future is done once it is there, or cannot be."""
        if not state.path:
            self.picture.show(None)
            done: Future[None] = Future()
            done.set_result(None)
            return done
        self._show_before(state)
        return self._preview.ask(
            _wanted(_NOW, state), shown=self._app.take_slice, faulty=self._app.take_faults
        )

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
            asked = {"view": _BEFORE, **_wanted(_BEFORE, state.but(recipe=self._before.recipe))}
            self._app.link.ask("chain.show", asked).add_done_callback(self._take_before)

    def _take_before(self, answer: Future[Answer]) -> None:
        if self._before is None:
            return
        if answer.exception() is not None:
            self._beside = ()
            return
        titles = (_("Now"), _("Before"))
        self.picture.compare(answer.result().result, titles=titles, arrangement="curtain")


def _wanted(view: str, state: State) -> dict[str, Any]:
    return {
        "into": f"~{view}",
        "workflow": state.recipe.workflow().to_json(),
        "want": state.want,
        "inputs": state.inputs,
    }
