"""The CT page over a real session: open, change, run, look, take home; what goes wrong is said, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import h5py
import numpy as np
from ctdesk import PATIENCE, settled, until, volume_in, words

if TYPE_CHECKING:
    import pytest
    from ctdesk import Desk

    from daisy_lab.apps.ct import CTApp


def _run(app: CTApp) -> None:
    until(lambda: app.full.bar.enabled, "the volume cannot be run")
    app.full.bar.vue_begin()
    until(lambda: app.full.bar.run.get("state") in {"done", "failed"}, "the run does not end")
    assert app.full.bar.run["state"] == "done", app.full.bar.run


def test_a_scan_shows_its_slice_and_axis_by_itself(desk: Desk) -> None:
    app = desk.opened("scan.h5")
    assert app.shell.step == "axis"
    assert app.shell.chip == "scan.h5 · 91 × 6 × 64"
    assert app.state.row == 3
    assert "preview" in app.stage.slice.picture.note
    assert words(app).strip() == ""


def test_the_volume_is_that_of_the_command_line(desk: Desk) -> None:
    app = desk.opened("scan.h5")
    app.axis.form.vue_change({"name": "center", "value": 31.3, "final": True})
    app.change(app.state.recipe.set("ct.reconstruct", "filter", "hann"), note="filter").result(60)
    _run(app)
    command = [sys.executable, "-m", "daisy_lab", "run", "ct", "scan.h5", "--output", "cli.h5"]
    command += ["--set", "center=31.3", "--set", "reconstruct.filter=hann"]
    subprocess.run(command, cwd=desk.folder, check=True, capture_output=True)
    assert volume_in(desk.folder / "scan_rec.h5") == volume_in(desk.folder / "cli.h5")


def test_the_volume_appears_once_it_is_there_and_after_a_reload(desk: Desk) -> None:
    app = desk.opened("scan.h5")
    _run(app)
    until(lambda: app.inspect.about.rows, "the volume is not shown")
    assert {row["label"]: row["value"] for row in app.inspect.about.rows}["File"] == "scan_rec.h5"
    assert app.inspect.view.planes.sources["main"]["name"].endswith("/volume")
    again = desk.window()
    settled(again)
    until(lambda: again.inspect.about.rows, "the volume is not shown again")
    assert again.state == app.state


def test_a_second_window_follows_and_neither_overwrites_the_other(desk: Desk) -> None:
    one = desk.opened("scan.h5")
    two = desk.window()
    settled(two)
    one.change(one.state.recipe.about(30.5), note="axis").result(60)
    until(lambda: two.state.recipe.center == 30.5, "the second window does not follow")
    two.change(two.state.recipe.set("ct.circular_mask", "ratio", 0.5), note="mask").result(60)
    until(lambda: one.state == two.state, "the first window does not follow")
    assert one.state.recipe.center == 30.5
    assert one.state.recipe.settings["ct.circular_mask"] == {"ratio": 0.5}


def test_undo_takes_the_change_back_and_redo_takes_it_again(desk: Desk) -> None:
    app = desk.opened("scan.h5")
    app.change(app.state.recipe.about(30.5), note="axis")
    until(lambda: len(app.history.rows) == 2, "the change is not in the history")
    app.history.vue_undo()
    until(lambda: app.state.recipe.center is None, "the change was not taken back")
    app.history.vue_redo()
    until(lambda: app.state.recipe.center == 30.5, "the change was not taken again")
    until(lambda: app.axis.form.values["center"] == 30.5, "the form does not follow")


def test_going_back_before_another_scan_shows_the_scan_it_was_about(desk: Desk) -> None:
    (desk.folder / "other.h5").write_bytes((desk.folder / "scan.h5").read_bytes())
    app = desk.opened("scan.h5")
    app.open("other.h5")
    until(lambda: app.shell.chip.startswith("other.h5"), "the other scan was not opened")
    until(lambda: len(app.history.rows) == 2, "no history")
    app.history.vue_restore(1)
    until(lambda: app.shell.chip.startswith("scan.h5"), "the first scan is not shown again")
    assert app.state.path == "scan.h5"


def test_the_slice_before_stands_beside_the_one_now(desk: Desk) -> None:
    app = desk.opened("scan.h5")
    picture = app.stage.slice.picture
    assert "before" not in [way["id"] for way in picture.ways]
    app.change(app.state.recipe.about(30.5), note="axis").result(60)
    picture.way = "before"
    until(lambda: "other" in picture.sources, "no picture before")
    assert picture.titles == {"main": "Now", "other": "Before"}
    picture.way = "slice"
    assert "other" not in picture.sources


def test_opposite_views_lie_over_each_other(desk: Desk) -> None:
    app = desk.opened("scan.h5")
    app.stage.slice.picture.way = "overlay"
    overlay = app.stage.overlay.picture
    until(lambda: overlay.sources and not overlay.busy, "no overlay")
    assert app.stage.part is overlay
    assert "mirrored" in overlay.note
    low, high = overlay.window
    assert low == -high


def test_many_values_make_many_slices_and_one_is_taken(desk: Desk) -> None:
    app = desk.opened("scan.h5")
    app.stage.slice.picture.way = "tries"
    sheet = app.stage.tries.sheet
    sheet.vue_begin([{"id": "center", "first": 30.0, "last": 32.0, "count": 3}, {"id": "reconstruct.filter"}])
    until(lambda: sheet.said, "the sheet is not complete")
    filters = sheet.columns
    until(lambda: all(tile["there"] for tile in sheet.tiles), "a picture is missing")
    assert len(sheet.tiles) == 3 * filters
    sheet.vue_adopt(filters + 1)
    assert app.state.recipe.center == 31.0
    assert "filter" in app.state.recipe.settings["ct.reconstruct"]
    assert app.stage.way == "slice"


def test_a_scan_without_angles_asks_for_them(desk: Desk) -> None:
    with h5py.File(desk.folder / "scan.h5", "a") as file:
        del file["exchange/theta"]
    app = desk.window()
    app.open("scan.h5")
    until(lambda: app.scan.lacks_angles, "nobody asked for the angles")
    assert app.state.path == ""
    app.scan.angles.vue_change({"name": "last", "value": 180.0, "final": True})
    app.scan.angles.vue_act("use")
    settled(app)
    assert app.state.theta == (0.0, 180.0)
    np.testing.assert_allclose(app.scan.theta[[0, -1]], [0, np.pi])
    app.home.export.write("notebook")
    until((desk.folder / "scan_ct.ipynb").is_file, "no notebook")
    assert "linspace" in (desk.folder / "scan_ct.ipynb").read_text()


def test_a_file_that_is_no_scan_is_refused_in_words_and_the_scan_stays(desk: Desk) -> None:
    with h5py.File(desk.folder / "wrong.h5", "w") as file:
        file["numbers"] = np.arange(5)
    (desk.folder / "broken.h5").write_bytes(b"no file of any kind")
    app = desk.opened("scan.h5")
    for name, said in (("wrong.h5", "no projections"), ("broken.h5", "broken.h5"), ("../x.h5", "x.h5")):
        app.picker.trouble = ""
        app.open(name)
        assert said in until(lambda: app.picker.trouble, f"nothing is said of {name}")
    assert app.state.path == "scan.h5"
    assert app.shell.chip.startswith("scan.h5")


def test_a_file_that_vanished_is_told_and_the_page_stays(desk: Desk) -> None:
    app = desk.opened("scan.h5")
    (desk.folder / "scan.h5").rename(desk.folder / "away.h5")
    app.open("scan.h5")
    assert "scan.h5" in until(lambda: app.picker.trouble, "nothing is said")
    # What a page needs to show its state again is gone as well.
    held = list(app.state.inputs.values())
    app.link.ask("objects.delete", {"names": held}).result(PATIENCE)
    again = desk.window()
    assert "scan.h5" in until(lambda: words(again).strip(), "nothing is said in a new window")
    (desk.folder / "away.h5").rename(desk.folder / "scan.h5")
    settled(desk.window())


def test_a_folder_that_cannot_be_written_says_so_before_the_run(desk: Desk) -> None:
    (desk.folder / "scan_rec.h5").mkdir()
    app = desk.window()
    app.open("scan.h5")
    settled(app)
    until(lambda: app.full.bar.hint, "nothing is said")
    assert not app.full.bar.enabled
    assert "scan_rec.h5" in app.full.bar.hint


def test_what_is_taken_home_lies_beside_the_scan(desk: Desk) -> None:
    app = desk.opened("scan.h5")
    app.home.tiff()
    assert app.home.written.rows[0]["value"] == "Reconstruct the volume first."
    _run(app)
    app.home.enter()
    app.home.tiff()
    for form in ("notebook", "python", "json"):
        app.home.export.write(form)
    names = {"scan_rec.h5", "scan_rec_tiff", "scan_ct.ipynb", "scan_ct.py", "scan_ct.json"}
    until(lambda: {row["value"] for row in app.home.written.rows} == names, "not all is written")
    assert len(list((desk.folder / "scan_rec_tiff").iterdir())) == 6
    assert app.picker.selected == "scan_rec.h5"


def test_the_notebook_makes_the_volume_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = desk.opened("scan.h5")
    _run(app)
    app.home.export.write("notebook")
    book = desk.folder / "scan_ct.ipynb"
    until(book.is_file, "no notebook")
    monkeypatch.chdir(desk.folder)
    import nbformat  # noqa: PLC0415 - for this test alone

    cells = [cell.source for cell in nbformat.read(book, 4).cells if cell.cell_type == "code"]
    subprocess.run([sys.executable, "-c", "\n".join(cells)], cwd=desk.folder, check=True, capture_output=True)
    assert volume_in(desk.folder / "scan_ct.h5") == volume_in(desk.folder / "scan_rec.h5")


def test_the_history_speaks_the_language_of_each_window(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    english = desk.opened("scan.h5")
    english.axis.form.vue_change({"name": "center", "value": 30.5, "final": True})
    english.correct.parts[0].vue_change({"name": "stripes", "value": "ct.remove_stripes_all", "final": True})
    _run(english)
    said = [
        "CT reconstruction: done",
        "Reconstruct volume",
        "Stripes: Remove stripes all",
        "Axis: 30.50 px",
        "Opened scan.h5",
    ]
    until(lambda: sorted(row["what"] for row in english.history.rows) == sorted(said), "not all is told")
    monkeypatch.setenv("DAISY_LAB_LANGUAGE", "zh_CN")
    chinese = desk.window()
    until(lambda: len(chinese.history.rows) == len(said), "the second window tells less")
    rows = [row["what"] for row in chinese.history.rows]
    assert {"重建三维体", "打开 scan.h5"} <= set(rows)
    assert any(row.startswith("CT 重建") for row in rows)
    assert not [row for row in rows if row in said]


def test_find_says_how_sure_the_axis_is_and_by_which_ways(desk: Desk) -> None:
    app = desk.opened("scan.h5")
    _note(app, "Found automatically")
    app.axis.form.vue_change({"name": "center", "value": 20.0, "final": True})
    _note(app, "Set by hand")
    app.axis.form.vue_act("find")
    note = _note(app, "Confidence")
    assert "rotation axis at column" in note["text"]
    assert app.axis.form.trouble == ""
    assert app.state.recipe.center is None


def test_the_sharpness_curve_is_there_on_the_axis_step_however_the_axis_was_set(desk: Desk) -> None:
    app = desk.opened("scan.h5")
    _curve(app)
    # Another scan, and back to the first one, whose axis was set by hand: nothing is looked for on the way.
    _set_by_hand(app, 30.5)
    (desk.folder / "other.h5").write_bytes((desk.folder / "scan.h5").read_bytes())
    app.open("other.h5")
    until(lambda: len(app.history.rows) == 3, "the other scan was not opened")
    _curve(app)
    app.history.vue_restore(2)
    until(lambda: app.state.path == "scan.h5", "the first scan is not shown again")
    _curve(app)
    assert app.axis.center == 30.5
    # Far from the middle of the curve there is another curve.
    _set_by_hand(app, 45.0)
    until(lambda: app.axis.sharpness.curve.domain[0] > 30, "the curve does not follow")
    # A page that is loaded anew has it, too.
    _curve(desk.window())


def test_the_sharpness_curve_says_why_it_is_not_there(desk: Desk) -> None:
    app = desk.opened("scan.h5")
    _curve(app)
    held = list(app.state.inputs.values())
    app.link.ask("objects.delete", {"names": held}).result(PATIENCE)
    app.row.form.vue_change({"name": "row", "value": 5, "final": True})
    app.axis.look()
    until(lambda: "is missing" in app.axis.sharpness.curve.note, "nothing is said")
    app.open("scan.h5")
    until(lambda: "is missing" not in app.axis.sharpness.curve.note, "it is still said")
    _curve(app)


def _set_by_hand(app: CTApp, center: float) -> None:
    app.axis.form.vue_change({"name": "center", "value": center, "final": True})
    until(lambda: f"{center:.2f} px" in app.history.rows[0]["what"], "the axis is not kept")


def _curve(app: CTApp) -> None:
    curve = app.axis.sharpness.curve
    until(lambda: "sharpness" in curve.table() and curve.table().count("\n") > 41, "there is no curve")
    until(lambda: not curve.note, "it says that it is still computed")


def _note(app: CTApp, title: str) -> dict[str, str]:
    until(lambda: title in app.axis.form.notes.get("center", {}).get("title", ""), f"it does not say {title}")
    return dict(app.axis.form.notes["center"])
