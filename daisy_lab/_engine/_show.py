"""How a run shows itself in a notebook: its progress while it works, then what it made."""

from __future__ import annotations

import html
import time
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daisy_lab._engine._run import Run

__all__ = ["as_html", "show"]

_REFRESH_SECONDS = 0.25
_COLOURS = {"done": "#1E8449", "failed": "#B03A2E", "cancelled": "#B9770E"}


def as_html(run: Run) -> str:
    """Draw a run: title, bar, one line of words, and the last line of its log."""
    share = run.fraction or 0.0
    colour = _COLOURS.get(run.state, "#0E6BA8")
    last = f"<br><small>{html.escape(run.lines[-1])}</small>" if run.lines else ""
    return (
        f"<div><b>{html.escape(run.title)}</b> "
        f'<progress max="1" value="{share:.4f}" style="accent-color:{colour};vertical-align:middle"></progress> '
        f'<span style="color:{colour}">{html.escape(run.describe())}</span>{last}</div>'
    )


def show(run: Run, display: Any) -> None:  # noqa: ANN401 - IPython.display.display
    """Display a run and keep the picture up to date until it ends.

    Parameters
    ----------
    run
        The run.
    display
        IPython's `display`, or anything that takes the same arguments and gives a handle with `update`.
    """
    handle = display({"text/html": as_html(run), "text/plain": repr(run)}, raw=True, display_id=True)
    if run.ended:
        return
    lock = Lock()
    last = 0.0

    def refresh(changed: Run) -> None:
        nonlocal last
        now = time.monotonic()
        with lock:
            if not changed.ended and now - last < _REFRESH_SECONDS:
                return
            last = now
        handle.update({"text/html": as_html(changed), "text/plain": repr(changed)}, raw=True)

    run.on_change(refresh)
    refresh(run)
