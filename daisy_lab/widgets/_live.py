"""The session's objects and runs as they are now, followed once for all parts of a page.

A link tells changes; a part that comes later needs the whole. What the parts of one page watch is put together here,
so that none takes a topic away from another.
"""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary, ref

from daisy_lab.texts import language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._detached import Link

    Shown = Literal["objects", "runs"]

__all__ = ["Live", "live_of"]

_known: WeakKeyDictionary[Link, Live] = WeakKeyDictionary()
_finding = RLock()


def live_of(link: Link) -> Live:
    """Give what is followed over a link; the same for every part that asks."""
    with _finding:
        found = _known.get(link)
        if found is None:
            found = _known[link] = Live(link)
        return found


class Live:
    """Objects and runs of a session.

    Parameters
    ----------
    link
        The way to the session.
    """

    def __init__(self, link: Link) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        """What is known of each object, by name."""
        self.runs: dict[str, dict[str, Any]] = {}
        """How each run stands, by id, oldest first."""
        self.store: dict[str, Any] = {"can_undo": False, "can_redo": False, "memory": None}
        """What concerns the whole store."""
        self._link = ref(link)
        self._lock = RLock()
        self._listeners: dict[Shown, list[Callable[[Live], None]]] = {"objects": [], "runs": []}
        self._heard: set[str] = set()
        link.on("objects", self._take_objects)
        link.on("runs", self._take_runs)

    def on(self, topic: Shown, listener: Callable[[Live], None]) -> Callable[[], None]:
        """Call a listener after each change, and at once where the whole is known already; gives what ends that."""
        with self._lock:
            first = not any(self._listeners.values()) or not self._listeners[topic]
            self._listeners[topic].append(listener)
            wanted = [name for name, others in self._listeners.items() if others]
            known = topic in self._heard
        link = self._link()
        if first and link is not None:
            link.watch(wanted, language())
        if known:
            listener(self)

        def end() -> None:
            with self._lock:
                if listener in self._listeners[topic]:
                    self._listeners[topic].remove(listener)

        return end

    def _take_objects(self, event: Mapping[str, Any]) -> None:
        with self._lock:
            held = {} if event.get("full") else dict(self.objects)
            held |= {info["name"]: info for info in event["objects"]}
            self.objects = {name: info for name, info in held.items() if name not in event.get("gone", ())}
            self.store = {key: event.get(key) for key in self.store}
        self._tell("objects")

    def _take_runs(self, event: Mapping[str, Any]) -> None:
        with self._lock:
            held = {} if event.get("full") else dict(self.runs)
            self.runs = held | {info["id"]: info for info in event["runs"]}
        self._tell("runs")

    def _tell(self, topic: Shown) -> None:
        with self._lock:
            self._heard.add(topic)
            listeners = tuple(self._listeners[topic])
        for listener in listeners:
            listener(self)
