"""A picture widget on an app's page, as one who looks at it: first picture, slider, levels, marks, new versions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest
from servers import PATIENCE, wait_until

pytest.importorskip("playwright")
pytest.importorskip("voila")

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page
    from servers import Lab

_DATA: Final = """
import numpy as np
from daisy_lab import store
y, x = np.mgrid[:200, :300].astype("f4")
stack = np.stack([np.hypot(y - 100, x - 150) + 10 * n for n in range(9)])
store.put("stack", stack, axes=("slice", "y", "x"), unit="1/cm")
store.put("mask", (x < 100).astype("u1"), axes=("y", "x"))
from daisy_lab.widgets import ImageView, VolumeView
import ipywidgets
"""
_VIEW: Final = """
view = ImageView("stack", height="600px", note="preview 38 ms")
said, again = ipywidgets.Textarea(layout={"width": "600px"}), ipywidgets.Button(description="Again")
def tell(_change):
    said.value = __import__("json").dumps({"index": view.index, "roi": view.roi, "profile": view.profile})
view.observe(tell, ["index", "roi", "profile"])
again.on_click(lambda _button: store.put("stack", stack * 1.1, axes=("slice", "y", "x"), unit="1/cm"))
ipywidgets.VBox([view, said, again])
"""
_CANVAS: Final = "canvas.jp-DaisyStage-canvas"


class Looker:
    """A page with one notebook as an app."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page, self._lab = page, lab
        self.asked: list[str] = []
        self.faults: list[str] = []
        page.set_default_timeout(1000 * PATIENCE)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def open(self, *cells: str) -> None:
        path = self._lab.notebook("app.ipynb", *cells)
        self.page.goto(f"{self._lab.url}/voila/render/{path}?token={self._lab.token}")
        self.page.locator(f"{_CANVAS}[data-daisy-painted]").first.wait_for()

    def painted(self) -> str:
        return str(self.page.locator(_CANVAS).first.get_attribute("data-daisy-painted"))

    def said(self) -> dict[str, object]:
        text = self.page.locator("textarea").input_value()
        found: dict[str, object] = json.loads(text or "{}")
        return found

    def drag(self, start: tuple[float, float], stop: tuple[float, float]) -> None:
        """Drag on the stage, between parts of its width and height."""
        box = self.page.locator(".jp-DaisyLook-stage").bounding_box()
        assert box is not None
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, stop)]
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        self.page.mouse.move(*places[1], steps=4)
        self.page.mouse.up()


@pytest.fixture
def looker(browser: Browser, lab: Lab) -> Iterator[Looker]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    try:
        made = Looker(context.new_page(), lab)
        yield made
        assert made.faults == []
    finally:
        context.close()
        lab.clear()


def test_slider_and_keys_go_through_the_slices_and_the_kernel_knows(looker: Looker) -> None:
    looker.open(_DATA, _VIEW)
    assert looker.painted() == "slice=4"
    looker.page.locator(".jp-DaisySliders input[type=range]").focus()
    looker.page.keyboard.press("ArrowRight")
    wait_until(lambda: looker.painted() == "slice=5", "the next slice is painted")
    looker.page.locator(".jp-DaisyLook-stage").focus()
    looker.page.keyboard.press("Home")
    wait_until(lambda: looker.painted() == "slice=0", "the first slice is painted")
    wait_until(lambda: looker.said().get("index") == {"slice": 0}, "the kernel is told the position")


def test_a_rectangle_that_is_drawn_has_statistics_here_and_in_the_kernel(looker: Looker) -> None:
    looker.open(_DATA, _VIEW)
    looker.page.get_by_role("button", name="Rectangle").click()
    looker.drag((0.45, 0.4), (0.55, 0.6))
    looker.page.get_by_text("Standard deviation").wait_for()
    wait_until(lambda: (looker.said().get("roi") or {}).get("mean"), "the kernel is told the mean")
    before = looker.said()["roi"]["points"]
    looker.page.locator("[data-daisy-mark=rectangle]").focus()
    looker.page.keyboard.press("ArrowRight")
    wait_until(lambda: looker.said()["roi"]["points"] != before, "the keys move it")
    looker.page.keyboard.press("Delete")
    wait_until(lambda: looker.said()["roi"] is None, "the key takes it away")


def test_a_line_that_is_drawn_shows_the_values_along_it(looker: Looker) -> None:
    looker.open(_DATA, _VIEW)
    looker.page.get_by_role("button", name="Profile").click()
    looker.drag((0.3, 0.5), (0.7, 0.5))
    curve = looker.page.locator(".jp-DaisyFindings-curve path")
    wait_until(lambda: len(curve.get_attribute("d") or "") > 500, "the curve is there")
    wait_until(
        lambda: (looker.said().get("profile") or {}).get("kind") == "line", "the kernel is told the line"
    )


def test_a_new_version_takes_the_place_of_the_picture_and_keeps_the_zoom(looker: Looker) -> None:
    looker.open(_DATA, _VIEW)
    canvas = looker.page.locator(_CANVAS)
    looker.page.locator(".jp-DaisyLook-stage").focus()
    whole = canvas.get_attribute("data-daisy-region")
    # The first step takes no more than the empty sides away.
    looker.page.keyboard.press("+")
    looker.page.keyboard.press("+")
    wait_until(lambda: canvas.get_attribute("data-daisy-region") != whole, "the picture is nearer")
    region = canvas.get_attribute("data-daisy-region")
    assert canvas.get_attribute("data-daisy-version") == "1"
    looker.page.get_by_role("button", name="Again").click()
    wait_until(lambda: canvas.get_attribute("data-daisy-version") == "2", "the second version is painted")
    assert canvas.get_attribute("data-daisy-region") == region


def test_two_pictures_are_divided_by_a_line_that_keys_move(looker: Looker) -> None:
    looker.open(
        _DATA,
        'store.put("other", stack / 2, axes=("slice", "y", "x"))',
        'titles = {"main": "Before", "other": "After"}\n'
        'ImageView("stack", other="other", mask="mask", arrangement="curtain", titles=titles)',
    )
    looker.page.get_by_text("After").wait_for()
    line = looker.page.get_by_role("slider", name="Line between the two pictures")
    line.focus()
    looker.page.keyboard.press("ArrowLeft")
    wait_until(lambda: line.get_attribute("aria-valuenow") == "48", "the line moves")


def test_three_planes_of_a_volume_cross_where_one_is_pressed(looker: Looker) -> None:
    looker.open(_DATA, 'VolumeView("stack")')
    assert looker.page.locator(_CANVAS).count() == 3
    plane = looker.page.locator("[data-daisy-plane=slice] .jp-DaisyLook-stage")
    box = plane.bounding_box()
    assert box is not None
    looker.page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2)
    other = looker.page.locator(f"[data-daisy-plane=x] {_CANVAS}")
    wait_until(
        lambda: "x=150" not in str(other.get_attribute("data-daisy-painted")), "the other plane follows"
    )


def test_nothing_is_asked_of_another_machine_for_a_picture(looker: Looker) -> None:
    looker.open(_DATA, _VIEW)
    hosts = {
        urlsplit(url).hostname for url in looker.asked if urlsplit(url).scheme in {"http", "https", "ws"}
    }
    ours = [url for url in looker.asked if "daisy" in url and urlsplit(url).hostname != "127.0.0.1"]
    assert "127.0.0.1" in hosts
    assert ours == []
