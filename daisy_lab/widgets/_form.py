"""A form for settings, drawn from their schema: sliders that can be typed and nudged, one model for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, List, Unicode

from daisy_lab.texts import gettext as _
from daisy_lab.widgets._fields import fields_of
from daisy_lab.widgets._part import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Future

    from daisy_lab._detached import Answer, Link
    from daisy_lab.widgets._fields import Range

    Listener = Callable[[str, Any, bool], Future[Any] | None]

__all__ = ["ParameterForm"]


class ParameterForm(Part):
    """Settings to be changed by slider, keyboard or typing.

    Parameters
    ----------
    source
        JSON Schema of the settings, or the id of an algorithm whose schema the session tells.
    link
        The way to the session; needed for an algorithm's id.
    only
        Names of the settings to show, in this order; all of them where left out.
    groups
        Settings below a heading of their own, by that heading; the rest come first.
    ranges
        First and last value of single settings, as the axis within the image's width, and the step of the keyboard.
    titles
        Labels instead of the schema's own.
    title, text
        Heading, and what the form is for.
    value
        Values to begin with; the schema's defaults for the rest.
    """

    drawn_by = "form.vue"

    fields = List().tag(sync=True)
    values = Dict().tag(sync=True)
    faults = Dict().tag(sync=True)
    notes = Dict().tag(sync=True)
    """A line beneath single settings, as where a value comes from; `kind` ok, warn or empty, `title` and `text`."""
    groups = List().tag(sync=True)
    actions = List().tag(sync=True)
    """Buttons beside single settings: `field`, `name`, `title`."""
    title = Unicode().tag(sync=True)
    text = Unicode().tag(sync=True)

    value = Dict()
    """Every setting that is filled in, by name."""

    def __init__(  # noqa: PLR0913 - one form, described once
        self,
        source: Mapping[str, Any] | str,
        link: Link | None = None,
        *,
        only: Sequence[str] | None = None,
        groups: Mapping[str, Sequence[str]] | None = None,
        ranges: Mapping[str, Range] | None = None,
        titles: Mapping[str, str] | None = None,
        value: Mapping[str, Any] | None = None,
        title: str = "",
        text: str = "",
    ) -> None:
        self._only, self._titles = only, dict(titles or {})
        self._ranges = dict(ranges or {})
        self._schema: Mapping[str, Any] = {}
        self._listeners: list[Listener] = []
        self._acts: dict[str, Callable[[], None]] = {}
        grouped = [{"title": name, "fields": list(names)} for name, names in (groups or {}).items()]
        super().__init__(link, title=title, text=text, groups=grouped)
        self.value = dict(value or {})
        if isinstance(source, str):
            self.ask("algorithms.form", {"id": source}, self._take_form)
        else:
            self.show(source)

    def words(self) -> dict[str, str]:
        """Give the template's texts."""
        return {
            "reset": _("Set back to {value}"),
            "none": _("automatic"),
            "number": _("{title}: type a number here, as in 12.5"),
            "between": _("{title} lies between {low} and {high}"),
            "atLeast": _("{title} must be at least {low}"),
            "atMost": _("{title} can be {high} at most"),
            "list": _("{title}: numbers with commas between, as in 1, 0.5"),
        }

    # For the app.

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Hear each change as (name, value, final): not final while it is dragged, final at its end.

        Where the listener gives a future, as of a request, the browser tells the next place of a drag once that is
        done: the newest, never a queue.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def show(self, schema: Mapping[str, Any]) -> None:
        """Show the settings of a schema; values that it knows stay."""
        self._schema = schema
        with self.lock:
            self._draw()
            known = {field["name"]: field["initial"] for field in self.fields}
            kept = {name: value for name, value in self.value.items() if name in known}
            begun = {
                field["name"]: field["initial"]
                for field in self.fields
                if not field["required"] and field["initial"] is not None
            }
            self.value = begun | kept
            self.values = known | self.value

    def set(self, name: str, value: object) -> None:
        """Set one value from the program; nobody is told."""
        with self.lock:
            self.value = self._with(name, value)
            self.values = {**self.values, name: value}
            self.clear(name)

    def update(self, values: Mapping[str, object]) -> None:
        """Set several values from the program, as of an older version; nobody is told."""
        with self.lock:
            for name, value in values.items():
                self.value = self._with(name, value)
            self.values = {**self.values, **values}
            self.faults = {name: text for name, text in self.faults.items() if name not in values}

    def fill(self, values: Mapping[str, object]) -> None:
        """Show exactly these values, and all other settings as they begin; nobody is told."""
        begun = {field["name"]: field["initial"] for field in self.fields if field["name"] not in values}
        self.update(begun | dict(values))

    def set_range(self, name: str, low: float, high: float, step: float | None = None) -> None:
        """Let a slider run between two values from now on."""
        self._ranges[name] = (low, high) if step is None else (low, high, step)
        with self.lock:
            self._draw()

    def fault(self, name: str, text: str) -> None:
        """Say at a setting what is wrong with it; an empty text takes that away."""
        with self.lock:
            others = {field: said for field, said in self.faults.items() if field != name}
            self.faults = others | ({name: text} if text else {})

    def clear(self, *names: str) -> None:
        """Take the faults of some settings away, or all."""
        with self.lock:
            self.faults = {name: text for name, text in self.faults.items() if names and name not in names}

    def note(self, name: str, title: str = "", text: str = "", kind: str = "") -> None:
        """Show a line beneath a setting, as how sure a found value is; without any text it goes away."""
        with self.lock:
            others = {field: said for field, said in self.notes.items() if field != name}
            said = {name: {"title": title, "text": text, "kind": kind}} if title or text else {}
            self.notes = others | said

    def add_action(self, field: str, name: str, title: str, act: Callable[[], None]) -> None:
        """Put a button beside a setting, as Find beside the rotation axis."""
        self._acts[name] = act
        self.actions = [*self.actions, {"field": field, "name": name, "title": title}]

    # For the browser.

    def vue_change(self, data: Mapping[str, Any]) -> None:
        """Take a value that the user set."""
        name, value, final = str(data["name"]), data.get("value"), bool(data.get("final"))
        with self.lock:
            self.value = self._with(name, value)
            if final:
                self.values = {**self.values, name: value}
            self.clear(name)
        answers = [listener(name, value, final) for listener in tuple(self._listeners)]
        self._answer(int(data.get("serial", 0)), [answer for answer in answers if answer is not None])

    def vue_act(self, name: str) -> None:
        """Do what a button is for."""
        if name in self._acts:
            self._acts[name]()

    def _answer(self, serial: int, awaited: Iterable[Future[Any]]) -> None:
        """Tell the browser that it may go on, once everything that was asked is done."""
        waiting = list(awaited)
        if not waiting:
            self.tell("answered", serial)
            return
        waiting[0].add_done_callback(lambda _done: self._answer(serial, waiting[1:]))

    def _with(self, name: str, value: object) -> dict[str, Any]:
        """Give the values with one changed; an empty one of a setting that may not be empty is left out."""
        others = {field: held for field, held in self.value.items() if field != name}
        nullable = any(field["name"] == name and field["nullable"] for field in self.fields)
        return others if value is None and not nullable else {**others, name: value}

    def _draw(self) -> None:
        self.fields = fields_of(self._schema, only=self._only, ranges=self._ranges, titles=self._titles)

    def _take_form(self, answer: Answer) -> None:
        self.show(answer.result["settings"])
