"""What one does with an object: look, go through its slices, give it another name, take it away, bring it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from browsers import Workbench
    from servers import Lab

pytestmark = pytest.mark.browser

# No slice looks like another: each is brighter, and the noise is its own.
PUT = """
import numpy as np
from daisy_lab import store
noise = np.random.default_rng(0).random((9, 40, 50))
store.put('cube', noise + np.arange(9)[:, None, None], axes=('slice', 'y', 'x'))
"""


def test_object_opens_and_the_slider_goes_through_it(workbench: Workbench, lab: Lab) -> None:
    workbench.open(lab.notebook("look.ipynb"))
    workbench.show("data")
    workbench.execute(PUT)

    workbench.object("cube").dblclick()
    workbench.painted()
    canvas = workbench.page.locator(".jp-DaisyStage-canvas")
    expect(canvas).to_have_attribute("data-daisy-painted", "slice=4")
    before = workbench.picture()
    slider = workbench.page.get_by_role("slider", name="Position along slice")
    box = slider.bounding_box()
    assert box is not None
    slider.click(position={"x": box["width"] - 2, "y": box["height"] / 2})
    expect(canvas).to_have_attribute("data-daisy-painted", "slice=8")
    assert workbench.picture() != before
    slider.press("ArrowLeft")
    expect(canvas).to_have_attribute("data-daisy-painted", "slice=7")

    # A new version is shown at once, at the same slice; the old one is still there to be opened.
    old = workbench.picture()
    workbench.execute("store.put('cube', noise[::-1].copy(), axes=('slice', 'y', 'x'))")
    workbench.wait_until(lambda: workbench.picture() != old, "the new version is painted")
    expect(canvas).to_have_attribute("data-daisy-painted", "slice=7")
    expect(workbench.object("cube").get_by_label("version 2")).to_be_visible()
    workbench.object("cube").click(button="right")
    workbench.page.locator(".lm-Menu-item", has_text="Versions…").click()
    first = workbench.page.locator(".jp-DaisyVersions tr", has_text="v1")
    first.get_by_role("button", name="Open").click()
    workbench.page.locator(".lm-TabBar-tab.lm-mod-current", has_text="cube v1").wait_for()
    expect(canvas.locator("visible=true")).to_have_attribute("data-daisy-painted", "slice=4")
    workbench.wait_until(lambda: workbench.picture() == before, "the first version is painted as it was")


def test_object_is_renamed_deleted_and_brought_back(workbench: Workbench, lab: Lab) -> None:
    workbench.open(lab.notebook("names.ipynb"))
    data = workbench.show("data")
    workbench.execute(PUT)

    workbench.object("cube").click()
    workbench.page.keyboard.press("F2")
    field = data.get_by_role("textbox", name="New name of cube")
    field.fill("day 1/cube")
    field.press("Enter")
    expect(data.get_by_role("alert").filter(has_text="Use letters")).to_be_visible()
    field.fill("day1/cube")
    field.press("Enter")
    workbench.object("day1/cube").wait_for()
    workbench.object("cube").wait_for(state="detached")
    assert workbench.execute("print(list(store))") == "['day1/cube']"

    workbench.object("day1/cube").click()
    workbench.page.keyboard.press("Delete")
    data.get_by_text("Nothing is stored yet").wait_for()
    assert workbench.execute("print(list(store))") == "[]"

    # The last change first, and then the one before.
    data.get_by_role("button", name="Undo in the store").click()
    workbench.object("day1/cube").wait_for()
    data.get_by_role("button", name="Undo in the store").click()
    workbench.object("cube").wait_for()
    data.get_by_role("button", name="Redo in the store").click()
    workbench.object("day1/cube").wait_for()
    assert workbench.execute("print(list(store))") == "['day1/cube']"
