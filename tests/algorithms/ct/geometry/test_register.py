"""Repeated exposures: by how much they moved, to hundredths of a pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.ndimage

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import correct_drift, find_shifts
from daisy_lab.errors import CancelledError, DataError

_RANDOM = np.random.default_rng(0)
_SHIFTS = np.array([[0, 0], [0.3, -0.7], [2.5, 1.25], [-6.2, 9.6], [11.0, -4.0]])


def _scene(down: float, across: float) -> np.ndarray:
    """Give 90 x 110 pixels of a scene of soft grains, exactly moved."""
    random = np.random.default_rng(5)
    rows, columns = np.arange(90.0), np.arange(110.0)
    scene = np.full((90, 110), 2.0)
    for _grain in range(250):
        y, x = random.uniform(-15, 105), random.uniform(-15, 125)
        width = random.uniform(1.5, 5)
        up = np.exp(-(((rows - down - y) / width) ** 2))
        scene += random.uniform(-1, 1) * up[:, np.newaxis] * np.exp(-(((columns - across - x) / width) ** 2))
    return scene


_FRAMES = np.stack([_scene(down, across) for down, across in _SHIFTS])


class _Stopped:
    flag = np.ones(1, np.uint8)
    workers = 2

    def advance(self, done: float, total: float | None, text: str) -> None: ...
    def log(self, line: str) -> None: ...
    def curve(self, name: str, value: float) -> None: ...


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_known_shifts_are_found_to_hundredths(noise: float) -> None:
    frames = _FRAMES + noise * _RANDOM.normal(size=_FRAMES.shape)
    found = find_shifts(frames, frames[0])
    np.testing.assert_allclose(found.row_shift, _SHIFTS[:, 0], atol=0.05)
    np.testing.assert_allclose(found.column_shift, _SHIFTS[:, 1], atol=0.05)


def test_it_agrees_with_scikit_image() -> None:
    registration = pytest.importorskip("skimage.registration")
    theirs = registration.phase_cross_correlation(
        _FRAMES[0], _FRAMES[2], upsample_factor=50, normalization=None
    )[0]
    ours = find_shifts(_FRAMES[2:3], _FRAMES[0])
    np.testing.assert_allclose([ours.row_shift[0], ours.column_shift[0]], -theirs, atol=0.3)


def test_frames_moved_back_lie_on_each_other() -> None:
    found = find_shifts(_FRAMES, _FRAMES[0])
    back = correct_drift(_FRAMES, *found)
    inner = (slice(None), slice(16, -16), slice(16, -16))
    assert np.abs(back - _FRAMES[0])[inner].max() < 0.05 * np.ptp(_FRAMES[0])


def test_a_block_of_exposures_has_the_bits_of_the_whole() -> None:
    whole, part = find_shifts(_FRAMES, _FRAMES[0]), find_shifts(_FRAMES[2:4], _FRAMES[0])
    np.testing.assert_array_equal(part.row_shift, whole.row_shift[2:4])
    np.testing.assert_array_equal(part.column_shift, whole.column_shift[2:4])


@pytest.mark.parametrize("dtype", ["u2", ">u2", ">f8", "f4"])
def test_any_number_type_with_a_missing_value(dtype: str) -> None:
    frames = (1000 * (_FRAMES[:3] + 5)).astype(dtype)
    if np.dtype(dtype).kind == "f":
        frames[1, 30, 40] = np.nan
    found = find_shifts(frames, frames[0])
    np.testing.assert_allclose(found.row_shift, _SHIFTS[:3, 0], atol=0.05)


def test_no_exposure_has_no_shift() -> None:
    assert find_shifts(_FRAMES[:0], _FRAMES[0]).row_shift.shape == (0,)


@pytest.mark.parametrize(
    ("frames", "text"),
    [
        (_FRAMES[:, :20], r"\(20, 110\) pixels .* reference is \(90, 110\)"),
        (np.ones_like(_FRAMES), "exposure 0 shows nothing"),
        (np.full_like(_FRAMES, np.nan), "exposure 0 shows nothing"),
    ],
)
def test_frames_that_cannot_be_compared_are_refused(frames: Any, text: str) -> None:
    with pytest.raises(DataError, match=text):
        find_shifts(frames, _FRAMES[0])


def test_cancel_is_felt() -> None:
    with monitored(_Stopped()), pytest.raises(CancelledError):
        find_shifts(_FRAMES, _FRAMES[0])


def test_smooth_frames_do_not_need_the_finest_detail() -> None:
    frames = scipy.ndimage.gaussian_filter(_FRAMES[:3], (0, 2, 2))
    found = find_shifts(frames, frames[0])
    np.testing.assert_allclose(found.row_shift, _SHIFTS[:3, 0], atol=0.05)
    np.testing.assert_allclose(found.column_shift, _SHIFTS[:3, 1], atol=0.05)
