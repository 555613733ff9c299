"""Lines, areas and volumes as a page asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from conftest import Browser

    from daisy_lab._bridge import Bridge

_STACK = np.arange(4 * 30 * 20, dtype=np.float32).reshape(4, 30, 20)


@pytest.fixture(autouse=True)
def stack(bridge: Bridge) -> None:
    bridge.engine.store.put("stack", _STACK, axes=("slice", "y", "x"), unit="1/cm")
    bridge.engine.store.put("line", np.arange(9.0))


def test_a_line_gives_distances_and_values_of_its_slice(browser: Browser) -> None:
    reply, buffers = browser.ask(
        "view.line", name="stack", index={"slice": 2}, start=[3.5, 0.5], stop=[3.5, 19.5]
    )
    assert reply["ok"], reply
    assert reply["result"] == {"points": 20, "length": 19.0, "unit": "1/cm"}
    np.testing.assert_array_equal(np.frombuffer(buffers[1]), _STACK[2, 3])


def test_an_area_gives_statistics_in_the_unit(browser: Browser) -> None:
    corners = [[2, 4], [2, 8], [6, 8], [6, 4]]
    found = browser.get("view.statistics", name="stack", index={"slice": 1}, corners=corners)
    inside = _STACK[1, 2:6, 4:8]
    assert found["mean"] == pytest.approx(inside.mean())
    assert (found["count"], found["low"], found["high"], found["unit"]) == (
        16,
        inside.min(),
        inside.max(),
        "1/cm",
    )


def test_a_mark_lies_on_the_axes_that_are_shown(browser: Browser) -> None:
    corners = [[0, 0], [0, 30], [4, 30], [4, 0]]
    found = browser.get(
        "view.statistics", name="stack", shown=["slice", "y"], index={"x": 7}, corners=corners
    )
    assert found["mean"] == pytest.approx(_STACK[:, :, 7].mean())


def test_a_volume_comes_in_as_many_voxels_as_asked_for(browser: Browser) -> None:
    reply, buffers = browser.ask("view.volume", name="stack", voxels=300)
    assert reply["ok"], reply
    shape = reply["result"]["shape"]
    assert len(buffers[0]) == np.prod(shape) <= 300
    assert reply["result"]["axes"] == ["slice", "y", "x"]


@pytest.mark.parametrize(
    ("method", "params", "said"),
    [
        ("view.line", {"name": "line", "start": [0, 0], "stop": [1, 1]}, "cannot be shown like that"),
        ("view.line", {"name": "stack", "shown": ["y", "z"], "start": [0, 0], "stop": [1, 1]}, "no axis 'z'"),
        ("view.statistics", {"name": "stack", "corners": [[0, 0], [1, 1]]}, "corners"),
        ("view.volume", {"name": "line"}, "cannot be shown like that"),
        ("view.volume", {"name": "stack", "shown": ["y", "x", "t"]}, "three axes"),
        ("view.volume", {"name": "stack", "voxels": 10**9}, "voxels"),
    ],
)
def test_what_cannot_be_is_told(browser: Browser, method: str, params: dict[str, object], said: str) -> None:
    reply, _buffers = browser.ask(method, **params)
    assert not reply["ok"]
    assert said in str(reply["error"])
