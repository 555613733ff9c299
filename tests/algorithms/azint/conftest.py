"""A small detector with rings at known places, by plain formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from pathlib import Path

PIXEL = 1e-4


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("DAISY_LAB_CACHE", str(folder))
    return folder


@pytest.fixture
def geometry() -> dict[str, Any]:
    return {
        "distance": 0.05,
        "poni1": 0.0061,
        "poni2": 0.0078,
        "rot1": 0.02,
        "rot2": -0.01,
        "rot3": 0.0,
        "wavelength": 5e-11,
        "detector": "Detector",
        "config": {"pixel1": PIXEL, "pixel2": PIXEL},
    }


@pytest.fixture
def frames() -> np.ndarray:
    """Twenty frames of 120 x 150 pixels, uint16."""
    row, column = np.indices((120, 150))
    radius = np.hypot(row - 60.4, column - 77.3)
    mean = 40 + 300 * np.exp(-0.5 * ((radius - 30) / 2) ** 2) + 200 * np.exp(-0.5 * ((radius - 50) / 2) ** 2)
    return np.random.default_rng(3).poisson(mean, (20, 120, 150)).astype(np.uint16)
