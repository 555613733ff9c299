"""What was done, when and by whom; taken back, taken again, or compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from traitlets import Bool, List

from daisy_lab.texts import gettext as _
from daisy_lab.widgets._live import live_of
from daisy_lab.widgets._part import Part
from daisy_lab.widgets._words import clock, run_title

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._detached import Answer, Link
    from daisy_lab.widgets._live import Live

    Listener = Callable[[dict[str, Any], int], None]

__all__ = ["HistoryList", "differences"]

_SHOWN: Final = 40
_MISSING: Final = object()


class HistoryList(Part):
    """The versions of a record, as of a page's settings, and the runs between them.

    Parameters
    ----------
    link
        The way to the session.
    record
        Name of the record.
    """

    drawn_by = "history.vue"

    rows = List().tag(sync=True)
    """Newest first: `version`, `time`, `what`, `who`, `current`; version 0 for what cannot be restored, as a run."""
    can_undo = Bool(default_value=False).tag(sync=True)
    can_redo = Bool(default_value=False).tag(sync=True)
    changes = List().tag(sync=True)
    """What differs between the two versions that are compared: `name`, `before`, `after`."""

    def __init__(self, link: Link | None = None, record: str = "page") -> None:
        self.record = record
        self._current = 0
        self._versions: list[dict[str, Any]] = []
        self._runs: list[dict[str, Any]] = []
        self._known: dict[int, dict[str, Any]] = {}
        self._listeners: list[Listener] = []
        self._comparing: list[Callable[[dict[str, Any]], None]] = []
        super().__init__(link)
        live = live_of(self.link)
        self.until_closed(live.on("objects", self._follow))
        self.until_closed(live.on("runs", self._follow_runs))

    def words(self) -> dict[str, str]:
        """Give the template's texts."""
        return {
            "history": _("History"),
            "undo": _("Undo"),
            "redo": _("Redo"),
            "restore": _("Go back to this"),
            "compare": _("Compare with the newest"),
            "empty": _("Nothing was done yet."),
            "now": _("now"),
            "same": _("Both say the same."),
            "close": _("Close"),
            "differs": _("What differs"),
        }

    def on_restore(self, listener: Listener) -> Callable[[], None]:
        """Hear the record's value and version after the user went back or forth; gives what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def on_compare(self, listener: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        """Hear the value of a version that the user compares with the newest; gives what ends that."""
        self._comparing.append(listener)
        return lambda: self._comparing.remove(listener)

    # For the browser.

    def vue_undo(self, _data: object = None) -> None:
        """Take the last action back."""
        self.ask("objects.undo", {}, self._restored)

    def vue_redo(self, _data: object = None) -> None:
        """Take it again."""
        self.ask("objects.redo", {}, self._restored)

    def vue_restore(self, version: int) -> None:
        """Make an older version current."""
        self.ask("objects.restore", {"name": self.record, "version": int(version)}, self._restored)

    def vue_compare(self, version: int) -> None:
        """Say how a version differs from the newest."""
        older, newest = self._value(int(version)), self._value(self._current)
        self.changes = [
            {"name": name, "before": before, "after": after}
            for name, before, after in differences(older, newest)
        ] or [{"name": self.texts["same"], "before": "", "after": ""}]
        for listener in tuple(self._comparing):
            listener(older)

    def vue_shut(self, _data: object = None) -> None:
        """End the comparison."""
        self.changes = []

    # From the session.

    def _restored(self, _answer: Answer) -> None:
        def take(answer: Answer) -> None:
            for listener in tuple(self._listeners):
                listener(answer.result["value"], answer.result["version"])

        self.trouble = ""
        if self._listeners:
            self.ask("records.get", {"name": self.record}, take)

    def _follow(self, live: Live) -> None:
        about = live.objects.get(self.record)
        with self.lock:
            self.can_undo = bool(live.store["can_undo"])
            self.can_redo = bool(live.store["can_redo"])
            version = about["version"] if about else 0
            if version == self._current:
                return
            self._current = version
        if version:
            self.ask("objects.versions", {"name": self.record}, self._take_versions)
        else:
            self._draw()

    def _follow_runs(self, live: Live) -> None:
        self._runs = [run for run in live.runs.values() if run["state"] in {"done", "failed", "cancelled"}]
        self._draw()

    def _take_versions(self, answer: Answer) -> None:
        with self.lock:
            self.trouble = ""
            self._versions = answer.result["versions"][-_SHOWN:]
            unknown = [info["version"] for info in self._versions if info["version"] not in self._known]
        if not unknown:
            self._draw()
        for version in unknown:
            self.ask("records.get", {"name": self.record, "version": version}, self._take_value)

    def _take_value(self, answer: Answer) -> None:
        with self.lock:
            self._known[answer.result["version"]] = answer.result
        if all(info["version"] in self._known for info in self._versions):
            self._draw()

    def _value(self, version: int) -> dict[str, Any]:
        return dict(self._known.get(version, {}).get("value", {}))

    def _draw(self) -> None:
        with self.lock:
            versions = [
                (info["created"], self._version_row(info, before))
                for info, before in zip(self._versions, [None, *self._versions], strict=False)
            ]
            runs = [(run["started"], _run_row(run)) for run in self._runs if run["started"]]
            newest = sorted([*versions, *runs], key=lambda pair: pair[0], reverse=True)[:_SHOWN]
            self.rows = [row for _moment, row in newest]

    def _version_row(self, info: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        known = self._known.get(info["version"], {})
        what = known.get("note") or ""
        if not what and before is not None:
            changed = differences(self._value(before["version"]), self._value(info["version"]))
            what = "; ".join(f"{name.rpartition('.')[2]}: {old} → {new}" for name, old, new in changed[:2])
        return {
            "version": info["version"],
            "time": clock(info["created"]),
            "what": what or _("Settings"),
            "who": info["made_by"],
            "current": info["version"] == self._current,
        }


def _run_row(run: Mapping[str, Any]) -> dict[str, Any]:
    said = {"done": _("{title}: done"), "failed": _("{title}: failed"), "cancelled": _("{title}: stopped")}
    what = said[run["state"]].format(title=run_title(run))
    return {"version": 0, "time": clock(run["started"]), "what": what, "who": "", "current": False}


def differences(before: object, after: object, name: str = "") -> list[tuple[str, str, str]]:
    """Give where two JSON values differ: the path, what it was and what it became."""
    if before == after:
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        keys = list(dict.fromkeys([*before, *after]))
        pairs = [(str(key), before.get(key, _MISSING), after.get(key, _MISSING)) for key in keys]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = [
            (_item_name(new, at), old, new) for at, (old, new) in enumerate(zip(before, after, strict=True))
        ]
    else:
        return [(name, _shown(before), _shown(after))]
    return [
        found for key, old, new in pairs for found in differences(old, new, f"{name}.{key}" if name else key)
    ]


def _item_name(item: object, at: int) -> str:
    """Name one of a list: a step by its algorithm, all else by number."""
    named = item.get("algorithm") if isinstance(item, dict) else None
    return str(named).rpartition(".")[2] if named else str(at + 1)


def _shown(value: object) -> str:
    if value is _MISSING:
        return "–"  # noqa: RUF001 - the sign for nothing
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 - one line of a narrow column
