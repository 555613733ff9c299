"""A busy kernel for a long time: events stay few, the processor free, and nothing is left behind."""

from __future__ import annotations

import gc
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import LocalEngine
from daisy_lab._bridge import Bridge
from daisy_lab._bridge._front import Front
from daisy_lab._engine import resident_memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

pytestmark = pytest.mark.soak
_SECONDS = 10
_A_SECOND = 1000


class Page:
    """A browser that plays back what it is told."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.events = 0
        self.whole = threading.Event()

    def send(self, data: dict[str, Any], buffers: Sequence[Any] | None = None) -> None:  # noqa: ARG002 - a channel
        if data.get("event") == "objects":
            self.events += 1
            told = data["data"]
            self.names = set() if told["full"] else self.names
            self.names |= {item["name"] for item in told["objects"]}
            self.names -= set(told["gone"])
            self.whole.set()

    def close(self) -> None:
        """Nothing holds it."""


@pytest.fixture
def bridge(tmp_path: Path) -> Iterator[Bridge]:
    engine = LocalEngine(device="cpu")
    made = Bridge(engine, (tmp_path,))
    yield made
    made.close()
    engine.close()
    engine.store.close()


def _watch(bridge: Bridge) -> tuple[Front, Page]:
    page = Page()
    front = bridge.connect(page)
    bridge.hear(front, {"id": 1, "method": "watch", "params": {"topics": ["objects", "runs"]}})
    assert page.whole.wait(20)
    return front, page


def test_ten_thousand_changes_are_few_events(bridge: Bridge) -> None:
    _front, page = _watch(bridge)
    store = bridge.engine.store
    page.events = 0
    threads = threading.active_count()
    begin, used = time.perf_counter(), time.process_time()
    for number in range(_SECONDS * _A_SECOND):
        store.put(f"x{number % 20}", np.float64(number))
        store.delete(f"x{number % 20}")
        ahead = begin + (number + 1) / _A_SECOND - time.perf_counter()
        if ahead > 0:
            time.sleep(ahead)
    seconds, used = time.perf_counter() - begin, time.process_time() - used
    store.put("end", 1)
    while "end" not in page.names:
        time.sleep(0.01)
    print(f"\n{page.events} events in {seconds:.1f} s, {100 * used / seconds:.0f} % of a processor")  # noqa: T201
    assert page.names == {"end"}
    assert page.events <= seconds / 0.08 + 2
    assert used < 0.6 * seconds
    assert threading.active_count() == threads


def test_a_thousand_pages_come_and_go_and_nothing_is_left(bridge: Bridge) -> None:
    store = bridge.engine.store
    store.put("a", np.zeros((64, 64), np.float32))

    def visit() -> None:
        front, _page = _watch(bridge)
        for number in range(3):
            bridge.hear(
                front, {"id": 2 + number, "method": "view.image", "params": {"name": "a", "view": "v"}}
            )
        bridge.disconnect(front)

    for _number in range(50):
        visit()
    before, threads = resident_memory(), threading.active_count()
    for _number in range(1000):
        visit()
    gc.collect()
    while any(lane._waiting for lane in bridge._lanes.values()):
        time.sleep(0.01)
    assert bridge.fronts == ()
    assert not bridge._teller._stale
    assert (
        threading.active_count() <= threads + 1
    )  # the second thread of the lane, if it was not needed before
    assert sum(isinstance(item, Front) for item in gc.get_objects()) <= 4
    assert resident_memory() - before < 20 << 20
