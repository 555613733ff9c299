"""The PDF app in a browser: a pattern with its settings, a slider, the curves, a refresh, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from appservers import serve
from pdfpages import write_pattern
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appservers import Served
    from browsers import Browser
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

_APPS = Path(__file__).resolve().parents[2] / "apps"
_DRAWN = "document.querySelector('.daisy-panels')?.dataset.drawn > 0"


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the app with a pattern and its configuration open."""
    pytest.importorskip("voila")
    place = tmp_path_factory.mktemp("d")
    (place / "root").mkdir()
    write_pattern(place / "root" / "Ni.xye")
    (place / "root" / "Ni.cfg").write_text("[DEFAULT]\ndataformat = QA\ncomposition = Ni\nqmax = 22\n")
    with serve(place, "pdf", "Ni.cfg", "Ni.xye", DAISY_LAB_APPS=str(_APPS)) as server:
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


def test_a_slider_moves_the_curves_and_a_refresh_keeps_them(page: Page, pdf: Served) -> None:
    page.goto(pdf.opens)
    page.wait_for_function(_DRAWN)
    slider = page.locator("[data-field=rpoly] input[type=range]")
    before = int(page.locator(".daisy-panels").get_attribute("data-drawn") or 0)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"document.querySelector('.daisy-panels').dataset.drawn > {before}")
    expect(page.get_by_text("rpoly = 0.91")).to_be_attached()
    typed = page.locator("[data-field=rpoly] input.daisy-number")
    expect(typed).to_have_value("0.91")
    page.reload()
    page.wait_for_function(_DRAWN)
    expect(typed).to_have_value("0.91")


def test_a_second_window_shows_what_the_first_does_and_the_other_way_round(page: Page, pdf: Served) -> None:
    windows = [page, page.context.new_page()]
    for window in windows:
        window.goto(f"{pdf.opens}&session=two")
        window.wait_for_function(_DRAWN)
    for number, (one, other) in enumerate([windows, windows[::-1]]):
        before = int(other.locator(".daisy-panels").get_attribute("data-drawn") or 0)
        one.locator("[data-field=rpoly] input[type=range]").focus()
        one.keyboard.press("ArrowRight")
        said = f"0.9{number + 1}"
        for window in windows:
            expect(window.locator("[data-field=rpoly] input.daisy-number")).to_have_value(said)
        other.wait_for_function(f"document.querySelector('.daisy-panels').dataset.drawn > {before}")
    one.get_by_role("button", name="Undo").click()
    for window in windows:
        expect(window.locator("[data-field=rpoly] input.daisy-number")).to_have_value("0.91")
        expect(window.get_by_role("status").filter(has_text="was not kept")).to_have_count(0)


def test_a_fault_is_told_at_its_setting_and_goes_with_it(page: Page, pdf: Served) -> None:
    page.goto(f"{pdf.opens}&session=fault")
    page.wait_for_function(_DRAWN)
    formula = page.locator("[data-field=composition] input")
    formula.fill("Nx")
    formula.press("Enter")
    expect(page.locator("[data-field=composition] [role=alert]")).to_contain_text("no element 'Nx'")
    formula.fill("Ni")
    formula.press("Enter")
    expect(page.locator("[data-field=composition] [role=alert]")).to_have_count(0)


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768)])
def test_all_sliders_and_curves_are_seen_without_scrolling(
    page: Page, pdf: Served, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{pdf.opens}&session=seen{size[0]}")
    page.wait_for_function(_DRAWN)
    for name in ("composition", "qmin", "qmax", "qmaxinst", "rpoly", "rmax"):
        expect(page.locator(f"[data-field={name}]")).to_be_in_viewport(ratio=1)
    for panel in ("iq", "fq", "gr"):
        expect(page.locator(f"[data-panel={panel}]")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_part_is_enlarged_with_the_mouse_and_shown_whole_again(page: Page, pdf: Served) -> None:
    page.goto(f"{pdf.opens}&session=zoom")
    page.wait_for_function(_DRAWN)
    box = page.locator("[data-panel=fq] .daisy-panel-area").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 120, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 220, y)
    page.mouse.up()
    # I(Q) has the same axis, and follows.
    expect(page.locator("[data-panel=iq]").get_by_role("button", name="Show everything")).to_be_visible()
    page.locator("[data-panel=iq]").get_by_role("button", name="Show everything").click()
    expect(page.locator("[data-panel=fq]").get_by_role("button", name="Show everything")).to_have_count(0)
