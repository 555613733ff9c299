"""The PDF app in a browser with frames: a mask that follows its slider, a cake, marked rings, a growing file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest
from appservers import serve
from pdfpages import write_calibrant
from playwright.sync_api import expect
from servers import PATIENCE, wait_until

from daisy_lab import io
from daisy_lab.algorithms.pdf import CRYSTALS, Pairs
from daisy_lab.samples.pdf import make_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appservers import Served
    from browsers import Browser
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

_APPS = Path(__file__).resolve().parents[2] / "apps"
_STAGE = ".jp-DaisyLook-stage:visible"
_SIZES = [(1280, 800), (1024, 768)]


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the app beside frames with a geometry, a calibrant without one, and G(r) files."""
    pytest.importorskip("voila")
    place = tmp_path_factory.mktemp("f")
    root = place / "root"
    (root / "ceria").mkdir(parents=True)
    (root / "gr").mkdir()
    make_pdf(root / "Ni.h5", size=256, frames=2)
    (root / "Ni.cfg").write_text("[DEFAULT]\ndataformat = QA\ncomposition = Ni\n")
    write_calibrant(root / "ceria" / "CeO2.h5")
    r = np.arange(0.0, 15.0, 0.02)
    for number in range(8):
        share = 0.0 if number < 4 else 0.6
        gr = (1 - share) * Pairs(CRYSTALS["Ni"]).gr(r) + share * Pairs(CRYSTALS["Si"]).gr(r)
        rows = "".join(f"{x:.3f} {y:.8g}\n" for x, y in zip(r, gr, strict=True))
        (root / "gr" / f"t{number}.gr").write_text(f"#L r(A)  G(A^{{-2}})\n{rows}")
    with serve(place, "pdf", DAISY_LAB_APPS=str(_APPS), DAISY_LAB_CACHE=str(place / "cache")) as server:
        yield server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    made = context.new_page()
    made.set_default_timeout(2000 * PATIENCE)
    faults: list[str] = []
    made.on("pageerror", lambda error: faults.append(str(error)))
    yield made
    context.close()
    assert faults == []


def opened(page: Page, pdf: Served, session: str, *files: str, language: str = "en") -> None:
    asked = "".join(f"&open={name}" for name in files)
    page.goto(f"{pdf.opens}&session={session}&lang={language}{asked}")
    page.locator(".daisy-shell-steps").wait_for()


def framed(page: Page, pdf: Served, session: str, language: str = "en") -> None:
    opened(page, pdf, session, "Ni.cfg", "Ni.h5", language=language)
    wait_until(lambda: drawn(page) > 0, "the curves are drawn", 2 * PATIENCE)


def drawn(page: Page) -> int:
    return int(page.locator(".daisy-panels").get_attribute("data-drawn") or 0)


def step(page: Page, name: str) -> None:
    page.locator(f"[data-step={name}]").click()


def field(page: Page, name: str) -> Locator:
    return page.locator(f"[data-field={name}]:visible")


def orange(page: Page) -> int:
    """Count pixels of the stage that are tinted as a mask is: more red than blue."""
    counted = page.locator("canvas.jp-DaisyStage-canvas:visible").evaluate(
        """canvas => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            let count = 0;
            for (let n = 0; n < data.length; n += 4) if (data[n] > data[n + 2] + 40) count++;
            return count;
        }"""
    )
    return int(counted)


def test_the_mask_and_the_curves_follow_a_slider_and_undo_takes_it_back(page: Page, pdf: Served) -> None:
    framed(page, pdf, "mask")
    step(page, "mask")
    wait_until(lambda: orange(page) > 0, "the mask is seen")
    before, curves = orange(page), drawn(page)
    slider = field(page, "stop").locator("input[type=range]")
    slider.focus()
    for _press in range(3):
        page.keyboard.press("Shift+ArrowRight")
    wait_until(lambda: orange(page) > before + 200, "the beam stop is masked")
    wait_until(lambda: drawn(page) > curves, "the curves are drawn anew")
    page.get_by_text("Mask: stop = 30").first.wait_for(state="attached")
    page.get_by_role("button", name="Undo").locator("visible=true").click()
    expect(field(page, "stop").locator("input.daisy-number")).to_have_value("0")
    wait_until(lambda: orange(page) < before + 100, "the mask is as it was")


def test_a_drawn_circle_becomes_part_of_the_mask(page: Page, pdf: Served) -> None:
    framed(page, pdf, "circle")
    step(page, "mask")
    wait_until(lambda: orange(page) > 0, "the mask is seen")
    page.get_by_role("button", name="Mask area").click()
    page.get_by_text("Draw a rectangle, a polygon or a circle").wait_for()
    before = orange(page)
    page.get_by_role("button", name="Circle").locator("visible=true").click()
    box = page.locator(_STAGE).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 0.3 * box["height"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=4)
    page.mouse.up()
    page.get_by_text("Standard deviation").wait_for()
    page.get_by_role("button", name="Mask area").click()
    wait_until(lambda: orange(page) > before + 2000, "the circle is masked")
    page.get_by_role("button", name="Take back").locator("visible=true").click()
    wait_until(lambda: orange(page) < before + 500, "it is free again")


