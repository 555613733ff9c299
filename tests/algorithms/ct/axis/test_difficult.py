"""Scans on which one way or another fails: `auto` finds the axis within a tenth of a pixel, or says that it doubts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.algorithms.ct import compare_centers, find_center
from daisy_lab.algorithms.ct.axis._opposite import opposite_pairs
from daisy_lab.errors import DataError

if TYPE_CHECKING:
    from conftest import SolidScan

    from daisy_lab.vocabulary import Array

_DEGREE = np.pi / 180
_HALF_TURN = np.arange(180) * _DEGREE
_GOLDEN = (np.sqrt(5) - 1) / 2
_TENTH = 0.1


def noisy(scan: Array, photons: int, seed: int) -> Array:
    counts = np.random.default_rng(seed).poisson(photons * np.exp(-scan.astype(np.float64)))
    return -np.log(np.maximum(counts, 1) / photons).astype(np.float32)


@pytest.mark.parametrize(
    ("theta", "center", "size"),
    [
        pytest.param(np.linspace(0, 179, 120) * _DEGREE, 80.3, None, id="0 to 179.0"),
        pytest.param(np.arange(180) * 2 * _DEGREE, 80.3, None, id="whole turn"),
        pytest.param(np.repeat(_HALF_TURN, 2), 80.3, None, id="every angle twice"),
        pytest.param(np.arange(40) * np.pi / 40, 80.3, None, id="few views"),
        pytest.param((np.arange(150) * _GOLDEN * np.pi) % np.pi, 80.3, None, id="golden angle, half a turn"),
        pytest.param((np.arange(60) * _GOLDEN * np.pi) % np.pi, 80.3, None, id="golden angle, few views"),
        pytest.param((np.arange(200) * _GOLDEN * 2 * np.pi) % (2 * np.pi), 80.3, None, id="golden, whole"),
        pytest.param(_HALF_TURN, 79.5 + 48, 60, id="axis off by 30 percent to the right"),
        pytest.param(_HALF_TURN, 79.5 - 48, 60, id="axis off by 30 percent to the left"),
        pytest.param(np.arange(180) * 2 * _DEGREE, 144.2, None, id="whole turn, axis near the right edge"),
        pytest.param(np.linspace(0, 2 * np.pi, 181), 13.4, None, id="whole turn, axis near the left edge"),
        pytest.param(np.arange(150) * _DEGREE, 80.3, None, id="150 degrees"),
        pytest.param(np.arange(120) * _DEGREE, 80.3, None, id="120 degrees"),
    ],
)
def test_axis_is_found_within_a_tenth_of_a_pixel(
    theta: Array, center: float, size: int | None, solid_scan: SolidScan
) -> None:
    scan = solid_scan(theta, 160, center, seed=2, size=size)
    assert find_center(scan, theta) == pytest.approx(center, abs=_TENTH)


@pytest.mark.parametrize("angles", [180, 150])
def test_much_noise_leaves_a_tenth_of_a_pixel(angles: int, solid_scan: SolidScan) -> None:
    theta = np.arange(angles) * _DEGREE
    scan = noisy(solid_scan(theta, 160, 80.3, seed=3, rows=4), 500, seed=3)
    assert find_center(scan, theta) == pytest.approx(80.3, abs=_TENTH)


@pytest.mark.parametrize("seed", [1, 2])
def test_object_wider_than_the_detector_leaves_a_tenth_of_a_pixel(seed: int, solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 256, 130.3, seed=seed)[:, :, 60:200]
    assert find_center(scan, _HALF_TURN) == pytest.approx(70.3, abs=_TENTH)


def test_cut_off_and_less_than_half_a_turn_is_found_to_a_pixel_and_doubted(solid_scan: SolidScan) -> None:
    theta = np.arange(150) * _DEGREE
    scan = solid_scan(theta, 256, 130.3, seed=0)[:, :, 60:200]
    found = compare_centers(scan, theta)
    assert found.center == pytest.approx(70.3, abs=1.0)
    assert found.confidence < 0.5


def test_stripes_and_zingers_do_not_matter(solid_scan: SolidScan, spoilt: object) -> None:
    scan = spoilt(solid_scan(_HALF_TURN, 160, 80.3, seed=1))  # type: ignore[operator]  # a fixture
    for method in ("auto", "mass", "sharpness"):
        assert find_center(scan, _HALF_TURN, method=method) == pytest.approx(80.3, abs=_TENTH)
    assert find_center(scan, _HALF_TURN, method="opposite") == pytest.approx(80.3, abs=0.5)


@pytest.mark.parametrize(
    ("method", "error"),
    [("wedge", 0.1), ("mass", 0.1), ("opposite", 0.05), ("overlap", 0.05), ("sharpness", 0.2)],
)
def test_each_way_finds_it_in_a_whole_turn(method: str, error: float, solid_scan: SolidScan) -> None:
    theta = np.arange(180) * 2 * _DEGREE
    scan = solid_scan(theta, 160, 82.6, seed=5)
    assert find_center(scan, theta, method=method) == pytest.approx(82.6, abs=error)


@pytest.mark.parametrize(
    ("method", "angles", "why"),
    [
        ("wedge", 150, "needs at least 8 views evenly over half a turn"),
        ("opposite", 150, "no two of the 150 views are half a turn apart"),
        ("overlap", 180, "full turn"),
        ("mass", 3, "needs 6 different angles"),
        ("sharpness", 3, "a slice needs at least 8 views"),
    ],
)
def test_way_that_does_not_suit_says_why(method: str, angles: int, why: str, solid_scan: SolidScan) -> None:
    theta = np.arange(angles) * _DEGREE
    with pytest.raises(DataError, match=why):
        find_center(solid_scan(theta, 64, 31.2), theta, method=method)


def test_object_cut_off_has_no_centre_of_mass(solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 256, 130.3, seed=1)[:, :, 60:200]
    with pytest.raises(DataError, match="cut off by the detector"):
        find_center(scan, _HALF_TURN, method="mass")


def test_opposite_views_are_found_by_their_angles_in_any_order(solid_scan: SolidScan) -> None:
    theta = np.random.default_rng(0).permutation(np.arange(100) * 3.6 * _DEGREE) + 0.3
    scan = solid_scan(theta, 128, 60.8, seed=2)
    assert find_center(scan, theta, method="opposite") == pytest.approx(60.8, abs=0.03)


@pytest.mark.parametrize("seed", range(3))
def test_opposite_of_a_scan_one_step_short_is_near(seed: int, solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 128, 60.8, seed=seed)
    assert find_center(scan, _HALF_TURN, method="opposite") == pytest.approx(60.8, abs=0.2)


def test_pairs_lie_half_a_turn_apart_in_any_order_each_once() -> None:
    order = np.random.default_rng(1).permutation(24)
    theta = (np.arange(24) * np.pi / 12 + 0.1)[order]
    pairs = opposite_pairs(theta)
    other = np.where(pairs.share < 0.5, pairs.before, pairs.after)
    np.testing.assert_allclose(np.cos(theta[pairs.view] - theta[other]), -1)
    assert len({frozenset(pair) for pair in zip(pairs.view, other, strict=True)}) == 12
    assert not pairs.missing.any()


@pytest.mark.parametrize(("last", "count"), [(150, 0), (176, 0), (179, 2), (180, 1), (200, 21)])
def test_pairs_are_as_many_as_the_range_has(last: int, count: int) -> None:
    pairs = opposite_pairs(np.deg2rad(np.arange(last + 1.0)))
    assert len(pairs.view) == count
    assert pairs.missing.any() == (last == 179)
