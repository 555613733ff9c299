"""The PDF page with frames, without a browser: masks that follow a slider, the cake, and their undo."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("ipyvuetify")
pytest.importorskip("bqplot")
pytest.importorskip("anywidget")

from pdfpages import change, open_page, until
from servers import PATIENCE

from daisy_lab import io
from daisy_lab.algorithms import azint
from daisy_lab.apps.pdf._masks import Masks, mask_steps
from daisy_lab.samples.pdf import make_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from daisy_lab.apps.pdf import PdfApp
    from daisy_lab.samples.pdf import Truth

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@contextmanager
def framed(root: Path, *, frames: int = 1) -> Iterator[tuple[PdfApp, Truth]]:
    """Give a page with a generated frame of nickel."""
    truth = make_pdf(root / "Ni.h5", size=256, frames=frames)
    with open_page(root, "Ni.h5") as app:
        until(lambda: app.tune.drawing is not None, "the frame is open")
        until(lambda: app.shell.step == "tune", "the page went on")
        change(app, "composition", "Ni")
        yield app, truth


def move(app: PdfApp, name: str, value: object, *, final: bool = False) -> None:
    app.masking.form.vue_change({"name": name, "value": value, "final": final, "serial": 1})


def made_by_algorithms(app: PdfApp, root: Path) -> tuple[np.ndarray, np.ndarray]:
    """Give the mask and the pattern that the steps of a series make with the same settings."""
    masks = app.state.masks
    frames = np.asarray(io.open_frames(root / "Ni.h5::entry/data/data")[:1])
    geometry = io.read_poni(root / "Ni.poni")
    gaps = azint.mask_detector(frames, geometry, gaps=masks.gaps)
    binning = azint.bins(frames, geometry, gaps, bins=3000, polarization=app.state.polarization).binning
    mask = azint.mask_detector(
        frames, geometry, gaps, gaps=False, lowest=masks.lowest, highest=masks.highest, shapes=masks.drawn
    )
    if masks.rings:
        mask = azint.mask_rings(frames, geometry, mask, threshold=masks.threshold)
    found = azint.integrate(frames, binning, mask, lowest=masks.lowest, highest=masks.highest)
    return mask, found.intensity[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [("threshold", 3.0), ("highest", 9000.0), ("lowest", 500.0), ("stop", 12.0), ("rings", False)],
)
def test_while_a_slider_moves_mask_and_pattern_are_those_of_the_algorithms(
    tmp_path: Path, name: str, value: object
) -> None:
    with framed(tmp_path) as (app, _truth):
        assert app.frame.live is not None
        before, curves = app.frame.live.mask, app.tune.curves
        move(app, name, value)
        mask, intensity = made_by_algorithms(app, tmp_path)
        assert app.tune.drawing is not None
        assert (mask != before).any()
        np.testing.assert_array_equal(app.frame.live.mask, mask)
        np.testing.assert_allclose(app.tune.drawing.source.intensity, intensity, rtol=1e-9)
        assert app.tune.curves is not curves


def test_hot_pixels_of_the_sample_are_left_out(tmp_path: Path) -> None:
    with framed(tmp_path, frames=3) as (app, truth):
        move(app, "rings", value=False, final=True)
        assert app.frame.live is not None
        rows, columns = np.array(truth.hot).T
        hot = app.frame.live.frame[rows, columns] > 0
        assert not app.frame.live.mask[rows, columns][hot].any()
        move(app, "pixels", value=True, final=True)
        told = lambda: {row["label"]: row["value"] for row in app.masking.facts.rows}  # noqa: E731 - read twice
        until(lambda: told()["Hot and dead"] != "0", "hot pixels were looked for")
        assert app.frame.live.mask[rows, columns][hot].mean() > 0.9


def test_a_drawn_area_is_masked_taken_back_and_undone(tmp_path: Path) -> None:
    with framed(tmp_path) as (app, _truth):
        assert app.frame.live is not None
        app.masking.add()
        assert any("Draw a rectangle" in told["text"] for told in app.shell.said)
        drawn: dict[str, dict[str, Any]] = {
            "rectangle": {"kind": "rectangle", "points": [[20, 30], [40, 60]]},
            "circle": {"kind": "circle", "points": [[100.5, 100.5], [100.5, 110.5]]},
            "polygon": {"kind": "polygon", "points": [[150, 150], [150, 170], [170, 150]]},
        }
        for number, area in enumerate(drawn.values(), 1):
            app.frame.picture.roi = area
            app.masking.add()
            assert len(app.state.masks.shapes) == number
            assert app.frame.picture.roi is None
        mask = app.frame.live.mask
        assert mask[20:40, 30:60].all()
        assert mask[100, 92:109].all()
        assert mask[152, 152]
        app.frame.picture.roi = {"kind": "rectangle", "points": [[24, 34], [30, 40]]}
        app.masking.add(keep=True)
        assert not app.frame.live.mask[26, 36]
        app.masking.take_back()
        assert app.frame.live.mask[26, 36]
        until(lambda: app.history.can_undo and not app.keeper._under_way, "all of it is kept")
        app.history.vue_undo()
        until(lambda: len(app.state.masks.shapes) == 4, "the last action is undone")
        until(lambda: app.frame.live and not app.frame.live.mask[26, 36], "the mask is as it was before")


def test_undo_and_redo_go_between_files_with_the_frames_that_belong_to_them(tmp_path: Path) -> None:
    with framed(tmp_path) as (app, _truth):
        make_pdf(tmp_path / "Other.h5", size=256, frames=1, seed=7)
        frames = {name: np.asarray(io.open_frames(tmp_path / name)[:1]) for name in ("Ni.h5", "Other.h5")}

        def shows(name: str) -> bool:
            live = app.frame.live
            held = np.asarray(app.link.array("frames")[:1])
            kept = app.link.ask("records.get", {"name": "pdf_page"}).result(PATIENCE).result["value"]["path"]
            return (
                kept == app.state.path == name
                and live is not None
                and np.array_equal(live.frame, frames[name][0])
                and np.array_equal(held, frames[name])
            )

        app.opening.open_all(("Other.h5",))
        until(lambda: shows("Other.h5"), "the other file is open")
        app.history.vue_undo()
        until(lambda: shows("Ni.h5"), "the first file is open again")
        app.history.vue_undo()
        until(lambda: "composition" not in app.state.recipe, "what was changed before is undone, too")
        assert shows("Ni.h5")
        assert not app.tune.about.value.get("composition")
        app.history.vue_redo()
        app.history.vue_redo()
        until(lambda: shows("Other.h5"), "redo leads to the other file")


def test_a_mask_that_leaves_nothing_is_told_where_it_is_set(tmp_path: Path) -> None:
    with framed(tmp_path) as (app, _truth):
        move(app, "stop", 400.0)
        assert "leaves no pixel" in app.masking.form.faults["threshold"]
        assert app.tune.curves is None
        move(app, "stop", 0.0)
        assert app.masking.form.faults == {}
        assert app.tune.curves is not None


def test_a_mask_travels_as_the_pixels_of_the_screen(tmp_path: Path) -> None:
    with framed(tmp_path) as (app, _truth):
        picture = app.frame.picture
        sent: list[tuple[dict[str, Any], list[bytes]]] = []
        picture._relay._send = lambda content, buffers=None: sent.append((content, buffers))
        asked = {
            "name": picture.sources["mask"]["name"],
            "shown": ["row", "column"],
            "height": 64,
            "width": 64,
        }
        asked |= {"region": [0, 256, 0, 256], "view": "mask", "version": None, "bits": 8}
        picture._relay.hear({"page": "p", "id": 1, "method": "view.image", "params": asked})
        about, (pixels,) = sent[0][0]["reply"]["result"], sent[0][1]
        assert (about["height"], about["width"]) == (64, 64)
        grey = np.frombuffer(pixels, np.uint8).reshape(64, 64)
        assert app.frame.live is not None
        covered = app.frame.live.mask.reshape(64, 4, 64, 4).any(axis=(1, 3))
        np.testing.assert_array_equal(grey > 1, covered)


def test_the_cake_has_straight_rings_where_the_calibrant_has_them(tmp_path: Path) -> None:
    with framed(tmp_path) as (app, _truth):
        until(lambda: app.frame.picture.outlines, "the rings of nickel are drawn")
        app.frame.picture.way = "cake"
        until(lambda: app.frame.picture.sources["main"]["name"] == "~cake", "the cake is shown")
        until(lambda: app.frame.picture.scales, "its axes are told")
        cake = np.asarray(app.work.array("~cake"))[0]
        scale = app.frame.picture.scales["bin"]
        named = [line for line in app.frame.picture.outlines if line["title"]]
        measured = np.isfinite(cake)
        mean = np.where(measured, cake, 0).sum(axis=0) / np.maximum(measured.sum(axis=0), 1)
        for line in named[:3]:
            (top, column), (bottom, other) = line["points"]
            assert column == other
            assert (top, bottom) == (0, len(cake))
            assert abs(scale["first"] + (column - 0.5) * scale["step"] - float(line["title"])) < 0.006
            near = slice(int(column) - 3, int(column) + 4)
            assert mean[near].max() > 1.5 * np.median(mean[int(column) - 12 : int(column) + 12])
        app.frame.picture.way = "frame"
        until(lambda: app.frame.picture.sources["main"]["name"] == "frames", "the frame is shown again")


def test_another_frame_of_the_stack_has_its_own_pattern(tmp_path: Path) -> None:
    with framed(tmp_path, frames=2) as (app, _truth):
        assert app.tune.drawing is not None
        before = app.tune.drawing.source.intensity
        app.frame.picture.index = {"frame": 1}
        until(lambda: app.tune.drawing.source.intensity is not before, "the other frame is integrated")
        assert app.state.frame == 1


def test_settings_of_a_mask_come_back_from_json() -> None:
    masks = Masks(stop=7.0, center=(3.0, 4.0), highest=9.0, shapes=({"kind": "circle", "radius": 2},))
    assert Masks.from_json(json.loads(json.dumps(masks.to_json())) | {"tomorrow": 1}) == masks
    assert json.loads(masks.drawn)[0] == {"kind": "circle", "center": [3.0, 4.0], "radius": 7.0}


@pytest.mark.parametrize(("pixels", "rings"), [(False, False), (True, False), (False, True), (True, True)])
def test_the_last_step_of_any_mask_makes_the_mask_that_is_used(*, pixels: bool, rings: bool) -> None:
    one = {"name": "frames", "frame": [3, 4]}
    masks = Masks(pixels=pixels, rings=rings)
    first, others = mask_steps(masks, one, flip="none", count=40, masked=False)
    assert first["outputs"] == ["gap_mask"]
    assert others[-1]["outputs"] == ["used_mask"]
    stacks = [
        step["inputs"]["frames"]["frame"] for step in others if step["algorithm"] == "azint.mask_pixels"
    ]
    assert stacks == ([[0, 10]] if pixels else [])
