"""The frame of every app: bar, steps, settings, stage, a column that says what the numbers mean, and the foot."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Final, Literal

import ipyvuetify
from ipywidgets import widget_serialization
from traitlets import Bool, Dict, List, Unicode

from daisy_lab.texts import gettext as _
from daisy_lab.texts import language
from daisy_lab.widgets._again import send_again
from daisy_lab.widgets._language import OTHER
from daisy_lab.widgets._part import Part
from daisy_lab.widgets._words import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from daisy_lab._detached import Link

    Place = Literal["settings", "stage", "side", "foot", "drawer"]

__all__ = ["AppShell"]

_LIGHT: Final = {
    "background": "#F5F7FA",
    "surface": "#FFFFFF",
    "primary": "#0E6BA8",
    "primary_darken_1": "#0B3A5B",
    "secondary": "#5B6878",
    "secondary_darken_1": "#18212E",
    "error": "#B03A2E",
    "info": "#0E6BA8",
    "success": "#1E8449",
    "warning": "#B9770E",
}
_DARK: Final = {
    "background": "#0F151D",
    "surface": "#17202B",
    "primary": "#58ACEA",
    "primary_darken_1": "#0A2A42",
    "secondary": "#9DABB9",
    "secondary_darken_1": "#E6ECF2",
    "error": "#EF8579",
    "info": "#58ACEA",
    "success": "#56C583",
    "warning": "#E3AC4B",
}


class AppShell(Part):
    """The frame of an app; parts are laid into its places, one for all steps or one for each.

    Parameters
    ----------
    title
        Name of the app.
    steps
        Names of the steps by their ids, in order.
    link
        The way to the session; the frame says when it is lost and found.
    help_text
        What the question mark tells: headings and texts.
    dense
        Whether settings stand close together.
    """

    drawn_by = "shell.vue"

    title = Unicode().tag(sync=True)
    chip = Unicode().tag(sync=True)
    """What is open, as `scan_0421.h5 · 1500 x 1024 x 640`."""
    saved = Unicode().tag(sync=True)
    step = Unicode().tag(sync=True)
    steps = List().tag(sync=True)
    """Each with `id`, `title`, `done`, `blocked` (why it cannot be opened yet, empty when it can)."""
    widgets = List().tag(sync=True, **widget_serialization)
    places = Dict().tag(sync=True)
    """Indices into `widgets` by place and step; step `*` is every step that is not named."""
    said = List().tag(sync=True)
    drawer_open = Bool(default_value=False).tag(sync=True)
    """Whether the drawer over the foot is open, as the log."""
    help = List().tag(sync=True)
    speaks = Unicode().tag(sync=True)
    other = Dict().tag(sync=True)
    dense = Bool(default_value=False).tag(sync=True)
    """Whether settings stand close together, so that a column of sliders is seen at once."""
    home = Unicode().tag(sync=True)
    """Address of the hub's picker; empty where no hub has started this page."""

    def __init__(
        self,
        title: str,
        steps: Mapping[str, str] | None = None,
        *,
        link: Link | None = None,
        help_text: Sequence[tuple[str, str]] = (),
        dense: bool = False,
    ) -> None:
        spoken = language()
        code, name = OTHER[spoken]
        _set_colours()
        self._chosen: list[Callable[[str], None]] = []
        super().__init__(
            link,
            title=title,
            steps=[
                {"id": key, "title": text, "done": False, "blocked": ""}
                for key, text in (steps or {}).items()
            ],
            step=next(iter(steps or {}), ""),
            help=[{"title": heading, "text": text} for heading, text in help_text],
            speaks=spoken,
            dense=dense,
            other={"code": code, "name": name},
            home=os.environ.get("DAISY_LAB_HOME", ""),
        )
        if link is not None:
            self.until_closed(link.on("lost", self._lost))
            self.until_closed(link.on("found", self._found))

    def words(self) -> dict[str, str]:
        """Give the template's texts."""
        return {
            "steps": _("Steps"),
            "settings": _("Settings"),
            "stage": _("Picture"),
            "side": _("Results"),
            "foot": _("Run"),
            "dark": _("Dark colours"),
            "light": _("Light colours"),
            "help": _("Help"),
            "close": _("Close"),
            "language": _("Language"),
            "done": _("done"),
            "saved": _("Saved {time}"),
            "skip": _("Go to the settings"),
            "home": _("All environments"),
            "keys": _("Keys"),
            "keySteps": _("Alt and a digit: go to that step"),
            "keyNudge": _("Arrow keys on a setting: one step; with Shift ten, with Alt a tenth"),
            "keyHelp": _("?: this help"),
        }

    # For the app.

    def put(self, place: Place, content: object) -> None:
        """Lay parts into a place: `settings`, `stage`, `side`, `foot` or `drawer`; by step where they differ."""
        by_step = content if isinstance(content, dict) else {"*": content}
        held = list(self.widgets)
        where: dict[str, list[int]] = {}
        for step, given in by_step.items():
            parts = list(given) if isinstance(given, list | tuple) else [given]
            for part in parts:
                if not any(part is other for other in held):
                    held.append(part)
            where[step] = [next(at for at, other in enumerate(held) if other is part) for part in parts]
        self.widgets = held
        self.places = {**self.places, place: where}

    def on_step(self, chosen: Callable[[str], None]) -> Callable[[], None]:
        """Hear when the user goes to a step; gives what ends that."""
        self._chosen.append(chosen)
        return lambda: self._chosen.remove(chosen)

    def go(self, step: str) -> None:
        """Go to a step, as after a file was opened."""
        if any(known["id"] == step for known in self.steps) and step != self.step:
            self.step = step
            for chosen in tuple(self._chosen):
                chosen(step)

    def mark(self, step: str, *, done: bool | None = None, blocked: str | None = None) -> None:
        """Mark a step as done, or say why it cannot be opened yet."""
        changed = ({} if done is None else {"done": done}) | ({} if blocked is None else {"blocked": blocked})
        with self.lock:
            self.steps = [known | changed if known["id"] == step else known for known in self.steps]

    def save_at(self, moment: float | None = None) -> None:
        """Say that everything was saved just now, or at a moment in seconds since 1970."""
        self.saved = clock(time.time() if moment is None else moment)

    def say(self, text: str, kind: Literal["note", "warn", "error"] = "note", key: str = "") -> None:
        """Tell something above the stage until it is read; one of the same key takes its place."""
        with self.lock:
            others = [told for told in self.said if told["key"] != (key or text)]
            self.said = [*others, {"key": key or text, "text": text, "kind": kind}][-4:]

    def unsay(self, key: str) -> None:
        """Take back what was told."""
        with self.lock:
            self.said = [told for told in self.said if told["key"] != key]

    # For the browser.

    def vue_ready(self, _data: object = None) -> None:
        """Tell a page that has just been drawn what changed while it was being loaded."""
        send_again(self)

    def vue_choose(self, step: str) -> None:
        """Go where the user goes, if it is open."""
        if any(known["id"] == step and not known["blocked"] for known in self.steps):
            self.go(step)

    def vue_read(self, key: str) -> None:
        """Take away what the user has read."""
        self.unsay(key)

    def vue_drawer(self, opened: object) -> None:
        """Open or close the drawer."""
        self.drawer_open = bool(opened)

    def _lost(self, _event: Mapping[str, Any]) -> None:
        self.say(_("The session does not answer; it is being looked for. Nothing is lost."), "warn", "link")

    def _found(self, event: Mapping[str, Any]) -> None:
        self.unsay("link")
        if event.get("reopened"):
            self.say(
                _("The session was started anew and goes on where it was: every finished part is kept."),
                "note",
                "found",
            )


def _set_colours() -> None:
    """Give ipyvuetify's own parts the page's colours, in light and dark."""
    themes = ipyvuetify.theme.themes
    for theme, colours in ((themes.light, _LIGHT), (themes.dark, _DARK)):
        for name, colour in colours.items():
            setattr(theme, name, colour)
