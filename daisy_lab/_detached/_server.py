"""The session's end of its socket: every page that connects becomes a front of the one bridge.

A page is read by a thread of its own and written to by another, so that one which is stuck holds up nobody. What
cannot be understood is answered with an error; what is no message at all ends the connection, never the session.
"""

from __future__ import annotations

import logging
import os
import socket
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Final

from daisy_lab._detached._errors import FrameError
from daisy_lab._detached._frames import FROM_PAGE, receive
from daisy_lab._detached._outbox import Outbox
from daisy_lab._detached._place import peer_uid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from daisy_lab._bridge import Bridge

__all__ = ["Page", "Server"]

_log = logging.getLogger(__name__)
_MOST: Final = 64
"""Pages at once."""


class Page:
    """One page that is connected: what the bridge takes for a channel."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._outbox = Outbox(connection)

    def send(self, data: dict[str, Any], buffers: Sequence[bytes | memoryview] | None = None) -> None:
        """Say something; never waits.

        Raises
        ------
        LostError
            If the page is gone, or stuck.
        """
        self._outbox.put(data, buffers or ())

    def close(self) -> None:
        """Let go of the page."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def end(self, *, flush: bool) -> None:
        """Send what waits, if wanted, and close."""
        self._outbox.close(flush=flush)
        self.close()


class Server:
    """Takes pages at a socket.

    Parameters
    ----------
    bridge
        Who answers.
    about
        What a page is told first: which session and which process this is.
    stop
        Called when a page asks the session to end.
    """

    def __init__(
        self, bridge: Bridge, about: Callable[[], Mapping[str, Any]], stop: Callable[[], None]
    ) -> None:
        self._bridge, self._about, self._stop = bridge, about, stop
        self._pages: dict[Page, Thread] = {}
        self._lock = Lock()
        self._listener: socket.socket | None = None
        self._accepting: Thread | None = None

    @property
    def pages(self) -> int:
        """How many pages are connected."""
        return len(self._pages)

    def serve(self, listener: socket.socket) -> None:
        """Take pages from now on."""
        self._listener = listener
        self._accepting = Thread(
            target=self._accept_for_ever, args=(listener,), name="daisy-accept", daemon=True
        )
        self._accepting.start()

    def close(self, reason: str = "") -> None:
        """Tell all pages that the session ends, and let go of them."""
        with self._lock:
            listener, self._listener = self._listener, None
            pages = dict(self._pages)
        if listener is not None and self._accepting is not None:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            self._accepting.join()
            listener.close()
        for page in pages:
            with suppress(Exception):
                page.send({"event": "ended", "data": {"reason": reason}})
            page.end(flush=True)
        for thread in pages.values():
            thread.join()

    def _accept_for_ever(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _nobody = listener.accept()
            except OSError:
                if self._listener is None:
                    return
                _log.warning("a page could not be taken", exc_info=True)
                continue
            if peer_uid(connection) != os.geteuid():
                _log.warning("user %d was refused", peer_uid(connection))
                connection.close()
            elif len(self._pages) >= _MOST:
                _log.warning("a page was refused: %d are connected already", _MOST)
                connection.close()
            else:
                self._take(connection)

    def _take(self, connection: socket.socket) -> None:
        page = Page(connection)
        thread = Thread(target=self._hear_for_ever, args=(page, connection), name="daisy-page", daemon=True)
        with self._lock:
            self._pages[page] = thread
        thread.start()

    def _hear_for_ever(self, page: Page, connection: socket.socket) -> None:
        with suppress(Exception):
            page.send({"event": "session", "data": {**self._about(), "pages": self.pages}})
        front = self._bridge.connect(page)
        try:
            while True:
                frame = receive(connection, FROM_PAGE)
                if frame is None:
                    break
                try:
                    data = frame.data()
                except FrameError:
                    # Nothing can be made of it, not even its number: the bridge says so in its own words.
                    data = None
                if not self._answered(page, data):
                    self._bridge.hear(front, data, frame.buffers)
        except (FrameError, OSError) as error:
            _log.info("a page was let go: %s", error)
        except Exception:  # noqa: BLE001 - the boundary to whatever a page sends: the session goes on without it
            _log.exception("a page was let go")
        finally:
            self._bridge.disconnect(front)
            page.end(flush=False)
            with self._lock:
                del self._pages[page]
            connection.close()

    def _answered(self, page: Page, data: Any) -> bool:  # noqa: ANN401 - whatever arrived
        """Answer what is asked about the process, not about what it holds."""
        if not (isinstance(data, dict) and data.get("method") in {"session.about", "session.stop"}):
            return False
        result = {**self._about(), "pages": self.pages}
        page.send({"reply": {"id": data.get("id"), "ok": True, "result": result}})
        if data["method"] == "session.stop":
            self._stop()
        return True
