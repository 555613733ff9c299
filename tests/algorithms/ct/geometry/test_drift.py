"""Motion between projections: found on generated scans with a known jitter, and undone to fractions of a pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import correct_drift, find_drift
from daisy_lab.errors import CancelledError, DataError
from daisy_lab.samples._phantom import Phantom, random_ellipsoids

if TYPE_CHECKING:
    from conftest import Listener

_RANDOM = np.random.default_rng(2)
_FRAMES = _RANDOM.random((6, 40, 30), np.float32)


def _scan(theta: np.ndarray, down: np.ndarray, across: np.ndarray, *, size: int, seed: int = 0) -> np.ndarray:
    """Give the absorption of a solid that moves, (angle, 40, 96)."""
    solid = random_ellipsoids(size, 40, seed).table
    frames = []
    for angle, row, column in zip(theta, down, across, strict=True):
        moved = solid.copy()
        moved[:, 2] += row
        frames.append(Phantom(moved).absorption(np.array([angle]), 40, 96, 48.0 + column)[0])
    return np.stack(frames)


def _noisy(exact: np.ndarray) -> np.ndarray:
    counts = np.random.default_rng(1).poisson(20_000 * np.exp(-exact))
    return np.asarray(-np.log(np.maximum(counts, 1) / 20_000), np.float32)


def _found_part(shifts: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """Leave out what only moves the sample in the volume: a constant, and a sinusoid of the angle."""
    waves = np.stack([np.ones_like(theta), np.cos(theta), np.sin(theta)], axis=1)
    return np.asarray(shifts - waves @ np.linalg.lstsq(waves, shifts, rcond=None)[0])


@pytest.mark.parametrize(("seed", "size"), [(0, 0.3), (1, 1.0), (3, 1.5)])
def test_random_motion_is_found_within_a_tenth_of_a_pixel(seed: int, size: float) -> None:
    random = np.random.default_rng(seed)
    theta = np.deg2rad(np.arange(0, 180, 2.0))
    down, across = random.normal(0, size, (2, len(theta)))
    found = find_drift(_noisy(_scan(theta, down, across, size=92, seed=seed)), theta)
    assert np.abs(found.row_shift - (down - down.mean())).max() < 0.1
    assert np.abs(_found_part(found.column_shift - across, theta)).max() < 0.1


def test_slow_motion_and_one_jump_are_found() -> None:
    theta = np.deg2rad(np.arange(0, 360, 3.0))
    down = np.linspace(0, 5, len(theta))
    across = np.where(np.arange(len(theta)) == 50, 3.0, 0.0)
    found = find_drift(_noisy(_scan(theta, down, across, size=84)), theta)
    assert np.abs(found.row_shift - (down - down.mean())).max() < 0.1
    assert found.column_shift[50] == pytest.approx(3.0, abs=0.1)
    assert np.abs(np.delete(found.column_shift, 50)).max() < 0.1


def test_a_sample_at_rest_has_no_drift() -> None:
    theta = np.deg2rad(np.arange(0, 180, 2.0))
    still = np.zeros(len(theta))
    found = find_drift(_scan(theta, still, still, size=92), theta)
    assert np.abs(found.row_shift).max() < 0.02
    assert np.abs(found.column_shift).max() < 0.02


def test_scan_moved_back_is_the_scan_at_rest() -> None:
    theta = np.deg2rad(np.arange(0, 180, 3.0))
    still = np.zeros(len(theta))
    down, across = np.random.default_rng(4).normal(0, 1, (2, len(theta)))
    rest, moving = _scan(theta, still, still, size=84), _scan(theta, down, across, size=84)
    back = correct_drift(moving, down, across)
    inner = (slice(None), slice(6, -6), slice(6, -6))
    assert np.abs(moving - rest)[inner].mean() > 10 * np.abs(back - rest)[inner].mean()


def test_missing_values_are_interpolated_first() -> None:
    theta = np.deg2rad(np.arange(0, 180, 2.0))
    still = np.zeros(len(theta))
    scan = _scan(theta, still, still, size=84)
    scan[5, 20, 40] = np.nan
    scan[7, 3] = np.inf
    found = find_drift(scan, theta)
    assert np.abs(found.row_shift).max() < 0.1
    assert np.abs(found.column_shift).max() < 0.1


def test_without_structure_along_the_rows_their_shifts_are_0_and_the_log_says_so(
    listener: type[Listener],
) -> None:
    theta = np.deg2rad(np.arange(0, 180, 5.0))
    pillar = Phantom(np.array([[3.0, -4, 0, 20, 14, 1e7, 0.3, 0.05]]))
    listener = listener()
    with monitored(listener):
        found = find_drift(_noisy(pillar.absorption(theta, 20, 60, 31.0)), theta)
    np.testing.assert_array_equal(found.row_shift, 0)
    assert np.abs(found.column_shift).max() < 0.1
    assert "shifts along the rows cannot be found and are 0" in listener.lines[0]


def test_one_row_has_shifts_along_the_columns_only() -> None:
    theta = np.deg2rad(np.arange(0, 180, 2.0))
    across = np.random.default_rng(0).normal(0, 1, len(theta))
    found = find_drift(_scan(theta, np.zeros(len(theta)), across, size=84)[:, 20:21], theta)
    np.testing.assert_array_equal(found.row_shift, 0)
    assert np.abs(_found_part(found.column_shift - across, theta)).max() < 0.05


def test_a_sample_cut_off_at_the_sides_is_said_in_the_log(listener: type[Listener]) -> None:
    theta = np.deg2rad(np.arange(0, 180, 3.0))
    still = np.zeros(len(theta))
    listener = listener()
    with monitored(listener):
        found = find_drift(_scan(theta, still, still, size=160), theta)
    np.testing.assert_array_equal(found.column_shift, 0)
    assert "reaches beyond the sides" in listener.lines[0]


def test_views_without_a_sample_are_refused() -> None:
    theta = np.deg2rad(np.arange(0, 180, 3.0))
    still = np.zeros(len(theta))
    scan = _scan(theta, still, still, size=84)
    scan[[3, 9]] = 0
    with pytest.raises(DataError, match="2 of 60 views show no sample"):
        find_drift(scan, theta)


def test_views_without_any_number_are_refused() -> None:
    theta = np.deg2rad(np.arange(0, 180, 3.0))
    scan = _scan(theta, np.zeros(60), np.zeros(60), size=84)
    scan[7] = np.nan
    with pytest.raises(DataError, match="1 of 60 views hold no number"):
        find_drift(scan, theta)


@pytest.mark.parametrize("shape", [(4, 10, 10), (0, 10, 10), (9, 0, 10)])
def test_too_few_views_are_refused(shape: Any) -> None:
    with pytest.raises(DataError, match=r"at least 8 views|no projection"):
        find_drift(np.ones(shape), np.zeros(shape[0]))


def test_whole_shifts_move_whole_pixels() -> None:
    back = correct_drift(_FRAMES, np.full(6, 2.0), np.full(6, -3.0))
    np.testing.assert_array_equal(back[:, :-2, 3:], _FRAMES[:, 2:, :-3])
    np.testing.assert_array_equal(back[:, -2:, 3:], np.repeat(_FRAMES[:, -1:, :-3], 2, axis=1))


def test_a_smooth_wave_is_moved_by_any_fraction() -> None:
    rows, columns = np.arange(60.0), np.arange(50.0)

    def wave(down: float, across: float) -> np.ndarray:
        return np.sin(0.5 * (rows + down))[:, np.newaxis] * np.cos(0.4 * (columns + across))

    back = correct_drift(wave(0, 0)[np.newaxis], np.array([1.3]), np.array([-0.45]))[0]
    np.testing.assert_allclose(back[5:-5, 5:-5], wave(1.3, -0.45)[5:-5, 5:-5], atol=2e-5)


def test_a_frame_of_one_value_stays_as_it_is() -> None:
    for shape in ((3, 1, 5), (3, 5, 1), (3, 9, 8)):
        back = correct_drift(np.full(shape, 0.7), np.full(3, 0.3), np.full(3, -5.2))
        np.testing.assert_allclose(back, 0.7, rtol=1e-6)


def test_blocks_of_rows_and_angles_have_the_bits_of_the_whole(listener: type[Listener]) -> None:
    down, across = np.random.default_rng(0).uniform(-4, 4, (2, 6))
    down[0], down[1] = 4.0, -4.0
    whole = correct_drift(_FRAMES, down, across, limit=4)
    halo = correct_drift.windows(correct_drift.validate({"limit": 4}))["row"].before
    assert halo < 12
    for low, high in ((0, 5), (12, 20), (37, 40)):
        first, last = max(0, low - halo), min(40, high + halo)
        block = correct_drift(_FRAMES[2:, first:last], down[2:], across[2:], limit=4)
        np.testing.assert_array_equal(block[:, low - first : high - first], whole[2:, low:high])
        block = correct_drift(_FRAMES[:2, first:last], down[:2], across[:2], limit=4)
        np.testing.assert_array_equal(block[:, low - first : high - first], whole[:2, low:high])
    for workers in (1, 3):
        with monitored(listener(workers)):
            np.testing.assert_array_equal(correct_drift(_FRAMES, down, across, limit=4), whole)


@pytest.mark.parametrize("dtype", ["u2", ">u2", ">f8"])
def test_any_number_type_is_moved_as_float32(dtype: str) -> None:
    counts = (_FRAMES * 1000).astype(dtype)
    shifts = np.linspace(-2, 2, 6)
    expected = correct_drift(counts.astype(np.float32), shifts, shifts)
    found = correct_drift(counts[:, :, ::-1][:, :, ::-1], shifts, shifts)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)


def test_shifts_that_do_not_fit_are_refused() -> None:
    zero = np.zeros(6)
    with pytest.raises(DataError, match="6 finite shifts"):
        correct_drift(_FRAMES, zero[1:], zero)
    with pytest.raises(DataError, match="1 of them not finite"):
        correct_drift(_FRAMES, np.array([0, 0, np.nan, 0, 0, 0]), zero)
    with pytest.raises(DataError, match=r"a shift is 17\.0 pixels and the limit is 16"):
        correct_drift(_FRAMES, zero - 17, zero)


def test_both_feel_cancel(listener: type[Listener]) -> None:
    theta = np.deg2rad(np.arange(6) * 30.0)
    for work in (
        lambda: correct_drift(_FRAMES, theta, theta),
        lambda: find_drift(_FRAMES.repeat(2, 0), np.tile(theta, 2)),
    ):
        with monitored(listener(stop=True)), pytest.raises(CancelledError):
            work()


def test_on_a_device_frames_move_as_on_the_processor(device: Any) -> None:
    down, across = np.random.default_rng(0).uniform(-3, 3, (2, 6))
    found = correct_drift(device.asarray(_FRAMES), device.asarray(down), device.asarray(across))
    assert isinstance(found, device.ndarray)
    np.testing.assert_allclose(device.asnumpy(found), correct_drift(_FRAMES, down, across), atol=1e-6)
