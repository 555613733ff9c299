"""The scale of a background frame that is known is found from frames with rings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

from daisy_lab.algorithms.azint import find_bgscale
from daisy_lab.errors import DataError
from daisy_lab.io import read_poni
from daisy_lab.samples.pdf import make_pdf

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("scale", [0.6, 1.0, 1.4])
@pytest.mark.parametrize("crystal", ["Ni", "CeO2"])
def test_the_scale_of_generated_frames_is_found_within_a_percent(
    crystal: str, scale: float, tmp_path: Path
) -> None:
    path = tmp_path / "sample.h5"
    make_pdf(path, crystal=crystal, size=768, frames=2, seed=4)
    with h5py.File(path) as file:
        frames, empty = file["entry/data/data"][...], file["entry/background/data"][...]
    mask = (frames < 0).any(axis=0) | (frames > 500_000).any(axis=0)
    geometry = read_poni(path.with_suffix(".poni"))
    assert find_bgscale(frames, geometry, empty / scale, mask) == pytest.approx(scale, rel=0.01)


def test_small_angle_scattering_does_not_oversubtract(geometry: dict[str, Any]) -> None:
    row, column = np.indices((120, 150))
    radius = np.hypot(row - 60.4, column - 77.3)
    empty = 500 + 300 * np.exp(-radius / 30)
    sample = 900 * np.exp(-radius / 8) + 2000 * np.exp(-0.5 * ((radius - 40) / 2) ** 2)
    rng = np.random.default_rng(6)
    where = geometry | {"poni1": 0.00609, "poni2": 0.00778, "rot1": 0.0, "rot2": 0.0}
    frames, background = rng.poisson(0.8 * empty + sample, (4, 120, 150)), rng.poisson(empty, (4, 120, 150))
    assert find_bgscale(frames, where, background) == pytest.approx(0.8, rel=0.01)


def test_without_a_background_the_scale_is_one(frames: np.ndarray, geometry: dict[str, Any]) -> None:
    assert find_bgscale(frames, geometry) == 1.0


def test_a_background_of_nothing_is_told(frames: np.ndarray, geometry: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="hardly above zero"):
        find_bgscale(frames, geometry, np.zeros((1, 120, 150)))
