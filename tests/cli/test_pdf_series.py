"""`daisy run` on several patterns, on a series, with parameters chosen, and from the image to G(r)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

from daisy_lab.algorithms.pdf import CRYSTALS, Pairs
from daisy_lab.io import read_pattern
from daisy_lab.samples.pdf import make_pdf

if TYPE_CHECKING:
    from pathlib import Path

_FRAMES = 9
_CHANGED = 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Patterns of nickel that expands evenly, and all at once from one frame on."""
    place = tmp_path_factory.mktemp("series")
    q = 0.02 * np.arange(20, 1200)
    pairs = Pairs(CRYSTALS["Ni"], qdamp=0.1)
    random = np.random.default_rng(3)
    patterns = []
    for frame in range(_FRAMES):
        stretch = 1 + 2e-4 * frame + (0.01 if frame >= _CHANGED else 0)
        iq = np.interp(q * stretch, q, pairs.intensity(q, incoherent=True))
        patterns.append(iq * random.normal(1, 0.002, len(q)))
        np.savetxt(
            place / f"ni_{frame}.chi",
            np.column_stack([q, patterns[-1]]),
            header="# made\n# q_A^-1 I",
            comments="",
        )
    with h5py.File(place / "all.h5", "w") as file:
        file["intensity"], file["q"] = np.array(patterns), q
        file["q"].attrs["units"] = "1/angstrom"
    np.savetxt(place / "other.chi", np.column_stack([q[:-5], iq[:-5]]), header="# q_A^-1 I", comments="")
    return place


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("ni_*.chi"))


def test_several_patterns_go_into_a_folder(folder: Path, tmp_path: Path, daisy: Any) -> None:
    said = daisy("run", "pdf", *_files(folder), "--set", "composition=Ni", "-o", tmp_path / "made")
    assert said.code == 0, said.err
    made = sorted((tmp_path / "made").iterdir())
    assert [path.name for path in made] == [f"ni_{frame}.gr" for frame in range(_FRAMES)]
    alone = daisy("run", "pdf", _files(folder)[3], "--set", "composition=Ni", "-o", tmp_path / "one.gr")
    assert alone.code == 0, alone.err
    assert np.array_equal(read_pattern(made[3]).columns, read_pattern(tmp_path / "one.gr").columns)


def test_the_frames_of_one_file_go_into_a_folder(folder: Path, tmp_path: Path, daisy: Any) -> None:
    kind = ("--set", "outputtype=fq")
    said = daisy("run", "pdf", folder / "all.h5", "--set", "composition=Ni", *kind, "-o", tmp_path / "made")
    assert said.code == 0, said.err
    made = sorted((tmp_path / "made").iterdir())
    assert [path.name for path in made] == [f"all_{frame}.fq" for frame in range(_FRAMES)]
    assert read_pattern(made[0]).kind == "fq"


def test_several_patterns_into_one_text_are_refused(folder: Path, tmp_path: Path, daisy: Any) -> None:
    said = daisy("run", "pdf", *_files(folder), "--set", "composition=Ni", "-o", tmp_path / "made.gr")
    assert said.code == 3
    assert "9 patterns cannot go into" in said.err


@pytest.mark.parametrize("table", [True, False])
def test_a_series_tells_where_it_changes(table: bool, folder: Path, tmp_path: Path, daisy: Any) -> None:  # noqa: FBT001 - a case
    files = [folder / "all.h5"] if table else _files(folder)
    settings = ("--set", "composition=Ni", "--set", "rmax=20", "--set", "nearest=1.5")
    said = daisy("run", "pdf-series", *files, *settings, "-o", tmp_path / "series.h5")
    assert said.code == 0, said.err
    assert f"changes before frame {_CHANGED}" in said.out
    with h5py.File(tmp_path / "series.h5") as file:
        entry = file["entry"]
        assert entry["gr/gr"].shape == (_FRAMES, 2001)
        assert entry["r/r"].shape == (2001,)
        assert entry["similarity/similarity"].shape == (_FRAMES, _FRAMES)
        assert json.loads(entry["parameters/changes"][()]) == [_CHANGED]


