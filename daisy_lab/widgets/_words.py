"""Shapes, times and rates as a reader wants them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from daisy_lab.texts import gettext
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["clock", "in_seconds", "in_shape", "run_title"]

_MINUTE, _HOUR = 60.0, 3600.0


def in_seconds(seconds: float | None) -> str:
    """Give a time span, as in `6 s` or `3 min 20 s`; empty where it is not known."""
    if seconds is None:
        return ""
    if seconds < 1:
        return _("below 1 s")
    if seconds < _MINUTE:
        return _("{seconds} s").format(seconds=round(seconds))
    if seconds < _HOUR:
        return _("{minutes} min {seconds} s").format(
            minutes=int(seconds // _MINUTE), seconds=int(seconds % _MINUTE)
        )
    return _("{hours} h {minutes} min").format(
        hours=int(seconds // _HOUR), minutes=int(seconds % _HOUR // _MINUTE)
    )


def in_shape(shape: tuple[int, ...] | list[int]) -> str:
    """Give a shape, axis by axis, with crosses between."""
    return " \N{MULTIPLICATION SIGN} ".join(map(str, shape))


def clock(seconds: float, now: float | None = None) -> str:
    """Give a moment by the clock of this machine, with its day where it was not today."""
    if not seconds:
        return ""
    moment = datetime.fromtimestamp(seconds).astimezone()
    today = datetime.now().astimezone() if now is None else datetime.fromtimestamp(now).astimezone()
    return moment.strftime("%H:%M:%S" if moment.date() == today.date() else "%Y-%m-%d %H:%M")


def run_title(run: Mapping[str, Any]) -> str:
    """Give a run's name for a reader: that of an algorithm, as `ct.remove_rings`, becomes Remove rings."""
    title = str(run["title"])
    _technique, dot, name = title.rpartition(".")
    plain = name.isidentifier() and (dot or "_" in name)
    return gettext(name.replace("_", " ").capitalize() if plain else title)
