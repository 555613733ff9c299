"""`daisy run pdf` from a pattern to a curve, its settings by their PDFgetX3 names, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

from daisy_lab.algorithms.pdf import CRYSTALS, Pairs
from daisy_lab.io import read_pattern

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("pdf")
    pairs = Pairs(CRYSTALS["Ni"], qdamp=0.1)
    q = 0.02 * np.arange(20, 1200)
    iq = pairs.intensity(q, incoherent=True)
    air = 200 + 100 * np.exp(-q)
    header = "# made\n# q_A^-1 I\n"
    np.savetxt(
        place / "ni.xye", np.column_stack([q, iq + air, np.sqrt(iq + air)]), header=header, comments=""
    )
    np.savetxt(place / "air.chi", np.column_stack([q, air]))
    np.savetxt(place / "bare.xy", np.column_stack([q, iq]))
    (place / "ni.cfg").write_text(
        "[DEFAULT]\ncomposition = Ni\nbackgroundfile = air.chi\nqmax = 22\nrmax = 12\n"
    )
    return place


def test_a_pattern_becomes_a_gr_with_its_error_band(folder: Path, tmp_path: Path, daisy: Any) -> None:
    said = daisy("run", "pdf", folder / "ni.xye", "--settings", folder / "ni.cfg", "-o", tmp_path / "ni.gr")
    assert said.code == 0, said.err
    assert "dataformat=QA, as the header says" in said.out
    curve = read_pattern(tmp_path / "ni.gr")
    assert curve.kind == "gr"
    first = curve.x[200:300][np.argmax(curve.y[200:300])]
    assert first == pytest.approx(2.4917, abs=0.02)
    assert curve.sigma is not None
    assert (curve.sigma[50:] > 0).all()
    assert {"composition": "Ni", "qmax": "22", "inputfile": "ni.xye"}.items() <= curve.settings.items()


@pytest.mark.parametrize("ending", ["iq", "sq", "fq"])
def test_the_ending_picks_the_curve(ending: str, folder: Path, tmp_path: Path, daisy: Any) -> None:
    target = tmp_path / f"ni.{ending}"
    said = daisy("run", "pdf", folder / "ni.xye", "--settings", folder / "ni.cfg", "-o", target)
    assert said.code == 0, said.err
    curve = read_pattern(target)
    assert curve.settings["outputtype"] == ending
    assert curve.x[-1] <= 22


def test_another_ending_holds_all_with_the_recipe(folder: Path, tmp_path: Path, daisy: Any) -> None:
    said = daisy("run", "pdf", folder / "ni.xye", "--settings", folder / "ni.cfg", "-o", tmp_path / "ni.h5")
    assert said.code == 0, said.err
    with h5py.File(tmp_path / "ni.h5") as file:
        names: list[str] = []
        file.visit(names.append)
    assert {"q", "iq", "sq", "fq", "r", "gr", "gr_sigma"} <= {name.rpartition("/")[2] for name in names}


def test_a_setting_on_the_line_wins_over_the_file(folder: Path, tmp_path: Path, daisy: Any) -> None:
    target = tmp_path / "ni.gr"
    changed = ("--set", "qmax=18", "--set", "background=", "--set", "bgscale=0.9")
    said = daisy("run", "pdf", folder / "ni.xye", "--settings", folder / "ni.cfg", *changed, "-o", target)
    assert said.code == 0, said.err
    settings = read_pattern(target).settings
    assert settings["qmax"] == "18"
    assert settings["backgroundfiles"] == ""


def test_the_settings_of_a_result_are_used_again_and_a_stranger_is_told(
    folder: Path, tmp_path: Path, daisy: Any
) -> None:
    first, second = tmp_path / "first.gr", tmp_path / "second.gr"
    background = ("--set", f"background={folder / 'air.chi'}")
    daisy("run", "pdf", folder / "ni.xye", "--settings", folder / "ni.cfg", "-o", first)
    said = daisy("run", "pdf", folder / "ni.xye", "--settings", first, *background, "-o", second)
    assert said.code == 0, said.err
    assert np.array_equal(read_pattern(first).columns, read_pattern(second).columns)
    other = daisy("run", "pdf", folder / "bare.xy", "--settings", first, "--set", "background=", "-o", second)
    assert "first.gr was made of ni.xye, not of bare.xy" in other.out


@pytest.mark.parametrize(
    "case",
    [
        ("bare.xy", ["composition=Ni"], "does not say what its first column is", 2),
        ("ni.xye", ["composition=Ni", "dataformat=twotheta", "wavelength=0.2"], "header of ni.xye says", 3),
        ("ni.xye", ["composition=Nx"], "no element 'Nx'", 2),
        ("ni.xye", [], "composition", 2),
        ("ni.xye", ["composition=Ni", "qmax=60"], "lower qmax", 2),
        ("ni.xye", ["composition=Ni", "background=none.chi"], "no background file", 3),
        ("ni.xye", ["composition=Ni", "qmaxx=20"], "did you mean", 2),
        ("none.xye", ["composition=Ni"], "none.xye", 3),
    ],
)
def test_what_cannot_be_right_is_told(
    case: tuple[str, list[str], str, int], folder: Path, tmp_path: Path, daisy: Any
) -> None:
    sample, options, told, code = case
    settings = [part for option in options for part in ("--set", option)]
    said = daisy("run", "pdf", folder / sample, *settings, "-o", tmp_path / "out.gr")
    assert told in said.err
    assert said.code == code
    assert not (tmp_path / "out.gr").exists()


def test_a_gr_is_no_pattern(folder: Path, tmp_path: Path, daisy: Any) -> None:
    daisy("run", "pdf", folder / "ni.xye", "--settings", folder / "ni.cfg", "-o", tmp_path / "ni.gr")
    said = daisy("run", "pdf", tmp_path / "ni.gr", "--set", "composition=Ni", "-o", tmp_path / "again.gr")
    assert said.code == 3
    assert "is a G(r)" in said.err


def test_the_pattern_itself_is_never_replaced(folder: Path, daisy: Any) -> None:
    before = (folder / "ni.xye").read_bytes()
    said = daisy("run", "pdf", folder / "ni.xye", "--settings", folder / "ni.cfg", "-o", folder / "ni.xye")
    assert said.code == 3
    assert (folder / "ni.xye").read_bytes() == before
