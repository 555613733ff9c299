"""From a key on a slider to the painted picture, in apps: our view, bqplot's Image and a plain canvas, in one run.

Each is a Voila page of its own behind our server extension, as under the hub; rounds alternate, so drift hits all
alike. The slices are a ramp with noise, as real ones are: a clean phantom would flatter whatever compresses. The clock
runs in the page, from the key's event to the frame after the picture was there. No slice is shown twice, and none was
fetched ahead.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Final

import pytest

pytest.importorskip("playwright")
pytest.importorskip("bqplot")
pytest.importorskip("voila")

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Publish
    from playwright.sync_api import Browser, Page
    from servers import Lab

PAGE = "benchmarks-apps.md"

_SLICES: Final = 64
_ROUNDS: Final = 20
_STACK: Final = """
import numpy as np
from numpy.lib.stride_tricks import as_strided
# Overlapping windows into one ramp with noise: many slices of any size, in little memory.
SIDE, SLICES, STEP = {side}, {slices}, 16
rng = np.random.default_rng(0)
base = np.arange(SIDE + SLICES * STEP, dtype=np.float32)[:, None] * 4 + np.arange(SIDE, dtype=np.float32) * 4
base += rng.normal(0, 80, (base.shape[0], 1)).astype(np.float32)
base += rng.integers(-120, 120, (64, SIDE)).astype(np.float32).repeat(-(-base.shape[0] // 64), 0)[: base.shape[0]]
base = np.clip(base, 0, 65535).astype(np.uint16)
stack = as_strided(base, (SLICES, SIDE, SIDE), (STEP * base.strides[0], *base.strides), writeable=False)
TOP = 4 * 2 * SIDE
"""
_OURS: Final = """
from daisy_lab.widgets import ImageView
ImageView(stack, height="760px", index={"axis0": 0})
"""
_BQPLOT: Final = """
import io
import bqplot, ipywidgets
from PIL import Image
def picture(n):
    grey = np.clip(stack[n] * np.float32(255 / TOP), 0, 255).astype("u1")
    out = io.BytesIO()
    Image.fromarray(grey).save(out, "png", compress_level=1)
    return ipywidgets.Image(value=out.getvalue(), format="png")
scale = {"x": bqplot.LinearScale(), "y": bqplot.LinearScale()}
mark = bqplot.Image(image=picture(0), scales=scale)
slider = ipywidgets.IntSlider(0, 0, len(stack) - 1)
slider.observe(lambda change: setattr(mark, "image", picture(change.new)), "value")
ipywidgets.VBox([slider, bqplot.Figure(marks=[mark], layout={"height": "660px", "width": "660px"})])
"""
_CANVAS: Final = """
import anywidget, ipywidgets
class Canvas(anywidget.AnyWidget):
    _esm = '''
    export default { render({ model, el }) {
        const canvas = el.appendChild(document.createElement('canvas'));
        canvas.style.width = canvas.style.height = '660px';
        const context = canvas.getContext('2d');
        model.on('msg:custom', (about, buffers) => {
            [canvas.width, canvas.height] = [about.side, about.side];
            const image = context.createImageData(about.side, about.side);
            const grey = new Uint8Array(buffers[0].buffer, buffers[0].byteOffset, buffers[0].byteLength);
            const pixels = new Uint32Array(image.data.buffer);
            for (let n = 0; n < grey.length; n++) pixels[n] = 0xff000000 | (grey[n] * 0x10101);
            context.putImageData(image, 0, 0);
            canvas.setAttribute('data-shown', about.number);
        });
        model.send('ready');
    } };
    '''
canvas = Canvas()
def show(n):
    grey = np.clip(stack[n] * np.float32(255 / TOP), 0, 255).astype("u1")
    canvas.send({"number": n, "side": SIDE}, [grey.data.cast("B")])
canvas.on_msg(lambda *_: show(0))
slider = ipywidgets.IntSlider(0, 0, len(stack) - 1)
slider.observe(lambda change: show(change.new), "value")
ipywidgets.VBox([slider, canvas])
"""
_CLOCK: Final = """([node, attribute]) => {
    const target = document.querySelector(node);
    window.took = new Promise(resolve => {
        let begun = 0;
        document.addEventListener('keydown', event => { begun = event.timeStamp; }, { once: true, capture: true });
        const before = target.getAttribute(attribute);
        const watch = new MutationObserver(async () => {
            const found = document.querySelector(node);
            // A frame of the old picture is not what is waited for.
            if (!found || found.getAttribute(attribute) === before) return;
            watch.disconnect();
            if (found.href) {
                const image = new Image();
                image.src = found.href.baseVal;
                await image.decode();
            }
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
        });
        const childList = attribute === 'href';
        const root = childList ? target.closest('svg') : target;
        watch.observe(root, { attributes: true, attributeFilter: [attribute], subtree: true, childList });
    });
}"""


class _Way:
    """One page, and how its slider is moved."""

    def __init__(self, page: Page, name: str, lab: Lab, *cells: str) -> None:
        self.name, self._page = name, page
        path = lab.notebook(f"{name.replace(' ', '-')}.ipynb", *cells)
        page.set_default_timeout(180_000)
        page.goto(f"{lab.url}/voila/render/{path}?token={lab.token}")

    def move(self, _number: int) -> float:
        """Go to the next slice, and give the milliseconds until it is painted."""
        raise NotImplementedError

    def time(self, focus: str, key: str, node: str, attribute: str) -> float:
        self._page.bring_to_front()
        self._page.locator(focus).first.focus()
        self._page.evaluate(_CLOCK, [node, attribute])
        self._page.keyboard.press(key)
        return float(self._page.evaluate("window.took"))


class _Ours(_Way):
    def __init__(self, page: Page, name: str, lab: Lab, side: int) -> None:
        super().__init__(page, name, lab, _STACK.format(side=side, slices=_SLICES), _OURS)
        page.locator("canvas[data-daisy-painted]").wait_for()

    def move(self, number: int) -> float:
        # Every third slice: its neighbours were fetched while the view was at rest, this one was not.
        field = ".jp-DaisySliders input[type=text]"
        self._page.locator(field).fill(str(3 * number))
        return self.time(field, "Enter", "canvas.jp-DaisyStage-canvas", "data-daisy-painted")


class _Theirs(_Way):
    def __init__(self, page: Page, name: str, lab: Lab, cell: str, shows: tuple[str, str]) -> None:
        super().__init__(page, name, lab, _STACK.format(side=2048, slices=_SLICES), cell)
        self._node, self._attribute = node, attribute = shows
        page.locator(f"{node}[{attribute}]").first.wait_for()

    def move(self, _number: int) -> float:
        return self.time(".noUi-handle", "ArrowRight", self._node, self._attribute)


@pytest.fixture
def ways(browser: Browser, lab: Lab) -> Iterator[list[_Way]]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    try:
        yield [
            _Ours(context.new_page(), "ours, 2048 x 2048", lab, 2048),
            _Ours(context.new_page(), "ours, 8192 x 8192", lab, 8192),
            _Theirs(
                context.new_page(), "plain canvas, uint8, 2048 x 2048", lab, _CANVAS, ("canvas", "data-shown")
            ),
            _Theirs(context.new_page(), "bqplot Image, 2048 x 2048", lab, _BQPLOT, ("svg image", "href")),
        ]
    finally:
        context.close()
        lab.clear()


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]


def test_slider_to_picture_beside_bqplot_and_a_plain_canvas(ways: list[_Way], publish: Publish) -> None:
    times: dict[str, list[float]] = {way.name: [] for way in ways}
    for number in range(1, _ROUNDS + 1):
        # There and back: whoever comes second finds the machine at work for what the first may be asked next.
        for way in ways if number % 2 else reversed(ways):
            took = way.move(number)
            # The first picture of each compiles and allocates; it is told by no one's slider.
            if number > 1:
                times[way.name].append(took)
    head = ["| key to painted picture in a Voila page | median ms | p95 ms | least ms |", "|---|---|---|---|"]
    rows = [
        f"| {name} | {statistics.median(each):.0f} | {_p95(each):.0f} | {min(each):.0f} |"
        for name, each in times.items()
    ]
    publish([*head, *rows])
    ours, large, canvas, bqplot = (statistics.median(each) for each in times.values())
    assert ours < canvas
    assert ours < bqplot
    assert large < 2 * ours
