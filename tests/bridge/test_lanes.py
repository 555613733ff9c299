"""What takes time does not stand in the way, and nobody waits for what nobody looks at any more."""

from __future__ import annotations

import threading
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import algorithm, progress
from daisy_lab._datastore import Put
from daisy_lab.vocabulary import Same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Browser

    from daisy_lab._bridge import Bridge

PATIENCE = 60.0


class SlowFile:
    """An array in a file on a disk that stands still until the test says so."""

    shape = (100, 16, 16)
    dtype = np.dtype(np.float32)
    axes = ("slice", "row", "column")
    unit = ""
    identity = "slow"
    reference = MappingProxyType({})
    chunks = MappingProxyType({"slice": 1, "row": 16, "column": 16})

    def __init__(self) -> None:
        self.read: list[int] = []
        self.open = threading.Event()

    def __getitem__(self, key: Any) -> Any:
        self.read.append(key[0])
        assert self.open.wait(PATIENCE)
        return np.full((16, 16), key[0], np.float32)


@pytest.fixture
def slow(bridge: Bridge) -> Iterator[SlowFile]:
    made = SlowFile()
    bridge.engine.store.put("slow", made)
    yield made
    made.open.set()


def _wait_for_reads(slow: SlowFile, count: int) -> None:
    for _turn in range(2000):
        if len(slow.read) >= count:
            return
        threading.Event().wait(0.01)
    pytest.fail(f"only {slow.read} were read")


def test_of_a_slider_only_the_newest_position_is_computed(browser: Browser, slow: SlowFile) -> None:
    numbers = []
    for position in range(2):
        numbers.append(browser.post("view.image", name="slow", view="a", index={"slice": position}))
        _wait_for_reads(slow, position + 1)
    numbers += [browser.post("view.image", name="slow", view="a", index={"slice": n}) for n in range(2, 50)]
    for number in numbers[2:-1]:
        reply, _buffers = browser.reply(number)
        assert reply["error"]["kind"] == "SupersededError"
    slow.open.set()
    for number in (numbers[0], numbers[1], numbers[-1]):
        assert browser.reply(number)[0]["ok"]
    assert sorted(slow.read) == [0, 1, 49]


def test_other_views_and_other_kinds_of_one_view_keep_their_turn(
    browser: Browser, page: Callable[[], Browser], slow: SlowFile
) -> None:
    other = page()
    for count, one in enumerate((browser, other), start=1):
        one.post("view.image", name="slow", view="busy", index={"slice": 0})
        _wait_for_reads(slow, count)
    waiting = [
        (one, one.post(method, name="slow", view=view, index={"slice": 1}))
        for one in (browser, other)
        for method in ("view.image", "view.histogram")
        for view in ("a", "b", "", "")
    ]
    slow.open.set()
    assert all(one.reply(number)[0]["ok"] for one, number in waiting)


def test_quick_requests_overtake_slow_ones(browser: Browser, slow: SlowFile) -> None:
    number = browser.post("view.image", name="slow", index={"slice": 0})
    _wait_for_reads(slow, 1)
    assert browser.get("alive") == {}
    assert number not in browser.replies
    slow.open.set()
    assert browser.reply(number)[0]["ok"]


def test_a_flood_is_refused_beyond_a_bound(
    bridge: Bridge, browser: Browser, page: Callable[[], Browser], slow: SlowFile
) -> None:
    numbers = [browser.post("view.image", name="slow", index={"slice": n % 100}) for n in range(300)]
    refused = [number for number in numbers if number in browser.replies]
    assert len(refused) >= 300 - 64 - 2
    assert {browser.reply(number)[0]["error"]["kind"] for number in refused} == {"BusyError"}
    other = page()
    waiting = other.post("view.image", name="slow", index={"slice": 0})
    assert waiting not in other.replies  # another front is not refused for it
    slow.open.set()
    assert other.reply(waiting)[0]["ok"]
    assert all(browser.reply(number)[0]["ok"] for number in numbers if number not in refused)
    assert bridge._lanes["view"]._waiting == {}


def test_what_a_front_that_is_gone_waits_for_is_not_computed(
    bridge: Bridge, page: Callable[[], Browser], slow: SlowFile
) -> None:
    gone = page()
    for number in range(10):
        gone.post("view.image", name="slow", index={"slice": number})
    _wait_for_reads(slow, 2)
    bridge.disconnect(gone.front)
    slow.open.set()
    assert page().get("view.text", name="slow")["text"]
    assert sorted(slow.read) == [0, 1]


@algorithm
def stubborn(volume: Same, *, sign: int = 0) -> Same:
    """Works until it is stopped."""
    STARTED.release()
    for _step in progress(range(10_000), total=10_000):
        if sign:
            return volume
        threading.Event().wait(0.005)
    raise AssertionError


STARTED = threading.Semaphore(0)


def test_a_newer_preview_stops_the_one_under_way(bridge: Bridge, browser: Browser) -> None:
    bridge.engine.store.put("v", np.zeros((4, 4), np.float32))
    call: dict[str, Any] = {"id": stubborn.id, "inputs": {"volume": "v"}, "view": "form"}
    older = browser.post("view.preview", **call)
    assert STARTED.acquire(timeout=PATIENCE)
    newer = browser.post("view.preview", **call, settings={"sign": 1})
    assert STARTED.acquire(timeout=PATIENCE)
    assert browser.reply(older)[0]["error"]["kind"] == "SupersededError"
    assert browser.reply(newer)[0]["result"]["height"] == 4
    assert bridge._previews == {}
    assert list(bridge.engine.store) == ["v"]


def test_the_preview_of_a_front_that_is_gone_is_stopped(bridge: Bridge, page: Callable[[], Browser]) -> None:
    bridge.engine.store.put("v", np.zeros((4, 4), np.float32))
    gone = page()
    number = gone.post("view.preview", id=stubborn.id, inputs={"volume": "v"}, view="form")
    assert STARTED.acquire(timeout=PATIENCE)
    bridge.disconnect(gone.front)
    assert gone.reply(number)[0]["error"]["kind"] == "SupersededError"


class SlowVolume(SlowFile):
    """The same, read whole."""

    def __getitem__(self, key: Any) -> Any:
        self.read.append(0)
        assert self.open.wait(PATIENCE)
        return np.zeros(self.shape, np.float32)[key]


def test_a_run_starts_while_files_are_written(bridge: Bridge, browser: Browser) -> None:
    slow = SlowVolume()
    bridge.engine.store.put_many({"slow": Put(slow), "v": Put(np.zeros((4, 4), np.float32))})
    saves = [
        browser.post("objects.save", name="slow", path=f"{number}.h5", form="hdf5") for number in range(3)
    ]
    _wait_for_reads(slow, 2)
    call = {"id": stubborn.id, "inputs": {"volume": "v"}, "settings": {"sign": 1}, "into": ["w"]}
    assert browser.get("runs.start", **call)["run"]
    assert STARTED.acquire(timeout=PATIENCE)
    slow.open.set()
    assert all(browser.reply(number)[0]["ok"] for number in saves)


def test_after_the_end_requests_are_refused(bridge: Bridge, browser: Browser) -> None:
    bridge.close()
    assert browser.fail("view.open", name="x")["kind"] == "SessionError"
