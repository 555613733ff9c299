"""The foot of a page: how the run stands, how long it will take, and the button that stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict, Unicode

from daisy_lab.texts import gettext as _
from daisy_lab.texts import in_bytes
from daisy_lab.widgets._live import live_of
from daisy_lab.widgets._part import Part
from daisy_lab.widgets._words import in_seconds, run_title

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._detached import Link
    from daisy_lab.widgets._live import Live

__all__ = ["RunBar"]

_ACTIVE = ("queued", "running")


class RunBar(Part):
    """How a run of the session stands; it follows the session, so a page loaded anew shows the run where it is.

    Parameters
    ----------
    link
        The way to the session.
    start
        Text of the button that starts a run; without one there is no button.
    wanted
        Says of a run's data whether the bar is about it; of all runs where left out. The newest one is shown, one that
        is under way before all others.
    unit
        What is counted, as in `slices`.
    """

    drawn_by = "runbar.vue"

    start = Unicode().tag(sync=True)
    enabled = Bool(default_value=True).tag(sync=True)
    """Whether the button can be pressed."""
    hint = Unicode().tag(sync=True)
    """What stands there before any run, as what it will cost."""
    run = Dict().tag(sync=True)
    log_open = Bool(default_value=False).tag(sync=True)

    def __init__(
        self,
        link: Link | None = None,
        *,
        start: str = "",
        wanted: Callable[[Mapping[str, Any]], bool] | None = None,
        unit: str = "",
    ) -> None:
        self._wanted = wanted
        self._unit = unit
        self._started: list[Callable[[], None]] = []
        self._shown_id = ""
        super().__init__(link, start=start)
        self.until_closed(live_of(self.link).on("runs", self._follow))

    def words(self) -> dict[str, str]:
        """Give the template's texts."""
        return {
            "cancel": _("Cancel"),
            "stopping": _("Stopping …"),
            "log": _("Log"),
            "bar": _("Run"),
            "progress": _("Progress of the run"),
        }

    @property
    def run_id(self) -> str:
        """Id of the run that is shown; empty while there is none."""
        return str(self.run.get("id", ""))

    def on_start(self, started: Callable[[], None]) -> None:
        """Hear when the button is pressed."""
        self._started.append(started)

    def show(self, run: str) -> None:
        """Show this run from now on, as one that was just started."""
        self._shown_id = run
        self._follow(live_of(self.link))

    def vue_begin(self, _data: object = None) -> None:
        """Start, as the app does."""
        self.trouble = ""
        for started in tuple(self._started):
            started()

    def vue_cancel(self, _data: object = None) -> None:
        """Ask the session to stop the run."""
        if self.run_id:
            self.run = {**self.run, "stopping": True}
            self.ask("runs.cancel", {"run": self.run_id})

    def vue_log(self, _data: object = None) -> None:
        """Open the log, or close it."""
        self.log_open = not self.log_open

    def _follow(self, live: Live) -> None:
        runs = [run for run in live.runs.values() if self._wanted is None or self._wanted(run)]
        active = [run for run in runs if run["state"] in _ACTIVE]
        asked = [run for run in runs if run["id"] == self._shown_id]
        found = (asked or active or runs)[-1:]
        with self.lock:
            self.run = self._told(found[0]) if found else {}

    def _told(self, run: Mapping[str, Any]) -> dict[str, Any]:
        """Give what the bar says of a run."""
        active = run["state"] in _ACTIVE
        same = self.run_id == run["id"]
        return {
            "id": run["id"],
            "state": run["state"],
            "active": active,
            "fraction": run["fraction"] if active else (1.0 if run["state"] == "done" else None),
            "headline": self._headline(run),
            "numbers": self._numbers(run),
            "fault": (run.get("error") or {}).get("message", "") if run["state"] == "failed" else "",
            "lines": run.get("lines", 0),
            "stopping": active and same and bool(self.run.get("stopping")),
        }

    @staticmethod
    def _headline(run: Mapping[str, Any]) -> str:
        title = run_title(run)
        said = {
            "queued": _("{title}: waiting for its turn"),
            "running": run["text"] or _("{title}: under way"),
            "done": _("{title}: done"),
            "failed": _("{title}: failed"),
            "cancelled": _("{title}: stopped"),
        }
        return str(said[run["state"]]).replace("{title}", title)

    def _numbers(self, run: Mapping[str, Any]) -> str:
        parts: list[str] = []
        if run["state"] == "running":
            if run["fraction"] is not None:
                parts.append(f"{100 * run['fraction']:.0f} %")
            if run["rate"]:
                parts.append(f"{run['rate']:.3g} {self._unit}/s" if self._unit else f"{run['rate']:.3g}/s")
            if run["remaining"] is not None:
                parts.append(_("{time} left").format(time=in_seconds(run["remaining"])))
        elif run["seconds"]:
            parts.append(in_seconds(run["seconds"]))
        if run.get("peak_bytes"):
            parts.append(_("{size} memory").format(size=in_bytes(run["peak_bytes"])))
        return " · ".join(parts)
