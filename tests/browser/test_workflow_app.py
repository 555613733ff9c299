"""The app of the how-to: a manifest and a workflow, no code for the page, and it works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from appservers import serve
from playwright.sync_api import expect

from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appservers import Served
    from browsers import Browser
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "make-an-app.md"
_BLOCK = re.compile(r'^```\w+ title="my-apps/(?P<path>[^"]+)"\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def soft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the app that the how-to makes, on a small scan."""
    pytest.importorskip("voila")
    place = tmp_path_factory.mktemp("s")
    for block in _BLOCK.finditer(_PAGE.read_text("utf-8")):
        path = place / "apps" / block["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block["text"], "utf-8")
    (place / "root").mkdir()
    make_ct(place / "root" / "scan.h5", size=64, angles=90, rows=8, seed=1)
    with serve(place, "soft", "scan.h5") as server:
        yield server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    made = context.new_page()
    faults: list[str] = []
    made.on("pageerror", lambda error: faults.append(str(error)))
    yield made
    context.close()
    assert faults == []


def test_a_workflow_is_an_app(page: Page, soft: Served) -> None:
    """A scan is opened, a setting changed, the page loaded anew, and the whole file run."""
    page.goto(soft.opens)
    page.get_by_text(re.compile(r"^preview \d+ ms$")).wait_for()
    page.keyboard.press("Alt+4")
    choice = page.get_by_role("combobox", name="Filter", exact=True)
    choice.select_option(label="ramp")
    expect(page.get_by_text("filter = ramp")).to_be_visible()
    page.reload()
    page.get_by_text(re.compile(r"^preview \d+ ms$")).wait_for()
    page.keyboard.press("Alt+4")
    expect(page.get_by_role("combobox", name="Filter", exact=True).locator("option:checked")).to_have_text(
        "ramp"
    )
    page.get_by_role("button", name="Run on the whole file").click()
    expect(page.get_by_text("Soft slices: done").first).to_be_visible()
    assert (soft.root / "scan_soft.h5").is_file()


def test_a_second_window_of_it_shows_the_same(page: Page, soft: Served) -> None:
    other = page.context.new_page()
    for window in (page, other):
        window.goto(f"{soft.opens}&session=two")
        window.get_by_text(re.compile(r"^preview \d+ ms$")).wait_for()
        window.keyboard.press("Alt+4")
    page.get_by_role("combobox", name="Filter", exact=True).select_option(label="parzen")
    expect(other.get_by_role("combobox", name="Filter", exact=True).locator("option:checked")).to_have_text(
        "parzen"
    )
    expect(other.get_by_text("filter = parzen")).to_be_visible()


def test_undo_leads_back_to_the_file_before_and_to_its_data(page: Page, soft: Served) -> None:
    make_ct(soft.root / "tall.h5", size=64, angles=60, rows=12, seed=2)
    page.goto(f"{soft.opens}&session=undo")
    page.get_by_text(re.compile(r"^preview \d+ ms$")).wait_for()
    page.keyboard.press("Alt+1")
    page.get_by_text("tall.h5", exact=True).dblclick()
    expect(page.get_by_text(re.compile("^12 × 64 × 64"))).to_be_visible()
    expect(page.get_by_text("Opened tall.h5")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text(re.compile("^8 × 64 × 64"))).to_be_visible()
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_text(re.compile("^12 × 64 × 64"))).to_be_visible()
