"""Two opposite views laid over each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.algorithms.ct import overlay_opposite
from daisy_lab.errors import DataError

if TYPE_CHECKING:
    from conftest import SolidScan

_HALF_TURN = np.array([0.0, np.pi])


@pytest.mark.parametrize("center", [31.0, 30.5, 33.3])
def test_nothing_is_left_about_the_right_axis_and_edges_about_another(
    center: float, solid_scan: SolidScan
) -> None:
    scan = solid_scan(_HALF_TURN, 64, center, seed=1, rows=3)
    one, other = scan[:1], scan[1:]
    rest = [
        np.nanstd(overlay_opposite(one, other, center=center + away)) for away in (-0.5, -0.1, 0.0, 0.1, 0.5)
    ]
    assert np.argmin(rest) == 2
    assert rest[1] > rest[2]
    assert rest[3] > rest[2]


def test_columns_that_only_one_view_has_are_no_numbers(solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 64, 25.0, seed=1, rows=2)
    laid = overlay_opposite(scan[:1], scan[1:], center=25.0)
    assert laid.shape == (2, 64)
    assert laid.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(laid[0]), np.arange(64) > 50)


def test_a_blend_is_the_mean_of_both(solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 64, 31.5, seed=1, rows=1)
    laid = overlay_opposite(scan[:1], scan[1:], center=31.5, show="blend")
    np.testing.assert_allclose(laid[0], (scan[0, 0] + scan[1, 0, ::-1]) / 2, rtol=1e-6)


def test_views_of_two_scans_are_refused() -> None:
    one, other = np.ones((1, 2, 8)), np.ones((1, 2, 9))
    with pytest.raises(DataError, match="one scan"):
        overlay_opposite(one, other, center=3.0)
    with pytest.raises(DataError, match="one scan"):
        overlay_opposite(one[:0], one, center=3.0)
