"""A contact sheet: one picture for each of many values of one or two settings, and a press that takes a picture's."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from traitlets import Bool, Int, List, Unicode

from daisy_lab.texts import gettext as _
from daisy_lab.widgets._part import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from daisy_lab._detached import Answer, Link

    Adopted = Callable[[dict[str, Any], str], None]

__all__ = ["ContactSheet"]

_VIEW: Final = "sheet"
_PIXELS: Final = 256
_MOST: Final = 12
"""Values of one setting at most: what an eye compares."""


@dataclass
class _Picture:
    """Grey values of one tile."""

    height: int
    width: int
    grey: bytes


class ContactSheet(Part):
    """Many small pictures of what `chain.sweep` computes; they appear one after another.

    Parameters
    ----------
    link
        The way to the session.
    asked
        Gives what the session is asked with, beside the settings: `workflow`, `want`, `inputs`, perhaps `low`, `high`.
    """

    drawn_by = "sheet.vue"

    options = List().tag(sync=True)
    """What can be tried: `id`, `title`, `kind` (number, integer or choice), `unit`, `choices`, `low`, `high`."""
    over = List().tag(sync=True)
    """What is tried: `id`, and where it is a number `first`, `last`, `count`."""
    tiles = List().tag(sync=True)
    """Each with `label`, `there`, and `fault` where there is no picture."""
    columns = Int(default_value=0).tag(sync=True)
    """Pictures in a row where two settings are tried; 0: as many as fit."""
    busy = Bool(default_value=False).tag(sync=True)
    said = Unicode().tag(sync=True)
    ways = List().tag(sync=True)
    """Ways to look at what is shown, as `ImageView.ways`."""
    way = Unicode().tag(sync=True)
    """Id of the one that is chosen."""

    def __init__(self, link: Link | None = None, asked: Callable[[], Mapping[str, Any]] = dict) -> None:
        self._asked = asked
        self._adopted: list[Adopted] = []
        self._names: tuple[str, ...] = ()
        self._values: list[tuple[Any, ...]] = []
        self._pictures: dict[int, _Picture] = {}
        super().__init__(link)
        self.until_closed(self.link.on("tile", self._take))

    def words(self) -> dict[str, str]:
        """Give the template's texts."""
        return {
            "sheet": _("Contact sheet"),
            "lead": _("Slices for several values, side by side. Press one to take its values."),
            "setting": _("Setting"),
            "second": _("Second setting"),
            "nothing": _("none"),
            "first": _("range"),
            "last": _("to"),
            "count": _("values"),
            "begin": _("Show slices"),
            "stop": _("Stop"),
            "take": _("Take {label}"),
            "ways": _("What is shown"),
            "keys": _("Arrow keys go from picture to picture, Enter takes its values."),
        }

    # For the app.

    def offer(self, options: Sequence[Mapping[str, Any]]) -> None:
        """Say which settings can be tried; what is chosen and still there stays."""
        self.options = [dict(option) for option in options]
        known = {option["id"] for option in options}
        kept = [one for one in self.over if one["id"] in known]
        if not kept and options:
            kept = [_begun(options[0])]
        self.over = kept

    def on_adopt(self, adopted: Adopted) -> Callable[[], None]:
        """Hear the values of the picture that was pressed, by setting, and as words; gives what ends that."""
        self._adopted.append(adopted)
        return lambda: self._adopted.remove(adopted)

    def begin(self, over: Sequence[Mapping[str, Any]]) -> None:
        """Have the pictures made, each told as soon as it is there."""
        chosen = [(self._option(one["id"]), one) for one in over[:2]]
        values = [_values(option, one) for option, one in chosen]
        self.over = [dict(one) for one in over[:2]]
        self._names = tuple(option["id"] for option, _one in chosen)
        self._values = list(product(*values))
        self._pictures = {}
        self.trouble = ""
        self.tiles = [{"label": self._label(each), "there": False, "fault": ""} for each in self._values]
        self.columns = len(values[1]) if len(values) > 1 else 0
        self.busy, self.said = True, ""
        tried = [{"setting": name, "values": some} for name, some in zip(self._names, values, strict=True)]
        wanted = {"view": _VIEW, "into": f"~{_VIEW}", "height": _PIXELS, "width": _PIXELS, "over": tried}
        self.ask("chain.sweep", {**self._asked(), **wanted}, self._finish, self._fail)

    # For the browser.

    def vue_begin(self, over: Sequence[Mapping[str, Any]]) -> None:
        """Make the pictures that the user asks for."""
        self.begin(over)

    def vue_choose(self, over: Sequence[Mapping[str, Any]]) -> None:
        """Take note of which settings the user chose."""
        before = {one["id"]: one for one in self.over}
        self.over = [
            before.get(one["id"]) or _begun(self._option(one["id"])) if "first" not in one else dict(one)
            for one in over[:2]
        ]

    def vue_stop(self, _data: object = None) -> None:
        """Make no more of them."""
        self.ask("chain.stop", {"view": _VIEW})

    def vue_adopt(self, number: int) -> None:
        """Take the values of a picture."""
        values = self._values[int(number)]
        for adopted in tuple(self._adopted):
            adopted(dict(zip(self._names, values, strict=True)), self._label(values))

    def vue_look(self, way: str) -> None:
        """Look at something else."""
        self.way = str(way)

    def vue_ready(self, _data: object = None) -> None:
        """Send what is there to a page that shows the sheet anew."""
        for number in tuple(self._pictures):
            self._draw(number)

    # From the session.

    def _take(self, event: Mapping[str, Any]) -> None:
        number = int(event["number"])
        if event["view"] != _VIEW or number >= len(self._values):
            return
        if list(event["values"]) != list(self._values[number]):
            return  # Of a sheet that was asked for before.
        if event["error"]:
            self._mark(number, fault=event["error"]["message"])
            return
        wanted = {"name": event["name"], "height": _PIXELS, "width": _PIXELS, "bits": 8}
        asked = self._asked()
        low, high = asked.get("low", event["low"]), asked.get("high", event["high"])
        wanted |= {"low": low, "high": high, "view": f"{_VIEW} {number}"}
        self.ask("view.image", wanted, lambda answer: self._keep(number, event, answer), lambda _error: None)

    def _keep(self, number: int, event: Mapping[str, Any], answer: Answer) -> None:
        if number >= len(self._values) or list(event["values"]) != list(self._values[number]):
            return
        told = answer.result
        self._pictures[number] = _Picture(told["height"], told["width"], bytes(answer.buffers[0]))
        self._mark(number)
        self._draw(number)

    def _mark(self, number: int, fault: str = "") -> None:
        with self.lock:
            tiles = [dict(tile) for tile in self.tiles]
            tiles[number] |= {"there": not fault, "fault": fault}
            self.tiles = tiles

    def _draw(self, number: int) -> None:
        picture = self._pictures[number]
        self.tell("picture", number, picture.height, picture.width, buffers=[picture.grey])

    def _finish(self, answer: Answer) -> None:
        self.busy = False
        told = answer.result
        self.said = _("{count} slices in {seconds:.1f} s").format(
            count=told["count"] - told["failed"], seconds=told["seconds"]
        )

    def _fail(self, error: BaseException) -> None:
        if getattr(error, "kind", "") == "SupersededError":
            self.busy = any(not tile["there"] and not tile["fault"] for tile in self.tiles) and self.busy
            return
        self.busy = False
        self.complain(error)

    def _option(self, name: str) -> Mapping[str, Any]:
        return next(option for option in self.options if option["id"] == name)

    def _label(self, values: Sequence[Any]) -> str:
        """Give the values of a picture as words with their units."""
        parts = []
        for name, value in zip(self._names, values, strict=True):
            option = self._option(name)
            titles = {str(choice["value"]): choice["title"] for choice in option["choices"]}
            number = isinstance(value, int | float) and not isinstance(value, bool)
            text = f"{value:g}" if number else titles.get(str(value), str(value))
            parts.append(f"{text} {option['unit']}".strip())
        return " · ".join(parts)


def _begun(option: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is tried of a setting unless the user says otherwise."""
    if option["kind"] == "choice":
        return {"id": option["id"]}
    return {"id": option["id"], "first": option["low"], "last": option["high"], "count": 7}


def _values(option: Mapping[str, Any], one: Mapping[str, Any]) -> list[Any]:
    """Give the values that are tried, each once."""
    if option["kind"] == "choice":
        return [choice["value"] for choice in option["choices"]][:_MOST]
    count = min(max(int(one["count"]), 1), _MOST)
    found = np.linspace(float(one["first"]), float(one["last"]), count)
    if option["kind"] == "integer":
        return list(dict.fromkeys(int(value) for value in np.round(found)))
    return list(dict.fromkeys(float(f"{value:.6g}") for value in found))
