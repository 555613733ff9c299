"""What a run says, line by line, as long as it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from traitlets import Unicode

from daisy_lab.texts import gettext as _
from daisy_lab.widgets._live import live_of
from daisy_lab.widgets._part import Part

if TYPE_CHECKING:
    from daisy_lab._detached import Answer, Link
    from daisy_lab.widgets._live import Live

__all__ = ["LogView"]

_KEPT = 5000


class LogView(Part):
    """The log of one run; only lines that are new travel.

    Parameters
    ----------
    link
        The way to the session.
    run
        Id of the run; `show` takes another.
    """

    drawn_by = "log.vue"

    run = Unicode().tag(sync=True)
    lines: tuple[str, ...]

    def __init__(self, link: Link | None = None, run: str = "") -> None:
        self.lines = ()
        self._first = 0
        self._asked = False
        super().__init__(link, run=run)
        self.until_closed(live_of(self.link).on("runs", self._follow))

    def words(self) -> dict[str, str]:
        """Give the template's texts."""
        return {
            "log": _("Log"),
            "empty": _("Nothing was said yet."),
            "end": _("To the end"),
        }

    def show(self, run: str) -> None:
        """Show this run's log from now on."""
        if run == self.run:
            return
        with self.lock:
            self.run, self.lines, self._first = run, (), 0
        self.tell("lines", 0, [])
        self._follow(live_of(self.link))

    def vue_ready(self, _data: object = None) -> None:
        """Give what is there to a page that just drew the log."""
        self.tell("lines", 0, list(self.lines))

    def _follow(self, live: Live) -> None:
        there = live.runs.get(self.run, {}).get("lines", 0)
        with self.lock:
            have = self._first + len(self.lines)
            if there <= have or self._asked:
                return
            self._asked = True
        asked = self.run

        def take(answer: Answer) -> None:
            with self.lock:
                self._asked = False
                if asked == self.run:
                    self._add(have, tuple(answer.result["lines"]))
            # More may have come, or another run be shown: one request at a time.
            if asked != self.run or answer.result["lines"]:
                self._follow(live)

        def failed(error: BaseException) -> None:
            self._asked = False
            self.complain(error)

        self.ask("runs.log", {"run": asked, "start": have}, take, failed)

    def _add(self, start: int, new: tuple[str, ...]) -> None:
        self.lines = (*self.lines, *new)
        over = len(self.lines) - _KEPT
        if over > 0:
            self.lines, self._first = self.lines[over:], self._first + over
        self.tell("lines", start, list(new))
