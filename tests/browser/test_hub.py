"""The hub in a browser: log in, pick, open, stop; every request stays on this machine."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from browsers import PICTURES, arrived, seen
from hubs import Hub, hub_or_skip
from servers import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    Open = Callable[..., Page]


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    yield from hub_or_skip()


@pytest.fixture
def open_page(browser: Browser, hub: Hub) -> Iterator[Open]:
    """Give what opens a browser of its own; a request to elsewhere fails the test, as does a fault of the page."""
    contexts, asked, faults = [], [], []

    def opened(locale: str = "en-US", width: int = 1280, height: int = 800, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(3000 * PATIENCE)  # a server, a kernel and a page start one after the other
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    try:
        yield opened
        here = urlsplit(hub.url).netloc
        foreign = {url for url in asked if urlsplit(url).netloc not in {here, ""}}
        assert foreign == set()
        assert faults == []
        visitor = hub.visitor()
        visitor.log_in()
        for name in visitor.servers():
            visitor.stop(name)
    finally:
        for context in contexts:
            context.close()


def log_in(page: Page, hub: Hub) -> None:
    """Type the password as a user does, with the keyboard alone."""
    page.goto(hub.url)
    seen(page.locator("input[name=password]:focus"))
    page.keyboard.type(hub.password)
    page.keyboard.press("Enter")
    seen(page.locator(".cards"))


def card(page: Page, name: str) -> object:
    """Give the card of an environment."""
    return page.locator(f"#environment-{name}")


def picture(page: Page, name: str) -> None:
    """Keep a picture for those who look at them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"hub-{name}.png")


def test_from_the_login_to_an_open_app(hub: Hub, open_page: Open) -> None:
    page = open_page()
    log_in(page, hub)
    page.get_by_role("button", name="Start Told").click()
    seen(page.locator("#pending ol.stages li"))
    picture(page, "starting")
    arrived(page, f"/user/{hub.user}/told/")
    seen(page.get_by_text("told by told"))
    picture(page, "app")
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    seen(page.get_by_text("moved to 1"))


def test_a_wrong_password_is_told_beside_the_field(hub: Hub, open_page: Open) -> None:
    page = open_page()
    page.goto(hub.url)
    seen(page.locator("input[name=password]:focus"))
    page.keyboard.type("a guess")
    page.keyboard.press("Enter")
    seen(page.get_by_role("alert"))
    assert "That is not the password" in page.get_by_role("alert").inner_text()
    assert page.locator("input[name=password]").evaluate("field => field === document.activeElement")
    picture(page, "wrong")


def test_open_and_stop_on_the_card_of_what_runs(hub: Hub, open_page: Open) -> None:
    page = open_page()
    log_in(page, hub)
    page.get_by_role("button", name="Start A page").click()
    arrived(page, f"/user/{hub.user}/page/")
    page.goto(f"{hub.url}/hub/home")
    seen(page.get_by_text("running since"))
    picture(page, "running")
    page.get_by_role("link", name="Open A page").click()
    arrived(page, f"/user/{hub.user}/page/")
    page.goto(f"{hub.url}/hub/home")
    page.get_by_role("button", name="Stop A page").click()
    seen(page.get_by_role("button", name="Start A page"))
    assert page.get_by_text("running since").count() == 0


def test_a_second_environment_runs_beside_the_first(hub: Hub, open_page: Open) -> None:
    page = open_page()
    log_in(page, hub)
    for name in ("A page", "Told"):
        page.goto(f"{hub.url}/hub/home")
        page.get_by_role("button", name=f"Start {name}", exact=True).click()
        arrived(page, f"/user/{hub.user}/")
    page.goto(f"{hub.url}/hub/home")
    wait_until(lambda: page.get_by_text("running since").count() == 2, "both run")


def test_the_page_of_a_server_lives_on_while_the_hub_starts_anew(hub: Hub, open_page: Open) -> None:
    page = open_page()
    log_in(page, hub)
    page.get_by_role("button", name="Start A page").click()
    arrived(page, f"/user/{hub.user}/page/")
    before = hub.hub_process()
    os.kill(hub.process.pid, signal.SIGHUP)
    wait_until(lambda: "starts anew" in hub.said(), "the hub starts anew")
    assert page.reload().ok
    wait_until(lambda: hub.hub_process() not in {None, before}, "another hub is there")
    wait_until(lambda: hub.visitor().get("/hub/login").status == 200, "the hub answers again")
    page.goto(f"{hub.url}/hub/home")
    seen(page.get_by_text("running since"))


def test_a_failed_start_is_told_with_the_end_of_its_log(hub: Hub, open_page: Open) -> None:
    page = open_page()
    log_in(page, hub)
    page.get_by_role("button", name="Start Broken").click()
    seen(page.get_by_role("heading", name="Broken did not start"))
    assert "nonsense" in page.locator("pre.log").inner_text()
    picture(page, "failed")
    page.get_by_role("link", name="All environments").click()
    seen(page.locator(".cards"))


def test_the_picker_speaks_chinese_when_the_browser_does(hub: Hub, open_page: Open) -> None:
    page = open_page(locale="zh-CN")
    log_in(page, hub)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert "一个页面" in page.inner_text("main")
    picture(page, "chinese")
    page.get_by_role("button", name="English").click()
    seen(page.get_by_role("heading", name="What would you like to do?"))
    page.reload()
    assert page.locator("html").get_attribute("lang") == "en"


def test_light_and_dark_follow_the_browser_until_somebody_chooses(hub: Hub, open_page: Open) -> None:
    page = open_page(scheme="dark")
    log_in(page, hub)
    shade = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(shade) == "rgb(16, 22, 29)"
    picture(page, "dark")
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate(shade) == "rgb(245, 247, 250)"
    page.reload()
    assert page.evaluate(shade) == "rgb(245, 247, 250)"
    picture(page, "light")


def test_the_picker_fits_a_tablet(hub: Hub, open_page: Open) -> None:
    page = open_page(width=1024, height=768)
    log_in(page, hub)
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    assert page.evaluate(f"{root}.scrollHeight <= {root}.clientHeight")
    picture(page, "tablet")


def test_every_card_is_reached_with_the_keyboard(hub: Hub, open_page: Open) -> None:
    page = open_page()
    log_in(page, hub)
    reached = set()
    for _press in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert {"Start A page", "Start Broken", "Start Told"} <= reached
