"""What every app's page begins with: what its address asks for, the link to its session, and the record it is kept in.

All that a page shows is one versioned record of the session. So a page that is loaded anew, a second window and the
history all come from the same place, and nothing is lost with the page's kernel.
"""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from daisy_lab._detached import LostError, attach
from daisy_lab.texts import gettext as _
from daisy_lab.texts import told
from daisy_lab.widgets import live_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from daisy_lab._detached import Answer, Link
    from daisy_lab.widgets import AppShell, Live

__all__ = ["Asked", "Keeper", "asked_for", "open_link"]

_log = logging.getLogger(__name__)
_NOTE = 1000
"""Characters that a record's note may have."""
_KEPT = "kept"
"""What is said of keeping takes the place of what was said before."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page's address asks for."""

    app: str
    session: str
    files: tuple[str, ...] = ()
    """Paths below the first allowed folder, to be opened at once."""


def asked_for(app: str, environment: Mapping[str, str] | None = None) -> Asked:
    """Read the address that this kernel was started for: `?open=scan.h5&session=night`."""
    found = os.environ if environment is None else environment
    query = parse_qs(found.get("QUERY_STRING", ""))
    named = query.get("session", [""])[-1]
    session = named if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", named) else app
    return Asked(app, session, tuple(query.get("open", ())))


def open_link(asked: Asked, environment: Mapping[str, str] | None = None) -> Link:
    """Give the link to the session's own process, which is reached while the page is being made."""
    found = os.environ if environment is None else environment
    root = found.get("DAISY_LAB_SERVER_ROOT") or str(Path.cwd())
    others = [folder for folder in found.get("DAISY_LAB_ROOTS", "").split(os.pathsep) if folder]
    return attach(asked.session, below=[Path(root), *map(Path, others)], wait=False)


class Keeper:
    """Keeps what a page shows in a record of its session, and shows what another window of that session did.

    The newest counts, and a slow session is never asked twice. Nothing of another window is ever overwritten unseen:
    the change that came second is refused, which is said, and the first one is shown.

    Parameters
    ----------
    link
        The way to the session.
    name
        Name of the record.
    shell
        Says when a state was kept, and why one was not.
    taken
        Hears a state that is not this page's own: of another window, or an older one that was gone back to.
    when
        Calls what shows such a state, at once or after what the page is doing.
    """

    def __init__(
        self,
        link: Link,
        name: str,
        shell: AppShell,
        taken: Callable[[dict[str, Any]], None],
        when: Callable[[Callable[[], None]], None] = lambda taking: taking(),
    ) -> None:
        self._link, self._name, self._shell, self._taken, self._when = link, name, shell, taken, when
        self._lock = RLock()
        self._seen = 0
        """Version that the page shows."""
        self._known = 0
        """Version that is current in the session."""
        self.ends: list[Callable[[], None]] = []
        self._waiting: tuple[dict[str, Any], str] | None = None
        self._under_way = False

    def put(self, value: Mapping[str, Any], note: str = "") -> None:
        """Keep a state; `note`, a text or one of `later`, is what the history says was done."""
        with self._lock:
            self._waiting = (dict(value), note)
            if self._under_way:
                return
            self._under_way = True
        self._send()

    def get(self, then: Callable[[dict[str, Any] | None], None]) -> None:
        """Give the newest state, on the link's thread; None where there is none yet. From then on others are heard."""

        def answered(done: Future[Answer]) -> None:
            try:
                if done.exception() is None:
                    self._seen = done.result().result["version"]
                then(None if done.exception() is not None else done.result().result["value"])
            except Exception:  # noqa: BLE001 - logged with its traceback
                # The boundary to the link's thread, which must go on.
                _log.exception("the page's state could not be shown")
            if not self.ends:
                self.ends.append(live_of(self._link).on("objects", self._follow))

        self._link.ask("records.get", {"name": self._name}).add_done_callback(answered)

    def _send(self) -> None:
        with self._lock:
            if self._waiting is None:
                self._under_way = False
                return
            value, note = self._waiting
            self._waiting = None
        asked = {
            "name": self._name,
            "value": value,
            "note": note if len(note) <= _NOTE else told(note)[:_NOTE],
            "based_on": self._seen,
        }
        self._link.ask("records.put", asked).add_done_callback(self._sent)

    def _sent(self, done: Future[Answer]) -> None:
        error = done.exception()
        if error is None:
            self._seen = done.result().result["version"]
            self._known = max(self._known, self._seen)
            self._shell.save_at()
            self._shell.unsay(_KEPT)
        else:
            _log.warning("the page's state was not kept: %s", error)
            self._shell.say(_why(error), "warn", _KEPT)
        self._send()
        self._catch_up()

    def _follow(self, live: Live) -> None:
        about = live.objects.get(self._name)
        self._known = int(about["version"]) if about else 0
        self._catch_up()

    def _catch_up(self) -> None:
        """Take what the session holds, unless it is what the page shows, or something of its own is under way."""
        with self._lock:
            if self._under_way or self._known == self._seen:
                return
        self._link.ask("records.get", {"name": self._name}).add_done_callback(self._caught_up)

    def _caught_up(self, done: Future[Answer]) -> None:
        error = done.exception()
        if error is None:
            told = done.result().result
            self._when(lambda: self._take(int(told["version"]), told["value"]))
        elif getattr(error, "kind", "") == "MissingObjectError":
            # Gone back to before anything was kept: what the page shows is kept as the first state.
            self._when(lambda: self._take(0, None))

    def _take(self, version: int, value: dict[str, Any] | None) -> None:
        with self._lock:
            # What is told of an older version may come late: then it is the page's own that is current.
            if self._under_way or version == self._seen:
                return
            self._seen = version
        try:
            if value is not None:
                self._taken(value)
        except Exception:  # noqa: BLE001 - logged with its traceback
            # The boundary to the link's thread, which must go on.
            _log.exception("the state of another window could not be shown")


def _why(error: BaseException) -> str:
    """Say why a state was not kept, and what becomes of it."""
    said = _("The last change was not kept: {why}").format(why=error)
    if isinstance(error, LostError) or getattr(error, "kind", "") == "FileError":
        said += _(". It is still on this page, and is kept with the next one.")
    return said
