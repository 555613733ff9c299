"""`daisy run azint` and `daisy run calibrate` on files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

from daisy_lab.algorithms.azint import bins, integrate
from daisy_lab.io import read_poni, write_poni

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GEOMETRY: dict[str, Any] = {
    "distance": 0.05,
    "poni1": 0.0048,
    "poni2": 0.0079,
    "wavelength": 5e-11,
    "config": {"pixel1": 1e-4, "pixel2": 1e-4},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAISY_LAB_CACHE", "off")
    row, column = np.indices((120, 150))
    mean = 20 + 200 * np.cos(np.hypot(row - 47.5, column - 78.5) / 6) ** 8
    frames = np.random.default_rng(0).poisson(mean, (40, 120, 150)).astype(np.uint16)
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["entry/data/data"] = frames
    write_poni(tmp_path / "detector.poni", GEOMETRY)
    return tmp_path


def test_a_stack_becomes_patterns_block_by_block(folder: Path, daisy: Callable[..., Any]) -> None:
    out, report = folder / "out.h5", folder / "report.json"
    said = daisy(
        "run", "azint", folder / "scan.h5", "--set", f"poni={folder / 'detector.poni'}", "--set", "bins=90", "-o", out,
        "--report", report, "--memory", "100MB",
    )  # fmt: skip
    assert said.code == 0, said.err
    with h5py.File(folder / "scan.h5") as file:
        frames = file["entry/data/data"][...]
    expected = integrate(frames, bins(frames, read_poni(folder / "detector.poni"), bins=90).binning)
    with h5py.File(out) as file:
        np.testing.assert_array_equal(file["entry/intensity/intensity"][...], expected.intensity)
        assert file["entry/radius/radius"].shape == (90,)
    assert json.loads(report.read_text("utf-8"))["values"]["flip"] == "none"


def test_without_a_geometry_the_way_to_one_is_told(folder: Path, daisy: Callable[..., Any]) -> None:
    said = daisy("run", "azint", folder / "scan.h5", "-o", folder / "out.h5")
    assert said.code == 2
    assert "--set poni=FILE" in said.err
    assert "daisy run calibrate" in said.err


def test_the_geometry_of_another_detector_is_told(folder: Path, daisy: Callable[..., Any]) -> None:
    write_poni(folder / "other.poni", GEOMETRY | {"detector": "Pilatus1M", "config": {}})
    said = daisy(
        "run", "azint", folder / "scan.h5", "--set", f"poni={folder / 'other.poni'}", "-o", folder / "out.h5"
    )
    assert said.code == 3
    assert "(120, 150)" in said.err
    assert not (folder / "out.h5").exists()


def test_a_background_frame_is_scaled_unless_its_scale_is_given(
    folder: Path, daisy: Callable[..., Any]
) -> None:
    with h5py.File(folder / "scan.h5", "a") as file:
        file["empty"] = (file["entry/data/data"][:4] / 2.5).astype(np.float32)
    given = [
        "run", "azint", f"{folder / 'scan.h5'}::entry/data/data", "--set", f"poni={folder / 'detector.poni'}",
        "--set", f"background_frame={folder / 'scan.h5'}::empty", "-o", folder / "out.h5",
    ]  # fmt: skip
    said = daisy(*given)
    assert said.code == 0, said.err
    assert re.search(r"bgscale found: 2\.(49|50)", said.out)
    assert "bgscale=1" in said.out
    said = daisy(*given, "--set", "bgscale=1")
    assert said.code == 0, said.err
    assert "bgscale found" not in said.out


WRITER = """
import sys, h5py
frames = h5py.File(sys.argv[1], "r")["entry/data/data"][...]
with h5py.File(sys.argv[2], "w", libver="latest") as file:
    data = file.create_dataset("entry/data/data", (0, 120, 150), "u2", maxshape=(None, 120, 150), chunks=(1, 120, 150))
    file.swmr_mode = True
    print("ready", flush=True)
    for number, frame in enumerate(frames):
        data.resize(number + 1, axis=0)
        data[number] = frame
        data.flush()
