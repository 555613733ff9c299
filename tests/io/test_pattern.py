"""Patterns as instruments and programs write them, and what is said of files that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.errors import FileError, FileFormatError, MissingFileError
from daisy_lab.io import read_pattern, read_pdf_configuration, write_pdf_curve

if TYPE_CHECKING:
    from pathlib import Path

_ROWS = [(0.5, 10.0), (1.0, 20.5), (1.5, 30.25), (2.0, 40.0)]


def _write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("separator", [" ", "\t", ", ", ";", " ; "])
def test_columns_may_be_parted_in_many_ways(separator: str, tmp_path: Path) -> None:
    text = "\n".join(f"{x}{separator}{y}" for x, y in _ROWS)
    found = read_pattern(_write(tmp_path / "a.xy", text))
    assert np.array_equal(found.columns, np.array(_ROWS).T)
    assert found.sigma is None


@pytest.mark.parametrize(
    ("header", "dataformat", "wavelength"),
    [
        ("# == pyFAI calibration ==\n# Wavelength: 4.066e-11 m\n#   q_A^-1   I\n", "QA", 0.4066),
        ("title\n2-Theta Angle (Degrees)\nIntensity\n        4\n", "twotheta", 0.0),
        ("title\nQ (Inverse Nanometres)\nIntensity\n        4\n", "Qnm", 0.0),
        (
            "[DEFAULT]\ndataformat = QA\nwavelength = 0.25\n#### start data\n#L Q(Å$^{-1}$)  I(a.u.)\n",
            "QA",
            0.25,
        ),
        ("12 7\nwavelength 0.5\n", "", 0.5),
    ],
)
def test_a_header_tells_the_unit_and_is_no_data(
    header: str, dataformat: str, wavelength: float, tmp_path: Path
) -> None:
    found = read_pattern(_write(tmp_path / "a.chi", header + "\n".join(f"{x} {y}" for x, y in _ROWS) + "\n"))
    assert np.array_equal(found.columns, np.array(_ROWS).T)
    assert found.dataformat == dataformat
    assert found.wavelength == pytest.approx(wavelength)
    assert found.kind == "iq"


def test_a_third_column_is_the_deviation_and_nan_stays(tmp_path: Path) -> None:
    found = read_pattern(_write(tmp_path / "a.xye", "1 2 0.1\n2 nan 0.2\n3 4 0.3\n"))
    assert found.sigma is not None
    assert found.sigma.tolist() == [0.1, 0.2, 0.3]
    assert np.isnan(found.y[1])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1,5 2,5\n2,5 3,5\n", "decimal commas"),
        ("nothing here\n", "no columns of numbers"),
        ("1\n2\n3\n", "no columns of numbers"),
        ("1 2\n2 3\n3 4\n4\n", "line 4 is '4'"),
        ("1 2\n2 3\n3 4\nbroken\n", "line 4 is 'broken'"),
    ],
)
def test_what_is_no_pattern_is_told(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=told):
        read_pattern(_write(tmp_path / "a.chi", text))


def test_a_missing_pattern_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        read_pattern(tmp_path / "none.chi")


def test_a_curve_is_read_back_with_its_kind_and_settings(tmp_path: Path) -> None:
    r = np.linspace(0, 30, 301)
    path = write_pdf_curve(
        tmp_path / "a.gr",
        "gr",
        r,
        np.sin(r),
        settings={"mode": "xray", "composition": "Ni", "qmax": 25.0, "bgscale": [1.0, 0.5]},
        sigma=np.full(301, 0.25),
    )
    found = read_pattern(path)
    assert found.kind == "gr"
    assert np.allclose(found.y, np.sin(r), rtol=1e-8)
    assert found.sigma is not None
    assert np.array_equal(found.sigma, np.full(301, 0.25))
    read = read_pdf_configuration(path)
    assert read.settings == {"mode": "xray", "composition": "Ni", "qmax": "25", "bgscale": "1, 0.5"}


def test_a_measured_pattern_is_not_replaced_by_a_curve(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.gr", "1 2\n2 3\n3 4\n")
    with pytest.raises(FileError, match="choose another name"):
        write_pdf_curve(path, "gr", np.arange(3.0), np.arange(3.0), settings={})
    assert path.read_text("utf-8").startswith("1 2")


def test_a_configuration_of_pdfgetx3_is_understood(tmp_path: Path) -> None:
    _write(tmp_path / "air.chi", "1 2\n2 3\n3 4\n")
    path = _write(
        tmp_path / "a.cfg",
        "# comment\n[DEFAULT]\ndataformat = twotheta\nbackgroundfiles = air.chi\nwavelength = 0.2\n"
        "bgscales = 0.9\ncomposition = Pb (TiZr)0.5 O3\nqmax =\nplot = iq\nfoo = 1\n",
    )
    read = read_pdf_configuration(path)
    assert read.background == (tmp_path / "air.chi",)
    assert read.settings == {
        "dataformat": "twotheta",
        "wavelength": "0.2",
        "bgscale": "0.9",
        "composition": "Pb (TiZr)0.5 O3",
    }
    assert read.notes == ("a.cfg: not used: foo",)


@pytest.mark.parametrize("text", ["no section\n", "[DEFAULT]\n"])
def test_what_is_no_configuration_is_told(text: str, tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"a\.cfg"):
        read_pdf_configuration(_write(tmp_path / "a.cfg", text))


def test_the_loader_of_diffpy_reads_what_is_written(tmp_path: Path) -> None:
    loader = pytest.importorskip("diffpy.utils.parsers.loaddata", reason="diffpy.utils is not installed")
    r = np.linspace(0, 30, 301)
    path = write_pdf_curve(tmp_path / "a.gr", "gr", r, np.cos(r), settings={"mode": "xray", "qmax": 25.0})
    assert np.allclose(loader.load_data(path)[:, :2], np.column_stack([r, np.cos(r)]), rtol=1e-8)
