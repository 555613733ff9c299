"""A mask that moves gives what the algorithms give; rings as lines; a marked place moves to its ring."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from daisy_lab.algorithms.azint import (
    MovingMask,
    MovingPattern,
    bins,
    brightest_near,
    integrate,
    mask_detector,
    mask_rings,
    ring_paths,
)
from daisy_lab.algorithms.azint._positions import radius_of

SHAPE = (195, 487)


@pytest.fixture
def frame() -> np.ndarray:
    made = np.random.default_rng(3).poisson(200, SHAPE).astype(np.int32)
    made[60, :] = -1
    made.ravel()[np.random.default_rng(4).choice(made.size, 60, replace=False)] = 90_000
    return made


@pytest.fixture
def where(geometry: dict[str, Any]) -> dict[str, Any]:
    return geometry | {"detector": "Pilatus100k", "config": {}}


def test_a_pattern_under_one_mask_after_another_is_that_of_each(
    frame: np.ndarray, where: dict[str, Any]
) -> None:
    binning = bins(frame[np.newaxis], where, bins=300).binning
    moving = MovingPattern(frame, binning)
    rng = np.random.default_rng(5)
    for part in (0.0, 0.3, 0.01, 0.9, 0.2):
        mask = (frame < 0) | (rng.random(SHAPE) < part)
        known = integrate(frame[np.newaxis], binning, mask, error_model="poisson", lowest=0)
        intensity, sigma = moving.under(mask)
        np.testing.assert_allclose(intensity, known.intensity[0], rtol=1e-9)
        np.testing.assert_allclose(sigma, known.sigma[0], rtol=1e-9)
    assert np.isnan(moving.under(np.ones(SHAPE, bool))[0]).all()
    moving.settle()
    known = integrate(frame[np.newaxis], binning, frame < 0, lowest=0)
    np.testing.assert_allclose(moving.under(frame < 0)[0], known.intensity[0], rtol=1e-12)


def test_no_number_is_never_counted(frame: np.ndarray, where: dict[str, Any]) -> None:
    broken = frame.astype(np.float32)
    broken[100, 100] = np.nan
    binning = bins(frame[np.newaxis], where, bins=50).binning
    made = MovingPattern(broken, binning).under(frame < 0)[0]
    known = integrate(broken[np.newaxis], binning, frame < 0)
    np.testing.assert_allclose(made, known.intensity[0], rtol=1e-9)


def test_a_mask_that_moves_is_that_of_the_algorithms(frame: np.ndarray, where: dict[str, Any]) -> None:
    moving = MovingMask(frame, where)
    shapes = '[{"kind": "circle", "center": [90, 200], "radius": 12}]'
    nothing = np.zeros(SHAPE, bool)
    for lowest, highest in ((0.0, None), (150.0, 50_000.0)):
        drawn = moving.drawn(nothing, lowest, highest, shapes)
        known = mask_detector(
            frame[np.newaxis], where, gaps=False, lowest=lowest, highest=highest, shapes=shapes
        )
        np.testing.assert_array_equal(drawn, known)
        for threshold in (3.0, 6.0):
            rings = mask_rings(frame[np.newaxis], where, known, threshold=threshold)
            np.testing.assert_array_equal(moving.clipped(drawn, threshold), rings)


@pytest.mark.parametrize("flip", ["none", "rows", "columns", "both"])
def test_rings_lie_where_the_pixels_have_their_angle(where: dict[str, Any], flip: str) -> None:
    from daisy_lab.algorithms.azint._geometry import Geometry  # noqa: PLC0415 - only here

    q = radius_of(Geometry.of(where), SHAPE, "q_A^-1", "no").low
    q = {"none": q, "rows": q[::-1], "columns": q[:, ::-1], "both": q[::-1, ::-1]}[flip]
    paths = ring_paths(where, "CeO2", SHAPE, flip)
    assert paths
    for path in paths[:4]:
        for row, column in path.points[np.isfinite(path.points).all(axis=1)]:
            inside = min(int(row), SHAPE[0] - 1), min(int(column), SHAPE[1] - 1)
            assert q[inside] == pytest.approx(path.q, abs=0.02 * path.q)


def test_a_marked_place_moves_to_the_brightest_one_and_not_to_a_hot_pixel() -> None:
    row, column = np.indices((80, 90))
    image = 10 + 300 * np.exp(-0.5 * ((np.hypot(row - 40, column - 45) - 20) / 1.5) ** 2)
    image[41, 68] = 1e6
    found = brightest_near(image, 40.0, 63.0)
    assert np.hypot(found[0] - 40, found[1] - 45) == pytest.approx(20, abs=1.5)
    assert brightest_near(np.full((80, 90), -1.0), 5.0, 6.0) == (5.0, 6.0)
    assert brightest_near(image, 0.0, 0.0)[0] >= 0
