"""The azimuthal error model beside pyFAI's: the same sum, which pyFAI adds up one pixel after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from daisy_lab.algorithms.azint import bins, integrate
from daisy_lab.algorithms.azint._binning import Binning
from daisy_lab.algorithms.azint._geometry import Geometry

BINS = 25


def pyfai(frame: np.ndarray, geometry: dict[str, Any], splitting: str, **how: Any) -> Any:
    return Geometry.of(geometry).integrator((120, 150)).integrate1d(
        frame, BINS, unit="q_A^-1", method=(splitting, "csr", "cython"), error_model="azimuthal", **how
    )  # fmt: skip


@pytest.fixture
def entries(frames: np.ndarray, geometry: dict[str, Any]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Give, for each bin, weights and corrected values of the pixels that touch it, in the order of the frame."""
    made = Binning.of(bins(frames, geometry, bins=BINS).binning)
    table = made.table()
    pixel = np.repeat(np.arange(120 * 150), np.diff(table.starts))
    divisor = made.divisor().ravel().astype(float)
    weight = table.parts.astype(float) * divisor[pixel]
    value = frames[0].ravel()[pixel] / divisor[pixel]
    return [(weight[table.bins == one], value[table.bins == one]) for one in range(BINS)]


def test_pixels_of_one_weight_have_the_scatter_that_pyfai_says(
    frames: np.ndarray, geometry: dict[str, Any]
) -> None:
    made = bins(frames, geometry, bins=BINS, splitting="no", solid_angle=False)
    ours = integrate(frames[:1], made.binning, error_model="azimuthal").sigma[0]
    theirs = pyfai(frames[0], geometry, "no", correctSolidAngle=False).sigma
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_split_pixels_have_the_weighted_scatter_about_the_mean_of_the_bin(
    frames: np.ndarray, geometry: dict[str, Any], entries: list[tuple[np.ndarray, np.ndarray]]
) -> None:
    made = bins(frames, geometry, bins=BINS)
    ours = integrate(frames[:1], made.binning, error_model="azimuthal").sigma[0]
    expected = []
    for weight, value in entries:
        mean = (weight * value).sum() / weight.sum()
        expected.append(np.sqrt((weight**2 * (value - mean) ** 2).sum()) / weight.sum())
    np.testing.assert_allclose(ours, expected, rtol=1e-6)


def test_the_difference_to_pyfai_is_that_of_its_running_mean(
    frames: np.ndarray, geometry: dict[str, Any], entries: list[tuple[np.ndarray, np.ndarray]]
) -> None:
    theirs = pyfai(frames[0], geometry, "bbox").sigma
    running = []
    for weight, value in entries:
        total, signal, square = weight[0], weight[0] * value[0], 0.0
        for one, number in zip(weight[1:], value[1:], strict=True):
            before, total, signal = signal / total, total + one, signal + one * number
            square += one**2 * (number - before) * (number - signal / total)
        running.append(np.sqrt(square) / total)
    np.testing.assert_allclose(running[1:-1], theirs[1:-1], rtol=1e-5)
    ours = integrate(frames[:1], bins(frames, geometry, bins=BINS).binning, error_model="azimuthal").sigma[0]
    np.testing.assert_allclose(ours, theirs, rtol=2e-2)
