"""The generated scan: its file, its truth, and what our algorithms make of it."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest

from daisy_lab.algorithms.ct import find_center, minus_log, normalize, reconstruct
from daisy_lab.errors import FileError, SettingError
from daisy_lab.samples._phantom import Phantom, random_ellipsoids
from daisy_lab.samples.ct import make_ct, read_truth

if TYPE_CHECKING:
    from pathlib import Path

_TABLE = np.array([[5, -8, 2, 20, 9, 6, 0.6, 0.02], [-9, 4, 1, 5, 12, 30, -1.1, 0.05]])


def _absorption(path: Path) -> np.ndarray:
    with h5py.File(path) as file:
        group = file["exchange"]
        return minus_log(normalize(group["data"][()], group["data_dark"][()], group["data_white"][()]))


def _over_pixel(theta: float, distance: float, row: float) -> float:
    """Attenuation along the rays of one pixel by counting points in the solids: an independent answer."""
    depth, aside = np.meshgrid(np.linspace(-60, 60, 6001), distance + np.linspace(-0.475, 0.475, 20))
    x = aside * np.cos(theta) - depth * np.sin(theta)
    y = aside * np.sin(theta) + depth * np.cos(theta)
    total = 0.0
    for middle_x, middle_y, middle, a, b, c, tilt, attenuation in _TABLE:
        right, up = x - middle_x, y - middle_y
        first = (right * np.cos(tilt) + up * np.sin(tilt)) / a
        second = (up * np.cos(tilt) - right * np.sin(tilt)) / b
        total += attenuation * 120 * np.mean(first**2 + second**2 + ((row - middle) / c) ** 2 <= 1)
    return total


@pytest.mark.parametrize("theta", [0.0, 0.7, 2.5])
@pytest.mark.parametrize("row", [0, 3])
def test_line_integrals_are_those_along_the_rays(theta: float, row: int) -> None:
    scan = Phantom(_TABLE).absorption(np.array([theta]), 5, 90, 44.3)[0, row]
    for column in (30, 40, 47, 55):
        assert scan[column] == pytest.approx(_over_pixel(theta, column - 44.3, row), abs=2e-3)


def test_each_view_holds_the_mass_of_the_object() -> None:
    scan = Phantom(_TABLE).absorption(np.linspace(0, 3, 7), 5, 90, 44.3)
    _x, _y, middle, a, b, c, _tilt, attenuation = _TABLE.T
    mass = np.sum(attenuation * np.pi * a * b * (1 - ((2 - middle) / c) ** 2))
    np.testing.assert_allclose(scan[:, 2].sum(axis=1), mass, rtol=1e-5)


def test_true_slice_has_the_mass_of_the_views() -> None:
    phantom = random_ellipsoids(96, 8, 5)
    views = phantom.absorption(np.array([0.4]), 8, 96, 47.5)[0].sum(axis=1)
    assert phantom.image(3, 96, samples=8).sum() == pytest.approx(views[3], rel=2e-3)
    assert phantom.image(3, 96).min() >= 0


def test_file_is_data_exchange_with_the_truth_in_it(tmp_path: Path) -> None:
    made = make_ct(tmp_path / "scan.h5", size=64, angles=20, rows=6, seed=4)
    with h5py.File(tmp_path / "scan.h5") as file:
        group = file["exchange"]
        assert (group["data"].shape, group["data"].dtype) == ((20, 6, 64), np.uint16)
        assert group["data_white"].shape == group["data_dark"].shape == (10, 6, 64)
        np.testing.assert_allclose(group["theta"][()], np.arange(20) * 9.0)
        assert group["theta"].attrs["units"] == "degrees"
        assert (group.attrs["center"], group.attrs["seed"]) == (made.center, 4)
    read = read_truth(tmp_path / "scan.h5")
    assert read is not None
    assert (read.center, read.size, read.rows, read.angles) == (made.center, 64, 6, 20)
    np.testing.assert_array_equal(read.slice(3), made.slice(3))
    assert [entry.name for entry in tmp_path.iterdir()] == ["scan.h5"]


def test_same_seed_gives_the_same_counts_and_another_seed_does_not(tmp_path: Path) -> None:
    counts = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        make_ct(tmp_path / name, size=48, angles=12, rows=4, seed=seed)
        with h5py.File(tmp_path / name) as file:
            counts.append([file["exchange"][part][()] for part in ("data", "data_white", "data_dark")])
    for first, same, other in zip(*counts, strict=True):
        np.testing.assert_array_equal(first, same)
        assert (first != other).any()


def test_counts_show_noise_zingers_and_stripes(tmp_path: Path) -> None:
    truth = make_ct(tmp_path / "scan.h5", size=128, angles=90, rows=32, seed=0)
    difference = _absorption(tmp_path / "scan.h5") - truth.absorption()
    typical = 1.4826 * np.median(np.abs(difference))
    assert 0.007 < typical < 0.03
    assert (difference < -0.3).sum() >= 3
    columns = np.abs(np.median(difference, axis=(0, 1)))
    assert 2 <= (columns > 0.003).sum() <= 8
    assert truth.absorption().max() == pytest.approx(2, abs=0.6)


@pytest.mark.parametrize("seed", range(6))
def test_our_algorithms_find_the_truth(
    seed: int, tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    truth = make_ct(tmp_path / "scan.h5", size=160, angles=240, rows=4, seed=seed)
    absorption = _absorption(tmp_path / "scan.h5")
    center = find_center(absorption, truth.theta)
    error = reconstruct(absorption[:, 1:2], truth.theta, center=center)[0] - truth.slice(1)
    inside = truth.inside(1)
    body = float(truth.phantom.table[0, 7])
    rmse = float(np.sqrt(np.mean(error[inside] ** 2)))
    record_property("center_error", center - truth.center)
    record_property("relative_rmse", rmse / body)
    assert center == pytest.approx(truth.center, abs=0.1)
    assert rmse < 0.12 * body
    assert np.mean(error[inside]) == pytest.approx(0, abs=2e-3 * body)


def test_memory_does_not_grow_with_the_number_of_angles(tmp_path: Path) -> None:
    peaks = []
    for angles in (64, 256):
        tracemalloc.start()
        make_ct(tmp_path / f"{angles}.h5", size=256, angles=angles, rows=256)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]
    assert peaks[1] < 150e6


def test_other_files_have_no_truth(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["exchange/data"] = np.zeros(3)
    with h5py.File(tmp_path / "empty.h5", "w"):
        pass
    assert read_truth(tmp_path / "other.h5") is None
    assert read_truth(tmp_path / "empty.h5") is None


def test_folder_that_is_not_there_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"there is no folder .* make it first"):
        make_ct(tmp_path / "nowhere" / "scan.h5", size=32, angles=4, rows=2)
    assert not list(tmp_path.iterdir())


def test_a_sample_is_made_anew_and_any_other_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "scan.h5"
    path.touch()
    for seed in (0, 1):
        make_ct(path, size=32, angles=4, rows=2, seed=seed)
    measured = tmp_path / "measured.h5"
    with h5py.File(measured, "w") as file:
        file["exchange/data"] = [1, 2, 3]
    before = measured.read_bytes()
    with pytest.raises(FileError, match="no generated scan, and is not replaced"):
        make_ct(measured, size=32, angles=4, rows=2)
    assert measured.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == [measured, path]


@pytest.mark.parametrize(
    ("setting", "value"), [("size", 8), ("angles", 0), ("rows", 0), ("seed", -1), ("photons", 1e6)]
)
def test_impossible_sizes_are_refused(setting: str, value: int, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=setting):
        make_ct(tmp_path / "scan.h5", **{setting: value})
    assert not list(tmp_path.iterdir())


def test_a_single_row_and_a_single_angle_are_fine(tmp_path: Path) -> None:
    truth = make_ct(tmp_path / "scan.h5", size=32, angles=1, rows=1)
    assert truth.absorption().shape == (1, 1, 32)
