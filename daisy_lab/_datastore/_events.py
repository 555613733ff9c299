"""Tells listeners what changed: each change once, in order, on its own thread, without the store's lock.

Changes queue up under the store's lock, which fixes their order; each thread then waits until its own is
first in the queue. A listener that changes the store is told after the change it is hearing of. A listener
that itself waits for another thread's change would wait for ever: so a thread that waited too long leaves its
change to the one speaking.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from threading import Condition, Lock, get_ident
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._datastore._history import Step
    from daisy_lab._datastore._object import DataObject

__all__ = ["Announcement", "Announcer", "Change", "change_of"]

_log = logging.getLogger(__name__)
_PATIENCE = 1.0  # seconds to wait for listeners on other threads

ChangeKind: TypeAlias = Literal["put", "delete", "rename", "undo", "redo", "restore"]


@dataclass(frozen=True, slots=True)
class Change:
    """What one action did to the store.

    Parameters
    ----------
    kind
        The action.
    names
        The names it touched.
    objects
        For each name its description now; none when the name is gone.
    """

    kind: ChangeKind
    names: tuple[str, ...]
    objects: Mapping[str, DataObject | None]


class _Listener:
    """One subscription; the same function may subscribe twice."""

    def __init__(self, hear: Callable[[Change], None]) -> None:
        self.hear = hear


class Announcement:
    """A change waiting to be told, and the thread that is to tell it."""

    __slots__ = ("change", "left", "thread", "told")

    def __init__(self, change: Change) -> None:
        self.change = change
        self.thread = get_ident()
        self.left = False
        self.told = False


class Announcer:
    """Holds the listeners and the queue.

    Parameters
    ----------
    patience
        Seconds a thread waits for its turn before it leaves its change to another.
    """

    def __init__(self, patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._condition = Condition(Lock())
        self._queue: deque[Announcement] = deque()
        self._listeners: tuple[_Listener, ...] = ()
        self._speaker: int | None = None

    def subscribe(self, hear: Callable[[Change], None]) -> Callable[[], None]:
        """Add a listener; what is returned removes it."""
        listener = _Listener(hear)
        with self._condition:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self._condition:
                self._listeners = tuple(one for one in self._listeners if one is not listener)

        return unsubscribe

    @property
    def heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def enqueue(self, change: Change) -> Announcement:
        """Give a change its place; called under the store's lock."""
        announcement = Announcement(change)
        with self._condition:
            self._queue.append(announcement)
        return announcement

    def announce(self, announcement: Announcement) -> None:
        """Tell a change when its turn has come; called without the store's lock."""
        me = get_ident()
        with self._condition:
            if self._speaker == me:  # a listener's own change: told below, after the one it is hearing of
                return
        next_own: Announcement | None = announcement
        while next_own is not None and self._await_turn(next_own, me):
            next_own = self._speak(me)

    def _await_turn(self, mine: Announcement, me: int) -> bool:
        with self._condition:
            self._condition.wait_for(lambda: mine.told or self._is_next(mine), self._patience)
            if mine.told:
                return False
            if self._speaker is not None:
                mine.left = True
                return False
            # Mine is next, or whoever is to tell those before it never came: then they are told here, too.
            for waiting in self._queue:
                if waiting is mine:
                    break
                waiting.left = True
            self._speaker = me
            return True

    def _is_next(self, mine: Announcement) -> bool:
        return self._speaker is None and next((one for one in self._queue if not one.left), None) is mine

    def _speak(self, me: int) -> Announcement | None:
        """Tell from the head of the queue on what is ours or left to us; give our next one behind others'."""
        try:
            while (announcement := self._head(me)) is not None:
                announcement.told = True
                self._tell(announcement.change)
        finally:
            with self._condition:
                self._speaker = None
                self._condition.notify_all()
                mine = next((one for one in self._queue if one.thread == me and not one.left), None)
        return mine

    def _head(self, me: int) -> Announcement | None:
        with self._condition:
            if self._queue and (self._queue[0].left or self._queue[0].thread == me):
                return self._queue.popleft()
            return None

    def _tell(self, change: Change) -> None:
        for listener in self._listeners:
            if listener not in self._listeners:  # unsubscribed by the one before
                continue
            try:
                listener.hear(change)
            except Exception:  # noqa: BLE001 - a listener is foreign code: it must not break the store
                name = getattr(listener.hear, "__qualname__", repr(listener.hear))
                _log.exception("listener %s failed on %s of %s", name, change.kind, ", ".join(change.names))


def change_of(kind: ChangeKind, step: Step) -> Change:
    """Describe a step for listeners."""
    objects = {turn.name: turn.after.about if turn.after else None for turn in step}
    return Change(kind, tuple(objects), MappingProxyType(objects))
