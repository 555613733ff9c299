"""What the fronts are told: first the whole, then changes, together and only what they show."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab import LocalEngine, algorithm, log, progress
from daisy_lab._algorithm import registry
from daisy_lab._bridge import Bridge
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext, speaking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Browser

PATIENCE = 60.0


@algorithm
def wait_for_bell(*, count: int = 1) -> int:
    """Waits until the test says so."""
    for _step in progress(range(count), total=count):
        assert BELL.wait(PATIENCE)
    return count


BELL = threading.Event()


def _names(browser: Browser) -> set[str]:
    """Play back what was told of objects."""
    known: set[str] = set()
    for event, data in tuple(browser.events):
        if event == "objects":
            known = set() if data["full"] else known
            known |= {item["name"] for item in data["objects"]}
            known -= set(data["gone"])
    return known


def test_the_first_word_is_hello(page: Callable[[], Browser]) -> None:
    browser = page()
    assert [event for event, _data in browser.events] == ["hello"]


def test_the_whole_comes_first_and_then_changes(bridge: Bridge, browser: Browser) -> None:
    bridge.engine.store.put("before", 1)
    browser.get("watch", topics=["objects"])
    assert browser.wait("objects")["full"]
    bridge.engine.store.put("after", 2)
    data = browser.wait("objects", lambda data: not data["full"])
    assert [item["name"] for item in data["objects"]] == ["after"]
    bridge.engine.store.delete("before")
    assert browser.wait("objects", lambda data: data["gone"])["gone"] == ["before"]


def test_a_front_that_shows_nothing_is_told_nothing(
    bridge: Bridge, browser: Browser, page: Callable[[], Browser]
) -> None:
    other = page()
    browser.get("watch", topics=["objects"])
    browser.get("watch", topics=[])
    other.get("watch", topics=["objects"])
    browser.clear()
    bridge.engine.store.put("a", 1)
    other.wait("objects", lambda data: any(item["name"] == "a" for item in data["objects"]))
    assert browser.events == []


def test_what_nobody_shows_is_not_kept(bridge: Bridge, browser: Browser) -> None:
    browser.get("watch", topics=["algorithms"])
    browser.wait("algorithms")
    for number in range(1000):
        bridge.engine.store.put(f"x{number}", number)
    assert bridge._teller._stale.objects == set()


def test_what_is_shown_again_comes_whole(bridge: Bridge, browser: Browser) -> None:
    browser.get("watch", topics=["objects"])
    browser.wait("objects")
    browser.get("watch", topics=[])
    browser.clear()
    bridge.engine.store.put("a", 1)
    browser.get("watch", topics=["objects"])
    assert browser.wait("objects")["full"]
    assert _names(browser) == {"a"}


def test_two_fronts_see_the_same(bridge: Bridge, browser: Browser, page: Callable[[], Browser]) -> None:
    other = page()
    for one in (browser, other):
        one.get("watch", topics=["objects", "workflow"])
        one.wait("workflow")
    browser.get("workflow.add", id="ct.minus_log", inputs={"transmission": "a"})
    assert other.wait("workflow", lambda data: data["steps"])["steps"][0]["id"] == "ct.minus_log"
    bridge.engine.store.put("a", 1)
    for one in (browser, other):
        one.wait("objects", lambda data: any(item["name"] == "a" for item in data["objects"]))


def test_no_change_gets_lost_while_a_front_begins_to_look(
    bridge: Bridge, page: Callable[[], Browser]
) -> None:
    store = bridge.engine.store
    stop = threading.Event()

    def change() -> None:
        number = 0
        while not stop.is_set():
            store.put(f"x{number % 7}", number)
            if number % 3 == 0:
                store.delete(f"x{number % 7}")
            number += 1

    thread = threading.Thread(target=change)
    thread.start()
    fronts = [page() for _number in range(8)]
    for front in fronts:
        front.get("watch", topics=["objects"])
        front.wait("objects")
    stop.set()
    thread.join()
    store.put("end", 1)
    for front in fronts:
        front.wait("objects", lambda data: any(item["name"] == "end" for item in data["objects"]))
        assert front.events[1][1]["full"]
        assert _names(front) == set(store)


def test_many_changes_are_told_together(bridge: Bridge, browser: Browser) -> None:
    store = bridge.engine.store
    browser.get("watch", topics=["objects"])
    browser.wait("objects")
    begin = time.perf_counter()
    for count in range(1000):
        store.put(f"x{count % 20}", count)
        store.delete(f"x{count % 20}")
        while time.perf_counter() < begin + count / 1000:
            pass
    store.put("end", 1)
    browser.wait("objects", lambda data: any(item["name"] == "end" for item in data["objects"]))
    seconds = time.perf_counter() - begin
    told = [data for event, data in browser.events if event == "objects"]
    # However long that took here: so many rounds there were at most.
    assert len(told) <= seconds / 0.08 + 4
    assert _names(browser) == {"end"}


def test_texts_are_told_in_the_language_of_each_front(
    bridge: Bridge, browser: Browser, page: Callable[[], Browser]
) -> None:
    other = page()
    browser.get("watch", topics=["algorithms"], language="en")
    other.get("watch", topics=["algorithms"], language="zh_CN")
    english, chinese = (one.wait("algorithms")["algorithms"] for one in (browser, other))
    assert [item["id"] for item in english] == [item["id"] for item in chinese]
    assert english != chinese
    other.clear()
    other.get("watch", topics=["algorithms"], language="en")
    assert other.wait("algorithms")["algorithms"] == english
    assert "no data object" in browser.fail("view.open", name="x")["message"]
    other.get("watch", topics=[], language="zh_CN")
    assert "no data object" not in other.fail("view.open", name="x")["message"]


@algorithm
def fail(*, kindly: bool = True) -> int:
    """Fails, with a word of ours or without."""
    log(gettext("{title} was cancelled").format(title="a step"))
    if kindly:
        raise DataError(gettext("there is no run '{run}' any more").format(run=7))
    raise ValueError("x")


@pytest.mark.parametrize("kindly", [True, False])
def test_what_a_run_says_is_told_in_the_language_of_each_front(
    browser: Browser, page: Callable[[], Browser], *, kindly: bool
) -> None:
    other = page()
    browser.get("watch", topics=["runs"], language="en")
    other.get("watch", topics=["runs"], language="zh_CN")
    # Whoever starts it does not matter: each window reads its own language.
    run = browser.get("runs.start", id=fail.id, inputs={}, settings={"kindly": kindly})["run"]
    english, chinese = (
        one.wait("runs", lambda data: data["runs"] and data["runs"][-1]["state"] == "failed")["runs"][-1]
        for one in (browser, other)
    )
    source = (
        "there is no run '{run}' any more"
        if kindly
        else ("{algorithm} failed: {kind}: {error}; its inputs were {inputs}, its settings {settings}")
    )
    settings = {"kindly": kindly}
    gaps = {
        "run": 7,
        "algorithm": fail.id,
        "kind": "ValueError",
        "error": "x",
        "inputs": "",
        "settings": settings,
    }
    assert english["error"]["message"] == source.format(**gaps)
    with speaking("zh_CN"):
        assert chinese["error"]["message"] == gettext(source).format(**gaps) != source.format(**gaps)
    assert browser.get("runs.log", run=run)["lines"] == ["a step was cancelled"]
    assert other.get("runs.log", run=run)["lines"] != ["a step was cancelled"]


def test_an_algorithm_just_defined_appears(bridge: Bridge, browser: Browser) -> None:
    browser.get("watch", topics=["algorithms"])
    browser.wait("algorithms")
    browser.clear()

    @algorithm
    def just_defined(x: int) -> int:
        """Is new."""
        return x

    data = browser.wait("algorithms")
    assert just_defined.id in {item["id"] for item in data["algorithms"]}


def test_a_run_is_told_from_its_queue_to_its_end(bridge: Bridge, browser: Browser) -> None:
    BELL.clear()
    browser.get("watch", topics=["runs"])
    run = bridge.engine.run(wait_for_bell, into="n")
    browser.wait("runs", lambda data: any(item["state"] == "running" for item in data["runs"]))
    BELL.set()
    told = browser.finish(run.id)
    assert (told["state"], told["made"], told["call"]["into"]) == ("done", ["n"], ["n"])


def test_a_bridge_that_was_closed_is_held_by_nothing(tmp_path: Path) -> None:
    BELL.clear()
    engine = LocalEngine(device="cpu")
    before = registry._listeners
    bridge = Bridge(engine, (tmp_path,))
    run = engine.run(wait_for_bell, into="n")
    ended = engine.run(wait_for_bell, into="m")
    assert registry._listeners != before
    bridge.close()
    BELL.set()
    run.result(), ended.result()
    assert registry._listeners == before
    assert (engine._listeners, run._listeners, ended._listeners) == ([], [], [])
    assert not engine.store._actions.announcer.heard
    engine.close()
    engine.store.close()


def test_a_run_that_ended_does_not_hold_the_bridge(bridge: Bridge) -> None:
    BELL.set()
    run = bridge.engine.run(wait_for_bell, into="n")
    run.result()
    while bridge._ends.keys() - {"store", "engine", "registry"}:
        time.sleep(0.001)
    assert run._listeners == []


def test_an_active_run_shows_signs_of_life_and_an_idle_kernel_none(tmp_path: Path) -> None:
    BELL.clear()
    beats: list[float] = []
    heard = threading.Semaphore(0)

    def beat() -> None:
        beats.append(time.monotonic())
        heard.release()

    engine = LocalEngine(device="cpu")
    bridge = Bridge(engine, (tmp_path,), active=beat, beat=0.05)
    try:
        run = engine.run(wait_for_bell, into="n")
        assert all(heard.acquire(timeout=PATIENCE) for _number in range(3))
        run.cancel()
        BELL.set()
        run.wait()
        while bridge._teller._active:
            time.sleep(0.001)
        time.sleep(0.2)
        count = len(beats)
        time.sleep(0.3)
        assert len(beats) == count
    finally:
        bridge.close()
        engine.close()
        engine.store.close()


def test_a_page_that_was_left_is_asked_and_then_forgotten(
    bridge: Bridge, browser: Browser, page: Callable[[], Browser]
) -> None:
    left = page()
    for one in (browser, left):
        one.get("watch", topics=["objects"])
        one.wait("objects")
        one.front._heard -= 1000
    bridge.engine.store.put("a", 1)
    for one in (browser, left):
        one.wait("alive")
    browser.get("alive")
    left.front._asked -= 1000
    bridge.engine.store.put("b", 1)
    browser.wait("objects", lambda data: any(item["name"] == "b" for item in data["objects"]))
    assert bridge.fronts == (browser.front,)
    assert left.closed


def test_pages_that_were_left_go_when_a_new_one_comes(bridge: Bridge, page: Callable[[], Browser]) -> None:
    first = page()
    first.front._heard -= 1000
    second = page()
    assert [event for event, _data in first.events] == ["hello", "alive"]
    first.front._asked -= 1000
    third = page()
    assert bridge.fronts == (second.front, third.front)
    assert first.closed


def test_a_front_that_cannot_be_reached_is_forgotten(
    bridge: Bridge, browser: Browser, page: Callable[[], Browser]
) -> None:
    lost = page()
    lost.get("watch", topics=["objects"])
    lost.wait("objects")
    lost.closed = True  # from now on its `send` raises
    browser.get("watch", topics=["objects"])
    bridge.engine.store.put("a", 1)
    browser.wait("objects", lambda data: any(item["name"] == "a" for item in data["objects"]))
    bridge.engine.store.put("b", 1)
    browser.wait("objects", lambda data: any(item["name"] == "b" for item in data["objects"]))
    assert bridge.fronts == (browser.front,)


def test_a_residual_that_is_no_number_is_told_as_nothing(bridge: Bridge, browser: Browser) -> None:
    browser.get("watch", topics=["runs"])

    def work(run: object) -> None:
        run.curve("residual", 1.0)  # type: ignore[attr-defined]
        run.curve("residual", float("nan"))  # type: ignore[attr-defined]
        run.log("a line")  # type: ignore[attr-defined]

    run = bridge.engine.submit("numbers", work)
    assert browser.finish(run.id)["curves"] == {"residual": None}
    told = browser.get("runs.log", run=run.id)
    assert told == {"lines": ["a line"], "curves": {"residual": [1.0, None]}}


def test_settings_that_are_not_finite_come_as_words_that_are_taken_back(
    bridge: Bridge, browser: Browser
) -> None:
    BELL.set()

    @algorithm
    def limited(*, limit: float = 1.0) -> float:
        """Give the limit."""
        return limit

    browser.get("watch", topics=["runs"])
    run = bridge.engine.run(limited, into="x", limit=np.float64("inf"))
    told = browser.finish(run.id)
    assert told["call"]["settings"] == {"limit": "inf"}
    started = browser.get(
        "runs.start", **{key: told["call"][key] for key in ("id", "inputs", "settings", "into")}
    )
    assert browser.finish(started["run"])["state"] == "done"
