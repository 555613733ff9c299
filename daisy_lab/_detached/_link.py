"""What a page's widgets hold of a session, wherever it runs: requests as in `_messages`, events, no shared objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from daisy_lab._messages import Topic

__all__ = ["Answer", "Link"]


class Answer(NamedTuple):
    """What a request gave: its reply as data, and the buffers beside it."""

    result: dict[str, Any]
    buffers: tuple[bytes | memoryview, ...] = ()


class Link(Protocol):
    """One way to a session, in this process or in another; every call is safe from every thread."""

    def ask(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        buffers: Sequence[bytes | memoryview] = (),
    ) -> Future[Answer]:
        """Ask something; never waits. The future fails with `RemoteError` when the session refuses.

        Its callbacks run on the thread that hears the session, not on the caller's.
        """
        ...

    def on(self, event: str, listener: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        """Hear an event of the session (`objects`, `runs`, ...) or of the link itself (`lost`, `found`).

        Returns
        -------
        end
            Call it to hear no more.
        """
        ...

    def watch(self, topics: Sequence[Topic], language: str = "") -> Future[Answer]:
        """Say which topics are wanted, each whole at once and then its changes; and in which language."""
        ...

    def array(self, name: str, version: int | None = None) -> Any:  # noqa: ANN401 - any array
        """Give an array itself, read-only and not copied: the session's own, or its file mapped into this process."""
        ...

    def close(self) -> None:
        """Let go of the session; it lives on."""
        ...
