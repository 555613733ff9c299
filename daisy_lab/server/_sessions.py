"""Keeps a server for busy while a session of its user computes, whether a page is open or not.

The session's process touches a file while a run is active. Looking at its time once a minute costs nothing, and
whoever stops idle servers (JupyterHub's culler, the server's own) asks the server when it was last active.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from daisy_lab._places import named_sessions

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from pathlib import Path

__all__ = ["look_after_sessions", "note_active_sessions"]

_ACTIVE: Final = "active"
_SETTING: Final = "daisy_lab_last_activity"
"""The server counts every setting with this ending among the times at which it was active."""
_FRESH_SECONDS: Final = 90.0
_LOOK_SECONDS: Final = 60.0


def note_active_sessions(
    settings: MutableMapping[str, Any], root: Path | None = None, now: float | None = None
) -> None:
    """Note in a server's settings when a session of this user was last active, if one is.

    Parameters
    ----------
    settings
        Of the web application.
    root
        Folder of all sessions; the configured one by default.
    now
        Seconds since 1970; the current time by default.
    """
    moment = time.time() if now is None else now
    times = [found for folder in named_sessions(root).values() if (found := _touched(folder / _ACTIVE))]
    latest = max(times, default=0.0)
    if moment - latest < _FRESH_SECONDS:
        settings[_SETTING] = datetime.fromtimestamp(min(latest, moment), UTC)


def look_after_sessions(serverapp: Any) -> None:  # noqa: ANN401 - jupyter_server has no types here
    """Look at this user's sessions once a minute from now on."""
    # Imported here: only a server has it.
    from tornado.ioloop import PeriodicCallback  # noqa: PLC0415

    def look() -> None:
        try:
            note_active_sessions(serverapp.web_app.settings)
        except OSError as error:
            serverapp.log.debug("daisy-lab: sessions cannot be looked at: %s", error)

    # Not later than a hub is told when this server was last active.
    told = os.environ.get("JUPYTERHUB_ACTIVITY_INTERVAL", "")
    every = min(_LOOK_SECONDS, max(float(told), 1.0)) if told.isdigit() else _LOOK_SECONDS
    watch = PeriodicCallback(look, every * 1000)
    look()
    serverapp.io_loop.add_callback(watch.start)


def _touched(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None
