"""Where the parts of the page lie: what each step shows left of the picture, in its place, and right of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from daisy_lab.texts import gettext as _
from daisy_lab.widgets import LogView

if TYPE_CHECKING:
    from daisy_lab.apps.ct._app import CTApp

__all__ = ["Layout"]

_AFTER_OPEN: Final = ("correct", "axis", "reconstruct", "inspect", "export")


class Layout:
    """Lays the parts of a page, and opens its steps.

    Parameters
    ----------
    app
        The page, with all its parts.
    """

    def __init__(self, app: CTApp) -> None:
        self._app = app
        levels, cost, history = app.stage.slice.levels, app.full.cost, app.history
        self.settings()
        self.stage()
        app.shell.put(
            "side",
            {
                "*": [levels, cost, history],
                "open": [app.scan.about, history],
                "axis": [app.axis.sharpness.curve, levels, cost, history],
                "inspect": [app.inspect.about, app.inspect.levels, history],
                "export": [app.home.written, history],
            },
        )
        app.shell.put("foot", app.full.bar)
        app.shell.put("drawer", LogView(app.link))
        for step in _AFTER_OPEN:
            app.shell.mark(step, blocked=_("Open a scan first."))

    def settings(self) -> None:
        """Lay the settings of each step: which forms there are depends on what was chosen."""
        app = self._app
        app.shell.put(
            "settings",
            {
                "open": app.scan.angles if app.scan.lacks_angles else app.scan.lead,
                "correct": [app.row.form, *app.correct.parts],
                "axis": [app.axis.form, app.row.form],
                "reconstruct": [app.row.form, *app.reconstruct.parts],
                "inspect": app.inspect.page,
                "export": [app.home.page, app.picker, app.home.place],
            },
        )

    def stage(self) -> None:
        """Lay on the stage what is to be seen there."""
        app = self._app
        app.shell.put("stage", {"*": app.stage.part, "open": app.picker, "inspect": app.inspect.view})

    def opened(self) -> None:
        """Open the steps that need a scan."""
        for step in _AFTER_OPEN:
            self._app.shell.mark(step, blocked="")
        self._app.shell.mark("open", done=True)
