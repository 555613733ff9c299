"""The CT app as a visitor uses it: from a file to a volume; and what is killed on the way costs nothing."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from appservers import serve
from ctdesk import volume_in
from processes import running
from servers import PATIENCE, wait_until

from daisy_lab._detached import attach, look_at_session
from daisy_lab.apps.ct import Recipe
from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appservers import Served
    from playwright.sync_api import Browser, Page, WebSocketRoute

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

_ITERATIONS = 30


@pytest.fixture
def ct(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the app on a generated scan, with a session of its own."""
    pytest.importorskip("voila")
    place = tmp_path_factory.mktemp("c")
    (place / "root").mkdir()
    make_ct(place / "root" / "scan.h5", size=128, angles=120, rows=48, seed=1)
    with serve(place, "ct", "scan.h5") as server:
        yield server


@pytest.fixture
def page(browser: Browser, ct: Served) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    made = context.new_page()
    made.set_default_timeout(3000 * PATIENCE)  # a kernel, a page and a session start one after the other
    faults: list[str] = []
    strangers: list[str] = []
    made.on("pageerror", lambda error: faults.append(str(error)))
    made.on(
        "request",
        lambda request: strangers.append(request.url) if not _is_own(request.url, ct) else None,
    )
    made.goto(ct.opens)
    # The first slice compiles what it needs.
    made.get_by_text(re.compile(r"^preview \d+ ms$")).wait_for()
    yield made
    context.close()
    assert faults == []
    assert strangers == []


def _is_own(url: str, ct: Served) -> bool:
    there = urlsplit(url)
    return there.scheme in {"data", "blob"} or there.netloc == urlsplit(ct.opens).netloc


def _expected(ct: Served, *settings: str, workflow: str = "ct") -> bytes:
    """Give the volume that the command line makes with the same settings."""
    command = [sys.executable, "-m", "daisy_lab", "run", workflow, "scan.h5", "--output", "cli.h5", *settings]
    subprocess.run(command, cwd=ct.root, check=True, capture_output=True)
    return volume_in(ct.root / "cli.h5")


def test_from_a_scan_to_a_volume(page: Page, ct: Served) -> None:
    """Axis by keyboard, a full run, a look at the volume, a notebook; all on one screen."""
    axis = page.get_by_role("textbox", name="Axis, px")
    axis.fill("62.5")
    axis.press("Enter")
    axis.press("ArrowUp")
    expect(axis).to_have_value("62.6")
    expect(page.get_by_text("Axis: 62.60 px")).to_be_visible()
    for way in ("0°/180°", "Before / after", "Slice"):
        page.get_by_role("button", name=way).click()
    run = page.get_by_role("button", name="Reconstruct volume")
    box = run.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800
    run.click()
    expect(page.get_by_text("CT reconstruction: done").first).to_be_visible()
    page.keyboard.press("Alt+5")
    expect(page.locator("[data-daisy-plane]")).to_have_count(3)
    page.keyboard.press("Alt+6")
    page.get_by_role("button", name="Notebook").click()
    expect(page.get_by_text("scan_ct.ipynb").first).to_be_visible()
    assert volume_in(ct.root / "scan_rec.h5") == _expected(ct, "--set", "center=62.6")
    page.reload()
    page.get_by_text("Reconstruct volume").first.wait_for()
    page.keyboard.press("Alt+5")
    expect(page.locator("[data-daisy-plane]")).to_have_count(3)


def test_values_are_tried_and_one_is_taken(page: Page) -> None:
    page.get_by_role("button", name="Try values").click()
    page.get_by_role("button", name="Show slices").click()
    tiles = page.get_by_role("button", name=re.compile(r"^Take [\d.]+ px$"))
    expect(tiles).to_have_count(7)
    expect(tiles.nth(6)).to_be_enabled()
    tiles.nth(2).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Set by hand")).to_be_visible()


def _choose_slow(page: Page) -> None:
    """Have a run that takes long enough to be disturbed."""
    page.keyboard.press("Alt+4")
    page.locator("[data-field=reconstruction] select").select_option(label="SIRT")
    # The form of the method before has iterations, too: it goes as the one of SIRT comes.
    page.get_by_role("heading", name="SIRT").wait_for()
    expect(page.get_by_role("textbox", name="Iterations")).to_have_count(1)
    _set_iterations(page, _ITERATIONS)


def _set_iterations(page: Page, count: int) -> None:
    box = page.get_by_role("textbox", name="Iterations")
    box.fill(str(count))
    box.press("Enter")
    expect(page.get_by_text(f"SIRT: iterations = {count}").first).to_be_visible()
    expect(page.get_by_role("button", name="Reconstruct volume")).to_be_enabled()


