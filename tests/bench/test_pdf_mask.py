"""A mask that moves: the page beside the algorithms one after the other, and from a key to the repaint."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest

pytest.importorskip("playwright")
pytest.importorskip("voila")

from appservers import serve

from daisy_lab import io
from daisy_lab.algorithms import azint
from daisy_lab.samples.pdf import make_pdf

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Publish
    from playwright.sync_api import Browser, Page

PAGE = "benchmarks-pdf.md"

_ROUNDS: Final = 12
_SIZES: Final = (1024, 2048)
_APPS: Final = Path(__file__).resolve().parents[2] / "apps"
_CLOCK: Final = """() => {
    window.took = new Promise(resolve => {
        let begun = 0;
        document.addEventListener('keydown', event => { begun = event.timeStamp; }, { once: true, capture: true });
        const watch = new MutationObserver(() => {
            watch.disconnect();
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
        });
        watch.observe(document.querySelector('.daisy-panels'), { attributes: true, attributeFilter: ['data-drawn'] });
    });
}"""


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("m")
    (place / "root").mkdir()
    for size in _SIZES:
        make_pdf(place / "root" / f"Ni{size}.h5", size=size)
    (place / "root" / "Ni.cfg").write_text("[DEFAULT]\ndataformat = QA\ncomposition = Ni\n")
    return place


def _timed(work: Callable[[float], Any]) -> tuple[float, float]:
    """Give median milliseconds of wall and of CPU time for moves of a threshold."""
    walls, cpus = [], []
    for threshold in np.linspace(3.0, 8.0, _ROUNDS):
        begun, used = time.perf_counter(), time.process_time()
        work(float(threshold))
        walls.append(1000 * (time.perf_counter() - begun))
        cpus.append(1000 * (time.process_time() - used))
    # The first one compiles and allocates.
    return statistics.median(walls[1:]), statistics.median(cpus[1:])


@pytest.mark.parametrize("size", _SIZES)
def test_a_move_of_the_ring_threshold(samples: Path, publish: Publish, size: int) -> None:
    frames = np.asarray(io.open_frames(samples / "root" / f"Ni{size}.h5::entry/data/data")[:1])
    geometry = io.read_poni(samples / "root" / f"Ni{size}.poni")
    below = azint.mask_detector(frames, geometry, lowest=0)
    binning = azint.bins(frames, geometry, bins=3000).binning
    mask, pattern = azint.MovingMask(frames[0], geometry), azint.MovingPattern(frames[0], binning)

    def algorithms(threshold: float) -> None:
        found = azint.mask_rings(frames, geometry, below, threshold=threshold)
        azint.integrate(frames, binning, found, error_model="poisson", lowest=0)

    def moving(threshold: float) -> None:
        pattern.under(mask.clipped(below, threshold))

    rows = {"mask_rings, integrate": _timed(algorithms), "MovingMask, MovingPattern": _timed(moving)}
    head = [f"| mask and I(Q), {size} x {size} pixels | wall ms | CPU ms |", "|---|---|---|"]
    publish([*head, *(f"| {name} | {wall:.0f} | {cpu:.0f} |" for name, (wall, cpu) in rows.items())])
    assert rows["MovingMask, MovingPattern"][1] < rows["mask_rings, integrate"][1]


def test_key_on_the_threshold_to_repainted_mask_and_curves(
    samples: Path, browser: Browser, publish: Publish
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    rows = []
    with serve(samples, "pdf", DAISY_LAB_APPS=str(_APPS)) as server:
        for size in _SIZES:
            page = context.new_page()
            page.goto(f"{server.opens}&session=m{size}&open=Ni.cfg&open=Ni{size}.h5")
            page.wait_for_function("document.querySelector('.daisy-panels')?.dataset.drawn > 0")
            page.locator("[data-step=mask]").click()
            times = [_move(page) for _round in range(_ROUNDS)][2:]
            rows.append(f"| {size} x {size} | {statistics.median(times):.0f} | {min(times):.0f} |")
        context.close()
    head = [
        "| key on the ring threshold to repainted mask, I, F, G | median ms | least ms |",
        "|---|---|---|",
    ]
    publish([*head, *rows])
    assert len(rows) == len(_SIZES)


def _move(page: Page) -> float:
    """Move the slider by a step, and give the milliseconds until it is painted."""
    page.locator("[data-field=threshold]:visible input[type=range]").focus()
    page.evaluate(_CLOCK)
    page.keyboard.press("ArrowLeft")
    took = float(page.evaluate("window.took"))
    # The end of the drag draws once more; it is not what is timed.
    page.wait_for_timeout(600)
    return took
