"""From a key on the slice slider to the painted picture, 2048 x 2048: our view beside bqplot's Image, in one page.

Rounds alternate, so drift hits both alike. The slices are a ramp with noise, as real ones are: a clean phantom would
flatter whatever compresses. The clock runs in the page, from the key's event to the frame after the picture was there.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Final

import pytest

pytest.importorskip("playwright")
pytest.importorskip("bqplot")

if TYPE_CHECKING:
    from browsers import Workbench
    from conftest import Publish
    from playwright.sync_api import Page
    from servers import Lab

PAGE = "benchmarks-workbench.md"

_READS: Final = 20
_SIDE: Final = 2048
_SLICES: Final = 48
_STACK: Final = f"""
import numpy as np
from daisy_lab import store
rng = np.random.default_rng(0)
y, x = np.mgrid[:{_SIDE}, :{_SIDE}].astype("f4")
stack = np.stack([x + y + 20 * n + rng.normal(0, 20, x.shape).astype("f4") for n in range({_SLICES})])
store.put("stack", stack, axes=("slice", "y", "x"), unit="1/cm")
large = stack[0, :512, :512].repeat(8, 0).repeat(8, 1)
store.put("large", np.broadcast_to(large, (4, 4096, 4096)), axes=("slice", "y", "x"))
"""
_BQPLOT: Final = """
import io
import bqplot, ipywidgets
from PIL import Image
def picture(n):
    grey = np.clip((stack[n] - 0) * (255 / 4600), 0, 255).astype("u1")
    out = io.BytesIO()
    Image.fromarray(grey).save(out, "png", compress_level=1)
    return ipywidgets.Image(value=out.getvalue(), format="png")
scale = {"x": bqplot.LinearScale(), "y": bqplot.LinearScale()}
mark = bqplot.Image(image=picture(0), scales=scale)
slider = ipywidgets.IntSlider(0, 0, len(stack) - 1)
slider.observe(lambda change: setattr(mark, "image", picture(change.new)), "value")
ipywidgets.VBox([slider, bqplot.Figure(marks=[mark], layout={"height": "400px", "width": "400px"})])
"""
# What each shows of itself once the picture is on the page: ours the position it painted, theirs another address.
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
        const root = attribute === 'href' ? target.closest('svg') : target;
        const childList = attribute === 'href';
        watch.observe(root, { attributes: true, attributeFilter: [attribute], subtree: true, childList });
    });
}"""


def _time(page: Page, focus: str, key: str, node: str, attribute: str) -> float:
    """Press a key, and give the milliseconds until its picture is painted."""
    page.locator(focus).focus()
    page.evaluate(_CLOCK, [node, attribute])
    page.keyboard.press(key)
    return float(page.evaluate("window.took"))


def _ours(page: Page, place: int | None = None) -> float:
    """Go to a slice by its number, or to the next."""
    canvas = ("canvas.jp-DaisyStage-canvas", "data-daisy-painted")
    if place is None:
        return _time(page, ".jp-DaisySliders input[type=range]", "ArrowRight", *canvas)
    field = ".jp-DaisySliders input[type=text]"
    page.locator(field).fill(str(place))
    return _time(page, field, "Enter", *canvas)


def _theirs(page: Page) -> float:
    return _time(
        page, ".jp-OutputArea .noUi-handle", "ArrowRight", ".jp-OutputArea .bqplot svg image", "href"
    )


def _open(workbench: Workbench, name: str) -> float:
    """Open a view, and give the milliseconds until its picture is painted."""
    return float(
        workbench.page.evaluate(
            """name => new Promise(resolve => {
                const begun = performance.now();
                const known = new Set(document.querySelectorAll('canvas[data-daisy-painted]'));
                const watch = new MutationObserver(() => {
                    if ([...document.querySelectorAll('canvas[data-daisy-painted]')].some(one => !known.has(one))) {
                        watch.disconnect();
                        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
                    }
                });
                watch.observe(document.body, { attributes: true, childList: true, subtree: true });
                void window.jupyterapp.commands.execute('daisy-lab:open-view', { seen: [{ name }] });
            })""",
            name,
        )
    )


def _read_out(page: Page, number: int) -> float:
    """Move the pointer to another pixel, and give the milliseconds until its value stands there."""
    box = page.locator(".jp-DaisyLook-stage").bounding_box()
    assert box is not None
    page.evaluate(
        """() => { window.took = new Promise(resolve => {
            let begun = 0;
            const start = event => { begun = event.timeStamp; };
            document.addEventListener('pointermove', start, { once: true, capture: true });
            const watch = new MutationObserver(() => { watch.disconnect(); resolve(performance.now() - begun); });
            const node = document.querySelector('.jp-DaisyReadOut');
            watch.observe(node, { characterData: true, childList: true, subtree: true });
        }); }"""
    )
    page.mouse.move(box["x"] + box["width"] / 2 + 5 * number, box["y"] + box["height"] / 2 + 3 * number)
    return float(page.evaluate("window.took"))


def _line(name: str, times: list[float]) -> str:
    return f"| {name} | {statistics.median(times):.0f} | {min(times):.0f} | {max(times):.0f} |"


def test_slider_beside_bqplot(workbench: Workbench, lab: Lab, publish: Publish) -> None:
    path = lab.notebook("bench.ipynb", _STACK, _BQPLOT)
    workbench.open(path)
    page = workbench.page
    workbench.command("notebook:run-all-cells")
    page.locator(".jp-OutputArea .bqplot svg image").wait_for(timeout=120_000)
    large = _open(workbench, "large")
    workbench.command("application:close")
    page.locator("canvas.jp-DaisyStage-canvas").wait_for(state="detached")
    opened = _open(workbench, "stack")
    times: dict[str, list[float]] = {"ours": [], "ours, fetched while at rest": [], "bqplot Image": []}
    _theirs(page)
    # Every third slice: none of them is a neighbour of one that was shown before, as the middle one was at first.
    for place in range(0, _SLICES, 3):
        if abs(place - _SLICES // 2) > 1:
            times["ours"].append(_ours(page, place))
            times["bqplot Image"].append(_theirs(page))
            # Meanwhile the view was at rest, and has the next slice.
            times["ours, fetched while at rest"].append(_ours(page))
    workbench.command("application:toggle-mode")
    page.wait_for_function("document.querySelector('.jp-DaisyLook-stage').clientWidth > 800")
    whole = "ours, as large as the window"
    times[whole] = [_ours(page, place) for place in range(0, _SLICES, 3) if abs(place - _SLICES // 2) > 1]
    reads = [_read_out(page, number) for number in range(1, _READS)]
    head = ["| key to painted picture, 2048 x 2048 | median ms | least ms | most ms |", "|---|---|---|---|"]
    publish([*head, *(_line(name, each) for name, each in times.items())])
    others = {"pointer to value": reads, "open 48 x 2048 x 2048": [opened], "open 4 x 4096 x 4096": [large]}
    head = ["| the rest of the view | median ms | least ms | most ms |", "|---|---|---|---|"]
    publish([*head, *(_line(name, each) for name, each in others.items())])
    assert statistics.median(times["ours"]) < statistics.median(times["bqplot Image"])
