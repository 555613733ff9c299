"""The rotation axis of scans whose axis is known, and of a real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest

from daisy_lab.algorithms.ct import find_center, minus_log, normalize
from daisy_lab.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import SolidScan

_DEGREE = np.pi / 180
_HALF_TURN = np.arange(180) * _DEGREE


@pytest.mark.parametrize("seed", range(4))
def test_axis_is_found_to_a_small_part_of_a_pixel(seed: int, solid_scan: SolidScan) -> None:
    center = 63.5 + np.random.default_rng(seed).uniform(-6, 6)
    assert find_center(solid_scan(_HALF_TURN, 128, center, seed=seed), _HALF_TURN) == pytest.approx(
        center, abs=0.05
    )


@pytest.mark.parametrize("rows", [1, 4])
def test_zingers_and_stripes_do_not_move_it(rows: int, solid_scan: SolidScan) -> None:
    random = np.random.default_rng(7)
    scan = solid_scan(_HALF_TURN, 128, 60.3, seed=1, rows=rows)
    scan[:, :, random.integers(0, 128, 5)] += 0.05
    scan[random.integers(0, 180, 30), 0, random.integers(0, 128, 30)] = -1.5
    assert find_center(scan, _HALF_TURN) == pytest.approx(60.3, abs=0.1)


@pytest.mark.parametrize(
    "theta",
    [
        pytest.param(np.arange(181) * np.pi / 181, id="last view one step before the opposite"),
        pytest.param(np.linspace(0, np.pi, 181), id="both ends"),
        pytest.param(np.linspace(89.97, 270.03, 181) * _DEGREE, id="89.97 to 270.03"),
        pytest.param(np.arange(360) * _DEGREE, id="full turn"),
        pytest.param(np.arange(400) * 0.5 * _DEGREE, id="200 degrees"),
        pytest.param(np.arange(720) * _DEGREE, id="two turns"),
        pytest.param(np.arange(89, -91, -1) * _DEGREE, id="downwards"),
        pytest.param((np.arange(180) + np.random.default_rng(0).normal(0, 0.2, 180)) * _DEGREE, id="uneven"),
    ],
)
def test_any_range_of_half_a_turn_or_more_is_fine(theta: np.ndarray, solid_scan: SolidScan) -> None:
    assert find_center(solid_scan(theta, 160, 75.7, seed=2), theta) == pytest.approx(75.7, abs=0.06)


@pytest.mark.parametrize("offset", [-0.2, 0.2])
def test_axis_far_off_the_middle_is_found(offset: float, solid_scan: SolidScan) -> None:
    center = 127.5 + offset * 256
    scan = solid_scan(_HALF_TURN, 256, center, seed=3, size=140)
    assert find_center(scan, _HALF_TURN) == pytest.approx(center, abs=0.05)


def test_object_wider_than_the_detector_is_allowed_for(solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 256, 120.4, seed=4, rows=4)[:, :, 60:190]
    assert find_center(scan, _HALF_TURN) == pytest.approx(60.4, abs=0.3)


def test_row_that_holds_nothing_does_not_count(solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 128, 66.1, seed=5, rows=3)
    scan[:, 0] = np.nan
    scan[:, 1] = 0
    scan[20, 2, 40] = np.nan
    assert find_center(scan, _HALF_TURN) == pytest.approx(66.1, abs=0.05)


def test_same_rows_give_the_same_bits_read_only_or_not(solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 64, 30.2)
    found = find_center(scan, _HALF_TURN)
    scan.setflags(write=False)
    assert isinstance(found, float)
    assert find_center(scan, _HALF_TURN) == found


def test_rows_without_any_number_are_told() -> None:
    with pytest.raises(DataError, match="none of the 2 rows looked at holds a number"):
        find_center(np.full((len(_HALF_TURN), 2, 64), np.nan, np.float32), _HALF_TURN)


@pytest.mark.parametrize("value", [0.0, 1.7])
def test_nothing_that_turns_is_refused(value: float) -> None:
    with pytest.raises(DataError, match="no row of the absorption shows anything that turns"):
        find_center(np.full((180, 2, 64), value), _HALF_TURN)


def test_noise_has_no_axis() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, (180, 2, 64))
    with pytest.raises(DataError, match=r"no rotation axis fits|end of that range"):
        find_center(noise, _HALF_TURN)


@pytest.mark.parametrize("views", [1, 3, 120])
def test_less_than_half_a_turn_is_refused_with_the_range(views: int) -> None:
    with pytest.raises(DataError, match=f"there are {views} between 0.00 and {views - 1}.00 degrees"):
        find_center(np.ones((views, 1, 64)), np.arange(views) * _DEGREE)


def test_wrong_number_of_angles_is_refused() -> None:
    with pytest.raises(DataError, match="91 projections need 91 angles"):
        find_center(np.ones((91, 1, 64)), np.arange(111) * _DEGREE)


def test_axis_outside_the_search_range_is_not_guessed(solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 256, 80.0, seed=3, size=140)
    with pytest.raises(DataError, match=r"widen the search|no rotation axis fits"):
        find_center(scan, _HALF_TURN, search=0.05)


def test_axis_of_the_real_tooth_is_that_of_other_programs(shared_data: Path) -> None:
    with h5py.File(shared_data / "tomo" / "tooth.h5") as file:
        group = file["exchange"]
        transmission = normalize(group["data"][()], group["data_dark"][()], group["data_white"][()])
        theta = np.deg2rad(group["theta"][()])
    absorption = minus_log(transmission)
    assert find_center(absorption, theta) == pytest.approx(295, abs=1)
    rows = [find_center(absorption[:, row : row + 1], theta) for row in (0, 1)]
    assert rows[0] == pytest.approx(rows[1], abs=0.02)
