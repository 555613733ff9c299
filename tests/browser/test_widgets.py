"""The parts of a page in a browser, as one who uses them sees them: Voila serves one page with all of them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from servers import PATIENCE, wait_until

import daisy_lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytest.importorskip("voila")
expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

_SHARE = Path(daisy_lab.__file__).parent / "server" / "share"
_WIDGETS = ["@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager"]
_WIDGETS += ["bqplot", "bqscales", "jupyter-vue", "jupyter-vuetify"]
_CELL = """
from daisy_lab.widgets import *
settle_language()
import ipyvuetify, ipywidgets, numpy as np, time
from daisy_lab._detached import local_link
from daisy_lab.texts import gettext as _

link = local_link()
schema = {"properties": {
    "center": {"title": "Rotation axis", "type": "number", "unit": "pixel"},
    "filter": {"title": "Filter", "enum": ["ramp", "hann"], "default": "ramp"},
    "size": {"title": "Size", "anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}], "default": None},
    "smooth": {"title": "Smooth", "type": "boolean", "default": False},
}, "required": ["center"]}
heard = ipywidgets.Label("")
def hear(*told):
    heard.value = repr(told)
form = ParameterForm(schema, link, ranges={"center": (0, 100, 0.1)}, value={"center": 50.0}, title="Axis")
form.on_change(hear)
curve = CurveView(title="Sharpness", x_title="px")
x = np.linspace(0, 100, 500)
curve.set("sharp", x, np.exp(-(((x - 50) / 9) ** 2)))
curve.mark("axis", 50.0, title="Axis", unit="px", step=0.5)
curve.on_marker(hear)
picker = FilePicker(link, formats=(".h5",))
picker.on_pick(lambda path: hear("picked", path))
link.ask("records.put", {"name": "page", "value": {"filter": "ramp"}, "note": "begun"}).result()
link.ask("records.put", {"name": "page", "value": {"filter": "hann"}, "note": "chosen"}).result()
history = HistoryList(link, "page")
history.on_restore(lambda value, version: hear("restored", value))
bar = RunBar(link, start="Compute")
shell = AppShell("Trial", {"open": "Open", "axis": "Axis", "last": "Last"}, link=link)
shell.put("settings", {"open": picker, "*": form})
shell.put("side", {"open": [history, ObjectList(link)], "*": [curve, heard]})
shell.put("foot", bar)
shell
"""


class Served:
    """Voila, and the folder it shows."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = tmp_path_factory.mktemp("voila")
    root = place / "root"
    root.mkdir()
    cell = {
        "cell_type": "code",
        "id": "c",
        "source": _CELL,
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    page = {"cells": [cell], "metadata": spec, "nbformat": 4, "nbformat_minor": 5}
    (place / "trial.ipynb").write_text(json.dumps(page), "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mine = {
        name: str(place / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    }
    mine |= {"JUPYTER_RUNTIME_DIR": str(place / "runtime"), "JUPYTER_PATH": str(_SHARE)}
    mine |= {"DAISY_LAB_ROOTS": str(root), "DAISY_LAB_LANGUAGE": "en"}
    command = [sys.executable, "-m", "voila", str(place / "trial.ipynb"), f"--port={port}", "--no-browser"]
    command += ["--template=daisy", f"--VoilaConfiguration.extension_allowlist={_WIDGETS}"]
    log = place / "log"
    with log.open("w") as out:
        process = subprocess.Popen(command, env=os.environ | mine, cwd=root, stdout=out, stderr=out)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: process.poll() is not None or _answers(url), "Voila answers")
        assert process.poll() is None, log.read_text()
        yield Served(url, root)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/voila/static/require.min.js", timeout=5):  # noqa: S310 - our own server
            return True
    except OSError:
        return False


class Trial:
    """A page with all parts."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.strangers: list[str] = []
        self.faults: list[str] = []
        page.set_default_timeout(1000 * PATIENCE)
        page.on("request", lambda request: self._note(request.url))
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _note(self, url: str) -> None:
        if urlsplit(url).hostname not in {"127.0.0.1", None}:
            self.strangers.append(url)

    def open(self, query: str = "") -> None:
        self.page.goto(f"{self.url}/{query}")
        self.page.wait_for_selector(".daisy-files tbody tr, .daisy-files .daisy-empty")

    def step(self, name: str) -> None:
        self.page.click(f"[data-step={name}]")

    def to_settings(self) -> None:
        self.step("axis")
        self.page.wait_for_selector(".daisy-form-field")
        self.page.wait_for_selector(".daisy-plot-marker")

    def expect_heard(self, text: str) -> None:
        expect(self.page.locator(".daisy-shell-side")).to_contain_text(text)


@pytest.fixture
def trial(browser: Browser, served: Served) -> Iterator[Trial]:
    (served.folder / "scan.h5").write_bytes(b"scan")
    (served.folder / "notes.txt").write_bytes(b"text")
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, color_scheme="light", locale="en-US"
    )
    trial = Trial(context.new_page(), served.url)
    trial.open()
    yield trial
    context.close()
    assert trial.faults == []
    assert trial.strangers == []


def test_a_setting_is_dragged_nudged_and_typed(trial: Trial) -> None:
    trial.to_settings()
    page = trial.page
    slider = page.locator("[data-field=center] input[type=range]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    trial.expect_heard("('center', 50.1, True)")
    page.keyboard.press("Shift+ArrowLeft")
    trial.expect_heard("('center', 49.1, True)")
    typed = page.locator("[data-field=center] .daisy-form-typed input")
    typed.fill("61,25")
    typed.press("Enter")
    trial.expect_heard("('center', 61.25, True)")
    box = slider.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.61 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2, steps=30)
    page.mouse.up()
    trial.expect_heard("True)")
    expect(typed).to_have_value("0.0")


def test_a_wrong_number_is_said_at_its_setting_and_not_told(trial: Trial) -> None:
    trial.to_settings()
    typed = trial.page.locator("[data-field=center] .daisy-form-typed input")
    typed.fill("500")
    typed.press("Enter")
    fault = trial.page.locator("[data-field=center] .daisy-form-fault")
    expect(fault).to_contain_text("between 0.0 and 100.0")
    expect(typed).to_have_attribute("aria-invalid", "true")
    typed.fill("5")
    typed.press("Enter")
    expect(fault).to_have_count(0)
    trial.expect_heard("('center', 5, True)")


def test_choices_switches_and_what_may_be_empty(trial: Trial) -> None:
    trial.to_settings()
    page = trial.page
    page.locator(".daisy-form").get_by_label("Filter").select_option("hann")
    trial.expect_heard("('filter', 'hann', True)")
    page.get_by_role("button", name="Set back to ramp").click()
    trial.expect_heard("('filter', 'ramp', True)")
    page.get_by_role("switch", name="Smooth").check()
    trial.expect_heard("('smooth', True, True)")
    size = page.locator("[data-field=size] input")
    size.fill("7")
    size.press("Enter")
    trial.expect_heard("('size', 7, True)")
    size.fill("")
    size.press("Enter")
    trial.expect_heard("('size', None, True)")


def test_a_marker_moves_by_keyboard_and_by_hand(trial: Trial) -> None:
    trial.to_settings()
    marker = trial.page.get_by_role("slider", name="Axis", exact=True).and_(
        trial.page.locator("[data-marker]")
    )
    marker.focus()
    trial.page.keyboard.press("ArrowRight")
    trial.expect_heard("('axis', 50.5, True)")
    box = marker.bounding_box()
    assert box is not None
    trial.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    trial.page.mouse.down()
    trial.page.mouse.move(box["x"] + 60, box["y"] + 40, steps=5)
    trial.page.mouse.up()
    expect(marker).not_to_have_attribute("aria-valuenow", "50.5")


def test_everything_is_on_one_screen_and_the_right_column_folds_on_a_tablet(trial: Trial) -> None:
    trial.to_settings()
    page = trial.page
    assert page.evaluate("document.scrollingElement.scrollHeight") <= 800
    side, stage = page.locator(".daisy-shell-side"), page.locator(".daisy-shell-stage")
    wide = side.bounding_box(), stage.bounding_box()
    assert wide[0] is not None
    assert wide[1] is not None
    assert wide[0]["x"] >= wide[1]["x"] + wide[1]["width"] - 1
    page.set_viewport_size({"width": 1024, "height": 768})
    folded = side.bounding_box(), stage.bounding_box()
    assert folded[0] is not None
    assert folded[1] is not None
    assert folded[0]["y"] >= folded[1]["y"] + folded[1]["height"] - 1
    assert page.evaluate("document.scrollingElement.scrollHeight") <= 768


def test_dark_colours_are_remembered_and_reach_vuetify(trial: Trial) -> None:
    page = trial.page
    surface = "getComputedStyle(document.querySelector('.daisy-shell-foot')).backgroundColor"
    assert page.evaluate(surface) == "rgb(255, 255, 255)"
    page.get_by_role("button", name="Dark colours").click()
    assert page.evaluate(surface) == "rgb(23, 32, 43)"
    trial.open()
    assert page.evaluate(surface) == "rgb(23, 32, 43)"
    expect(page.get_by_role("button", name="Light colours")).to_be_visible()


def test_the_language_button_leads_to_the_same_page_in_chinese(trial: Trial) -> None:
    page = trial.page
    page.get_by_role("button", name="Language: 中文").click()
    expect(page.get_by_role("button", name="深色")).to_be_visible()
    assert "lang=zh_CN" in page.url
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_steps_are_reached_with_the_keyboard(trial: Trial) -> None:
    page = trial.page
    page.locator("[data-step=open]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-step=axis]")).to_have_attribute("aria-current", "step")
    page.keyboard.press("Alt+Digit1")
    expect(page.locator("[data-step=open]")).to_have_attribute("aria-current", "step")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_contain_text("Alt and a digit")
    page.keyboard.press("Escape")


def test_a_file_is_brought_and_taken_as_it_is(trial: Trial, served: Served, tmp_path: Path) -> None:
    page = trial.page
    content = bytes(range(256)) * 20_000
    brought = tmp_path / "brought.h5"
    brought.write_bytes(content)
    page.set_input_files(".daisy-files input[type=file]", brought)
    row = page.locator("tr[data-name='brought.h5']")
    row.click()
    assert (served.folder / "brought.h5").read_bytes() == content
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert Path(download.value.path()).read_bytes() == content


def test_files_of_other_kinds_are_shown_on_request_and_picked_by_keyboard(trial: Trial) -> None:
    page = trial.page
    expect(page.locator("tr[data-name='notes.txt']")).to_have_count(0)
    page.get_by_label("All kinds of files").check()
    expect(page.locator("tr[data-name='notes.txt']")).to_be_visible()
    page.get_by_label("Find by name").first.fill("scan")
    page.locator("tr[data-name='scan.h5']").focus()
    page.keyboard.press("Enter")
    trial.step("axis")
    trial.expect_heard("('picked', 'scan.h5')")


def test_the_history_goes_back_and_compares(trial: Trial) -> None:
    history = trial.page.locator(".daisy-history")
    expect(history).to_contain_text("chosen")
    history.get_by_role("button", name="Compare with the newest").click()
    expect(history.locator(".daisy-history-changes")).to_contain_text("ramp → hann")
    history.get_by_role("button", name="Go back to this").click()
    trial.step("axis")
    trial.expect_heard("('restored', {'filter': 'ramp'})")
