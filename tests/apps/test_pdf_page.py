"""The PDF page from file to curves, without a browser: what is told where, and what it writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("ipyvuetify")
pytest.importorskip("bqplot")
pytest.importorskip("anywidget")

from pdfpages import change, open_page, until, write_pattern

from daisy_lab import io
from daisy_lab.algorithms.pdf import pattern_to_gr
from daisy_lab.samples.pdf import make_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab.apps.pdf import PdfApp


def opened(app: PdfApp) -> None:
    until(lambda: app.tune.drawing is not None, "the pattern is open")
    until(lambda: app.shell.step != "open" or app.tune.about.faults, "the page went on")


def test_a_pattern_and_a_formula_give_curves(tmp_path: Path) -> None:
    write_pattern(tmp_path / "Ni.xye")
    with open_page(tmp_path, "Ni.xye") as app:
        opened(app)
        assert "composition is empty" in app.tune.form.faults["composition"]
        change(app, "composition", "Ni")
        assert app.tune.form.faults == {}
        curves = app.tune.curves
        assert curves is not None
        tall = [peak["r"] for peak in app.panels._peaks if peak["tall"]]
        assert abs(tall[0] - 3.5238 / np.sqrt(2)) < 0.02
        assert "Ni–Ni" in app.panels._peaks[0]["text"] or "Ni–Ni" in app.panels._peaks[1]["text"]  # noqa: RUF001


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("composition", "Nx3", "no element 'Nx'"),
        ("composition", "", "composition is empty"),
        ("qmax", 80.0, "the data"),
    ],
)
def test_what_is_wrong_is_told_at_its_setting(tmp_path: Path, name: str, value: object, said: str) -> None:
    write_pattern(tmp_path / "Ni.xye")
    with open_page(tmp_path, "Ni.xye") as app:
        opened(app)
        change(app, "composition", "Ni")
        before = app.tune.curves
        change(app, name, value)
        assert said in app.tune.form.faults[name]
        assert app.tune.curves is None
        change(app, name, "Ni" if name == "composition" else 20.0)
        assert app.tune.form.faults == {}
        assert before is not None


def test_a_column_without_a_name_is_asked_for_not_guessed(tmp_path: Path) -> None:
    write_pattern(tmp_path / "Ni.xye", header="", scale=3.0)
    with open_page(tmp_path, "Ni.xye") as app:
        opened(app)
        assert app.shell.step == "open"
        assert "wavelength" in " ".join(app.tune.about.faults.values())
        assert "two theta in degree may" in app.tune.about.notes["dataformat"]["text"]


def test_degrees_taken_for_q_are_told(tmp_path: Path) -> None:
    write_pattern(tmp_path / "Ni.xye", header="", scale=8.0)
    (tmp_path / "Ni.cfg").write_text("[DEFAULT]\ndataformat = QA\ncomposition = Ni\n")
    with open_page(tmp_path, "Ni.cfg", "Ni.xye") as app:
        opened(app)
        assert "for degrees set dataformat=twotheta" in app.tune.about.faults["dataformat"]


def test_a_drag_sends_only_what_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pattern(tmp_path / "Ni.xye")
    with open_page(tmp_path, "Ni.xye") as app:
        opened(app)
        change(app, "composition", "Ni")
        sent: list[dict[str, Any]] = []
        monkeypatch.setattr(app.panels, "tell", lambda _method, about, **_beside: sent.append(about))
        change(app, "qmax", 18.0, final=False)
        assert "gr" in sent[0]["fresh"]
        assert not {"q", "iq", "fq", "polynomial", "r"} & set(sent[0]["fresh"])
        assert sent[0]["peaks"] is None
        change(app, "rpoly", 1.1, final=False)
        assert {"fq", "gr", "polynomial"} <= set(sent[1]["fresh"])
        assert "iq" not in sent[1]["fresh"]


def test_a_page_loaded_anew_shows_the_same_and_undo_goes_back(tmp_path: Path) -> None:
    write_pattern(tmp_path / "Ni.xye")
    with open_page(tmp_path, "Ni.xye") as app:
        opened(app)
        change(app, "composition", "Ni")
        change(app, "qmax", 19.0)
        until(lambda: app.shell.saved, "the state is kept")
        from daisy_lab.apps._page import Asked  # noqa: PLC0415 - beside its use
        from daisy_lab.apps.pdf import PdfApp as Page  # noqa: PLC0415 - likewise

        until(lambda: not app.keeper._under_way, "the newest state is kept")
        second = Page(app.link, Asked("pdf", "pdf", ("Ni.xye",)))
        until(lambda: second.tune.curves is not None, "the second window has its curves")
        assert second.state.recipe["qmax"] == 19.0
        until(lambda: second.history.can_undo, "the history is there")
        second.history.vue_undo()
        until(lambda: second.state.recipe["qmax"] != 19.0, "the change is taken back")
        second.shell.close()


def test_choose_for_me_takes_what_the_scan_chose_and_the_end_of_what_is_usable(tmp_path: Path) -> None:
    write_pattern(tmp_path / "Ni.xye")
    with open_page(tmp_path, "Ni.xye") as app:
        opened(app)
        change(app, "composition", "Ni")
        assert app.tune.drawing is not None
        chosen, undecided = app.stability.choose(app.tune.drawing.source)
        scan = app.stability.scan
        assert scan is not None
        assert scan.score.size == 100
        assert chosen["rpoly"] == round(float(scan.rpolys[scan.chosen[2]]), 3)
        assert chosen["qmaxinst"] == pytest.approx(scan.qmaxinst, abs=0.01)
        app.choose()
        until(lambda: app.tune.form.notes.get("composition"), "settings were chosen")
        assert {name: app.state.recipe[name] for name in chosen} == chosen
        assert all(name in app.tune.form.notes["composition"]["text"] for name in undecided)


def test_what_is_written_is_what_is_shown(tmp_path: Path) -> None:
    write_pattern(tmp_path / "Ni.xye")
    with open_page(tmp_path, "Ni.xye") as app:
        opened(app)
        change(app, "composition", "Ni")
        change(app, "qmax", 20.0)
        for form in ("gr", "fq", "recipe", "notebook"):
            app.export.write(form)
        until((tmp_path / "Ni_pdf.ipynb").is_file, "all is written")
        assert app.tune.curves is not None
        read = io.read_pattern(tmp_path / "Ni.gr")
        np.testing.assert_allclose(read.y, app.tune.curves.gr, atol=1e-6)
        assert io.read_pdf_configuration(tmp_path / "Ni.gr").settings["qmax"] == "20"
        recipe = json.loads((tmp_path / "Ni_recipe.json").read_text())["recipe"]
        recipe["bgscale"] = list(recipe["bgscale"])
        pattern = io.read_pattern(tmp_path / "Ni.xye")
        again = pattern_to_gr(pattern.x, pattern.y, None, pattern.sigma, **recipe)
        np.testing.assert_allclose(again.gr, app.tune.curves.gr, atol=1e-12)


def test_the_notebook_makes_the_same_curve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pattern(tmp_path / "Ni.xye")
    with open_page(tmp_path, "Ni.xye") as app:
        opened(app)
        change(app, "composition", "Ni")
        app.export.write("notebook")
        until((tmp_path / "Ni_pdf.ipynb").is_file, "the notebook is written")
        assert app.tune.curves is not None
        shown = app.tune.curves.gr
    cells = json.loads((tmp_path / "Ni_pdf.ipynb").read_text())["cells"]
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for cell in cells[:-1]:
        if cell["cell_type"] == "code":
            exec(cell["source"], names)  # noqa: S102 - our own notebook
    np.testing.assert_allclose(names["result"].gr, shown, atol=1e-12)


def test_a_series_is_run_and_seen(tmp_path: Path) -> None:
    for number in range(6):
        write_pattern(tmp_path / f"n{number}.xye", "Ni" if number < 3 else "Si")
    with open_page(tmp_path, "n0.xye") as app:
        opened(app)
        change(app, "composition", "Ni")
        app.shell.go("series")
        app.bar.vue_begin()
        until(lambda: app.series.gr is not None, "the series is there")
        assert app.series.gr is not None
        assert app.series.gr.shape == (6, 3001)
        until(
            lambda: len(app.series.facts.rows) == 4 and app.series.shown.course.legend, "its course is drawn"
        )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_frame_becomes_a_curve_with_its_geometry_found_beside_it(tmp_path: Path) -> None:
    truth = make_pdf(tmp_path / "Ni.h5", size=256)
    with open_page(tmp_path, "Ni.h5") as app:
        opened(app)
        change(app, "composition", "Ni")
        assert app.state.poni == "Ni.poni"
        assert app.panels.pictured
        assert app.tune.curves is not None
        assert app.tune.drawing is not None
        assert app.tune.drawing.source.x.max() > 0.9 * truth.qmax


def test_a_frame_without_geometry_leads_to_the_calibration(tmp_path: Path) -> None:
    make_pdf(tmp_path / "Ni.h5", size=128)
    (tmp_path / "Ni.poni").unlink()
    with open_page(tmp_path, "Ni.h5") as app:
        until(lambda: app.shell.step == "calibrate", "the page offers the calibration")
        until(lambda: any("no geometry" in told["text"] for told in app.shell.said), "it says why")


def test_a_result_is_no_pattern(tmp_path: Path) -> None:
    (tmp_path / "Ni.xy").write_text("#L r(A)  G(A$^{-2}$)\n" + "".join(f"{n / 10} {n}\n" for n in range(40)))
    with open_page(tmp_path, "Ni.xy") as app:
        until(lambda: any("no pattern itself" in told["text"] for told in app.shell.said), "it is told")
        assert app.state.path == ""
