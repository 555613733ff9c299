"""The full run: what it costs is told before, then it goes on in the session, whatever becomes of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daisy_lab.apps._preview import is_superseded
from daisy_lab.apps.ct._cost import cost_rows
from daisy_lab.texts import gettext as _
from daisy_lab.texts import later
from daisy_lab.widgets import Facts, RunBar, live_of

if TYPE_CHECKING:
    from daisy_lab._detached import Answer
    from daisy_lab.apps.ct._app import CTApp
    from daisy_lab.widgets import Live

__all__ = ["FullRun"]

_ENDING = "_rec.h5"


class FullRun:
    """The bar at the foot of the page, and the cost beside the picture.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: CTApp) -> None:
        self._app = app
        self.cost = Facts(_("Full volume"), empty=_("Open a scan first."), link=app.link)
        self.bar = RunBar(app.link, start=_("Reconstruct volume"), unit=_("slices"))
        self.bar.enabled = False
        self.bar.on_start(self.start)
        app.shell.until_closed(live_of(app.link).on("runs", self.follow))

    @property
    def output(self) -> str:
        """The file that a run writes."""
        return self._app.state.beside(_ENDING)

    def plan(self) -> None:
        """Learn what a run costs."""

        def planned(answer: Answer) -> None:
            self.cost.show([*cost_rows(answer.result), (_("Written to"), self.output)])
            problem = answer.result["problem"]
            self.bar.enabled = problem is None
            self.bar.hint = problem["message"] if problem else ""

        def failed(error: BaseException) -> None:
            if not is_superseded(error):
                self.bar.enabled = False
                self.cost.show([], [str(error)])

        self.bar.ask("chain.plan", {"view": "plan", **self._wanted()}, planned, failed)

    def start(self) -> None:
        """Reconstruct the whole volume."""
        app, output = self._app, self.output

        def started(answer: Answer) -> None:
            app.state = app.state.but(output=output)
            app.keep(later("Reconstruct volume"))
            self.bar.show(answer.result["run"])

        self.bar.ask("chain.run", self._wanted(), started)

    def follow(self, live: Live) -> None:
        """Show the volume once it is there."""
        app = self._app
        run = live.runs.get(self.bar.run_id)
        done = run is not None and run["state"] == "done" and bool(app.state.output)
        app.shell.mark("reconstruct", done=done)
        if done:
            app.inspect.open(app.state.output, self.bar.run_id)

    def _wanted(self) -> dict[str, Any]:
        return {"workflow": self._app.workflow, "output": self.output, "inputs": self._app.state.inputs}
