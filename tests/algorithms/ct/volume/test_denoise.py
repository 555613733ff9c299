"""Total variation against its own optimality, a known minimum, and another library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow
from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import denoise
from daisy_lab.errors import CancelledError, SettingError
from daisy_lab.samples._phantom import random_ellipsoids

if TYPE_CHECKING:
    from types import ModuleType

_SIGMA = 0.1


@pytest.fixture(scope="module")
def clean() -> np.ndarray:
    phantom = random_ellipsoids(96, 96, 3)
    stack = np.stack([phantom.image(row, 96) for row in range(45, 51)]).astype(np.float32)
    return stack / stack.max()


@pytest.fixture(scope="module")
def noisy(clean: np.ndarray) -> np.ndarray:
    return clean + np.random.default_rng(1).normal(0, _SIGMA, clean.shape).astype(np.float32)


def _functional(image: np.ndarray, noisy: np.ndarray, weight: float) -> float:
    steps = [np.diff(image, axis=axis, append=image.take([-1], axis=axis)) for axis in range(image.ndim)]
    variation = np.sqrt(np.sum(np.square(steps, dtype=float), axis=0)).sum()
    return 0.5 * float(np.sum((image - noisy).astype(float) ** 2)) + weight * float(variation)


def _rms(difference: np.ndarray) -> float:
    return float(np.sqrt(np.mean(difference.astype(float) ** 2)))


def test_a_step_is_lowered_by_the_known_amount() -> None:
    # Two halves, m columns wide each: every value moves by weight / m towards the other half.
    step = np.zeros((1, 12, 20))
    step[..., 10:] = 1
    found = denoise(step, noise=1.0, strength=0.5, tolerance=1e-5, iterations=5000)
    np.testing.assert_allclose(found, np.where(step > 0, 0.95, 0.05), atol=1e-4)


def test_a_ball_of_noise_free_value_in_three_dimensions_loses_surface_over_volume() -> None:
    slab = np.zeros((20, 4, 5))
    slab[10:] = 1
    found = denoise(slab, noise=1.0, strength=0.5, dimensions=3, tolerance=1e-5, iterations=5000)
    np.testing.assert_allclose(found, np.where(slab > 0, 0.95, 0.05), atol=1e-4)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_result_is_as_near_to_the_minimum_as_promised(noisy: np.ndarray, dimensions: Any) -> None:
    volume = noisy[:3, 20:70, 20:70]
    best = denoise(volume, noise=_SIGMA, dimensions=dimensions, tolerance=1e-4, iterations=8000)
    found = denoise(volume, noise=_SIGMA, dimensions=dimensions, tolerance=0.05)
    assert 0 < _rms(found - best) < 0.05 * _SIGMA
    pieces = [(found, best, volume)] if dimensions == 3 else zip(found, best, volume, strict=True)
    for near, least, measured in pieces:
        assert _functional(least, measured, _SIGMA) <= _functional(near, measured, _SIGMA)


def test_noise_falls_and_edges_stay(clean: np.ndarray, noisy: np.ndarray) -> None:
    flat = _rms(denoise(noisy) - clean)
    deep = _rms(denoise(noisy, dimensions=3, strength=0.7) - clean)
    assert flat < 0.3 * _SIGMA
    assert deep < flat


def test_the_noise_is_estimated_in_spite_of_edges_and_masks(clean: np.ndarray, noisy: np.ndarray) -> None:
    line = np.arange(96) - 47.5
    masked = np.where(np.hypot(line, line[:, None]) < 40, noisy, 0)
    for volume in (noisy, masked):
        known, estimated = denoise(volume, noise=_SIGMA), denoise(volume)
        assert _rms(known - estimated) < 0.1 * _SIGMA


def test_the_same_minimum_is_found_by_scikit_image(noisy: np.ndarray) -> None:
    restoration = pytest.importorskip("skimage.restoration")
    theirs = restoration.denoise_tv_chambolle(noisy[0], weight=_SIGMA, eps=1e-9, max_num_iter=4000)
    ours = denoise(noisy[:1], noise=_SIGMA, tolerance=1e-3, iterations=4000)[0]
    assert _rms(ours - theirs) < 0.01 * _SIGMA
    assert _functional(ours, noisy[0], _SIGMA) <= _functional(theirs, noisy[0], _SIGMA) * (1 + 1e-5)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_no_value_falls_below_zero_where_that_is_asked(noisy: np.ndarray, dimensions: Any) -> None:
    volume = noisy[:2, 30:60, 30:60] - 0.5
    free = denoise(volume, dimensions=dimensions, noise=0.05)
    bound = denoise(volume, dimensions=dimensions, noise=0.05, nonnegative=True)
    assert free.min() < -0.1
    assert bound.min() == 0
    assert denoise(-np.ones((1, 5, 5)), nonnegative=True).max() == 0


def test_what_is_no_number_stays_and_spreads_nowhere(noisy: np.ndarray) -> None:
    broken = noisy[:2, 20:60, 20:60].copy()
    broken[0, 10, 10:13], broken[1, 0, 0] = np.nan, -np.inf
    found = denoise(broken, noise=_SIGMA)
    np.testing.assert_array_equal(np.isnan(found), ~np.isfinite(broken))
    assert _rms((found - denoise(noisy[:2, 20:60, 20:60], noise=_SIGMA))[np.isfinite(broken)]) < 0.3 * _SIGMA
    assert np.isnan(denoise(np.full((1, 4, 4), np.nan))).all()


@pytest.mark.parametrize("shape", [(0, 4, 4), (2, 1, 1), (1, 1, 9), (2, 5, 1), (2, 0, 3), (3, 2, 2)])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_slices_that_are_hardly_there_are_denoised(shape: tuple[int, ...], dimensions: Any) -> None:
    volume = np.random.default_rng(3).normal(size=shape)
    found = denoise(volume, dimensions=dimensions, noise=0.5)
    assert (found.shape, found.dtype) == (shape, np.float32)
    assert np.isfinite(found).all()
    assert np.isfinite(denoise(volume, dimensions=dimensions)).all()


@pytest.mark.parametrize("kind", [">f4", "f8", "u2"])
def test_any_number_type_and_layout_gives_the_same_slices(kind: str) -> None:
    values = np.random.default_rng(4).integers(0, 200, (2, 20, 21)).astype(np.float32)
    before = values.copy()
    np.testing.assert_array_equal(
        denoise(values.astype(kind)[:, ::-1])[:, ::-1], denoise(values[:, ::-1])[:, ::-1]
    )
    np.testing.assert_array_equal(values, before)


def test_a_noise_level_that_is_no_number_is_refused() -> None:
    with pytest.raises(SettingError, match="noise level"):
        denoise(np.ones((1, 3, 3)), noise=np.inf)


def test_threads_and_rows_give_the_same_bits(noisy: np.ndarray, listener: Any) -> None:
    volume = noisy[:, 30:70, 30:71]
    flat, deep = denoise(volume), denoise(volume, dimensions=3)
    with monitored(listener(workers=1)):
        assert denoise(volume).tobytes() == flat.tobytes()
        assert denoise(volume, dimensions=3).tobytes() == deep.tobytes()
    assert denoise(volume[2:3]).tobytes() == flat[2:3].tobytes()


def test_three_dimensions_are_computed_whole_however_little_memory_there_is(noisy: np.ndarray) -> None:
    volume = noisy[:, 30:70, 30:71]
    engine = LocalEngine(workers=2)
    engine.store.put("volume", volume, axes=("row", "y", "x"))
    workflow = Workflow("smooth").add(denoise, into="smooth", volume="volume", dimensions=3)
    run = workflow.run(engine, memory=40_000_000)
    assert run.result(60)["smooth"].tobytes() == denoise(volume, dimensions=3).tobytes()
    preview = workflow.block("smooth", engine, row=slice(2, 3))
    assert preview.shape == (1, 40, 41)
    engine.close()
    engine.store.close()


def test_what_did_not_arrive_is_told_and_the_way_is_shown(noisy: np.ndarray, listener: Any) -> None:
    heard = listener()
    with monitored(heard):
        denoise(noisy[:2], tolerance=1e-6, iterations=3)
        denoise(noisy[:, :20, :20], dimensions=3, tolerance=0.02)
    assert heard.lines == ["2 of 2 had not reached the tolerance 1e-06 after 3 iterations"]
    assert heard.points[-1][0] == "distance"
    assert heard.points[-1][1] <= 0.02 < heard.points[0][1]


@pytest.mark.parametrize("dimensions", [2, 3])
def test_stop_is_felt_between_iterations(noisy: np.ndarray, dimensions: Any, listener: Any) -> None:
    with monitored(listener(stop_after=1)), pytest.raises(CancelledError):
        denoise(np.tile(noisy, (1, 4, 4)), dimensions=dimensions, tolerance=1e-9, iterations=10**6)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_device_gives_the_same_slices(device: ModuleType, dimensions: Any) -> None:
    volume = np.random.default_rng(5).normal(0.5, 0.1, (2, 12, 13)).astype(np.float32)
    volume[0, 2, 3] = np.nan
    settings: dict[str, Any] = {"dimensions": dimensions, "nonnegative": True, "iterations": 20}
    found = denoise(device.asarray(volume), **settings)
    assert isinstance(found, device.ndarray)
    np.testing.assert_allclose(device.asnumpy(found), denoise(volume, **settings), atol=2e-6)