def test_the_cake_has_lines_with_their_q(page: Page, pdf: Served) -> None:
    framed(page, pdf, "cake")
    page.locator("[data-daisy-outline=ring] polyline").first.wait_for(state="attached")
    page.get_by_role("button", name="Cake").locator("visible=true").click()
    page.locator(".jp-DaisyOutlines text", has_text="3.09").wait_for(state="attached")
    box = page.locator(_STAGE).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".jp-DaisyReadOut-place:visible", has_text="Å⁻¹").wait_for()
    page.get_by_role("button", name="Frame", exact=True).locator("visible=true").click()
    page.locator(".jp-DaisyOutlines text").first.wait_for(state="detached")


def test_rings_marked_by_hand_lead_to_a_pattern(page: Page, pdf: Served) -> None:
    opened(page, pdf, "rings", "ceria/CeO2.h5")
    page.get_by_text("has no geometry").wait_for()
    for name, value in (("wavelength", "0.3"), ("pixel", "175")):
        typed = field(page, name).locator("input.daisy-number")
        typed.fill(value)
        typed.press("Enter")
    field(page, "picking").locator("input").click()
    stage = page.locator(_STAGE)
    page.locator("canvas.jp-DaisyStage-canvas[data-daisy-painted]:visible").wait_for()
    box = stage.bounding_box()
    assert box is not None
    zoom = min(box["width"], box["height"]) / 400
    for ring, square in enumerate((3, 4), 1):
        number = field(page, "ring").locator("input.daisy-number")
        number.fill(str(ring))
        number.press("Enter")
        radius = 0.15 / 1.75e-4 * math.tan(2 * math.asin(0.3 * math.sqrt(square) / 2 / 5.41165))
        for count, angle in enumerate((0.4, 1.9, 3.5, 5.1), 4 * ring - 3):
            row, column = 208 + radius * math.sin(angle), 188 + radius * math.cos(angle)
            x = box["x"] + box["width"] / 2 + (column - 200) * zoom
            page.mouse.click(x, box["y"] + box["height"] / 2 + (row - 200) * zoom)
            page.get_by_text(f"{count} points on rings").wait_for()
    # With the keyboard: what is in the middle of the stage.
    stage.focus()
    page.keyboard.press("Enter")
    page.get_by_text("9 points on rings").wait_for()
    page.get_by_role("button", name="Take back").locator("visible=true").click()
    page.get_by_text("8 points on rings").wait_for()
    page.get_by_role("button", name="Find the rings").click()
    page.get_by_text("Ring 1", exact=True).wait_for()
    page.locator("[data-daisy-outline=ring] polyline").first.wait_for(state="attached")
    page.get_by_role("button", name="Save .poni and use it").click()
    wait_until(lambda: drawn(page) > 0, "the pattern of the calibrant is drawn", 2 * PATIENCE)
    expect(page.locator("[data-step=tune]")).to_have_attribute("aria-current", "step")
    made = io.read_poni(pdf.root / "ceria" / "CeO2.poni")
    assert made["distance"] == pytest.approx(0.15, rel=1e-3)
    assert made["poni1"] == pytest.approx(208 * 1.75e-4, abs=2e-4)


def test_a_folder_of_gr_files_is_compared(page: Page, pdf: Served) -> None:
    opened(page, pdf, "gr")
    step(page, "series")
    field(page, "what").locator("select").select_option(label="G(r) files")
    page.get_by_role("button", name="Compare G(r) files").wait_for()
    page.locator(".daisy-files:visible").get_by_text("gr", exact=True).first.click()
    page.locator(".daisy-files:visible").get_by_text("t3.gr").dblclick()
    facts = page.locator(".daisy-facts:visible")
    expect(facts.get_by_text("Changes at")).to_be_visible(timeout=2000 * PATIENCE)
    expect(facts).to_contain_text("Frames")
    page.locator(".daisy-plot-marker").first.wait_for(state="attached")


def test_frames_that_are_appended_are_seen(page: Page, pdf: Served) -> None:
    with h5py.File(pdf.root / "Ni.h5") as file:
        frames = file["entry/data/data"][...]
    (pdf.root / "scan.poni").write_text((pdf.root / "Ni.poni").read_text())
    shape = frames.shape[1:]
    with h5py.File(pdf.root / "scan.h5", "w", libver="latest") as file:
        data = file.create_dataset(
            "entry/data/data", (1, *shape), frames.dtype, maxshape=(None, *shape), chunks=(1, *shape)
        )
        data[0] = frames[0]
        file.swmr_mode = True
        opened(page, pdf, "grow", "Ni.cfg", "scan.h5")
        wait_until(lambda: drawn(page) > 0, "the first frame is open", 2 * PATIENCE)
        step(page, "series")
        field(page, "follow").locator("input").click()
        facts = page.locator(".daisy-facts:visible")
        for count in (2, 3, 4):
            data.resize(count, axis=0)
            data[count - 1] = frames[count % 2]
            data.flush()
            expect(facts.locator("dd").first).to_have_text(str(count), timeout=2000 * PATIENCE)


@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_mask_is_seen_without_scrolling(
    page: Page, pdf: Served, size: tuple[int, int], language: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    framed(page, pdf, f"seen{size[0]}{language}", language)
    step(page, "mask")
    for name in ("gaps", "lowest", "highest", "stop", "rings", "threshold", "pixels", "hot"):
        expect(field(page, name)).to_be_in_viewport(ratio=1)
    for panel in ("iq", "fq", "gr"):
        expect(page.locator(f"[data-panel={panel}]")).to_be_in_viewport(ratio=1)
    expect(page.locator(_STAGE)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
