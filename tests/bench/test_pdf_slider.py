"""From a key on a slider of the PDF app to the repainted curves, beside the same curves in the general plot.

Both are Voila pages behind our server extension. The clock runs in the page, from the key's event to the frame after
the last curve was there.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

pytest.importorskip("playwright")
pytest.importorskip("bqplot")
pytest.importorskip("voila")

from appservers import lay_app, serve
from pdfpages import change, open_page, until, write_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Publish
    from playwright.sync_api import Browser, Page

PAGE = "benchmarks-pdf.md"

_ROUNDS: Final = 20
_APPS: Final = Path(__file__).resolve().parents[2] / "apps"
_GENERAL: Final = """
from dataclasses import replace
from ipywidgets import VBox
from daisy_lab import io
from daisy_lab.algorithms.pdf import PdfKernel, Recipe
from daisy_lab.widgets import CurveView, ParameterForm
pattern = io.read_pattern("Ni.xye")
kernel, recipe = PdfKernel(pattern.x, pattern.y), Recipe("Ni", "QA", qmin=0.6, qmax=24.0, qmaxinst=24.0)
views = [CurveView(title=title, height="200px") for title in ("I(Q)", "F(Q)", "G(r)")]
def show(value):
    curves = kernel.curves(replace(recipe, rpoly=float(value)))
    views[0].set("iq", curves.q, curves.iq)
    views[1].set("fq", curves.q, curves.fq)
    views[1].set("polynomial", curves.q, curves.polynomial)
    views[2].set("gr", curves.r, curves.gr)
show(0.9)
field = {"type": "number", "title": "r poly", "minimum": 0.3, "maximum": 3.0, "default": 0.9}
form = ParameterForm({"properties": {"rpoly": field}}, ranges={"rpoly": (0.3, 3.0, 0.01)})
form.on_change(lambda name, value, final: show(value))
VBox([form, *views])
"""
_CLOCK: Final = """([node, attribute]) => {
    window.took = new Promise(resolve => {
        let begun = 0;
        document.addEventListener('keydown', event => { begun = event.timeStamp; }, { once: true, capture: true });
        const watch = new MutationObserver(() => {
            watch.disconnect();
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
        });
        watch.observe(document.querySelector(node), { attributes: true, attributeFilter: [attribute], subtree: true });
    });
}"""


class _Way:
    """One page, what tells that it was repainted, and its slider."""

    def __init__(self, page: Page, name: str, node: str, attribute: str) -> None:
        self._page, self.name, self._told = page, name, [node, attribute]
        self.slider = page.locator("[data-field=rpoly] input[type=range]")
        self.slider.wait_for()

    def move(self) -> float:
        """Move the slider by a step, and give the milliseconds until it is painted."""
        self._page.bring_to_front()
        self.slider.focus()
        self._page.evaluate(_CLOCK, self._told)
        self._page.keyboard.press("ArrowRight")
        took = float(self._page.evaluate("window.took"))
        # The end of the drag draws once more; it is not what is timed.
        self._page.wait_for_timeout(600)
        return took


@pytest.fixture
def ways(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[_Way]]:
    ours, general = tmp_path_factory.mktemp("p"), tmp_path_factory.mktemp("g")
    for place in (ours, general):
        (place / "root").mkdir()
        write_pattern(place / "root" / "Ni.xye")
        settings = "[DEFAULT]\ndataformat = QA\ncomposition = Ni\n"
        (place / "root" / "Ni.cfg").write_text(settings)
    lay_app(general, "general", _GENERAL)
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    with (
        serve(ours, "pdf", "Ni.cfg", "Ni.xye", DAISY_LAB_APPS=str(_APPS)) as one,
        serve(general, "general") as two,
    ):
        first, second = context.new_page(), context.new_page()
        first.goto(one.opens)
        first.locator("[data-panel=gr]").wait_for()
        first.wait_for_function("document.querySelector('.daisy-panels').dataset.drawn !== '0'")
        second.goto(two.opens)
        second.locator(".daisy-plot path.line").first.wait_for(state="attached")
        yield [
            _Way(first, "the app: one message, canvases", ".daisy-panels", "data-drawn"),
            _Way(
                second,
                "the general plot (bqplot), the same curves",
                'section[aria-label="G(r)"] .bqplot',
                "d",
            ),
        ]
        context.close()


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]


def test_slider_to_repainted_curves(ways: list[_Way], publish: Publish) -> None:
    times: dict[str, list[float]] = {way.name: [] for way in ways}
    for number in range(_ROUNDS + 2):
        for way in ways:
            took = way.move()
            # The first ones compile and allocate.
            if number > 1:
                times[way.name].append(took)
    head = [
        "| key to repainted curves in a Voila page | median ms | p95 ms | least ms |",
        "|---|---|---|---|",
    ]
    rows = [
        f"| {name} | {statistics.median(each):.0f} | {_p95(each):.0f} | {min(each):.0f} |"
        for name, each in times.items()
    ]
    publish([*head, *rows])
    ours, general = (statistics.median(each) for each in times.values())
    assert ours < general


def test_a_move_in_the_pages_own_process(tmp_path: Path, publish: Publish) -> None:
    write_pattern(tmp_path / "Ni.xye")
    times: dict[str, list[float]] = {}
    with open_page(tmp_path, "Ni.xye") as app:
        until(lambda: app.tune.drawing is not None, "the pattern is open")
        change(app, "composition", "Ni")
        for name, low, high in (
            ("rpoly", 0.9, 1.3),
            ("qmax", 18.0, 23.0),
            ("qmin", 0.7, 1.5),
            ("qmaxinst", 23.5, 24.0),
        ):
            took: list[float] = []
            for number in range(_ROUNDS):
                value: Any = low + (high - low) * number / _ROUNDS
                begun = time.perf_counter()
                change(app, name, value, final=False)
                took.append(1000 * (time.perf_counter() - begun))
            times[name] = took
    head = [
        "| a move of a slider in the page's process: curves, and the message packed | median ms | p95 ms |",
        "|---|---|---|",
    ]
    rows = [f"| {name} | {statistics.median(each):.2f} | {_p95(each):.2f} |" for name, each in times.items()]
    publish([*head, *rows])
    assert all(len(each) == _ROUNDS for each in times.values())
