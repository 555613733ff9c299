"""What goes wrong around the CT page: it is said in words that lead on, and nothing is lost."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest
from ctdesk import Desk, settled, until, words
from disks import close_for_writing, fill, make_room, small_disk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from daisy_lab.apps.ct import CTApp

ENDED = {"done", "failed", "cancelled"}


def _set_axis(app: CTApp, center: float) -> None:
    app.axis.form.vue_change({"name": "center", "value": center, "final": True})


def _run(app: CTApp) -> str:
    """Press the button, and give what the bar says once that has ended."""
    before = app.full.bar.run_id
    app.full.bar.vue_begin()
    until(
        lambda: app.full.bar.run_id != before and app.full.bar.run["state"] in ENDED, "the run does not end"
    )
    return str(app.full.bar.run["fault"])


def _ready(app: CTApp) -> None:
    until(lambda: app.full.bar.enabled, "the volume cannot be run")


def _written(app: CTApp) -> dict[str, str]:
    return {row["label"]: row["value"] for row in app.home.written.rows}


# Files.


def _no_scan(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["numbers"] = np.arange(5)


def _cut(path: Path) -> None:
    path.write_bytes((path.parent / "scan.h5").read_bytes()[:20_000])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_no_scan, "holds no projections"),
        (_cut, "is truncated"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes(b"hello"), "its content is not"),
        (lambda path: path.symlink_to("/etc/hostname"), "outside the allowed folders"),
        (lambda _path: None, "there is no file"),
    ],
)
def test_a_wrong_file_is_refused_and_the_scan_stays(desk: Desk, make: object, said: str) -> None:
    assert callable(make)
    make(desk.folder / "wrong.h5")
    app = desk.opened("scan.h5")
    _set_axis(app, 30.5)
    app.open("wrong.h5")
    assert said in until(lambda: app.picker.trouble, "nothing is said")
    assert app.state.recipe.center == 30.5
    _ready(app)
    assert _run(app) == ""
    assert app.picker.trouble


@pytest.mark.parametrize("path", ["../scan.h5", "/etc/hostname", "/nowhere/scan.h5"])
def test_a_path_outside_the_allowed_folders_is_refused(desk: Desk, path: str) -> None:
    app = desk.window()
    app.open(path)
    assert "outside the allowed folders" in until(lambda: app.picker.trouble, "nothing is said")
    assert app.state.path == ""


def test_a_scan_with_other_flats_says_what_does_not_fit(desk: Desk) -> None:
    with h5py.File(desk.folder / "scan.h5", "a") as file:
        del file["exchange/data_white"]
        file["exchange/data_white"] = np.ones((2, 6, 9), np.uint16)
    app = desk.window()
    app.open("scan.h5")
    until(lambda: "column is 9 long in 'flat'" in words(app), "nothing is said")
    assert not app.full.bar.enabled


def test_a_scan_that_is_removed_while_it_is_open_stays_usable(desk: Desk) -> None:
    app = desk.opened("scan.h5")
    (desk.folder / "scan.h5").unlink()
    app.row.form.vue_change({"name": "row", "value": 5, "final": True})
    settled(app)
    assert words(app).strip() == ""
    _ready(app)
    assert _run(app) == ""
    app.home.export.write("notebook")
    said = until(lambda: _written(app).get("Notebook"), "nothing is said of the notebook")
    assert "is not there any more; bring it back" in said


def test_a_scan_that_is_cut_off_while_it_is_open_gives_no_volume_of_zeros(desk: Desk) -> None:
    whole = (desk.folder / "scan.h5").read_bytes()
    app = desk.opened("scan.h5")
    _set_axis(app, 30.5)
    until(lambda: app.history.rows[0]["what"].startswith("Axis: 30.50"), "the axis is not kept")
    _ready(app)
    os.truncate(desk.folder / "scan.h5", len(whole) // 2)
    assert "scan.h5 was changed since it was first opened; open it again" in _run(app)
    assert not (desk.folder / "scan_rec.h5").exists()
    # Whole again, it is opened again, and no choice is lost.
    (desk.folder / "scan.h5").write_bytes(whole)
    app.open("scan.h5")
    until(lambda: not app.picker.busy, "it is not opened again")
    settled(app)
    assert _run(app) == ""
    assert app.state.recipe.center == 30.5


# Disks.


@pytest.fixture
def disk(tmp_path: Path, small_scan: Path) -> Iterator[Path]:
    """Give a small disk with a scan on it."""
    with small_disk(tmp_path / "disk", "1m") as made:
        shutil.copy(small_scan, made / "scan.h5")
        yield made


@pytest.fixture
def on_disk(disk: Path, built_widgets: None) -> Iterator[Desk]:
    with Desk(disk) as made:
        yield made


def test_a_full_disk_is_told_before_the_run_and_after_room_is_made_it_runs(on_disk: Desk) -> None:
    app = on_disk.opened("scan.h5")
    _ready(app)
    fill(on_disk.folder, leave=8192)
    _set_axis(app, 30.5)
    said = until(lambda: app.full.bar.hint, "nothing is said")
    assert not app.full.bar.enabled
    assert "it needs 98.3 kB and 8.19 kB is free; make room, or choose another folder" in said
    make_room(on_disk.folder)
    _set_axis(app, 30.6)
    _ready(app)
    assert _run(app) == ""


def test_a_disk_that_fills_up_before_the_end_of_a_run_costs_the_file_alone(on_disk: Desk) -> None:
    app = on_disk.opened("scan.h5")
    _ready(app)
    fill(on_disk.folder)
    assert "scan_rec.h5" in _run(app)
    assert sorted(path.name for path in on_disk.folder.iterdir()) == [".ballast", "scan.h5"]
    make_room(on_disk.folder)
    assert _run(app) == ""
    assert (on_disk.folder / "scan_rec.h5").is_file()


def test_a_full_disk_is_told_at_each_export(on_disk: Desk) -> None:
    app = on_disk.opened("scan.h5")
    _ready(app)
    assert _run(app) == ""
    fill(on_disk.folder, leave=4096)
    app.home.tiff()
    until(lambda: "no room left" in _written(app).get("TIFF", ""), "TIFF is not told")
    fill(on_disk.folder)
    for form, title in (("notebook", "Notebook"), ("python", "Python script"), ("json", "Workflow (JSON)")):
        app.home.export.write(form)
        said = until(lambda title=title: _written(app).get(title), f"nothing is said of {title}")
        assert "0 B is free" in said
    assert {path.name for path in on_disk.folder.iterdir()} == {".ballast", "scan.h5", "scan_rec.h5"}


def test_a_session_whose_disk_is_full_says_so_and_keeps_the_page_with_the_next_change(
    folder: Path, tmp_path: Path, built_widgets: None
) -> None:
    with small_disk(tmp_path / "sessions", "1m") as sessions:
        with Desk(folder, sessions) as desk:
            center = _through_a_full_disk(desk, sessions)
        # All of it is there after the session has ended.
        with Desk(folder, sessions) as desk:
            again = desk.window()
            settled(again)
            assert again.state.recipe.center == center
            assert again.state.row == 5


def _through_a_full_disk(desk: Desk, sessions: Path) -> float:
    app = desk.opened("scan.h5")
    _ready(app)
    fill(sessions)
    tried: list[float] = []

    def told() -> bool:
        # What is left of the journal's last page takes a few changes.
        tried.append(30 + len(tried) / 100)
        _set_axis(app, tried[-1])
        return "was not kept" in words(app)

    until(told, "nothing is said")
    assert "No space left on device; make room there" in words(app)
    assert "still on this page, and is kept with the next one" in words(app)
    assert "no room for an array of 98.3 kB" in _run(app)
    app.history.vue_undo()
    until(lambda: app.history.trouble, "the undo says nothing")
    assert app.state.recipe.center == tried[-1]
    make_room(sessions)
    app.row.form.vue_change({"name": "row", "value": 5, "final": True})
    until(lambda: "was not kept" not in words(app), "what was said stays")
    assert _run(app) == ""
    until(lambda: app.history.trouble == "", "what was said of the undo stays")
    return tried[-1]


def test_a_scan_in_a_folder_that_cannot_be_written_has_its_results_in_the_users_own(
    folder: Path, small_scan: Path, built_widgets: None
) -> None:
    with small_disk(folder / "raw", "1m") as raw:
        shutil.copy(small_scan, raw / "scan.h5")
        close_for_writing(raw)
        with Desk(folder) as desk:
            app = desk.opened("raw/scan.h5")
            assert f"cannot be written to; results go to {folder}" in words(app)
            _ready(app)
            assert _run(app) == ""
            app.home.tiff()
            app.home.export.write("json")
            until(lambda: _written(app).get("TIFF") == "raw_scan_rec_tiff", "no TIFF")
            until(lambda: _written(app).get("Workflow (JSON)") == "raw_scan_ct.json", "no workflow")
            assert (folder / "raw_scan_rec.h5").is_file()
            until(lambda: app.inspect.about.rows, "the volume is not shown")


def test_results_go_where_the_user_says(desk: Desk) -> None:
    (desk.folder / "mine").mkdir()
    app = desk.opened("scan.h5")
    app.picker.look("mine")
    until(lambda: app.picker.folder.get("path") == "mine", "the folder is not shown")
    app.home.choose()
    until(lambda: app.full.cost.rows[-1]["value"] == "mine/scan_rec.h5", "the plan does not say where")
    _ready(app)
    assert _run(app) == ""
    assert (desk.folder / "mine" / "scan_rec.h5").is_file()
    again = desk.window()
    settled(again)
    assert again.state.folder == "mine"


def test_where_nothing_can_be_written_it_is_said_before_the_run(on_disk: Desk) -> None:
    close_for_writing(on_disk.folder)
    app = on_disk.opened("scan.h5")
    said = until(lambda: app.full.bar.hint, "nothing is said")
    assert "may not be written to; choose a folder of yours" in said
    assert not app.full.bar.enabled
    app.home.export.write("json")
    said = until(lambda: _written(app).get("Workflow (JSON)"), "nothing is said of the workflow")
    assert "may not be written to" in said
    app.home.choose()
    assert "cannot be written to" in app.picker.trouble
