"""Masks find what was planted, and leave the rest."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from daisy_lab.algorithms.azint import find_flip, mask_detector, mask_pixels, mask_rings
from daisy_lab.errors import SettingError

SIZE = 512


@pytest.fixture
def where(geometry: dict[str, Any]) -> dict[str, Any]:
    return geometry | {"poni1": 0.02465, "poni2": 0.02715, "distance": 0.1, "rot1": 0.0, "rot2": 0.0}


def rings(kind: str) -> np.ndarray:
    row, column = np.indices((SIZE, SIZE))
    radius, azimuth = np.hypot(row - 246, column - 271), np.arctan2(row - 246, column - 271)
    mean = 30 + 100 * np.exp(-radius / 150)
    for ring in range(60, 350, 45):
        mean += 150 * np.exp(-0.5 * ((radius - ring) / 3) ** 2)
    if kind == "textured":
        mean *= 1 + 0.6 * np.cos(2 * azimuth)
    if kind == "spotty":
        rng = np.random.default_rng(2)
        for _spot in range(150):
            y, x = rng.integers(6, SIZE - 6, 2)
            spot = np.exp(-0.5 * np.hypot(*np.mgrid[-5:6, -5:6]) ** 2 / rng.uniform(0.8, 2) ** 2)
            mean[y - 5 : y + 6, x - 5 : x + 6] += rng.uniform(200, 20000) * spot
    return np.random.default_rng(7).poisson(mean).astype(np.uint32)


@pytest.mark.parametrize("kind", ["smooth", "textured", "spotty"])
def test_nearly_all_planted_hot_pixels_are_found_and_hardly_any_other(
    kind: str, where: dict[str, Any]
) -> None:
    frame = rings(kind)
    planted = np.random.default_rng(1).choice(SIZE * SIZE, 400, replace=False)
    frame.ravel()[planted] *= 5
    mask = mask_rings(frame[np.newaxis], where).ravel()
    assert mask[planted].mean() >= 0.98
    mask[planted] = False
    assert mask.mean() < 1e-3


def test_hot_and_dead_pixels_stand_out_in_every_frame() -> None:
    frames = np.random.default_rng(4).poisson(100, (12, 64, 64))
    frames[:, 10, 20] = 2000
    frames[:, 30, 5] = 0
    frames[3, 50, 50] = 5000
    assert np.argwhere(mask_pixels(frames)).tolist() == [[10, 20], [30, 5]]


def test_gaps_thresholds_and_shapes_are_united(geometry: dict[str, Any]) -> None:
    frames = np.full((2, 195, 487), 10)
    frames[:, 3, 4] = -1
    frames[0, 5, 6] = 5000
    known = np.zeros((195, 487), bool)
    known[7, 8] = True
    shapes = [
        {"kind": "circle", "center": [100, 100], "radius": 5},
        {"kind": "rectangle", "corners": [[150, 10], [160, 30]]},
        {"kind": "polygon", "points": [[20, 200], [20, 220], [40, 200]]},
        {"kind": "circle", "center": [100, 100], "radius": 2, "keep": True},
    ]
    where = geometry | {"detector": "Pilatus100k", "config": {}}
    mask = mask_detector(frames, where, known, lowest=0, highest=1000, shapes=json.dumps(shapes))
    assert mask[3, 4]
    assert mask[7, 8]
    assert not mask[5, 6]
    assert mask[100, 104]
    assert not mask[100, 101]
    assert mask[155, 20]
    assert mask[22, 203]
    assert not mask[38, 218]
    assert mask[20:40, 200:220].mean() == pytest.approx(0.5, abs=0.05)


def test_the_gaps_of_a_detector_are_masked(geometry: dict[str, Any]) -> None:
    where = geometry | {"detector": "Pilatus1M", "config": {}}
    mask = mask_detector(np.ones((1, 1043, 981), np.uint16), where)
    assert mask[195:212].all()
    assert not mask[100, 100]


@pytest.mark.parametrize(
    "text", ["[{]", '[{"kind": "star"}]', '[{"kind": "circle", "center": [1, 2], "radius": -1}]']
)
def test_shapes_that_are_none_are_told(text: str, geometry: dict[str, Any], frames: np.ndarray) -> None:
    with pytest.raises(SettingError, match="shapes cannot be read"):
        mask_detector(frames, geometry, shapes=text)


@pytest.mark.parametrize(
    ("flip", "index"),
    [
        ("none", np.s_[:, :]),
        ("rows", np.s_[::-1, :]),
        ("columns", np.s_[:, ::-1]),
        ("both", np.s_[::-1, ::-1]),
    ],
)
def test_the_flip_of_a_frame_is_noticed(flip: str, index: Any, geometry: dict[str, Any]) -> None:
    where = geometry | {"poni1": 0.0200, "poni2": 0.0190, "distance": 0.1, "rot1": 0.0, "rot2": 0.0}
    row, column = np.indices((SIZE, SIZE))
    radius = np.hypot(row - 199.5, column - 189.5)
    mean = 20 + 100 * np.cos(radius / 9) ** 8
    frame = np.random.default_rng(0).poisson(mean)
    assert find_flip(frame[index][np.newaxis], where) == flip


def test_frames_without_rings_are_left_as_they_are(geometry: dict[str, Any]) -> None:
    assert find_flip(np.random.default_rng(0).poisson(50, (1, 120, 150)), geometry) == "none"
