"""One browser page on the other end of a comm: what it watches, how it is spoken to, whether it is still there."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Final, Protocol

from daisy_lab._bridge._faults import error_info
from daisy_lab._bridge._wire import as_json
from daisy_lab._messages import EVENTS, Alive, Message, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from daisy_lab._messages import Topic

__all__ = ["Channel", "Front"]

_log = logging.getLogger(__name__)
_NAMES = {model: name for name, model in EVENTS.items()}
_SILENCE_SECONDS: Final = 60.0
"""A front that said nothing for so long is asked whether it is still there before it is told more."""
_PATIENCE_SECONDS: Final = 60.0
"""Time it has to answer."""


class Channel(Protocol):
    """What carries messages to one browser: a comm, or a list in a test."""

    def send(self, data: dict[str, Any], buffers: Sequence[bytes | memoryview] | None = None) -> object:
        """Send JSON data and binary buffers."""
        ...

    def close(self) -> object:
        """Say that nothing will come any more."""
        ...


class Front:
    """One open comm; `topics` and `language` are the bridge's to set, under its lock."""

    def __init__(
        self,
        channel: Channel,
        closed: Callable[[Front], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._channel = channel
        self._closed = closed
        self._clock = clock
        self._heard = clock()
        self._asked: float | None = None
        self.topics: frozenset[Topic] = frozenset()
        """What it shows; nothing else is sent to it."""
        self.language = ""
        """Language it speaks; the kernel's own when empty."""

    def tell(self, event: Message) -> None:
        """Send an event.

        Raises
        ------
        RecursionError
            If it holds what cannot be written.
        """
        self._send({"event": _NAMES[type(event)], "data": as_json(event)})

    def answer(self, reply: Reply, buffers: Sequence[bytes | memoryview] = ()) -> None:
        """Send the answer to a request; one that cannot be written is answered with what is wrong with it."""
        try:
            written = as_json(reply)
        except Exception as error:  # noqa: BLE001 - whatever an answer holds, the browser must not wait for ever
            _log.warning("an answer could not be written", exc_info=True)
            written, buffers = as_json(Reply(id=reply.id, ok=False, error=error_info(error))), ()
        self._send({"reply": written}, buffers)

    def close(self) -> None:
        """Let go of the comm."""
        try:
            self._channel.close()
        except Exception:  # noqa: BLE001 - the boundary to foreign code: a comm whose socket is gone raises anything
            _log.debug("a comm could not be closed", exc_info=True)

    def listened(self) -> None:
        """Take note that it said something: it is there."""
        self._heard, self._asked = self._clock(), None

    def is_there(self) -> bool:
        """Tell whether it is worth telling anything: a page that was left does not close its comm.

        One that was silent for long is asked for a sign of life; only when that stays away it is gone. A page that
        is told nothing is never asked, so that an idle kernel says nothing and its server may be stopped.
        """
        now = self._clock()
        if now - self._heard < _SILENCE_SECONDS:
            return True
        if self._asked is None:
            self._asked = now
            self.tell(Alive())
        return now - self._asked < _PATIENCE_SECONDS

    def _send(self, data: dict[str, Any], buffers: Sequence[bytes | memoryview] = ()) -> None:
        try:
            self._channel.send(data, buffers=list(buffers) or None)
        except Exception:  # noqa: BLE001 - the boundary to foreign code: a comm whose socket is gone raises anything
            _log.debug("a front could not be reached; it is forgotten", exc_info=True)
            self._closed(self)
