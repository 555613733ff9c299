"""Reconstruction on a CUDA device gives what the processor gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab._arrays import to_host
from daisy_lab.algorithms.ct import reconstruct
from daisy_lab.algorithms.ct.fbp._tiles import TILE, plan_tiles
from daisy_lab.errors import CancelledError

if TYPE_CHECKING:
    from types import ModuleType

    from daisy_lab.vocabulary import Array

# What both leave out: the processor's table of weights, and the device's polynomial, are exact to 3e-6.
_SAME = 1e-5


def _scan(views: int, rows: int, width: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).random((views, rows, width), np.float32)


def _angles(views: int, turn: float = np.pi) -> Array:
    return np.linspace(0, turn, views, endpoint=False)


def _difference(device: ModuleType, projections: Array, theta: Array, **settings: Any) -> float:
    volume = reconstruct(device.asarray(projections), device.asarray(theta), **settings)
    assert isinstance(volume, device.ndarray)
    assert volume.dtype == np.float32
    expected = reconstruct(projections, theta, **settings)
    return float(np.abs(to_host(volume) - expected).max() / np.abs(expected).max())


@pytest.mark.parametrize(
    ("shape", "center", "filter_", "turn"),
    [
        ((40, 3, 48), 22.7, "ramp", np.pi),
        ((37, 9, 33), 16.0, "none", 2 * np.pi),
        ((40, 1, 64), 40.25, "hann", -np.pi),
        ((1, 2, 17), 8.0, "ramp", np.pi),
        ((5, 1, 1), 0.0, "shepp", np.pi),
        ((12, 2, 2), 0.5, "parzen", 1.1),
    ],
)
def test_gridding_gives_what_the_processor_gives(
    device: ModuleType, shape: tuple[int, int, int], center: float, filter_: str, turn: float
) -> None:
    theta = _angles(shape[0], turn)
    assert _difference(device, _scan(*shape), theta, center=center, filter=filter_) < _SAME


@pytest.mark.parametrize("kind", [np.uint16, np.float64, np.int32])
def test_counts_and_doubles_are_taken(device: ModuleType, kind: type[np.generic]) -> None:
    projections = (100 * _scan(20, 2, 24)).astype(kind)
    assert _difference(device, projections, _angles(20), center=11.5) < _SAME


def test_pixel_by_pixel_gives_what_the_processor_gives(device: ModuleType) -> None:
    for center in (15.5, 4.25):
        difference = _difference(device, _scan(30, 2, 32), _angles(30), center=center, method="direct")
        assert difference < _SAME


def test_a_flat_disc_has_its_value(device: ModuleType, disc_scan: Any) -> None:
    theta = _angles(90)
    sinogram = disc_scan(theta, 64, 31.5, radius=20)
    volume = to_host(reconstruct(device.asarray(sinogram.astype(np.float32)), theta, center=31.5))
    assert volume[0, 24:40, 24:40].mean() == pytest.approx(0.01, rel=5e-3)


def test_each_row_may_have_its_own_axis(device: ModuleType) -> None:
    projections, theta = _scan(24, 10, 32), _angles(24)
    centers = np.linspace(14, 19, 10)
    volume = reconstruct(device.asarray(projections), theta, device.asarray(centers), center=0.0)
    expected = reconstruct(projections, theta, centers, center=0.0)
    assert np.abs(to_host(volume) - expected).max() < _SAME * np.abs(expected).max()


@pytest.mark.parametrize("method", ["fbp", "direct"])
def test_a_row_has_the_same_bits_in_any_block(device: ModuleType, method: str) -> None:
    projections, theta = device.asarray(_scan(20, 11, 24)), _angles(20)
    whole = to_host(reconstruct(projections, theta, center=11.0, method=method))
    for rows in (slice(0, 1), slice(3, 11), slice(9, 11)):
        part = to_host(reconstruct(projections[:, rows], theta, center=11.0, method=method))
        assert np.array_equal(part, whole[rows])


@pytest.mark.parametrize("method", ["fbp", "direct"])
def test_damaged_rows_are_repaired_and_the_others_keep_their_bits(device: ModuleType, method: str) -> None:
    clean = _scan(20, 4, 24)
    damaged = clean.copy()
    damaged[3, 1, 5:8] = np.nan
    damaged[7, 2] = np.inf
    damaged[:, 3] = np.nan
    theta = _angles(20)
    volume = to_host(reconstruct(device.asarray(damaged), theta, center=11.0, method=method))
    assert np.array_equal(
        volume[0], to_host(reconstruct(device.asarray(clean), theta, center=11.0, method=method))[0]
    )
    expected = reconstruct(damaged, theta, center=11.0, method=method)
    assert np.isnan(volume[3]).all()
    np.testing.assert_allclose(volume[:3], expected[:3], atol=_SAME * np.abs(expected[:3]).max())


def test_a_view_of_a_larger_array_is_read_and_not_changed(device: ModuleType) -> None:
    values = _scan(20, 6, 30)
    array = device.asarray(values)
    part = array[:, ::2, 3:27]
    volume = reconstruct(part, _angles(20), center=11.0)
    expected = reconstruct(values[:, ::2, 3:27], _angles(20), center=11.0)
    assert np.abs(to_host(volume) - expected).max() < _SAME * np.abs(expected).max()
    assert np.array_equal(to_host(array), values)


def test_no_rows_give_no_slices(device: ModuleType) -> None:
    volume = reconstruct(device.asarray(_scan(3, 0, 8)), _angles(3), center=3.5)
    assert isinstance(volume, device.ndarray)
    assert volume.shape == (0, 8, 8)


class _Stopped:
    """Says stop after the first part."""

    workers = 1

    def __init__(self) -> None:
        self.flag = np.zeros(1, np.uint8)

    def advance(self, done: float, total: float | None, text: str) -> None:
        assert (total, text) == (3, "reconstruct")
        self.flag[0] = done >= 1

    def log(self, line: str) -> None: ...

    def curve(self, name: str, value: float) -> None: ...


def test_a_cancel_is_felt_after_a_batch(device: ModuleType) -> None:
    projections = device.asarray(_scan(8, 20, 16))
    with monitored(_Stopped()), pytest.raises(CancelledError):
        reconstruct(projections, _angles(8), center=7.5)


def test_many_views_of_the_middle_are_shared_among_parts() -> None:
    theta = _angles(700)
    rays = np.stack([np.cos(theta), np.abs(np.sin(theta))], axis=1) * 0.625
    tiles = plan_tiles(rays, 65, 80)
    count = tiles.parts[:, 6] - tiles.parts[:, 5]
    assert count.max() <= 128
    assert (np.diff(count) <= 0).all()
    middle = tiles.sums[(tiles.sums[:, 0] == -8) & (tiles.sums[:, 1] == 0)]
    assert middle[0, 3] - middle[0, 2] >= 700 // 128


def test_every_cell_is_written_once() -> None:
    tiles = plan_tiles(np.array([[0.5, 0.3]]), 40, 80)
    alone = tiles.parts[tiles.parts[:, 7] < 0, :2]
    corners = np.concatenate([alone, tiles.sums[:, :2]])
    assert len(np.unique(corners, axis=0)) == len(corners) == (80 // TILE) * (40 // TILE + 1)
    kept = np.sort(tiles.parts[tiles.parts[:, 7] >= 0, 7])
    assert np.array_equal(kept, np.arange(tiles.stored))
