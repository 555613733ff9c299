"""The platform as a visitor meets it: log in, pick, open a scan, see a slice, leave with a volume."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from browsers import PICTURES, arrived, seen
from ctdesk import volume_in
from hubs import Hub, hub_or_skip
from processes import command_of
from servers import PATIENCE, wait_until

from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    Open = Callable[..., Page]

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

_IDLE = 45
"""Seconds; a session says every 30 that it works."""
# Sessions of its own, and news of what is active each second.
_CONFIG = """
from pathlib import Path
sessions = str(Path(__file__).parent / "data" / ".sessions")
c.Spawner.environment = {"DAISY_LAB_SESSIONS": sessions, "JUPYTERHUB_ACTIVITY_INTERVAL": "1"}
c.JupyterHub.last_activity_interval = 1
"""
_CULLED = f"""
import sys
words = [sys.executable, "-c", "from daisy_lab.hub import cull; cull()", "--timeout={_IDLE}", "--cull-every=1"]
c.JupyterHub.services.append({{"name": "quick", "command": words}})
scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
c.JupyterHub.load_roles.append({{"name": "quick", "services": ["quick"], "scopes": scopes}})
"""
_TOOTH = "tooth.h5"
_MANY = "50000"
"""Iterations that take longer than an idle server may live."""


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    for hub in hub_or_skip(config=_CONFIG):
        _lay_scan(hub)
        yield hub
        _end_sessions(hub)


@pytest.fixture
def culling_hub() -> Iterator[Hub]:
    for hub in hub_or_skip("--idle", "0", config=_CONFIG + _CULLED):
        _lay_scan(hub)
        yield hub
        _end_sessions(hub)


def _end_sessions(hub: Hub) -> None:
    """End what outlives a hub: the processes of its user's sessions."""
    for pid in hub.processes():
        if "_detached" in command_of(pid):
            os.kill(pid, signal.SIGKILL)


def _lay_scan(hub: Hub) -> None:
    """Lay a real scan into the user's folder, a generated one where there is none."""
    found = Path(__file__).resolve().parents[3] / "shared" / "data" / "tomo" / _TOOTH
    place = hub.folder / _TOOTH
    if found.is_file():
        shutil.copyfile(found, place)
    else:
        make_ct(place, size=128, angles=120, rows=8, seed=1)
    place.chmod(0o644)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Give what opens a browser of its own at a hub; a request to elsewhere fails the test, as does a page's fault."""
    contexts: list[BrowserContext] = []
    hubs: set[Hub] = set()
    asked: set[tuple[str, str]] = set()
    faults: list[str] = []

    def opened(hub: Hub) -> Page:
        hubs.add(hub)
        context = browser.new_context(
            viewport={"width": 1280, "height": 800}, locale="en-US", color_scheme="light"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(3000 * PATIENCE)
        own = urlsplit(hub.url).netloc
        page.on("request", lambda request: asked.add((urlsplit(request.url).netloc, own)))
        page.on("websocket", lambda socket: asked.add((urlsplit(socket.url).netloc, own)))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(hub.url)
        seen(page.locator("input[name=password]:focus"))
        page.keyboard.type(hub.password)
        page.keyboard.press("Enter")
        seen(page.locator(".cards"))
        return page

    try:
        yield opened
        # `data:` and `blob:` addresses have no host.
        assert {host for host, own in asked if host not in {own, ""}} == set()
        assert faults == []
    finally:
        for context in contexts:
            context.close()
        # A second start of the same environment would be another server, at another address.
        for hub in hubs:
            _stop_servers(hub)


def start_ct(page: Page, hub: Hub) -> None:
    """Press the card's button, and wait until the app can be used."""
    page.locator("#environment-ct").get_by_role("button").first.click()
    arrived(page, f"/user/{hub.user}/ct/")
    seen(page.locator(".daisy-shell-bar"))


def open_tooth(page: Page) -> None:
    page.get_by_text(_TOOTH).first.dblclick()
    seen(page.get_by_text(re.compile(r"^preview \d+ ms$")))


def keep_picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"platform-{name}.png")


def command_line_volume(folder: Path, place: Path, axis: str) -> bytes:
    """Give the volume that the command line makes of the same scan with the same axis."""
    output = place / "cli.h5"
    words = ["run", "ct", str(folder / _TOOTH), "-o", str(output), "--set", f"center={axis}", "--quiet"]
    threads = {"NUMBA_NUM_THREADS": str(min(4, len(os.sched_getaffinity(0))))}
    subprocess.run([sys.executable, "-m", "daisy_lab", *words], check=True, env=os.environ | threads)
    return volume_in(output)


