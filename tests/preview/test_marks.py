"""What lies below a line or in a polygon, against values known without us."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_lab import _preview as preview

_Y, _X = np.mgrid[:40, :50].astype(np.float32)
_RAMP = 3 * _Y + 2 * _X


def _area(corners: list[tuple[float, float]], values: np.ndarray = _RAMP) -> preview.Statistics:
    region = preview.around(corners, *values.shape)
    return preview.statistics(lambda part: values[part[0] : part[1], part[2] : part[3]], corners, region)


def test_a_line_over_a_ramp_is_the_ramp() -> None:
    distances, values = preview.along(_RAMP, (5.5, 4.5), (25.5, 19.5), 200)
    part = distances / distances[-1]
    assert distances[-1] == pytest.approx(25)
    np.testing.assert_allclose(values, 3 * (5 + 20 * part) + 2 * (4 + 15 * part), rtol=1e-6)


def test_a_line_has_one_point_per_pixel_and_no_more_than_asked_for() -> None:
    assert len(preview.along(_RAMP, (0.0, 0.0), (0.0, 30.0), 500)[0]) == 31
    assert len(preview.along(_RAMP, (0.0, 0.0), (0.0, 30.0), 7)[0]) == 7


def test_beside_the_plane_a_line_has_no_values() -> None:
    _distances, values = preview.along(_RAMP, (10.5, -20.0), (10.5, 20.0), 81)
    assert np.isnan(values[:20]).all()
    assert np.isfinite(values[21:]).all()


def test_a_rectangle_holds_the_pixels_whose_centres_it_holds() -> None:
    found = _area([(10.0, 20.0), (10.0, 30.0), (14.0, 30.0), (14.0, 20.0)])
    inside = _RAMP[10:14, 20:30]
    assert found.count == inside.size
    assert (found.mean, found.std) == pytest.approx((inside.mean(), inside.std()))
    assert (found.low, found.high) == (inside.min(), inside.max())


def test_a_triangle_holds_half_of_its_rectangle() -> None:
    found = _area([(0.0, 0.0), (40.0, 0.0), (40.0, 40.0)])
    assert found.count == pytest.approx(40 * 40 / 2, abs=40)


def test_a_polygon_may_reach_beyond_the_plane() -> None:
    assert _area([(-9.0, -9.0), (-9.0, 99.0), (99.0, 99.0), (99.0, -9.0)]).count == _RAMP.size


def test_what_is_no_number_is_not_counted() -> None:
    values = _RAMP.copy()
    values[0, :10] = np.nan
    found = _area([(0.0, 0.0), (0.0, 20.0), (1.0, 20.0), (1.0, 0.0)], values)
    assert found.count == 10
    assert found.mean == pytest.approx(_RAMP[0, 10:20].mean())
    assert _area([(0.0, 0.0), (0.0, 5.0), (1.0, 5.0), (1.0, 0.0)], values) == preview.Statistics(0)


def test_a_large_area_read_in_parts_has_the_statistics_of_the_whole() -> None:
    values = np.random.default_rng(1).normal(5, 2, (3000, 3000)).astype(np.float32)
    found = _area([(0.0, 0.0), (0.0, 3000.0), (3000.0, 3000.0), (3000.0, 0.0)], values)
    assert (found.mean, found.std) == pytest.approx(
        (values.mean(dtype=float), values.std(dtype=float)), rel=1e-6
    )


@pytest.mark.parametrize("shape", [(10, 200, 300), (400, 400, 400), (3, 5000, 7), (1, 1, 1)])
def test_an_overview_keeps_to_its_voxels(shape: tuple[int, int, int]) -> None:
    value = np.broadcast_to(np.float32(2.5), shape)
    found = preview.overview(value, "zyx", ("z", "y", "x"), {}, 20_000)
    assert found.values.size <= 20_000
    assert (found.values == 2.5).all()
    assert all(
        -(-length // factor) == short
        for length, factor, short in zip(shape, found.factors, found.values.shape, strict=True)
    )


def test_an_overview_is_the_mean_of_its_groups() -> None:
    value = np.random.default_rng(2).normal(size=(8, 8, 8)).astype(np.float32)
    found = preview.overview(value, "zyx", ("z", "y", "x"), {}, 64)
    expected = value.reshape(4, 2, 4, 2, 4, 2).mean((1, 3, 5))
    np.testing.assert_allclose(found.values, expected, rtol=1e-5)


def test_a_large_plane_is_reduced_from_evenly_spaced_pixels() -> None:
    side = 4200
    ramp = np.broadcast_to(np.arange(side, dtype=np.uint16), (side, side))
    found = preview.reduced(ramp, 700, 700)
    assert found.shape == (700, 700)
    np.testing.assert_allclose(found[0], 6 * np.arange(700) + 2.5, atol=1)
