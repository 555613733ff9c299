"""A session that says what a test of widgets wants it to say, at once or when the test lets it."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from daisy_lab._detached import Answer, RemoteError
from daisy_lab._messages import ErrorInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from daisy_lab.widgets import Part


class FakeLink:
    """A link whose answers are laid out before; what was asked is kept."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.buffers: list[tuple[bytes | memoryview, ...]] = []
        self.answers: dict[str, Any] = {}
        self.holding = False
        self.held: list[Callable[[], None]] = []
        self.watched: list[str] = []
        self._listeners: dict[str, list[Callable[[dict[str, Any]], None]]] = {}

    def ask(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        buffers: Sequence[bytes | memoryview] = (),
    ) -> Future[Answer]:
        future: Future[Answer] = Future()
        self.asked.append((method, dict(params or {})))
        self.buffers.append(tuple(buffers))

        def answer() -> None:
            said = self.answers.get(method, {})
            said = said(dict(params or {})) if callable(said) else said
            if isinstance(said, Exception):
                future.set_exception(said)
            else:
                future.set_result(said if isinstance(said, Answer) else Answer(said))

        if self.holding:
            self.held.append(answer)
        else:
            answer()
        return future

    def release(self) -> None:
        """Answer what waits, and all that follows."""
        self.holding = False
        while self.held:
            self.held.pop(0)()

    def asked_for(self, method: str) -> list[dict[str, Any]]:
        return [params for name, params in self.asked if name == method]

    def on(self, event: str, listener: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        self._listeners.setdefault(event, []).append(listener)
        return lambda: self._listeners[event].remove(listener)

    def watch(self, topics: Sequence[str], language: str = "") -> Future[Answer]:
        self.watched = list(topics)
        return self.ask("watch", {"topics": list(topics), "language": language})

    def tell(self, event: str, **data: Any) -> None:
        """Say an event."""
        for listener in tuple(self._listeners.get(event, ())):
            listener(data)

    def array(self, name: str, version: int | None = None) -> Any:
        raise NotImplementedError

    def close(self) -> None:
        return


def refusal(message: str, kind: str = "FileError") -> RemoteError:
    return RemoteError(ErrorInfo(kind=kind, message=message))


def heard_by(part: Part) -> list[tuple[str, list[Any], list[bytes]]]:
    """Collect what a part says to its template from now on: function, arguments, buffers."""
    said: list[tuple[str, list[Any], list[bytes]]] = []

    def send(content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        said.append((content["method"], content["args"], list(buffers or ())))

    part.send = send
    return said
