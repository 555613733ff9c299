"""What a link hears: replies to the futures that wait for them, events to their listeners."""

from __future__ import annotations

import logging
from concurrent.futures import Future, InvalidStateError
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any

from daisy_lab._detached._errors import RemoteError
from daisy_lab._detached._link import Answer
from daisy_lab._messages import ErrorInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Hearing"]

_log = logging.getLogger(__name__)


class Hearing:
    """Futures by the number of their request, and listeners by event; safe from every thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._numbers = count(1)
        self._waiting: dict[int, Future[Answer]] = {}
        self._listeners: dict[str, tuple[Callable[[dict[str, Any]], None], ...]] = {}

    def on(self, event: str, listener: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        """Call a listener with the data of each such event; what is returned ends that, and may be called twice."""
        with self._lock:
            self._listeners[event] = (*self._listeners.get(event, ()), listener)

        def end() -> None:
            with self._lock:
                left = list(self._listeners[event])
                if listener in left:
                    left.remove(listener)
                self._listeners[event] = tuple(left)

        return end

    def expect(self) -> tuple[int, Future[Answer]]:
        """Give the number of a new request, and the future of its answer."""
        future: Future[Answer] = Future()
        with self._lock:
            number = next(self._numbers)
            self._waiting[number] = future
        return number, future

    def take(self, data: Mapping[str, Any], buffers: Sequence[bytes | memoryview] = ()) -> None:
        """Take what the session said: a reply, or an event."""
        reply = data.get("reply")
        if isinstance(reply, dict):
            self._answer(reply, tuple(buffers))
        elif isinstance(data.get("event"), str):
            self.tell(data["event"], data.get("data") or {})

    def tell(self, event: str, data: dict[str, Any]) -> None:
        """Tell the listeners of an event."""
        for listener in self._listeners.get(event, ()):
            try:
                listener(data)
            except Exception:  # noqa: BLE001 - the boundary to foreign code: a listener
                _log.exception("a listener of '%s' failed", event)

    def fail(self, number: int, error: Exception) -> None:
        """Let the future of a request fail."""
        with self._lock:
            future = self._waiting.pop(number, None)
        if future is not None:
            _settle(future, error)

    @property
    def waiting(self) -> tuple[int, ...]:
        """Numbers of the requests that were not answered yet, oldest first."""
        with self._lock:
            return tuple(self._waiting)

    def _answer(self, reply: Mapping[str, Any], buffers: tuple[bytes | memoryview, ...]) -> None:
        with self._lock:
            future = self._waiting.pop(reply.get("id", -1), None)
        if future is None:
            _log.debug("a reply that nobody waits for: %s", reply.get("id"))
        elif reply.get("ok"):
            _settle(future, Answer(reply.get("result") or {}, buffers))
        else:
            _settle(future, RemoteError(ErrorInfo.model_validate(reply.get("error"))))


def _settle(future: Future[Answer], outcome: Answer | Exception) -> None:
    """Give a future its outcome; one that was cancelled meanwhile is left alone."""
    try:
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
    except InvalidStateError:
        _log.debug("an answer came to a future that was cancelled")
