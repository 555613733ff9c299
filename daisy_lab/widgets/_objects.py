"""The session's objects as a live list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import List, Unicode

from daisy_lab.texts import gettext as _
from daisy_lab.texts import in_bytes
from daisy_lab.widgets._fields import units
from daisy_lab.widgets._live import live_of
from daisy_lab.widgets._part import Part
from daisy_lab.widgets._words import clock, in_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._detached import Link
    from daisy_lab.widgets._live import Live

__all__ = ["ObjectList"]


class ObjectList(Part):
    """What the session holds: name, kind, shape, unit and size; filtered, sorted and selected in the browser.

    Parameters
    ----------
    link
        The way to the session.
    kinds
        Show only these kinds, as `array`; all where left out.
    """

    drawn_by = "objects.vue"

    rows = List().tag(sync=True)
    selected = Unicode().tag(sync=True)
    """Name of the object that is selected; empty when none is."""

    def __init__(self, link: Link | None = None, *, kinds: tuple[str, ...] = ()) -> None:
        self._kinds = kinds
        self._chosen: list[Callable[[str], None]] = []
        super().__init__(link)
        self.until_closed(live_of(self.link).on("objects", self._follow))

    def words(self) -> dict[str, str]:
        """Give the template's texts."""
        return {
            "objects": _("Data objects"),
            "filter": _("Find by name"),
            "name": _("Name"),
            "shape": _("Shape"),
            "size": _("Size"),
            "empty": _("The session holds no data yet."),
            "none": _("Nothing fits the filter."),
        }

    def on_select(self, chosen: Callable[[str], None]) -> Callable[[], None]:
        """Hear which object the user selects; gives what ends that."""
        self._chosen.append(chosen)
        return lambda: self._chosen.remove(chosen)

    def vue_choose(self, name: str) -> None:
        """Take what the user selected."""
        self.selected = name
        for chosen in tuple(self._chosen):
            chosen(name)

    def _follow(self, live: Live) -> None:
        shown = [info for info in live.objects.values() if not self._kinds or info["kind"] in self._kinds]
        with self.lock:
            self.rows = [_row(info) for info in shown]
            if self.selected not in live.objects:
                self.selected = ""


def _row(info: Mapping[str, Any]) -> dict[str, Any]:
    about = info["value"] or (in_shape(info["shape"]) if info["kind"] == "array" else _kind(info["kind"]))
    return {
        "name": info["name"],
        "kind": info["kind"],
        "about": about,
        "unit": "" if info["value"] else units(info["unit"]),
        "dtype": info["dtype"],
        "size": in_bytes(info["nbytes"]),
        "nbytes": info["nbytes"],
        "version": info["version"],
        "created": info["created"],
        "time": clock(info["created"]),
        "maker": info["made_by"],
    }


def _kind(kind: str) -> str:
    said = {"table": _("table"), "record": _("record"), "dataset": _("dataset"), "text": _("text")}
    return said.get(kind, kind)