def test_a_series_of_gr_is_compared(folder: Path, tmp_path: Path, daisy: Any) -> None:
    daisy("run", "pdf", *_files(folder), "--set", "composition=Ni", "-o", tmp_path / "made")
    curves = sorted((tmp_path / "made").iterdir())
    said = daisy("run", "gr-series", *curves, "--set", "nearest=1.5", "-o", tmp_path / "series.h5")
    assert said.code == 0, said.err
    assert f"changes before frame {_CHANGED}" in said.out


def test_patterns_that_lie_elsewhere_are_no_series(folder: Path, tmp_path: Path, daisy: Any) -> None:
    said = daisy(
        "run",
        "pdf-series",
        _files(folder)[0],
        folder / "other.chi",
        "--set",
        "composition=Ni",
        "-o",
        tmp_path / "o.h5",
    )
    assert said.code == 3
    assert "first column of other.chi" in said.err


def test_gr_is_no_series_of_patterns(folder: Path, tmp_path: Path, daisy: Any) -> None:
    daisy("run", "pdf", _files(folder)[0], "--set", "composition=Ni", "-o", tmp_path / "a.gr")
    said = daisy("run", "pdf-series", tmp_path / "a.gr", "--set", "composition=Ni", "-o", tmp_path / "o.h5")
    assert said.code == 3
    assert "run gr-series" in said.err


def test_parameters_are_chosen_and_those_given_stay(folder: Path, tmp_path: Path, daisy: Any) -> None:
    target = tmp_path / "ni.gr"
    auto = ("--set", "auto=true", "--set", "qmax=21")
    said = daisy("run", "pdf", _files(folder)[0], "--set", "composition=Ni", *auto, "-o", target)
    assert said.code == 0, said.err
    settings = read_pattern(target).settings
    assert settings["qmax"] == "21"
    assert "rpoly found" in said.out
    assert 0.5 < float(settings["rpoly"]) < 2.4


def test_one_setting_can_be_left_to_be_found(folder: Path, tmp_path: Path, daisy: Any) -> None:
    target = tmp_path / "ni.h5"
    said = daisy(
        "run",
        "pdf",
        _files(folder)[0],
        "--set",
        "composition=Ni",
        "--set",
        "rpoly=auto",
        "--set",
        "qmax=20",
        "-o",
        target,
    )
    assert said.code == 0, said.err
    with h5py.File(target) as file:
        recipe = json.loads(file["entry/parameters/recipe"][()])
        assert file["entry/score/score"].shape == (1, 1, 10)
    assert (recipe["qmax"], recipe["bgscale"]) == (20.0, [1.0])


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("frames") / "ni.h5"
    make_pdf(path, size=512, frames=3)
    return path


def test_an_image_becomes_a_gr_with_its_peaks_in_place(frames: Path, tmp_path: Path, daisy: Any) -> None:
    target = tmp_path / "ni.gr"
    said = daisy(
        "run",
        "image-to-gr",
        frames,
        "--set",
        f"poni={frames.with_suffix('.poni')}",
        "--set",
        f"background_frame={frames}::entry/background/data",
        *("--set", "composition=Ni", "--set", "qmin=0.8", "--set", "qmax=24", "--set", "qmaxinst=24"),
        "-o",
        target,
    )
    assert said.code == 0, said.err
    curve = read_pattern(target)
    assert curve.sigma is not None
    for distance in (2.4917, 4.3158, 5.5716, 6.5924):
        near = np.flatnonzero(np.abs(curve.x - distance) < 0.15)
        top = near[np.argmax(curve.y[near])]
        left, middle, right = curve.y[top - 1 : top + 2]
        place = curve.x[top] + 0.005 * (left - right) / (left - 2 * middle + right)
        assert place == pytest.approx(distance, abs=0.01)


def test_frames_become_gr_also_while_they_arrive(frames: Path, tmp_path: Path, daisy: Any) -> None:
    made = []
    for name, options in (("whole", ()), ("arriving", ("--follow", "--idle", "0.5"))):
        target = tmp_path / f"{name}.h5"
        said = daisy(
            "run",
            "images-to-gr",
            frames,
            *("--set", f"poni={frames.with_suffix('.poni')}", "--set", "composition=Ni", "--set", "rmax=12"),
            *options,
            "-o",
            target,
        )
        assert said.code == 0, said.err
        with h5py.File(target) as file:
            made.append(file["entry/gr/gr"][...])
    assert made[0].shape == (3, 1201)
    assert np.array_equal(made[0], made[1])
