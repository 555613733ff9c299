"""A file on its way from the browser: the page is loaded anew, or the connection is gone, and nothing travels twice."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import pytest
from appservers import serve
from disks import small_disk
from servers import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from appservers import Served
    from playwright.sync_api import Browser, Page, WebSocketRoute

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

_BYTES = 96 << 20


@pytest.fixture
def ct(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    pytest.importorskip("voila")
    place = tmp_path_factory.mktemp("u")
    with serve(place, "ct") as server:
        yield server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    made = context.new_page()
    made.set_default_timeout(1000 * PATIENCE)
    yield made
    context.close()


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    path = tmp_path / "brought.h5"
    path.write_bytes(random.Random(1).randbytes(_BYTES))  # noqa: S311 - any bytes
    return path


def _bring(page: Page, path: Path) -> None:
    page.set_input_files(".daisy-files input[type=file]", path)


def _under_way(folder: Path) -> int:
    """Wait until a part of the file is there, and give its bytes."""
    size: int = wait_until(
        lambda: sum(path.stat().st_size for path in folder.glob(".brought*.part")), "nothing has arrived"
    )
    return size


def _is_whole(folder: Path, brought: Path) -> None:
    wait_until((folder / "brought.h5").exists, "the file is not whole")
    assert (folder / "brought.h5").read_bytes() == brought.read_bytes()
    assert list(folder.glob(".brought*")) == []


def test_an_upload_goes_on_after_the_page_was_loaded_anew(page: Page, ct: Served, brought: Path) -> None:
    sent = [0]
    page.goto(ct.opens)
    page.get_by_role("button", name="Upload").wait_for()
    _bring(page, brought)
    wait_until(lambda: _under_way(ct.root) > _BYTES // 10, "no tenth has arrived")
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(len(data))))
    page.reload(wait_until="commit")
    expect(page.get_by_text("Interrupted. Choose the same file again")).to_be_visible()
    there = _under_way(ct.root)
    assert there < _BYTES
    _bring(page, brought)
    _is_whole(ct.root, brought)
    expect(page.locator(".daisy-files-moves")).to_have_count(0)
    assert sum(sent) < _BYTES - there + (8 << 20)


def test_an_upload_goes_on_after_the_connection_was_gone(page: Page, ct: Served, brought: Path) -> None:
    gone = False
    sockets: list[Any] = []

    def between(client: WebSocketRoute) -> None:
        server = client.connect_to_server()
        sockets.append(client)
        client.on_message(lambda message: None if gone else server.send(message))
        server.on_message(lambda message: None if gone else client.send(message))

    page.route_web_socket("**/channels*", between)
    page.goto(ct.opens)
    page.get_by_role("button", name="Upload").wait_for()
    _bring(page, brought)
    # What goes through here is only moved while Playwright waits.
    expect(page.locator(".daisy-files-move")).to_contain_text(re.compile(r"[1-9]\d %"))
    gone = True
    expect(page.get_by_text("No answer yet; it goes on by itself")).to_be_visible()
    assert not (ct.root / "brought.h5").exists()
    gone = False
    for socket in sockets:
        socket.close(code=1012)
    expect(page.locator(".daisy-files-moves")).to_have_count(0, timeout=2000 * PATIENCE)
    _is_whole(ct.root, brought)


def test_an_upload_that_does_not_fit_is_refused_before_it_travels(
    page: Page, ct: Served, brought: Path
) -> None:
    with small_disk(ct.root / "small", "1m"):
        page.goto(ct.opens)
        page.get_by_text("small", exact=True).click()
        expect(page.get_by_text("1.05 MB free")).to_be_visible()
        _bring(page, brought)
        expect(page.get_by_text("it needs 101 MB and 1.05 MB is free; make room")).to_be_visible()
        page.get_by_role("button", name="Cancel").first.click()
        expect(page.locator(".daisy-files-moves")).to_have_count(0)
