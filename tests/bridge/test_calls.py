"""Forms: what fits, what is wrong with it, and the same as a line of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from conftest import Browser

    from daisy_lab._bridge import Bridge


def test_faults_are_told_at_their_fields(bridge: Bridge, browser: Browser) -> None:
    bridge.engine.store.put("center", "not a number")
    checked = browser.get(
        "algorithms.check",
        id="ct.reconstruct",
        inputs={"projections": "gone", "theta": ""},
        settings={"center": "=center", "method": "magic"},
    )
    assert set(checked["error"]["fields"]) == {"projections", "center", "method"}
    assert "no data object 'gone'" in checked["error"]["fields"]["projections"]


def test_what_is_not_filled_in_yet_is_no_fault(bridge: Bridge, browser: Browser) -> None:
    assert browser.get("algorithms.check", id="ct.reconstruct") == {"error": None}
    bridge.engine.store.put("center", 12.5)
    filled = browser.get("algorithms.check", id="ct.reconstruct", settings={"center": "=center"})
    assert filled == {"error": None}


def test_lists_and_nothing_are_checked_too(browser: Browser) -> None:
    for value in ([1, 2], None, {"a": 1}):
        checked = browser.get("algorithms.check", id="ct.minus_log", settings={"floor": value})
        assert list(checked["error"]["fields"]) == ["floor"]


def test_an_unknown_setting_is_told_with_the_nearest(browser: Browser) -> None:
    checked = browser.get("algorithms.check", id="ct.minus_log", settings={"flor": 1})
    assert "did you mean 'floor'?" in checked["error"]["fields"]["flor"]


def test_a_call_is_written_as_python_that_does_it(bridge: Bridge, browser: Browser) -> None:
    engine = bridge.engine
    engine.store.put("a", np.full((2, 3, 4), 0.5, np.float32), axes=("angle", "row", "column"))
    call = {"id": "ct.minus_log", "inputs": {"transmission": "a"}, "settings": {"floor": 1e-3}, "into": ["b"]}
    text = browser.get("algorithms.code", **call)["text"]
    assert text == "engine.run('ct.minus_log', transmission='a', floor=0.001, into='b')"
    eval(text, {"engine": engine}).result()  # noqa: S307 - our own line
    assert engine.store["b"].shape == (2, 3, 4)


def test_a_value_of_the_store_is_written_as_a_reference(browser: Browser) -> None:
    call = {"id": "ct.reconstruct", "inputs": {"projections": "a", "theta": "t"}}
    text = browser.get("algorithms.code", **call, settings={"center": "=center"})["text"]
    assert text == "engine.run('ct.reconstruct', projections='a', theta='t', center=ref('center'))"