"""


def test_frames_are_integrated_while_another_process_appends_them(
    folder: Path, daisy: Callable[..., Any]
) -> None:
    out = folder / "out.h5"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, folder / "scan.h5", folder / "grows.h5"], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        said = daisy(
            "run", "azint", folder / "grows.h5", "--set", f"poni={folder / 'detector.poni'}", "--set", "bins=90",
            "--follow", "--expect", 40, "-o", out,
        )  # fmt: skip
    assert said.code == 0, said.err
    assert "all 40 frames have arrived" in said.out
    with h5py.File(folder / "scan.h5") as file:
        frames = file["entry/data/data"][...]
    expected = integrate(frames, bins(frames, read_poni(folder / "detector.poni"), bins=90).binning)
    with h5py.File(out) as file:
        np.testing.assert_array_equal(file["entry/intensity/intensity"][...], expected.intensity)
        np.testing.assert_array_equal(file["entry/intensity/frame"][...], np.arange(40))
        assert file["entry/radius/radius"].shape == (90,)


def test_a_series_that_never_starts_leaves_no_file(folder: Path, daisy: Callable[..., Any]) -> None:
    said = daisy(
        "run", "azint", folder / "absent.h5", "--set", f"poni={folder / 'detector.poni'}", "--follow",
        "--idle", 0, "-o", folder / "out.h5",
    )  # fmt: skip
    assert said.code != 0
    assert "absent.h5" in said.err
    assert not (folder / "out.h5").exists()
    assert not list(folder.glob(".out*"))


def test_what_needs_all_frames_at_once_is_not_followed(folder: Path, daisy: Callable[..., Any]) -> None:
    said = daisy(
        "run", "calibrate", folder / "scan.h5", "--set", "wavelength=0.5", "--follow", "-o", folder / "out.h5"
    )
    assert said.code != 0
    assert "needs all of 'frames' at once" in said.err


def test_the_flip_of_the_measured_frame_is_said(
    shared_data: Path, tmp_path: Path, daisy: Callable[..., Any]
) -> None:
    said = daisy(
        "run", "azint", shared_data / "azint" / "CeO2_Pilatus1M.tif.gz", "--set",
        f"poni={shared_data / 'azint' / 'CeO2_Pilatus1M.poni'}", "-o", tmp_path / "out.h5",
    )  # fmt: skip
    assert said.code == 0, said.err
    assert "the rows of the frames run against those of the geometry" in said.out
    assert "flip found: rows" in said.out


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"wavelength": 0.5}, "metre"),
        ({"wavelength": None}, "no wavelength"),
    ],
)
def test_a_wavelength_in_another_unit_or_none_is_told(
    change: dict[str, Any], words: str, folder: Path, daisy: Callable[..., Any]
) -> None:
    write_poni(folder / "bad.poni", GEOMETRY | change)
    said = daisy(
        "run", "azint", folder / "scan.h5", "--set", f"poni={folder / 'bad.poni'}", "-o", folder / "out.h5"
    )
    assert said.code == 3
    assert words in said.err


def test_a_mask_of_everything_and_saturated_frames_are_told(folder: Path, daisy: Callable[..., Any]) -> None:
    np.save(folder / "all.npy", np.ones((120, 150), bool))
    given = [
        "run",
        "azint",
        folder / "scan.h5",
        "--set",
        f"poni={folder / 'detector.poni'}",
        "-o",
        folder / "out.h5",
    ]
    said = daisy(*given, "--set", f"mask={folder / 'all.npy'}")
    assert said.code == 3
    assert "all pixels are masked" in said.err
    said = daisy(*given, "--set", "integrate.highest=0")
    assert said.code == 0, said.err
    assert "nothing was measured in any frame" in said.out


def test_silver_behenate_becomes_a_geometry_file(
    shared_data: Path, tmp_path: Path, daisy: Callable[..., Any]
) -> None:
    out = tmp_path / "made.poni"
    said = daisy(
        "run", "calibrate", shared_data / "azint" / "AgBehenate_228.hdf5", "--set", "calibrant=AgBh",
        "--set", "wavelength=0.73363", "--set", "tilted=false", "-o", out,
    )  # fmt: skip
    assert said.code == 0, said.err
    assert "rings" in said.out
    assert read_poni(out)["distance"] == pytest.approx(0.5138, rel=5e-3)


def test_points_marked_by_hand_are_read_from_a_file(
    shared_data: Path, tmp_path: Path, daisy: Callable[..., Any]
) -> None:
    # Beam at row 85.8, column -5.4; the second ring has its radius from the distance and 58.38 angstrom.
    radius = 513.8 / 0.172 * np.tan(2 * np.arcsin(0.73363 / (2 * 58.38 / 2)))
    turns = np.radians([-40, 0, 35])
    rows = [f"{85.36 + radius * np.sin(turn)} {-5.92 + radius * np.cos(turn)} 2" for turn in turns]
    (tmp_path / "points.txt").write_text("\n".join(rows), "utf-8")
    said = daisy(
        "run", "calibrate", shared_data / "azint" / "AgBehenate_228.hdf5", "--set", "calibrant=AgBh",
        "--set", "wavelength=0.73363", "--set", "tilted=false", "--set", f"points={tmp_path / 'points.txt'}",
        "-o", tmp_path / "made.h5",
    )  # fmt: skip
    assert said.code == 0, said.err
    assert "start: beam" not in said.out
    with h5py.File(tmp_path / "made.h5") as file:
        assert file["entry/rings/rings"].shape[1] == 7
        assert json.loads(file["entry/parameters/geometry"][()])["distance"] == pytest.approx(
            0.5138, rel=5e-3
        )
