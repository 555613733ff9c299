"""What waits to be sent through one socket, and the thread that sends it: whoever puts something in never waits.

The other end may be stuck: a stopped process, a machine that sleeps. Then either so much waits here that no more is
taken, or the socket takes nothing for half a minute; in both cases it is closed, and the other end connects again
once it is awake.
"""

from __future__ import annotations

import logging
import socket
import struct
from collections import deque
from contextlib import suppress
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any, Final

from daisy_lab._detached._errors import LostError
from daisy_lab._detached._frames import packed, send
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Outbox"]

_log = logging.getLogger(__name__)
_MOST_BYTES: Final = 256 << 20
_MOST_MESSAGES: Final = 4096
_PATIENCE_SECONDS: Final = 30


class Outbox:
    """The sending side of one socket.

    Parameters
    ----------
    connection
        The socket; it is shut down when sending fails, so that whoever reads it notices.
    most_bytes
        Bytes that may wait, besides the message that is being sent.
    patience
        Seconds that the socket may take nothing.
    """

    def __init__(
        self, connection: socket.socket, *, most_bytes: int = _MOST_BYTES, patience: float = _PATIENCE_SECONDS
    ) -> None:
        self._connection = connection
        seconds, rest = divmod(patience, 1)
        limit = struct.pack("ll", int(seconds), int(rest * 1_000_000))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        self._most_bytes = most_bytes
        self._waiting: deque[list[memoryview]] = deque()
        self._bytes = 0
        self._closed = False
        self._changed = Condition()
        self._thread = Thread(target=self._send_for_ever, name="daisy-outbox", daemon=True)
        self._thread.start()

    def put(self, data: Mapping[str, Any], buffers: Sequence[bytes | memoryview] = ()) -> None:
        """Let a message wait for its turn.

        Raises
        ------
        LostError
            If the socket is closed, or too much waits already.
        ValueError, TypeError, RecursionError
            If the data are no JSON.
        """
        parts = packed(data, buffers)
        size = sum(part.nbytes for part in parts)
        with self._changed:
            stuck = self._waiting and (
                self._bytes + size > self._most_bytes or len(self._waiting) >= _MOST_MESSAGES
            )
            if not (stuck or self._closed):
                self._waiting.append(parts)
                self._bytes += size
                self._changed.notify()
                return
        if stuck:
            _log.warning("the other end of a socket takes nothing any more; it is let go")
            self._break()
        raise LostError(_("the other end of the connection is gone"))

    def close(self, *, flush: bool = False) -> None:
        """Send nothing more, or what waits already and then nothing more; returns when the thread has ended."""
        with self._changed:
            self._closed = True
            if not flush:
                self._waiting.clear()
            self._changed.notify()
        if not flush:
            self._break()
        self._thread.join()

    def _send_for_ever(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                parts = self._waiting.popleft()
                self._bytes -= sum(part.nbytes for part in parts)
            try:
                send(self._connection, parts)
            except OSError as error:
                _log.debug("nothing can be sent any more: %s", error)
                self._break()
                return
            # Not held while nothing is to be sent: they may be views of large arrays.
            del parts

    def _break(self) -> None:
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._bytes = 0
            self._changed.notify()
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
