"""A browser for tests: a list instead of a comm, and a bridge that must leave no thread behind."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from daisy_lab import LocalEngine
from daisy_lab._bridge import Bridge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

PATIENCE = 60.0


class Browser:
    """What a front end would be: asks, and keeps what it is told."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._heard = threading.Condition()
        self.events: list[tuple[str, Any]] = []
        self.replies: dict[int, tuple[dict[str, Any], list[bytes]]] = {}
        self._count = 0
        self.closed = False
        self.front = bridge.connect(self)

    def send(self, data: dict[str, Any], buffers: Sequence[bytes | memoryview] | None = None) -> None:
        # As a kernel does: what is no strict JSON, or no Unicode, may not be sent at all.
        json.dumps(data, allow_nan=False, ensure_ascii=False).encode()
        with self._heard:
            assert not self.closed
            if "event" in data:
                self.events.append((data["event"], data["data"]))
            else:
                self.replies[data["reply"]["id"]] = (data["reply"], [bytes(part) for part in buffers or ()])
            self._heard.notify_all()

    def close(self) -> None:
        self.closed = True

    def clear(self) -> None:
        """Forget the events so far."""
        with self._heard:
            self.events.clear()

    def hear(self, message: Any) -> None:
        self._bridge.hear(self.front, message)

    def ask(self, method: str, **params: Any) -> tuple[dict[str, Any], list[bytes]]:
        """Ask, and wait for the reply."""
        return self.reply(self.post(method, **params))

    def post(self, method: str, **params: Any) -> int:
        """Ask, and do not wait; gives the id."""
        self._count += 1
        self.hear({"id": self._count, "method": method, "params": params})
        return self._count

    def reply(self, number: int) -> tuple[dict[str, Any], list[bytes]]:
        """Wait for the reply of an id."""
        with self._heard:
            assert self._heard.wait_for(lambda: number in self.replies, PATIENCE), f"no reply to {number}"
            return self.replies.pop(number)

    def get(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask, and give the result of a reply that must be good."""
        reply, _buffers = self.ask(method, **params)
        assert reply["ok"], reply["error"]["message"]
        result: dict[str, Any] = reply.get("result", {})
        return result

    def fail(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask, and give the error of a reply that must be bad."""
        reply, _buffers = self.ask(method, **params)
        assert not reply["ok"]
        error: dict[str, Any] = reply["error"]
        return error

    def wait(self, event: str, fits: Any = lambda _data: True) -> Any:
        """Wait for an event that fits, and give its data."""

        def found() -> Any:
            return next((data for name, data in self.events if name == event and fits(data)), None)

        with self._heard:
            assert self._heard.wait_for(lambda: found() is not None, PATIENCE), f"no {event}: {self.events}"
            return found()

    def finish(self, run: str) -> dict[str, Any]:
        """Wait until a run is over, and give how it stands."""
        over = {"done", "failed", "cancelled"}

        def ended(data: Any) -> bool:
            return any(item["id"] == run and item["state"] in over for item in data["runs"])

        data = self.wait("runs", ended)
        found: dict[str, Any] = next(item for item in data["runs"] if item["id"] == run)
        return found


@pytest.fixture
def bridge(tmp_path: Path) -> Iterator[Bridge]:
    before = set(threading.enumerate())
    engine = LocalEngine(device="cpu")
    made = Bridge(engine, (tmp_path,))
    yield made
    made.close()
    engine.close()
    engine.store.close()
    left = [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    assert left == []


@pytest.fixture
def browser(bridge: Bridge) -> Browser:
    return Browser(bridge)


@pytest.fixture
def page(bridge: Bridge) -> Callable[[], Browser]:
    """Open one more browser on the same kernel."""
    return lambda: Browser(bridge)
