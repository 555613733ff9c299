"""Geometry and detector frames from files."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import fabio
import h5py
import numpy as np
import pytest
import tifffile

from daisy_lab.errors import DataError, FileFormatError, MissingFileError, MissingObjectError
from daisy_lab.io import open_frames, open_image, read_poni, reopen, write_poni

if TYPE_CHECKING:
    from pathlib import Path

FRAMES = np.arange(3 * 4 * 5, dtype=np.int32).reshape(3, 4, 5)


def files(folder: Path) -> dict[str, tuple[str, ...]]:
    fabio.cbfimage.CbfImage(data=FRAMES[0]).write(str(folder / "one.cbf"))
    fabio.cbfimage.CbfImage(data=FRAMES[1]).write(str(folder / "two.cbf"))
    edf = fabio.edfimage.EdfImage(data=FRAMES[0])
    edf.append_frame(data=FRAMES[1])
    edf.write(str(folder / "both.edf"))
    tifffile.imwrite(folder / "one.tif", FRAMES[0])
    (folder / "one.tif.gz").write_bytes(gzip.compress((folder / "one.tif").read_bytes()))
    with h5py.File(folder / "scan.h5", "w") as file:
        file["entry/data/data"] = FRAMES
        file["entry/instrument/flatfield"] = np.ones((4, 5))
    return {
        "cbf": (str(folder / "one.cbf"), str(folder / "two.cbf")),
        "edf": (str(folder / "both.edf"),),
        "tif": (str(folder / "one.tif"),),
        "gz": (str(folder / "one.tif.gz"),),
        "hdf5": (str(folder / "scan.h5"),),
        "dataset": (f"{folder / 'scan.h5'}::entry/data/data",),
    }


@pytest.mark.parametrize(
    ("kind", "count"), [("cbf", 2), ("edf", 2), ("tif", 1), ("gz", 1), ("hdf5", 3), ("dataset", 3)]
)
def test_frames_of_every_format_are_one_stack(kind: str, count: int, tmp_path: Path) -> None:
    found = open_frames(*files(tmp_path)[kind])
    assert found.axes == ("frame", "row", "column")
    np.testing.assert_array_equal(found[...], FRAMES[:count])
    np.testing.assert_array_equal(found[-1:, 1:3, ::2], FRAMES[count - 1 : count, 1:3, ::2])
    np.testing.assert_array_equal(reopen(found.reference)[...], FRAMES[:count])


def nexus(path: Path, default: dict[str, str], signals: dict[str, str]) -> Path:
    """Write two stacks, and say in attributes which is the data."""
    with h5py.File(path, "w") as file:
        file["run/sample/counts"], file["run/empty/counts"] = FRAMES, FRAMES + 100
        file["run/sample/theta"] = np.arange(3.0)
        for group, name in default.items():
            file[group].attrs["default"] = name
        for group, name in signals.items():
            file[group].attrs["signal"] = name
    return path


@pytest.mark.parametrize(
    ("default", "signals"),
    [
        ({"/": "run", "run": "empty"}, {"run/sample": "counts", "run/empty": "counts"}),
        ({"/": "/run/empty"}, {"run/empty": "counts"}),
        ({}, {"run/empty": "counts"}),
        ({"/": "run", "run": "sample"}, {"run/sample": "theta", "run/empty": "counts"}),
    ],
)
def test_the_frames_are_those_that_a_nexus_file_calls_its_data(
    default: dict[str, str], signals: dict[str, str], tmp_path: Path
) -> None:
    found = open_frames(nexus(tmp_path / "scan.h5", default, signals))
    np.testing.assert_array_equal(found[...], FRAMES + 100)


@pytest.mark.parametrize(
    ("default", "signals"),
    [
        ({}, {}),
        ({}, {"run/sample": "counts", "run/empty": "counts"}),
        ({"/": "run", "run": "/run"}, {"run/sample": "counts", "run/empty": "counts"}),
        ({"/": "absent"}, {}),
    ],
)
def test_several_stacks_that_nothing_tells_apart_are_listed(
    default: dict[str, str], signals: dict[str, str], tmp_path: Path
) -> None:
    path = nexus(tmp_path / "scan.h5", default, signals)
    words = r"several images: .*run/(sample|empty)/counts.*run/(sample|empty)/counts.*scan\.h5::run/"
    with pytest.raises(MissingObjectError, match=words):
        open_frames(path)


def test_frames_of_two_detectors_are_no_stack(tmp_path: Path) -> None:
    first, _second = files(tmp_path)["cbf"]
    fabio.cbfimage.CbfImage(data=np.zeros((3, 3), np.int32)).write(str(tmp_path / "other.cbf"))
    with pytest.raises(FileFormatError, match="frames of one detector"):
        open_frames(first, tmp_path / "other.cbf")


def test_what_is_no_image_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.cbf").write_text("shopping list", "utf-8")
    with pytest.raises(FileFormatError, match="no image that can be read"):
        open_frames(tmp_path / "notes.cbf")
    with pytest.raises(MissingFileError):
        open_frames(tmp_path / "absent.cbf")


def test_a_mask_may_be_a_numpy_file(tmp_path: Path) -> None:
    np.save(tmp_path / "mask.npy", FRAMES[0] > 5)
    np.testing.assert_array_equal(open_image(tmp_path / "mask.npy", "mask"), FRAMES[0] > 5)


def test_a_geometry_survives_its_file(tmp_path: Path) -> None:
    geometry: dict[str, Any] = {
        "distance": 0.2,
        "poni1": 0.1,
        "poni2": -0.05,
        "rot1": 1e-3,
        "rot2": 0.0,
        "rot3": 0.0,
        "wavelength": 4e-11,
        "detector": "Detector",
        "config": {"pixel1": 1e-4, "pixel2": 2e-4, "max_shape": [10, 20]},
    }
    path = write_poni(tmp_path / "made.poni", geometry, ("a comment",))
    assert read_poni(path) == geometry


def test_the_last_calibration_of_an_old_file_counts(tmp_path: Path) -> None:
    entry = "PixelSize1: 0.000172\nPixelSize2: 0.000172\nDistance: {}\nPoni1: 0.08\nPoni2: 0.09\nSplineFile: None\n"
    path = tmp_path / "old.poni"
    path.write_text(f"# Calibration\n{entry.format(0.1)}# Calibration\n{entry.format(0.2)}", "utf-8")
    found = read_poni(path)
    assert found["distance"] == 0.2
    assert found["config"] == {"pixel1": 0.000172, "pixel2": 0.000172}


PLACE = "Distance: 0.2\nPoni1: 0.08\nPoni2: 0.09\nRot1: 0.01\nRot2: 0.0\nRot3: 0.0\nWavelength: 4e-11\n"


@pytest.mark.parametrize(
    "head",
    [
        "PixelSize1: 0.0001\nPixelSize2: 0.0002\nSplineFile: None\n",
        'poni_version: 2\nDetector: Detector\nDetector_config: {"pixel1": 0.0001, "pixel2": 0.0002}\n',
        'poni_version: 2.1\nDetector: Detector\nDetector_config: {"pixel1": 0.0001, "pixel2": 0.0002}\n',
    ],
)
def test_every_version_of_the_file_says_the_same(head: str, tmp_path: Path) -> None:
    (tmp_path / "some.poni").write_text(f"# made by hand\n{head}{PLACE}", "utf-8")
    found = read_poni(tmp_path / "some.poni")
    assert (found["distance"], found["poni1"], found["poni2"], found["wavelength"]) == (
        0.2,
        0.08,
        0.09,
        4e-11,
    )
    assert found["config"] == {"pixel1": 0.0001, "pixel2": 0.0002}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Distance: 0.2\n", "lacks poni1, poni2"),
        ("Distance: far\nPoni1: 0\nPoni2: 0\n", "should be a number"),
        ("Distance: 1\nPoni1: 0\nPoni2: 0\nDetector_config: {\n", "Detector_config"),
    ],
)
def test_a_damaged_geometry_is_told(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "bad.poni").write_text(text, "utf-8")
    with pytest.raises(FileFormatError, match=words):
        read_poni(tmp_path / "bad.poni")


def test_a_geometry_without_numbers_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="lacks poni1"):
        write_poni(tmp_path / "bad.poni", {"distance": 1.0})
    assert not list(tmp_path.iterdir())
