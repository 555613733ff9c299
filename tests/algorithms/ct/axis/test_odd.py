"""Odd arrays and angles: the same axis, or a word about what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.algorithms.ct import compare_centers, find_center, find_tilt, try_centers
from daisy_lab.algorithms.ct.axis._wedge import mirror_series
from daisy_lab.errors import CancelledError, DataError

if TYPE_CHECKING:
    from conftest import SolidScan

    from daisy_lab.vocabulary import Array

_HALF_TURN = np.arange(100) * np.pi / 100
_ALL = [find_center, compare_centers, find_tilt, try_centers]


def settings(step: object) -> dict[str, float]:
    return {"around": 20.0} if step is try_centers else {}


@pytest.mark.parametrize("kind", ["float64", ">f4", "float16", "fortran", "strided", "mirrored twice"])
def test_axis_does_not_depend_on_how_values_are_stored(kind: str, solid_scan: SolidScan) -> None:
    scan = np.asarray(solid_scan(_HALF_TURN, 65, 30.3, seed=1), np.float16).astype(np.float32)
    other = {
        "fortran": np.asfortranarray,
        "strided": lambda some: np.repeat(np.repeat(some, 2, axis=0), 3, axis=2)[::2, :, ::3],
        "mirrored twice": lambda some: some[:, ::-1, ::-1].copy()[:, ::-1, ::-1],
    }.get(kind, lambda some: some.astype(kind))(scan)
    before = other.copy()
    assert find_center(other, _HALF_TURN) == find_center(scan, _HALF_TURN)
    assert np.array_equal(other, before)


def test_whole_numbers_are_fine(solid_scan: SolidScan) -> None:
    scan = (np.clip(solid_scan(_HALF_TURN, 64, 30.3, seed=1), 0, None) * 10_000).astype(np.uint16)
    assert find_center(scan, _HALF_TURN) == pytest.approx(30.3, abs=0.1)


def test_values_that_are_not_finite_do_not_matter(solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 64, 30.3, seed=1)
    random = np.random.default_rng(0)
    scan[random.integers(0, 100, 40), 0, random.integers(0, 64, 40)] = np.nan
    scan[7, 1, 20] = np.inf
    assert find_center(scan, _HALF_TURN) == pytest.approx(30.3, abs=0.1)


@pytest.mark.parametrize("step", _ALL, ids=lambda step: step.name)
@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ((100, 4, 1), "too narrow"),
        ((100, 4, 7), "too narrow"),
        ((0, 4, 64), "no projection"),
        ((100, 64), "must have the axes angle, row, column"),
    ],
)
def test_too_little_is_told(step: object, shape: tuple[int, ...], why: str) -> None:
    with pytest.raises(DataError, match=why):
        step(np.ones(shape), _HALF_TURN[: shape[0]], **settings(step))  # type: ignore[operator]  # an algorithm


@pytest.mark.parametrize("step", [find_center, compare_centers, find_tilt], ids=lambda step: step.name)
@pytest.mark.parametrize("views", [1, 2])
def test_one_or_two_views_have_no_axis(step: object, views: int) -> None:
    scan = np.random.default_rng(0).random((views, 4, 64))
    with pytest.raises(DataError):
        step(scan, _HALF_TURN[:views])  # type: ignore[operator]  # an algorithm


@pytest.mark.parametrize("step", [find_center, compare_centers, try_centers], ids=lambda step: step.name)
def test_no_rows_are_told(step: object) -> None:
    with pytest.raises(DataError, match="there are no rows"):
        step(np.ones((100, 0, 64)), _HALF_TURN, **settings(step))  # type: ignore[operator]  # an algorithm


def test_angle_that_is_no_number_is_told() -> None:
    theta = _HALF_TURN.copy()
    theta[3] = np.nan
    with pytest.raises(DataError, match="1 of 100 angles in theta are not numbers"):
        compare_centers(np.ones((100, 2, 64)), theta)


@pytest.mark.parametrize("method", ["auto", "sharpness"])
def test_threads_do_not_change_the_axis(method: str, solid_scan: SolidScan, listener: object) -> None:
    scan = solid_scan(_HALF_TURN, 64, 30.3, seed=1, rows=3)
    found = []
    for workers in (1, 2, 5):
        with listener(workers=workers):  # type: ignore[operator]  # a fixture
            found.append(find_center(scan, _HALF_TURN, method=method))
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("method", ["auto", "sharpness"])
def test_stop_is_heard(method: str, solid_scan: SolidScan, listener: object) -> None:
    scan = solid_scan(_HALF_TURN, 64, 30.3, seed=1, rows=3)
    with listener(stop_after=3) as heard, pytest.raises(CancelledError):  # type: ignore[operator]  # a fixture
        find_center(scan, _HALF_TURN, method=method)
    assert heard.reports < 15


@pytest.mark.parametrize("count", [1, 2, 17, 301])
def test_series_is_the_plain_sum(count: int) -> None:
    random = np.random.default_rng(count)
    terms: Array = random.normal(size=50) + 1j * random.normal(size=50)
    frequency = np.arange(50) * 0.013
    centers = 7.3 + np.arange(count) * 0.25
    plain = np.exp(-2j * np.outer(centers, frequency)) @ terms
    np.testing.assert_allclose(mirror_series(terms, frequency, centers), plain, rtol=0, atol=1e-11)
