"""Rings go, the object stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import reconstruct, remove_rings
from daisy_lab.errors import CancelledError, SettingError
from daisy_lab.samples._phantom import random_ellipsoids

if TYPE_CHECKING:
    from types import ModuleType

_SIZE = 320
_CENTER = (_SIZE - 1) / 2


def _radius(size: int = _SIZE) -> np.ndarray:
    line = np.arange(size) - (size - 1) / 2
    return np.hypot(line, line[:, np.newaxis])


def _rms(image: np.ndarray, where: np.ndarray) -> float:
    return float(np.sqrt(np.mean(image[0][where] ** 2)))


@pytest.fixture(scope="module")
def rings() -> np.ndarray:
    """A slice in which detector columns answered wrongly over a whole turn, relative to an object of value 1."""
    rng = np.random.default_rng(0)
    views = 5 * _SIZE
    theta = np.arange(views) * (2 * np.pi / views)
    faulty = rng.normal(0, 3, _SIZE) * (rng.random(_SIZE) < 0.12)
    scan = np.broadcast_to(faulty, (views, 1, _SIZE)).astype(np.float32)
    return reconstruct(scan, theta, center=_CENTER)


@pytest.fixture(scope="module")
def solid() -> np.ndarray:
    phantom = random_ellipsoids(_SIZE, 1, 3)
    image = phantom.image(0, _SIZE).astype(np.float32)[np.newaxis]
    return image / image.max()


def test_rings_fall_to_less_than_a_fifth_and_the_object_stays(rings: np.ndarray, solid: np.ndarray) -> None:
    inside = _radius() < 0.48 * _SIZE
    assert _rms(rings, inside) > 0.02
    cleaned = remove_rings(solid + rings, arc=120)
    untouched = remove_rings(solid, arc=120)
    assert _rms(cleaned - untouched, inside) < _rms(rings, inside) / 5
    assert _rms(untouched - solid, inside) < 0.005
    assert _rms(cleaned - solid, inside) < _rms(rings, inside) / 4


def test_a_ring_of_known_height_falls_to_less_than_a_fifth() -> None:
    for radius, width in ((15.0, 1.0), (40.3, 1.5), (71.5, 1.0)):
        ring = 0.1 * np.exp(-0.5 * ((_radius() - radius) / width) ** 2)[np.newaxis].astype(np.float32)
        left = remove_rings(ring + 1) - 1
        assert np.abs(left).max() < 0.1 / 5, f"radius {radius}"


def test_noise_is_not_taken_for_rings(rings: np.ndarray) -> None:
    noise = np.random.default_rng(2).normal(0, 0.05, rings.shape).astype(np.float32)
    inside = _radius() < 0.48 * _SIZE
    assert _rms(remove_rings(noise) - noise, inside) < 0.15 * 0.05
    assert _rms(remove_rings(rings + noise) - noise, inside) < 0.5 * _rms(rings, inside)


def test_high_rings_stay_where_a_limit_says_so() -> None:
    ring = np.exp(-0.5 * ((_radius() - 40) / 1) ** 2)[np.newaxis].astype(np.float32)
    np.testing.assert_allclose(remove_rings(ring, limit=0.2), ring, atol=0.05)
    assert np.abs(remove_rings(ring, limit=2.0)).max() < 0.2


def test_a_part_that_was_cut_out_knows_where_the_axis_lies() -> None:
    ring = 0.1 * np.exp(-0.5 * ((_radius() - 60) / 1.2) ** 2)[np.newaxis].astype(np.float32)
    part = ring[:, 20:140, 50:180]
    cleaned = remove_rings(part, center_x=_CENTER - 50, center_y=_CENTER - 20)
    assert _rms(cleaned, part[0] > -1) < _rms(part, part[0] > -1) / 5
    with pytest.raises(SettingError, match="finite pixels"):
        remove_rings(part, center_x=np.nan)


def test_rows_and_threads_give_the_same_bits(rings: np.ndarray, listener: Any) -> None:
    volume = np.concatenate([rings, 2 * rings, rings[:, ::-1]])[:, 40:121, 30:130]
    whole = remove_rings(volume)
    for row in range(3):
        assert remove_rings(volume[row : row + 1]).tobytes() == whole[row : row + 1].tobytes()
    with monitored(listener(workers=1)):
        assert remove_rings(volume).tobytes() == whole.tobytes()


@pytest.mark.parametrize("shape", [(0, 4, 4), (2, 1, 1), (1, 1, 9), (2, 5, 1), (1, 2, 3), (2, 0, 3)])
def test_slices_that_are_hardly_there_come_back_finite(shape: tuple[int, ...]) -> None:
    volume = np.random.default_rng(3).normal(size=shape)
    cleaned = remove_rings(volume)
    assert cleaned.shape == shape
    assert cleaned.dtype == np.float32
    assert np.isfinite(cleaned).all()


def test_what_is_no_number_stays_and_spreads_nowhere(rings: np.ndarray) -> None:
    broken = rings.copy()
    broken[0, 90:97, 100:104], broken[0, 0, 0] = np.nan, np.inf
    cleaned = remove_rings(broken)
    np.testing.assert_array_equal(np.isfinite(cleaned), np.isfinite(broken))
    inside = np.isfinite(broken[0]) & (_radius() < 0.48 * _SIZE)
    assert _rms(cleaned, inside) < _rms(rings, inside) / 5
    assert np.isnan(remove_rings(np.full((1, 8, 8), np.nan))).all()


@pytest.mark.parametrize("kind", [">f4", "f8", "u2", "u1"])
def test_any_number_type_and_layout_gives_the_same_slices(kind: str) -> None:
    values = np.random.default_rng(4).integers(0, 200, (2, 30, 31)).astype(np.float32)
    wide = np.zeros((2, 30, 62), kind)
    wide[..., ::2] = values
    np.testing.assert_array_equal(remove_rings(wide[..., ::2]), remove_rings(values))


def test_stop_is_felt_between_the_loops(listener: Any) -> None:
    with monitored(listener(stop_after=1)), pytest.raises(CancelledError):
        remove_rings(np.zeros((3, 16, 16), np.float32))


def test_a_device_gives_the_same_slices(device: ModuleType) -> None:
    size = 24
    ring = np.exp(-0.5 * ((_radius(size) - 7) / 0.8) ** 2)
    volume = (np.random.default_rng(5).normal(0, 0.1, (2, size, size)) + ring).astype(np.float32)
    volume[0, 3, 4] = np.nan
    cleaned = remove_rings(device.asarray(volume), width=2, arc=120, limit=3.0)
    assert isinstance(cleaned, device.ndarray)
    expected = remove_rings(volume, width=2, arc=120, limit=3.0)
    assert np.nanmax(np.abs(expected - volume)) > 0.3
    np.testing.assert_allclose(device.asnumpy(cleaned), expected, atol=2e-5)
