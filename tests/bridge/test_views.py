"""What a view is given: exactly what it shows, or in words why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from conftest import Browser

    from daisy_lab._bridge import Bridge


@pytest.mark.parametrize(
    ("value", "view"),
    [
        (np.zeros((3, 40, 50), np.float32), "image"),
        (np.zeros((4, 5), bool), "image"),
        (np.zeros(9, np.int16), "curve"),
        (np.zeros((4, 5), np.complex64), "table"),
        (np.zeros((0, 5), np.float32), "text"),
        (np.full((4, 4), np.nan, np.float64), "image"),
        (np.full((4, 4), np.inf, np.float32), "image"),
        (np.array(["a", "b"]), "table"),
        ({"x": np.arange(3.0), "y": np.arange(3)}, "table"),
        ({"a": [1, {"b": None}]}, "tree"),
        (3.5, "text"),
        (float("nan"), "text"),
        ("words", "text"),
    ],
    ids=str,
)
def test_anything_can_be_opened_and_shown_as_it_says(
    bridge: Bridge, browser: Browser, value: Any, view: str
) -> None:
    bridge.engine.store.put("a", value)
    assert browser.get("view.open", name="a")["view"] == view
    assert browser.ask(f"view.{view}", name="a")[0]["ok"]
    for other in ("image", "curve", "histogram", "pixel", "table", "tree", "text"):
        params = {"index": {}} if other == "pixel" else {}
        reply, _buffers = browser.ask(f"view.{other}", name="a", **params)
        assert reply["ok"] or reply["error"]["traceback"] == "", reply["error"]


def test_an_old_version_stays_after_the_object_went(bridge: Bridge, browser: Browser) -> None:
    store = bridge.engine.store
    store.put("a", np.full((8, 8), 7, np.uint8))
    store.put("a", np.zeros((8, 8), np.uint8))
    store.delete("a")
    assert (
        browser.fail("view.pixel", name="a", index={"axis0": 0, "axis1": 0})["kind"] == "MissingObjectError"
    )
    told = browser.get("view.pixel", name="a", version=1, index={"axis0": 0, "axis1": 0})
    assert told == {"value": 7.0, "text": "7"}


def test_a_pixel_that_is_no_number_has_no_value(bridge: Bridge, browser: Browser) -> None:
    bridge.engine.store.put("a", np.array([[np.nan, np.inf]]), unit="mm")
    told = [browser.get("view.pixel", name="a", index={"axis0": 0, "axis1": n}) for n in range(2)]
    assert told == [{"value": None, "text": "nan mm"}, {"value": None, "text": "inf mm"}]


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("image", {"index": {"axis0": 99}}),
        ("image", {"index": {"nowhere": 0}}),
        ("image", {"shown": ["axis0", "axis0"]}),
        ("image", {"shown": ["axis0", "nowhere"]}),
        ("curve", {"along": "nowhere"}),
        ("pixel", {"index": {"axis0": 0}}),
        ("image", {"low": float("nan")}),
        ("image", {"height": 0}),
        ("image", {"height": 10**9}),
        ("histogram", {"shown": ["axis0", "axis1", "axis2"]}),
    ],
)
def test_a_place_that_is_not_there_is_told(
    bridge: Bridge, browser: Browser, method: str, params: dict[str, Any]
) -> None:
    bridge.engine.store.put("a", np.zeros((9, 16, 16), np.float32))
    error = browser.fail(f"view.{method}", name="a", **params)
    assert error["kind"] in {"DataError", "ValidationError"}
    assert error["traceback"] == ""


@pytest.mark.parametrize("region", [(-5, 1000, -5, 1000), (4, 4, 4, 4), (9, 3, 0, 2), (0, 10**12, 0, 1)])
def test_a_region_is_cut_to_what_is_there(bridge: Bridge, browser: Browser, region: tuple[int, ...]) -> None:
    bridge.engine.store.put("a", np.zeros((12, 16), np.float32))
    reply, (pixels,) = browser.ask("view.image", name="a", region=region)
    told = reply["result"]
    top, bottom, left, right = told["region"]
    assert 0 <= top < bottom <= 12
    assert 0 <= left < right <= 16
    assert len(pixels) == told["height"] * told["width"] == (bottom - top) * (right - left)
