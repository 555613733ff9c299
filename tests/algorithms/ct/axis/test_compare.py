"""How sure each way of finding the axis is, and what all say together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.algorithms.ct import compare_centers, find_center
from daisy_lab.algorithms.ct.axis._candidate import Candidate, Search, agreed, best_of
from daisy_lab.errors import DataError, SettingError

if TYPE_CHECKING:
    from conftest import SolidScan

_DEGREE = np.pi / 180
_HALF_TURN = np.arange(180) * _DEGREE


def test_good_scan_is_sure_and_all_ways_agree(solid_scan: SolidScan) -> None:
    found = compare_centers(solid_scan(_HALF_TURN, 160, 80.3, seed=1), _HALF_TURN)
    wedge, opposite, overlap, mass, sharpness = found.centers
    assert found.confidence > 0.95
    assert found.center == pytest.approx(80.3, abs=0.1)
    assert np.isnan(overlap)
    assert [wedge, mass, sharpness] == pytest.approx([80.3] * 3, abs=0.1)
    assert opposite == pytest.approx(80.3, abs=0.4)
    assert found.confidences[2] == 0
    assert (found.confidences[[0, 1, 3, 4]] > 0.3).all()


def test_noise_alone_is_not_trusted() -> None:
    sure = []
    for seed in range(4):
        noise = np.random.default_rng(seed).normal(0, 0.1, (180, 2, 64))
        try:
            sure.append(compare_centers(noise, _HALF_TURN).confidence)
        except DataError:
            sure.append(0.0)
    assert max(sure) < 0.3
    assert np.mean(sure) < 0.15


def test_more_noise_means_less_confidence(solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 64, 30.3, seed=1)
    noise = np.random.default_rng(0).normal(0, 0.3, scan.shape).astype(np.float32)
    clean, noisy = (compare_centers(some, _HALF_TURN) for some in (scan, scan + noise))
    assert (noisy.confidences[[0, 3, 4]] < clean.confidences[[0, 3, 4]]).all()
    assert noisy.confidence < clean.confidence


def test_two_voices_that_differ_halve_the_confidence() -> None:
    one, other = Candidate("wedge", 10.0, 0.9, 0.02), Candidate("mass", 20.0, 0.9, 0.1)
    assert agreed([one, other]).confidence == pytest.approx(0.45)
    assert agreed([one]).confidence == pytest.approx(0.9)


def test_voices_that_agree_support_each_other_and_the_most_exact_is_taken() -> None:
    several = [
        Candidate("mass", 10.3, 0.8, 0.1),
        Candidate("wedge", 10.0, 0.5, 0.02),
        Candidate("sharpness", 60.0, 0.1, 0.06),
    ]
    found = agreed(several)
    assert found.center == 10.0
    assert found.confidence == pytest.approx((1 - 0.2 * 0.5) * 1.3 / 1.4)


def test_confidence_is_how_far_the_best_stands_above_the_next() -> None:
    centers = np.arange(100.0)
    fit = np.zeros(100)
    fit[50], fit[51], fit[20], fit[95] = 4.0, 3.9, 1.0, 3.0
    assert best_of(centers, fit, Search(50, 40), 100) == (50, pytest.approx(0.75))
    assert best_of(centers, fit, Search(50, 50.5), 100) == (50, pytest.approx(0.25))


def test_best_at_the_end_of_the_range_is_refused() -> None:
    with pytest.raises(DataError, match="between columns 40 and 60 and fits best at the end"):
        best_of(np.arange(100.0), np.arange(100.0), Search(50, 10), 100)


def test_axis_is_looked_for_where_one_says(solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 256, 80.0, seed=3, size=140)
    assert find_center(scan, _HALF_TURN, search=0.1, around=82.0) == pytest.approx(80.0, abs=0.05)
    with pytest.raises(SettingError, match="around column 300"):
        find_center(scan, _HALF_TURN, around=300.0)


def test_log_tells_what_each_way_found(solid_scan: SolidScan, listener: object) -> None:
    with listener() as heard:  # type: ignore[operator]  # a fixture
        find_center(solid_scan(_HALF_TURN, 128, 60.3, seed=1), _HALF_TURN)
    (line,) = [line for line in heard.lines if "rotation axis" in line]
    assert "confidence" in line
    assert all(way in line for way in ("wedge 60.", "opposite ", "mass 60."))
