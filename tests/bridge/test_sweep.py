"""Contact sheets: one slice for many values of one or two settings."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import Workflow, algorithm, progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Browser

    from daisy_lab._bridge import Bridge

PATIENCE = 60.0
_GATE = threading.Event()
_BEGUN = threading.Semaphore(0)
_COUNTS: list[str] = []


@algorithm
def sheet_first(image: np.ndarray[Any, Any], *, shift: float = 0.0) -> np.ndarray[Any, Any]:
    """Count how often this is computed."""
    _COUNTS.append("first")
    return image + shift


@algorithm
def sheet_second(image: np.ndarray[Any, Any], *, factor: float = 1.0) -> np.ndarray[Any, Any]:
    """Scale, but for a factor that makes no sense."""
    _COUNTS.append("second")
    if factor == 0:
        msg = "no factor"
        raise ValueError(msg)
    return image * factor


@algorithm
def sheet_wait(image: np.ndarray[Any, Any], *, number: int = 0) -> np.ndarray[Any, Any]:
    """Work until the gate opens, or somebody says stop."""
    _BEGUN.release()
    for _turn in progress(range(100_000)):
        if _GATE.wait(0.01):
            break
    return image + number


@pytest.fixture
def workflow(bridge: Bridge) -> dict[str, Any]:
    _COUNTS.clear()
    bridge.engine.store.put("a", np.arange(1024, dtype=np.float32).reshape(32, 32))
    made = Workflow("sheet")
    made.add(sheet_first, image="a", into="b")
    made.add(sheet_second, image="b", into="c")
    return made.to_json()


@pytest.fixture
def slow(bridge: Bridge) -> Iterator[dict[str, Any]]:
    _GATE.clear()
    while _BEGUN.acquire(blocking=False):
        pass
    bridge.engine.store.put("a", np.zeros((4, 4), np.float32))
    made = Workflow("slow")
    made.add(sheet_wait, image="a", into="b")
    yield made.to_json()
    _GATE.set()


def tiles(browser: Browser) -> list[dict[str, Any]]:
    return [data for name, data in browser.events if name == "tile"]


def test_every_value_gives_a_picture_one_after_another(
    bridge: Bridge, browser: Browser, workflow: Any
) -> None:
    over = [{"setting": "factor", "values": [1, 2, 3]}]
    done = browser.get("chain.sweep", workflow=workflow, over=over, view="sheet", height=16, width=16)
    assert (done["count"], done["failed"]) == (3, 0)
    told = tiles(browser)
    assert [tile["number"] for tile in told] == [0, 1, 2]
    assert [tile["values"] for tile in told] == [[1], [2], [3]]
    assert {tile["view"] for tile in told} == {"sheet"}
    for tile in told:
        opened = browser.get("view.open", name=tile["name"])
        assert opened["shape"] == [16, 16]
    first = bridge.shelf.find(browser.front, "~sweep.0")[1]
    np.testing.assert_allclose(bridge.shelf.find(browser.front, "~sweep.2")[1], 3 * first)


def test_the_shared_part_is_computed_once(browser: Browser, workflow: Any) -> None:
    over = [{"setting": "factor", "values": list(range(1, 11))}]
    browser.get("chain.sweep", workflow=workflow, over=over)
    assert (_COUNTS.count("first"), _COUNTS.count("second")) == (1, 10)


def test_two_settings_make_all_pairs_the_last_fastest(browser: Browser, workflow: Any) -> None:
    over = [{"setting": "shift", "values": [0, 1]}, {"setting": "factor", "values": [1, 2]}]
    assert browser.get("chain.sweep", workflow=workflow, over=over)["count"] == 4
    assert [tile["values"] for tile in tiles(browser)] == [[0, 1], [0, 2], [1, 1], [1, 2]]


def test_levels_suit_all_pictures(browser: Browser, workflow: Any) -> None:
    over = [{"setting": "factor", "values": [1, 10]}]
    done = browser.get("chain.sweep", workflow=workflow, over=over)
    told = tiles(browser)
    assert done["high"] == max(tile["high"] for tile in told) > 9000
    assert done["low"] == min(tile["low"] for tile in told)


def test_a_value_that_fails_is_told_in_its_place(browser: Browser, workflow: Any) -> None:
    over = [{"setting": "factor", "values": [1, 0, 2]}]
    assert browser.get("chain.sweep", workflow=workflow, over=over)["failed"] == 1
    first, second, third = (tile["error"] for tile in tiles(browser))
    assert first is third is None
    assert "no factor" in second["message"]


def test_when_all_fail_the_reason_is_the_answer(browser: Browser, workflow: Any) -> None:
    error = browser.fail("chain.sweep", workflow=workflow, over=[{"setting": "facto", "values": [1, 2]}])
    assert "did you mean" in error["message"]


def test_too_many_pictures_are_refused(browser: Browser, workflow: Any) -> None:
    values = list(range(11))
    over = [{"setting": "shift", "values": values}, {"setting": "factor", "values": values}]
    assert "100" in browser.fail("chain.sweep", workflow=workflow, over=over)["message"]


def test_one_setting_cannot_be_swept_twice(browser: Browser, workflow: Any) -> None:
    over = [{"setting": "factor", "values": [1]}, {"setting": "factor", "values": [2]}]
    assert "twice" in browser.fail("chain.sweep", workflow=workflow, over=over)["message"]


def test_a_new_sheet_clears_the_one_before(bridge: Bridge, browser: Browser, workflow: Any) -> None:
    for values in ([1, 2, 3], [4]):
        browser.get("chain.sweep", workflow=workflow, over=[{"setting": "factor", "values": values}])
    assert browser.fail("view.open", name="~sweep.2")["kind"] == "MissingObjectError"
    assert browser.get("view.open", name="~sweep.0")["shape"] == [32, 32]


@pytest.mark.parametrize("end", ["stop", "newer", "leave"])
def test_a_sheet_nobody_wants_any_more_stops(bridge: Bridge, browser: Browser, slow: Any, end: str) -> None:
    over = [{"setting": "number", "values": [1, 2, 3]}]
    number = browser.post("chain.sweep", workflow=slow, over=over, view="sheet")
    assert _BEGUN.acquire(timeout=PATIENCE)
    if end == "stop":
        browser.get("chain.stop", view="sheet")
    elif end == "leave":
        bridge.disconnect(browser.front)
    else:
        browser.post("chain.sweep", workflow=slow, over=over, view="sheet")
    assert browser.reply(number)[0]["error"]["kind"] == "SupersededError"
    assert not tiles(browser)
