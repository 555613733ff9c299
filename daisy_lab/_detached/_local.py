"""A link to the session of this very process, as in a notebook: the same messages, no socket between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daisy_lab._bridge import bridge_of_kernel, shown_object
from daisy_lab._detached._errors import LostError
from daisy_lab._detached._hearing import Hearing
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from daisy_lab._bridge import Bridge
    from daisy_lab._detached._link import Answer
    from daisy_lab._messages import Topic

__all__ = ["LocalLink", "local_link"]


class LocalLink:
    """One front of a bridge in this process.

    Parameters
    ----------
    bridge
        The bridge.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._hearing = Hearing()
        self._closed = False
        self._hearing.on("alive", lambda _data: self._say_alive())
        self._front = bridge.connect(self)

    def ask(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        buffers: Sequence[bytes | memoryview] = (),
    ) -> Future[Answer]:
        """Ask something; see `Link.ask`."""
        number, future = self._hearing.expect()
        if self._closed:
            self._hearing.fail(number, LostError(_("this link to the session was closed; make another one")))
            return future
        message = {"id": number, "method": method, "params": dict(params or {})}
        self._bridge.hear(self._front, message, buffers)
        return future

    def on(self, event: str, listener: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        """Hear an event; see `Link.on`."""
        return self._hearing.on(event, listener)

    def watch(self, topics: Sequence[Topic], language: str = "") -> Future[Answer]:
        """Say which topics are wanted; see `Link.watch`."""
        return self.ask("watch", {"topics": list(topics), "language": language})

    def array(self, name: str, version: int | None = None) -> Any:  # noqa: ANN401 - any array
        """Give an array itself; see `Link.array`."""
        return shown_object(self._bridge, self._front, name, version)[1]

    def close(self) -> None:
        """Hear nothing any more."""
        if self._closed:
            return
        self._closed = True
        self._bridge.disconnect(self._front)
        for number in self._hearing.waiting:
            self._hearing.fail(number, LostError(_("this link to the session was closed")))

    # What the bridge asks of a channel.

    def send(self, data: dict[str, Any], buffers: Sequence[bytes | memoryview] | None = None) -> None:
        """Take what the bridge says."""
        self._hearing.take(data, buffers or ())

    def _say_alive(self) -> None:
        if not self._closed:
            self.ask("alive")


def local_link(bridge: Bridge | None = None) -> LocalLink:
    """Give a link to a session of this process.

    Parameters
    ----------
    bridge
        Its bridge; that of this kernel's own store and engine by default.
    """
    return LocalLink(bridge_of_kernel() if bridge is None else bridge)
