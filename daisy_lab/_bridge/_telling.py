"""The thread that tells the fronts what changed: at most some ten times a second, and only what they show.

Changes of the store and of runs only leave marks; what a mark means is looked up when it is told, so a thousand changes
of one object cost one description. What no front shows leaves no mark. With nothing to tell the thread sleeps; while a
run is active it wakes now and then to say so, for those who stop servers that look idle.
"""

from __future__ import annotations

import logging
import time
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any, Final

from daisy_lab._bridge import _state
from daisy_lab._bridge._stale import Stale
from daisy_lab.texts import language as kernel_language
from daisy_lab.texts import speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._engine import Run
    from daisy_lab._messages import Message, Topic

__all__ = ["Teller"]

_log = logging.getLogger(__name__)
_PACE_SECONDS: Final = 0.08
"""Least time between two rounds of telling."""
_NOTHING: Final[frozenset[Any]] = frozenset()


class Teller:
    """Holds the fronts and the marks.

    Parameters
    ----------
    bridge
        Where what is told is looked up.
    active
        Called every `beat` seconds while a run is active.
    beat
        Seconds between two such calls.
    """

    def __init__(self, bridge: Bridge, active: Callable[[], None], beat: float) -> None:
        self._bridge = bridge
        self._tell_active, self._beat = active, beat
        self._fronts: tuple[Front, ...] = ()
        self._shown: frozenset[Topic] = _NOTHING
        self._stale = Stale()
        self._active: set[str] = set()
        self._next_beat = 0.0
        self._changed = Condition()
        self._closed = False
        self._thread = Thread(target=self._tell_for_ever, name="daisy-bridge", daemon=True)
        self._thread.start()

    @property
    def fronts(self) -> tuple[Front, ...]:
        """Fronts that are open."""
        return self._fronts

    def add(self, front: Front) -> None:
        """Take a front; it is told nothing before it says what it shows."""
        with self._changed:
            self._fronts = (*self._fronts, front)

    def remove(self, front: Front) -> None:
        """Forget a front."""
        with self._changed:
            self._fronts = tuple(other for other in self._fronts if other is not front)
            self._stale.whole.pop(front, None)
            self._count_shown()

    def watch(self, front: Front, topics: frozenset[Topic], language: str) -> None:
        """Tell a front these topics from now on, each newly shown one whole at once; all of them in a new language."""
        with self._changed:
            if front not in self._fronts:
                return
            new = set(topics - front.topics) if language == front.language else set(topics)
            front.topics, front.language = topics, language
            self._count_shown()
            if new:
                self._stale.whole.setdefault(front, set()).update(new)
                self._changed.notify_all()

    def mark(
        self,
        *,
        objects: Iterable[str] = (),
        run: str = "",
        algorithms: bool = False,
        workflow: bool = False,
    ) -> None:
        """Note that objects, a run, the list of algorithms or the workflow changed."""
        # What nobody shows leaves no mark: whoever shows it next is told the whole. Asked without the lock first, so
        # that a cell that puts a thousand objects pays nothing while no panel is open.
        if not self._shown:
            return
        with self._changed:
            shown = self._shown
            if "objects" in shown:
                self._stale.objects.update(objects)
            if "runs" in shown and run:
                self._stale.runs.add(run)
            self._stale.algorithms |= algorithms and "algorithms" in shown
            self._stale.workflow |= workflow and "workflow" in shown
            if self._stale:
                self._changed.notify_all()

    def mark_active(self, run: Run) -> None:
        """Note whether a run is under way."""
        if (run.id in self._active) is not run.ended:
            return
        with self._changed:
            # Asked under the lock: of two threads that speak of a run the one that saw it alive may come last.
            if run.ended:
                self._active.discard(run.id)
                return
            if not self._active:
                self._next_beat = time.monotonic() + self._beat
                self._changed.notify_all()
            self._active.add(run.id)

    def close(self) -> None:
        """Stop telling; fronts hear nothing any more."""
        with self._changed:
            self._closed = True
            self._fronts, self._shown = (), _NOTHING
            self._changed.notify_all()
        self._thread.join()

    def _count_shown(self) -> None:
        self._shown = _NOTHING.union(*(front.topics for front in self._fronts))

    def _tell_for_ever(self) -> None:
        while True:
            with self._changed:
                while not (self._closed or self._stale or self._is_beat_due()):
                    self._changed.wait(self._seconds_to_beat())
                if self._closed:
                    return
                stale, self._stale = self._stale, Stale()
                # As they are now: what a front shows from later on is told whole in the next round.
                shown = {front: (front.topics, front.language) for front in self._fronts}
                beat = self._is_beat_due()
                if beat:
                    self._next_beat = time.monotonic() + self._beat
            try:
                if beat:
                    self._tell_active()
                if stale:
                    self._tell(stale, shown)
            except Exception:  # noqa: BLE001 - a thread that must go on, whatever foreign objects do when described
                _log.exception("some changes could not be told to the browser")
            with self._changed:
                self._changed.wait_for(lambda: self._closed, _PACE_SECONDS)

    def _is_beat_due(self) -> bool:
        return bool(self._active) and time.monotonic() >= self._next_beat

    def _seconds_to_beat(self) -> float | None:
        return max(self._next_beat - time.monotonic(), 0.0) if self._active else None

    def _tell(self, stale: Stale, shown: dict[Front, tuple[frozenset[Topic], str]]) -> None:
        told: dict[tuple[Topic, str, bool], Message] = {}
        changed = stale.topics()
        for front, (topics, language) in shown.items():
            whole = stale.whole.get(front, _NOTHING) & topics
            wanted = [(topic, topic in whole) for topic in sorted(whole | (topics & changed))]
            if wanted and not front.is_there():
                self._bridge.disconnect(front)
                front.close()
                continue
            for topic, full in wanted:
                key = (topic, language, full)
                if key not in told:
                    with speaking(language or kernel_language()):
                        told[key] = _state.event(self._bridge, topic, None if full else stale)
                front.tell(told[key])