def test_from_the_login_to_a_volume(hub: Hub, open_page: Open, tmp_path: Path) -> None:
    """Automatic axis, an axis by hand, the whole volume, a notebook; and the same bytes as on the command line."""
    page = open_page(hub)
    start_ct(page, hub)
    open_tooth(page)
    keep_picture(page, "slice")
    axis = page.get_by_role("textbox", name="Axis, px")
    found = float(axis.input_value())
    axis.press("ArrowUp")
    expect(axis).not_to_have_value(f"{found:.1f}")
    chosen = axis.input_value()
    expect(page.get_by_text(re.compile(rf"Axis: {float(chosen):.2f}"))).to_be_visible()
    keep_picture(page, "axis")
    page.get_by_role("button", name="Reconstruct volume").click()
    expect(page.get_by_text("CT reconstruction: done").first).to_be_visible(timeout=3000 * PATIENCE)
    page.keyboard.press("Alt+5")
    expect(page.locator("[data-daisy-plane]")).to_have_count(3)
    keep_picture(page, "volume")
    page.keyboard.press("Alt+6")
    page.get_by_role("button", name="Notebook").click()
    expect(page.get_by_text("tooth_ct.ipynb").first).to_be_visible()
    assert volume_in(hub.folder / "tooth_rec.h5") == command_line_volume(hub.folder, tmp_path, chosen)
    # Longer than the page's look at its kernel: it has not taken it for lost.
    with page.expect_response(re.compile("/daisy-lab/kernels/")) as looked:
        pass
    assert looked.value.ok
    expect(page.locator(".daisy-lost")).to_have_count(0)
    page.get_by_role("link", name="All environments").click()
    seen(page.get_by_text("running since"))


def test_the_app_speaks_and_looks_as_was_chosen_on_the_picker(hub: Hub, open_page: Open) -> None:
    page = open_page(hub)
    page.get_by_role("button", name="中文").click()
    seen(page.locator("html[lang=zh-CN]"))
    page.locator("#theme").click()
    start_ct(page, hub)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator("html").get_attribute("data-daisy-theme") == "dark"
    keep_picture(page, "chinese")


def test_anothers_page_is_refused(hub: Hub) -> None:
    visitor = hub.visitor()
    path = f"/user/{hub.user}/ct/daisy-lab/app/ct"
    assert "/hub/login" in visitor.get(path).url
    visitor.log_in()
    assert visitor.get("/user/somebody-else/ct/daisy-lab/app/ct").status in {403, 404}


@pytest.mark.soak
def test_a_server_with_a_running_step_is_not_stopped(culling_hub: Hub, open_page: Open) -> None:
    """The page is closed; the server stays for as long as the step runs, and goes when it is idle."""
    page = open_page(culling_hub)
    start_ct(page, culling_hub)
    open_tooth(page)
    page.keyboard.press("Alt+4")
    page.locator("[data-field=reconstruction] select").select_option(label="SIRT")
    page.get_by_role("heading", name="SIRT").wait_for()
    expect(page.get_by_role("textbox", name="Iterations")).to_have_count(1)
    # It does not stop before its last iteration.
    for title, name, value in (("Tolerance", "tolerance", "0"), ("Iterations", "iterations", _MANY)):
        box = page.get_by_role("textbox", name=title)
        box.fill(value)
        box.press("Enter")
        expect(page.get_by_text(re.compile(f"SIRT: {name} = {value}")).first).to_be_visible()
    expect(page.get_by_role("button", name="Reconstruct volume")).to_be_enabled()
    page.get_by_role("button", name="Reconstruct volume").click()
    seen(page.get_by_role("button", name="Cancel"))
    # The page says good-bye: its kernel ends, and nobody is there to start a killed session anew.
    page.goto("about:blank")
    page.context.close()
    active = culling_hub.folder / ".sessions" / "session-ct" / "active"
    wait_until(active.exists, "the session says that it works")
    began = active.stat().st_mtime
    wait_until(lambda: active.stat().st_mtime - began > 1.5 * _IDLE, "the step runs on", 4 * _IDLE)
    assert _running(culling_hub) == {"ct"}
    _end_sessions(culling_hub)
    wait_until(
        lambda: _running(culling_hub) == set(), "nothing runs any more, and the server goes", 4 * _IDLE
    )


def _stop_servers(hub: Hub) -> None:
    visitor = hub.visitor()
    visitor.log_in()
    for name in visitor.servers():
        visitor.stop(name)


def _running(hub: Hub) -> set[str]:
    visitor = hub.visitor()
    visitor.log_in()
    return set(visitor.servers())