def _kernels(ct: Served) -> list[int]:
    """Give the processes of the pages' kernels."""
    return running(str(ct.place / "runtime"), "kernel")


def _finish(page: Page, ct: Served, expected: bytes, iterations: int = _ITERATIONS) -> None:
    output = ct.root / "scan_rec.h5"
    wait_until(output.is_file, "the volume")
    expect(page.get_by_text("CT reconstruction: done").first).to_be_visible()
    assert volume_in(output) == expected
    # No setting is lost either.
    page.keyboard.press("Alt+4")
    expect(page.get_by_role("textbox", name="Iterations")).to_have_value(str(iterations))


def _slow(ct: Served, iterations: int = _ITERATIONS) -> bytes:
    """Give the volume of the same choices, made without a page."""
    recipe = Recipe().choose("reconstruction", "ct.sirt").set("ct.sirt", "iterations", iterations)
    (ct.root / "slow.json").write_text(json.dumps(recipe.workflow().to_json()))
    return _expected(ct, workflow="slow.json")


def _under_way(page: Page) -> None:
    page.get_by_role("button", name="Reconstruct volume").click()
    page.get_by_role("button", name="Cancel").wait_for()


def test_a_page_whose_kernel_is_killed_finds_its_run_again(page: Page, ct: Served) -> None:
    _choose_slow(page)
    _under_way(page)
    for process in _kernels(ct):
        os.kill(process, signal.SIGKILL)
    page.reload()
    page.get_by_text(re.compile(r"^preview \d+ ms$")).wait_for()
    _finish(page, ct, _slow(ct))


def test_a_killed_session_goes_on_by_itself(page: Page, ct: Served) -> None:
    _choose_slow(page)
    _under_way(page)
    _kill_session(ct)
    _finish(page, ct, _slow(ct))


def _kill_session(ct: Served) -> None:
    process = look_at_session("ct", ct.place / "sessions").process
    assert process is not None
    os.kill(process, signal.SIGKILL)


@pytest.mark.soak
def test_twenty_kills_at_any_moment_cost_nothing(page: Page, ct: Served) -> None:
    """The page's kernel or the session, at twenty random moments of a run: the same volume each time."""
    chance = random.Random(1)  # noqa: S311 - moments, no secrets
    _choose_slow(page)
    output = ct.root / "scan_rec.h5"
    for turn in range(20):
        output.unlink(missing_ok=True)
        # Other iterations each time: what the session holds already is not computed again.
        iterations = _ITERATIONS + turn
        _set_iterations(page, iterations)
        expected = _slow(ct, iterations)
        _under_way(page)
        page.wait_for_timeout(chance.uniform(0, 3000))
        if chance.random() < 0.5:
            _kill_session(ct)
        else:
            for process in _kernels(ct):
                os.kill(process, signal.SIGKILL)
            page.reload()
            page.get_by_text(re.compile(r"^preview \d+ ms$")).wait_for()
        _finish(page, ct, expected, iterations)


def test_what_changes_while_the_page_is_loaded_is_shown_all_the_same(page: Page, ct: Served) -> None:
    """Between reading the state of all widgets and listening to them a page hears nothing of a change."""
    session = attach("ct", ct.place / "sessions", below=[ct.root])
    kept = session.ask("records.get", {"name": "ct_page"}).result(PATIENCE).result["value"]
    kept["recipe"]["center"] = 62.6
    lost: list[int] = []
    drawn = False

    def to_kernel(message: bytes, server: WebSocketRoute) -> None:
        nonlocal drawn
        drawn = drawn or b'"ready"' in message
        server.send(message)

    def to_page(message: bytes, client: WebSocketRoute) -> None:
        if b'"update_states"' in message:
            session.ask("records.put", {"name": "ct_page", "value": kept, "note": "by another window"})
        elif not drawn and b'"comm_msg"' in message and b'"method": "update"' in message:
            lost.append(len(message))
            return
        client.send(message)

    def between(client: WebSocketRoute) -> None:
        server = client.connect_to_server()
        client.on_message(lambda message: to_kernel(_bytes(message), server))
        server.on_message(lambda message: to_page(_bytes(message), client))

    page.route_web_socket("**/channels*", between)
    page.reload(wait_until="commit")
    expect(page.get_by_role("textbox", name="Axis, px")).to_have_value("62.6")
    expect(page.get_by_text(re.compile(r"^preview \d+ ms$"))).to_be_visible()
    session.close()
    assert lost


def _bytes(message: str | bytes) -> bytes:
    return message.encode() if isinstance(message, str) else message
