"""What goes wrong around the CT app, as its user reads it on the screen, in English and in Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from appservers import serve
from disks import fill, make_room, small_disk
from servers import PATIENCE, wait_until

from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appservers import Served
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

WORDS = {
    "en": {
        "refused": "no_scan.h5 is named as HDF5, but its content is not",
        "full": "choose another folder",
        "run": "Reconstruct volume",
        "done": "CT reconstruction: done",
        "axis": "Axis, px",
    },
    "zh": {
        "refused": "no_scan.h5",
        "full": "请腾出空间",
        "run": "重建三维体",
        "done": "CT 重建",
        "axis": "转轴",
    },
}


@pytest.fixture
def ct(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the app on a small disk with a scan, and a file that is none."""
    pytest.importorskip("voila")
    place = tmp_path_factory.mktemp("t")
    with small_disk(place / "root", "8m") as root:
        make_ct(root / "scan.h5", size=64, angles=91, rows=16, seed=1)
        (root / "no_scan.h5").write_text("hello")
        with serve(place, "ct", "scan.h5") as server:
            yield server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    made = context.new_page()
    made.set_default_timeout(1000 * PATIENCE)
    yield made
    context.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_goes_wrong_is_read_on_the_screen_and_the_work_goes_on(
    page: Page, ct: Served, language: str
) -> None:
    said = WORDS[language]
    page.goto(f"{ct.opens}&lang={language}")
    run = page.get_by_role("button", name=said["run"])
    expect(run).to_be_enabled(timeout=2000 * PATIENCE)
    # A file that is no scan: it is said at the list, and the scan stays.
    page.keyboard.press("Alt+1")
    page.locator("tr[data-name='no_scan.h5']").dblclick()
    expect(page.locator(".daisy-files:visible [role=alert]")).to_contain_text(said["refused"])
    expect(page.locator(".daisy-shell-chip").first).to_contain_text("scan.h5")
    # The scan is removed: the slice and the volume come from what is open.
    (ct.root / "scan.h5").unlink()
    page.keyboard.press("Alt+3")
    axis = page.get_by_role("textbox", name=said["axis"])
    axis.fill("30.5")
    axis.press("Enter")
    expect(page.locator(".daisy-history ol")).to_contain_text("30.50")
    # The disk is full: it is said before the run; once there is room, it runs.
    fill(ct.root)
    axis.press("ArrowUp")
    expect(page.locator(".daisy-shell-foot")).to_contain_text(said["full"])
    expect(run).to_be_disabled()
    make_room(ct.root)
    axis.press("ArrowUp")
    expect(run).to_be_enabled()
    run.click()
    expect(page.locator(".daisy-shell-foot")).to_contain_text(said["done"])
    wait_until((ct.root / "scan_rec.h5").is_file, "the volume")
