"""The gallery shows the apps there are; an app's page starts, says when it fails, and when its kernel is gone."""

from __future__ import annotations

import os
import re
import signal
from typing import TYPE_CHECKING

import pytest
from appservers import lay_app, serve
from playwright.sync_api import expect
from servers import wait_until

from daisy_lab._manifests import find_apps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appservers import Served
    from browsers import Browser
    from playwright.sync_api import Page, Route
    from servers import Lab

pytestmark = pytest.mark.browser

_COUNTS = """
import os, ipyvuetify as v
from pathlib import Path
from IPython.display import display
Path("process").write_text(str(os.getpid()))
told = v.Html(tag="p", class_="told", children=["never pressed"])
button = v.Btn(children=["Press"])
button.on_event("click", lambda *_: setattr(told, "children", ["pressed"]))
display(v.Container(children=[button, told]))
"""
_PART = re.compile(r"/\d+\.voila\.js")
"""What the page's program loads when it has begun."""
_FAILS = 'raise ValueError("the <detector> is not there: switch it on")'


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page on which every request is noted, and none goes elsewhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    made = context.new_page()
    elsewhere: list[str] = []
    made.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
            else elsewhere.append(asked.url)
        ),
    )
    yield made
    context.close()
    assert elsewhere == []


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve an app with a button."""
    pytest.importorskip("voila")
    place = tmp_path_factory.mktemp("s")
    lay_app(place, "counts", _COUNTS, '[titles]\nzh_CN = "计数"\n')
    with serve(place, "counts") as server:
        yield server


@pytest.fixture(scope="module")
def fails(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve an app that fails at its start."""
    pytest.importorskip("voila")
    place = tmp_path_factory.mktemp("s")
    lay_app(place, "fails", _FAILS)
    with serve(place, "fails") as server:
        yield server


def test_the_gallery_shows_a_card_per_app_and_finds_words(page: Page, lab: Lab) -> None:
    page.goto(f"{lab.url}/daisy-lab/gallery?token={lab.token}")
    cards = page.locator("#daisy-cards > li:visible")
    expect(cards).to_have_count(len(find_apps()))
    page.get_by_role("searchbox").fill("volume NXS")
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text("CT reconstruction")
    expect(cards.get_by_role("link")).to_have_attribute("href", "/daisy-lab/app/ct")
    page.get_by_role("searchbox").fill("nothing says this")
    expect(cards).to_have_count(0)
    expect(page.get_by_role("status")).to_contain_text("No app says that")


def test_the_gallery_speaks_chinese_and_remembers_it(page: Page, lab: Lab) -> None:
    page.goto(f"{lab.url}/daisy-lab/gallery?token={lab.token}")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#daisy-cards")).to_contain_text("CT 重建")
    page.goto(f"{lab.url}/daisy-lab/gallery")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_dark_is_remembered(page: Page, lab: Lab) -> None:
    page.goto(f"{lab.url}/daisy-lab/gallery?token={lab.token}")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Light or dark").click()
    page.reload()
    assert page.locator("html").get_attribute("data-daisy-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_a_page_says_what_starts_and_then_answers(page: Page, counts: Served) -> None:
    page.goto(counts.opens, wait_until="commit")
    expect(page.get_by_role("heading", name="Starting Counts")).to_be_attached()
    page.get_by_role("button", name="Press").click()
    expect(page.locator(".told")).to_have_text("pressed")
    assert "token" not in page.url
    # One screen, and nothing to scroll.
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_page_that_is_closed_ends_its_kernel(page: Page, counts: Served) -> None:
    page.goto(counts.opens)
    page.locator(".told").wait_for()
    process = int((counts.root / "process").read_text())
    page.goto("about:blank")
    wait_until(lambda: not _lives(process), "the kernel ends with its page")


def test_a_page_says_that_its_kernel_has_died_and_begins_anew(page: Page, counts: Served) -> None:
    page.goto(counts.opens)
    page.locator(".told").wait_for()
    os.kill(int((counts.root / "process").read_text()), signal.SIGKILL)
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("has ended")
    dialog.get_by_role("button").click()
    page.get_by_role("button", name="Press").click()
    expect(page.locator(".told")).to_have_text("pressed")


def test_a_page_that_cannot_start_says_why(page: Page, fails: Served) -> None:
    page.goto(fails.opens)
    alert = page.get_by_role("alert")
    expect(alert.get_by_role("heading")).to_have_text("Fails could not start")
    expect(alert).to_contain_text("the <detector> is not there: switch it on")
    expect(alert.locator("pre")).to_be_hidden()
    alert.get_by_text("Details", exact=True).click()
    expect(alert.locator("pre")).to_contain_text("ValueError")
    expect(page.locator("#loading")).to_have_count(0)


def test_a_page_loads_again_once_where_a_part_of_its_program_is_lost(page: Page, counts: Served) -> None:
    lost: list[str] = []

    def lose_one(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.request.url)
            route.abort()

    page.route(_PART, lose_one)
    page.goto(counts.opens)
    page.get_by_role("button", name="Press").click()
    expect(page.locator(".told")).to_have_text("pressed")
    assert lost


def test_a_page_says_that_a_part_of_its_program_does_not_come(page: Page, counts: Served) -> None:
    page.route(_PART, lambda route: route.abort())
    page.goto(counts.opens)
    expect(page.get_by_role("alertdialog")).to_contain_text("A part of the page did not arrive")
    page.unroute(_PART)
    page.get_by_role("alertdialog").get_by_role("button").click()
    page.get_by_role("button", name="Press").click()
    expect(page.locator(".told")).to_have_text("pressed")


def test_what_is_closed_says_so_in_words(page: Page, counts: Served) -> None:
    page.goto(f"{counts.address}lab?token={counts.token}")
    expect(page.get_by_role("alert")).to_contain_text(re.compile("shows one app and nothing else"))


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
