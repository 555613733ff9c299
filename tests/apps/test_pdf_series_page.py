"""The series of the PDF page, without a browser: G(r) files, tables of patterns, files that grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest

pytest.importorskip("ipyvuetify")
pytest.importorskip("bqplot")
pytest.importorskip("anywidget")

from pdfpages import change, open_page, until, write_pattern
from servers import PATIENCE

from daisy_lab.algorithms.pdf import CRYSTALS, Pairs
from daisy_lab.samples.pdf import make_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab.apps.pdf import PdfApp

Q = np.linspace(0.6, 24.0, 1200)


def write_gr(path: Path, share: float) -> None:
    """Write G(r) of a mixture of nickel and silicon."""
    r = np.arange(0.0, 20.0, 0.02)
    gr = (1 - share) * Pairs(CRYSTALS["Ni"]).gr(r) + share * Pairs(CRYSTALS["Si"]).gr(r)
    rows = "".join(f"{x:.3f} {y:.8g}\n" for x, y in zip(r, gr, strict=True))
    path.write_text(f"#L r(A)  G(A^{{-2}})\n{rows}")


def pattern(number: int) -> np.ndarray:
    """Give the pattern of one frame: nickel first, silicon later."""
    return 50 * Pairs(CRYSTALS["Ni" if number < 4 else "Si"]).intensity(Q)


def settle(app: PdfApp, **settings: object) -> None:
    for name, value in settings.items():
        form = app.series.form if name in {"what", "files", "follow"} else app.series.looks
        form.vue_change({"name": name, "value": value, "final": True, "serial": 1})


def test_files_of_gr_are_compared_without_any_pattern(tmp_path: Path) -> None:
    for number in range(8):
        write_gr(tmp_path / f"t_{number}0K.gr", 0.0 if number < 4 else 0.6)
    with open_page(tmp_path) as app:
        app.shell.go("series")
        assert not any(step["blocked"] for step in app.shell.steps if step["id"] == "series")
        app.series.pick("t_00K.gr")
        until(lambda: app.series.gr is not None, "the files are read")
        assert app.series.gr is not None
        assert app.series.gr.shape[0] == 8
        until(lambda: len(app.series.facts.rows) == 4, "components and changes are found")
        told = {row["label"]: row["value"] for row in app.series.facts.rows}
        assert told["Changes at"] in {"4", "40K"}
        assert float(told["Least alike"]) < 0.95
        assert app.series.shown.course.legend
        settle(app, show="difference", reference="mean")
        until(lambda: "mean" in app.series.shown.map.title, "the difference is shown")
        until(lambda: not app.keeper._under_way, "the state is kept")
        assert app.state.series["what"] == "gr"


def test_a_setting_of_the_series_goes_back_with_undo(tmp_path: Path) -> None:
    write_pattern(tmp_path / "Ni.xye")
    with open_page(tmp_path, "Ni.xye") as app:
        until(lambda: app.tune.drawing is not None, "the pattern is open")
        before = app.series.settings["components"]
        settle(app, components=before + 1)

        def kept() -> bool:
            asked = app.link.ask("records.get", {"name": "pdf_page"})
            if asked.exception(PATIENCE):
                return False
            return bool(asked.result().result["value"]["series"].get("components") == before + 1)

        until(kept, "the setting is kept")
        app.history.vue_undo()
        until(lambda: app.series.settings["components"] == before, "it is taken back")
        assert app.series.looks.value["components"] == before


def test_a_folder_without_such_files_is_told(tmp_path: Path) -> None:
    write_gr(tmp_path / "one.gr", 0.0)
    with open_page(tmp_path) as app:
        app.shell.go("series")
        settle(app, what="gr", files="*.gr")
        assert app.bar.enabled
        app.bar.vue_begin()
        until(lambda: any("two or more" in told["text"] for told in app.shell.said), "it is told")


def test_patterns_of_one_file_are_opened_run_and_compared(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "run.h5", "w") as file:
        file["q"] = Q
        file["q"].attrs["units"] = "1/angstrom"
        file["patterns"] = np.array([pattern(number) for number in range(8)])
    with open_page(tmp_path, "run.h5") as app:
        until(lambda: app.tune.drawing is not None, "the first pattern is open")
        assert app.state.kind == "pattern"
        change(app, "dataformat", "QA") if "dataformat" not in app.state.recipe else None
        change(app, "composition", "Ni")
        app.shell.go("series")
        settle(app, files="run.h5")
        app.bar.vue_begin()
        until(lambda: app.series.gr is not None, "the series is there")
        assert app.series.gr is not None
        assert app.series.gr.shape == (8, 3001)


@pytest.mark.parametrize("swmr", [False, True])
def test_patterns_that_are_appended_are_seen_and_nothing_is_read_twice(
    tmp_path: Path, *, swmr: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "scan.h5"

    def append(file: h5py.File, number: int) -> None:
        file["patterns"].resize(number + 1, axis=0)
        file["patterns"][number] = pattern(number)
        file["patterns"].flush()

    def reopened(number: int) -> bool:
        try:
            with h5py.File(path, "a", libver="latest") as again:
                append(again, number)
        except OSError:
            # Being looked at just now.
            return False
        return True

    file = h5py.File(path, "w", libver="latest")
    file["q"] = Q
    file.create_dataset("patterns", (0, len(Q)), np.float64, maxshape=(None, len(Q)), chunks=(1, len(Q)))
    append(file, 0)
    if swmr:
        file.swmr_mode = True
    else:
        file.close()
    try:
        with open_page(tmp_path, "scan.h5") as app:
            until(lambda: app.tune.drawing is not None, "the first pattern is open")
            change(app, "dataformat", "QA")
            change(app, "composition", "Ni")
            app.shell.go("series")
            settle(app, files="scan.h5")
            read: list[int] = []
            take = app.series.growing.take
            monkeypatch.setattr(
                app.series.growing,
                "take",
                lambda turn, block: (read.append(len(block)), take(turn, block))[1],
            )
            settle(app, follow=True)
            until(lambda: app.series.gr is not None, "what is there is seen")
            for number in range(1, 8):
                if swmr:
                    append(file, number)
                else:
                    until(lambda at=number: reopened(at), "the file is free to be written")
                until(lambda seen=number: len(app.series.gr) == seen + 1, "the new one is seen")
            assert sum(read) == 8
            until(lambda: len(app.series.facts.rows) == 4, "components and changes are found")
            change(app, "rpoly", 1.2)
            before = app.series.gr
            app.shell.go("tune")
            app.shell.go("series")
            until(lambda: app.series.gr is not before, "another recipe is used for all of them")
            assert sum(read) == 8
    finally:
        if swmr:
            file.close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_frames_that_are_appended_are_integrated_as_they_come(tmp_path: Path) -> None:
    make_pdf(tmp_path / "Ni.h5", size=128, frames=3)
    with h5py.File(tmp_path / "Ni.h5") as file:
        frames = file["entry/data/data"][...]
    (tmp_path / "scan.poni").write_text((tmp_path / "Ni.poni").read_text())
    shape = frames.shape[1:]
    with h5py.File(tmp_path / "scan.h5", "w", libver="latest") as file:
        data = file.create_dataset(
            "entry/data/data", (1, *shape), frames.dtype, maxshape=(None, *shape), chunks=(1, *shape)
        )
        data[0] = frames[0]
        file.swmr_mode = True
        with open_page(tmp_path, "scan.h5") as app:
            until(lambda: app.tune.drawing is not None, "the first frame is open")
            assert any("still being written" in told["text"] for told in app.shell.said)
            change(app, "composition", "Ni")
            app.shell.go("series")
            settle(app, follow=True)
            until(lambda: app.series.gr is not None, "what is there is seen")
            for number in (1, 2):
                data.resize(number + 1, axis=0)
                data[number] = frames[number]
                data.flush()
                until(lambda seen=number: len(app.series.gr) == seen + 1, "the new frame is seen")
            assert app.tune.curves is not None
            assert app.series.gr is not None
            alike = np.corrcoef(app.series.gr[0], app.tune.curves.gr)[0, 1]
            assert alike > 0.999


def test_what_cannot_grow_is_told(tmp_path: Path) -> None:
    for number in range(3):
        write_pattern(tmp_path / f"n{number}.xye")
    with open_page(tmp_path, "n0.xye") as app:
        until(lambda: app.tune.drawing is not None, "the pattern is open")
        app.shell.go("series")
        settle(app, follow=True)
        until(lambda: any("only an HDF5 file can grow" in told["text"] for told in app.shell.said), "told")
