"""An axis that is not quite along the columns of the detector."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.algorithms.ct import find_tilt, reconstruct
from daisy_lab.errors import CancelledError, DataError

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

_DEGREE = np.pi / 180
_HALF_TURN = np.arange(120) * 1.5 * _DEGREE
_ROWS = 8


def line(center: float, tilt: float, rows: int = _ROWS) -> Array:
    return center + (np.arange(rows) - (rows - 1) / 2) * np.tan(tilt)


@pytest.mark.parametrize(
    ("theta", "tilt"),
    [
        pytest.param(_HALF_TURN, 0.0, id="half a turn, no tilt"),
        pytest.param(_HALF_TURN, 0.03, id="half a turn"),
        pytest.param(np.arange(140) * _DEGREE, -0.05, id="140 degrees"),
    ],
)
def test_line_of_the_axis_is_found(theta: Array, tilt: float, tilted_scan: object) -> None:
    centers = line(50.7, tilt)
    found = find_tilt(tilted_scan(theta, 96, centers, seed=1), theta)  # type: ignore[operator]  # a fixture
    assert found.center == pytest.approx(50.7, abs=0.05)
    assert found.tilt == pytest.approx(tilt, abs=0.01)
    assert found.centers.shape == (_ROWS,)
    assert np.abs(found.centers - centers).max() < 0.1


def test_rows_that_show_nothing_or_something_else_do_not_count(tilted_scan: object) -> None:
    centers = line(50.7, 0.02)
    scan = tilted_scan(_HALF_TURN, 96, centers, seed=2)  # type: ignore[operator]  # a fixture
    scan[:, 1] = np.nan
    scan[:, 4] = 0
    scan[:, 7] = np.roll(scan[:, 7], 9, axis=1)
    found = find_tilt(scan, _HALF_TURN)
    assert np.abs(found.centers - centers).max() < 0.1


def test_few_rows_are_looked_at_and_all_get_a_center(tilted_scan: object) -> None:
    centers = line(50.7, 0.04)
    scan = tilted_scan(_HALF_TURN, 96, centers, seed=3)  # type: ignore[operator]  # a fixture
    scan[:, 1:-1][:, np.r_[0:3, 4:6]] = np.nan  # rows 0, 4 and 7 are looked at
    found = find_tilt(scan, _HALF_TURN, rows=3)
    assert np.abs(found.centers - centers).max() < 0.1


def test_reconstruct_takes_the_centers(tilted_scan: object) -> None:
    centers = line(30.7, 0.1, rows=4)
    scan = tilted_scan(_HALF_TURN, 64, centers, seed=4)  # type: ignore[operator]  # a fixture
    found = find_tilt(scan, _HALF_TURN)
    volume = reconstruct(scan, _HALF_TURN, found.centers, center=found.center)
    right = reconstruct(scan, _HALF_TURN, centers, center=30.7)
    same_axis = reconstruct(scan, _HALF_TURN, center=30.7)
    assert np.abs(volume - right).mean() < 0.5 * np.abs(same_axis - right).mean()


def test_two_rows_have_no_tilt() -> None:
    with pytest.raises(DataError, match="a tilt needs at least 3 rows, and there are 2"):
        find_tilt(np.ones((120, 2, 64)), _HALF_TURN)


def test_rows_without_an_axis_are_told(tilted_scan: object) -> None:
    scan = tilted_scan(_HALF_TURN, 64, line(30.7, 0, rows=6), seed=4)  # type: ignore[operator]  # a fixture
    scan[:, [0, 1, 4, 5]] = 0
    with pytest.raises(DataError, match="only 2 of 6 rows show the rotation axis"):
        find_tilt(scan, _HALF_TURN)


def test_stop_is_heard_between_rows(tilted_scan: object, listener: object) -> None:
    scan = tilted_scan(_HALF_TURN, 64, line(30.7, 0, rows=6), seed=4)  # type: ignore[operator]  # a fixture
    with listener() as heard:  # type: ignore[operator]  # a fixture
        whole = find_tilt(scan, _HALF_TURN)
    with listener(stop_after=heard.reports // 2), pytest.raises(CancelledError):  # type: ignore[operator]  # a fixture
        find_tilt(scan, _HALF_TURN)
    with listener(workers=1):  # type: ignore[operator]  # a fixture
        alone = find_tilt(scan, _HALF_TURN)
    assert alone.centers.tobytes() == whole.centers.tobytes()
