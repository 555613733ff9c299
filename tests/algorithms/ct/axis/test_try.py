"""Slices about several axes, for the eye."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.algorithms.ct import reconstruct, try_centers
from daisy_lab.errors import SettingError

if TYPE_CHECKING:
    from conftest import SolidScan

_DEGREE = np.pi / 180
_HALF_TURN = np.arange(180) * _DEGREE


@pytest.mark.parametrize("angles", [180, 150])
def test_sharpest_slice_is_that_about_the_axis(angles: int, solid_scan: SolidScan) -> None:
    theta = np.arange(angles) * _DEGREE
    scan = solid_scan(theta, 128, 61.5, seed=1, rows=3)
    tries = try_centers(scan, theta, around=62.0, step=0.5, count=13)
    np.testing.assert_allclose(tries.candidates, 62.0 + np.arange(-6, 7) * 0.5)
    assert tries.candidates[np.argmax(tries.sharpness)] == pytest.approx(61.5, abs=0.5)
    assert (tries.sharpness.min(), tries.sharpness.max()) == (0, 1)
    assert tries.slices.shape == (13, 128, 128)


def test_slices_are_those_of_reconstruct(solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 64, 31.0, seed=1, rows=1)
    tries = try_centers(scan, _HALF_TURN, around=31.0, step=1.5, count=3)
    for center, image in zip(tries.candidates, tries.slices, strict=True):
        whole = reconstruct(scan, _HALF_TURN, center=float(center), filter="hann")[0]
        # Stripes and spikes are taken out before.
        assert np.corrcoef(whole.ravel(), image.ravel())[0, 1] > 0.97


def test_axes_outside_the_detector_are_left_out_or_refused(solid_scan: SolidScan) -> None:
    scan = solid_scan(_HALF_TURN, 64, 31.0, rows=1)
    tries = try_centers(scan, _HALF_TURN, around=1.0, step=1.0, count=5)
    assert tries.candidates.tolist() == [0, 1, 2, 3]
    with pytest.raises(SettingError, match="around column 99"):
        try_centers(scan, _HALF_TURN, around=99.0)
