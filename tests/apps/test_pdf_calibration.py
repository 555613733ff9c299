"""The calibration of the PDF page, without a browser: rings found, marked by hand, fitted, saved and used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("ipyvuetify")
pytest.importorskip("bqplot")
pytest.importorskip("anywidget")

from pdfpages import open_page, until, write_calibrant

from daisy_lab import io
from daisy_lab.algorithms.azint import ring_paths

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab.apps.pdf import PdfApp

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


SHAPE = (400, 400)


def ready(app: PdfApp, known: dict[str, Any]) -> None:
    until(lambda: app.shell.step == "calibrate", "the page offers the calibration")
    until(lambda: "main" in app.calibration.picture.sources, "the image is shown")
    given = {"wavelength": 1e10 * known["wavelength"], "pixel": 1e6 * known["config"]["pixel1"]}
    for name, value in given.items():
        app.calibration.form.vue_change({"name": name, "value": value, "final": True, "serial": 1})


def mark(app: PdfApp, row: float, column: float, ring: int) -> None:
    """Press on the image as the browser does."""
    app.calibration.hand.vue_change({"name": "ring", "value": ring, "final": True, "serial": 1})
    serial = app.calibration.picture.picked.get("serial", 0) + 1
    app.calibration.picture.picked = {"row": row, "column": column, "serial": serial}


def test_marked_rings_are_fitted_saved_and_used_for_the_pattern(tmp_path: Path) -> None:
    known = write_calibrant(tmp_path / "CeO2.h5")
    with open_page(tmp_path, "CeO2.h5") as app:
        ready(app, known)
        mark(app, 10.0, 10.0, 1)
        assert app.calibration.points == []
        app.calibration.hand.vue_change({"name": "picking", "value": True, "final": True, "serial": 1})
        for path in ring_paths(known, "CeO2", SHAPE)[:3]:
            good = path.points[np.isfinite(path.points).all(axis=1)]
            for place in good[:: len(good) // 4]:
                # As a hand does it: some pixels beside.
                mark(app, float(place[0]) + 1.5, float(place[1]) - 1.5, path.number)
        points = np.array(app.calibration.points)
        assert len(points) >= 12
        # Each place has moved to its ring.
        center = np.array([known["poni1"], known["poni2"]]) / known["config"]["pixel1"] - 0.5
        radius = np.hypot(*(points[:, :2] - center).T)
        assert max(np.ptp(radius[points[:, 2] == ring]) for ring in (1, 2, 3)) < 4
        app.calibration.find()
        until(lambda: app.calibration.geometry is not None, "the rings are fitted")
        until(lambda: app.calibration.report.rows, "residuals are told")
        assert all(row["kind"] == "ok" for row in app.calibration.report.rows)
        assert app.calibration.geometry is not None
        assert app.calibration.geometry["distance"] == pytest.approx(known["distance"], rel=1e-3)
        kinds = lambda: {line["kind"] for line in app.calibration.picture.outlines}  # noqa: E731 - read again
        until(lambda: kinds() == {"ring", "spot"}, "the fitted rings are drawn")
        app.calibration.save()
        until(lambda: app.tune.drawing is not None, "the image is integrated with the new geometry")
        assert app.state.poni == "CeO2.poni"
        until(lambda: app.shell.step == "tune", "the page goes on to Tune")
        written = io.read_poni(tmp_path / "CeO2.poni")
        assert written["distance"] == app.calibration.geometry["distance"]


def test_points_are_taken_back_undone_and_kept(tmp_path: Path) -> None:
    known = write_calibrant(tmp_path / "CeO2.h5")
    with open_page(tmp_path, "CeO2.h5") as app:
        ready(app, known)
        app.calibration.hand.vue_change({"name": "picking", "value": True, "final": True, "serial": 1})
        for number in range(3):
            mark(app, 200.0 + 10 * number, 210.0, 1)
        kept = lambda: not app.keeper._under_way  # noqa: E731 - waited for twice
        until(kept, "three points are kept")
        assert app.calibration.hand.notes["ring"]["kind"] == "ok"
        app.calibration.take_back()
        assert len(app.calibration.points) == 2
        assert "at least" in app.calibration.hand.notes["ring"]["text"]
        until(lambda: app.history.can_undo and kept(), "all of it is kept")
        app.history.vue_undo()
        until(lambda: len(app.calibration.points) == 3, "the point is there again")
        until(
            lambda: sum(line["kind"] == "spot" for line in app.calibration.picture.outlines) == 3,
            "the points are drawn",
        )


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    known = write_calibrant(tmp_path / "CeO2.h5")
    with open_page(tmp_path, "CeO2.h5") as app:
        ready(app, known)
        app.calibration.form.vue_change({"name": "wavelength", "value": None, "final": True, "serial": 1})
        app.calibration.find()
        until(lambda: "wavelength" in app.calibration.form.faults, "the wavelength is asked for")
        app.calibration.save()
        until(lambda: any("no geometry yet" in told["text"] for told in app.shell.said), "told")
