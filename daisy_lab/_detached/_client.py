"""A link to a session in a process of its own: requests and events through its socket, again and again if need be.

One thread keeps the connection. When it breaks, as after a kill, it starts the session anew, watches what was watched
before, and asks again what may be asked twice; any other request that was under way fails, and says so. A session that
was stopped on purpose stays so until somebody asks something.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Condition, Thread, current_thread
from typing import TYPE_CHECKING, Any, Final

from daisy_lab._detached._arrays import array_of
from daisy_lab._detached._errors import FrameError, LostError
from daisy_lab._detached._frames import FROM_SESSION, receive
from daisy_lab._detached._hearing import Hearing
from daisy_lab._detached._outbox import Outbox
from daisy_lab._detached._repeating import may_be_repeated
from daisy_lab._detached._start import Place, reach
from daisy_lab._messages import PROTOCOL
from daisy_lab.errors import DaisyError, SessionError
from daisy_lab.texts import gettext as _
from daisy_lab.texts import language, speaking

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from daisy_lab._detached._link import Answer
    from daisy_lab._messages import Topic

__all__ = ["Attached", "attach"]

_log = logging.getLogger(__name__)
_TRIES: Final = 3
"""Times that the same request may be under way when a session ends."""
_RESTARTS: Final = 3
"""Times that a session which ends at once is started again without a pause."""
_LONGEST_PAUSE_SECONDS: Final = 10.0
_SHORT_SECONDS: Final = 10.0
"""A session that ends before has ended at once."""
_PATIENCE_SECONDS: Final = 60.0
_LEAVE_SECONDS: Final = 5.0


@dataclass(eq=False)
class _Request:
    """One request, to be asked again where that does no harm."""

    method: str
    params: Mapping[str, Any]
    buffers: Sequence[bytes | memoryview] = ()
    sent: int = 0
    """Times that a session may have taken it."""

    def is_lost(self) -> bool:
        """Tell whether it cannot be asked again: it may have been done, or have ended the session more than once."""
        return self.sent >= _TRIES if may_be_repeated(self.method, self.params) else self.sent > 0


class Attached:
    """A link to a session's process.

    Parameters
    ----------
    place
        The session, and how its process is started.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._spoken = language()
        self._hearing = Hearing()
        self._changed = Condition()
        self._requests: dict[int, _Request] = {}
        """What was asked and not answered; under the lock."""
        self._watched: _Request | None = None
        self._outbox: Outbox | None = None
        self._closed = False
        self._wanted = True
        """Whether the session is to be reached, or stays ended until somebody asks."""
        self._process: int | None = None
        self._begun = False
        """Whether the session that is connected introduced itself."""
        self._end = ""
        self._opened: Future[None] = Future()
        self._hearing.on("alive", lambda _data: self._say_alive())
        self._hearing.on("ended", self._hear_end)
        self._thread = Thread(target=self._live, name="daisy-link", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"<link to session '{self._place.name}'>"

    # What its user asks.

    def ask(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        buffers: Sequence[bytes | memoryview] = (),
    ) -> Future[Answer]:
        """Ask something; see `Link.ask`."""
        request = _Request(method, dict(params or {}), tuple(buffers))
        return self._ask(request)

    def on(self, event: str, listener: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        """Hear an event; see `Link.on`."""
        return self._hearing.on(event, listener)

    def watch(self, topics: Sequence[Topic], language: str = "") -> Future[Answer]:
        """Say which topics are wanted; see `Link.watch`."""
        request = _Request("watch", {"topics": list(topics), "language": language})
        return self._ask(request, watch=True)

    def array(self, name: str, version: int | None = None) -> Any:  # noqa: ANN401 - any array
        """Give an array itself, its file mapped into this process; see `Link.array`. It waits for the session."""
        answer = self.ask("arrays.file", {"name": name, "version": version}).result(_PATIENCE_SECONDS)
        return array_of(answer)

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the session was reached for the first time.

        Raises
        ------
        SessionError
            If it cannot be.
        TimeoutError
            If that takes longer.
        """
        self._opened.result(timeout)

    def close(self) -> None:
        """Let go of the session; it lives on."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            outbox = self._outbox
            self._changed.notify_all()
        if outbox is not None:
            outbox.close(flush=True)
            outbox.close()
        if self._thread is not current_thread():
            # Longer only while a process starts that nobody waits for any more.
            self._thread.join(_LEAVE_SECONDS)
        self._fail_all(LostError(_("this link to the session was closed")))

    # The thread that keeps the connection.

    def _live(self) -> None:
        restarts = 0
        with speaking(self._spoken):
            while self._wait_until_wanted():
                try:
                    connection = reach(self._place, lambda: self._closed)
                except Exception as error:  # noqa: BLE001 - told to whoever waits
                    self._refuse(error)
                    continue
                began = time.monotonic()
                reason = self._hear(connection)
                if self._closed:
                    return
                restarts = restarts + 1 if time.monotonic() - began < _SHORT_SECONDS else 0
                self._lose(reason)
                self._pause(restarts)

    def _pause(self, restarts: int) -> None:
        """Wait a while before a session that ends at once is started again, or until somebody asks."""
        if restarts <= _RESTARTS:
            return
        seconds = min(2.0 ** (restarts - _RESTARTS - 1), _LONGEST_PAUSE_SECONDS)
        with self._changed:
            known = set(self._requests)
            self._changed.wait_for(lambda: self._closed or not known.issuperset(self._requests), seconds)

    def _wait_until_wanted(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._wanted or self._closed)
            return not self._closed

    def _hear(self, connection: socket.socket) -> str:
        """Hear the session until the connection breaks; gives why."""
        self._end = ""
        outbox = Outbox(connection)
        try:
            while True:
                frame = receive(connection, FROM_SESSION)
                if frame is None:
                    return self._end or _("its process ended")
                data = frame.data()
                if not isinstance(data, Mapping):
                    raise FrameError(_("a message is no JSON object"))
                if data.get("event") == "session":
                    self._begin(outbox, data["data"])
                self._forget(data)
                self._hearing.take(data, frame.buffers)
        except (OSError, DaisyError) as error:
            return str(error)
        finally:
            with self._changed:
                self._outbox = None
            outbox.close()
            connection.close()

    def _begin(self, outbox: Outbox, about: Mapping[str, Any]) -> None:
        """Take a session that introduced itself: watch again, ask again, and tell."""
        if about.get("protocol") != PROTOCOL:
            fault = SessionError(
                _(
                    "the process {pid} of session '{name}' is of another version of Daisy Lab; "
                    "stop it with `daisy session stop {name}`, then open it again"
                ).format(pid=about.get("pid"), name=self._place.name)
            )
            self._refuse(fault)
            raise fault
        before, self._process = self._process, about.get("pid")
        self._begun = True
        with self._changed:
            if self._closed:
                raise LostError(_("this link to the session was closed"))
            self._outbox = outbox
            again = dict(self._requests)
            if self._watched is not None and not any(request.method == "watch" for request in again.values()):
                number, _future = self._hearing.expect()
                again = {number: self._watched, **again}
            for number, request in again.items():
                self._send(outbox, number, request)
        if not self._opened.done():
            self._opened.set_result(None)
        if before is not None:
            self._hearing.tell("found", {"reopened": before != self._process})

    def _lose(self, reason: str) -> None:
        """Tell that the connection broke; what may have been done, and cannot be asked again, fails."""
        with self._changed:
            lost = [number for number, request in self._requests.items() if request.is_lost()]
            methods = {number: self._requests.pop(number).method for number in lost}
            # What still waits was asked for: it opens a session that was stopped.
            self._wanted |= bool(self._requests)
        for number, method in methods.items():
            fault = LostError(
                _(
                    "the session '{name}' was lost before it answered '{method}' ({reason}); "
                    "look whether it was done, then ask again"
                ).format(name=self._place.name, method=method, reason=reason)
            )
            self._hearing.fail(number, fault)
        begun, self._begun = self._begun, False
        if begun:
            self._hearing.tell("lost", {"reason": reason})

    def _refuse(self, error: Exception) -> None:
        """Tell everybody who waits that the session cannot be reached; the next request tries again."""
        self._rest()
        if not self._opened.done():
            self._opened.set_exception(error)
        self._fail_all(error)
        self._hearing.tell("lost", {"reason": str(error)})

    def _hear_end(self, data: Mapping[str, Any]) -> None:
        """Take note that the session ends in order: only a request opens it again."""
        self._rest()
        self._end = str(data.get("reason", ""))

    def _rest(self) -> None:
        with self._changed:
            self._wanted = False

    # Requests.

    def _ask(self, request: _Request, *, watch: bool = False) -> Future[Answer]:
        number, future = self._hearing.expect()
        with self._changed:
            closed = self._closed
            if not closed:
                if watch:
                    self._watched = request
                self._requests[number] = request
                self._wanted = True
                self._changed.notify_all()
                if self._outbox is not None:
                    self._send(self._outbox, number, request)
        if closed:
            self._hearing.fail(number, LostError(_("this link to the session was closed; make another one")))
        return future

    def _send(self, outbox: Outbox, number: int, request: _Request) -> None:
        message = {"id": number, "method": request.method, "params": request.params}
        try:
            outbox.put(message, request.buffers)
            request.sent += 1
        except LostError:
            _log.debug("%s waits for the connection to come back", request.method)
        except (TypeError, ValueError, RecursionError) as error:
            self._requests.pop(number, None)
            self._hearing.fail(number, error)

    def _forget(self, data: Mapping[str, Any]) -> None:
        reply = data.get("reply")
        if isinstance(reply, Mapping):
            with self._changed:
                self._requests.pop(reply.get("id", -1), None)

    def _fail_all(self, error: Exception) -> None:
        with self._changed:
            self._requests.clear()
        for number in self._hearing.waiting:
            self._hearing.fail(number, error)

    def _say_alive(self) -> None:
        self.ask("alive")


def attach(
    name: str,
    root: Path | None = None,
    *,
    below: Sequence[Path] = (),
    idle: float | None = None,
    device: str | None = None,
    wait: bool = True,
) -> Attached:
    """Give a link to a session in a process of its own, which is started when it is not there.

    Parameters
    ----------
    name
        The session.
    root
        Folder of all sessions; the configured one by default.
    below
        Folders whose files a new process may read and write. By default those of the process before, else those that
        the environment names.
    idle
        Seconds without any page and any active run after which a new process ends. By default as before, else half
        an hour.
    device
        Where a new process computes, as `Session` takes it. By default as before, else wherever it can.
    wait
        Whether to wait until the session answers. Otherwise it is reached meanwhile, and requests wait for it.

    Raises
    ------
    SessionError
        If it cannot be reached.
    """
    link = Attached(Place.of(name, root, below=tuple(below), idle=idle, device=device))
    if wait:
        try:
            link.wait()
        except BaseException:
            link.close()
            raise
    return link
