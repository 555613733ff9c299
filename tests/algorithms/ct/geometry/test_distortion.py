"""Radial distortion: straight again, the same on every frame, and refused where it makes no sense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import correct_distortion
from daisy_lab.errors import CancelledError, DataError, SettingError

if TYPE_CHECKING:
    from conftest import Listener

_FRAMES = np.random.default_rng(2).random((4, 30, 41), np.float32)
_BARREL = (1.0, 2e-4, 3e-6)
_METHODS = ("linear", "cubic")


@pytest.mark.parametrize("method", _METHODS)
def test_a_plane_comes_from_where_the_polynomial_says(method: Any) -> None:
    rows, columns = np.indices((60, 80), float)
    frame = 0.3 * rows + 0.7 * columns
    xcenter, ycenter = 37.2, 31.5
    away, down = columns - xcenter, rows - ycenter
    factor = np.polynomial.polynomial.polyval(np.hypot(away, down), _BARREL)
    y, x = ycenter + factor * down, xcenter + factor * away
    found = correct_distortion(
        frame[np.newaxis], coefficients=_BARREL, xcenter=xcenter, ycenter=ycenter, method=method
    )[0]
    inside = (x > 2) & (x < 77) & (y > 2) & (y < 57)
    assert inside.mean() > 0.8
    np.testing.assert_allclose(found[inside], (0.3 * y + 0.7 * x)[inside], atol=2e-5)


def test_cubic_keeps_more_of_a_wave_than_linear() -> None:
    rows, columns = np.indices((60, 80), float)
    factor = np.polynomial.polynomial.polyval(np.hypot(columns - 39.5, rows - 29.5), _BARREL)
    expected = np.sin(1.2 * (39.5 + factor * (columns - 39.5)))
    inner = (slice(5, -5), slice(5, -5))
    error = [
        np.abs(
            correct_distortion(np.sin(1.2 * columns)[np.newaxis], coefficients=_BARREL, method=method)[0]
            - expected
        )[inner].max()
        for method in ("linear", "cubic")
    ]
    assert error[1] < 0.3 * error[0]


def test_it_is_what_algotom_gives() -> None:
    correction = pytest.importorskip("algotom.prep.correction")
    theirs = correction.unwarp_projection(_FRAMES[0], 18.0, 16.0, _BARREL)
    ours = correct_distortion(_FRAMES[:1], coefficients=_BARREL, xcenter=18.0, ycenter=16.0)[0]
    np.testing.assert_allclose(ours, theirs, atol=2e-4)


@pytest.mark.parametrize("method", _METHODS)
def test_coefficient_1_changes_nothing(method: Any) -> None:
    np.testing.assert_array_equal(correct_distortion(_FRAMES, coefficients=(1.0,), method=method), _FRAMES)


@pytest.mark.parametrize("method", _METHODS)
@pytest.mark.parametrize("shape", [(2, 1, 9), (2, 9, 1), (1, 1, 1), (2, 7, 9)])
def test_a_frame_of_one_value_stays_as_it_is(shape: Any, method: Any) -> None:
    found = correct_distortion(np.full(shape, 0.7), coefficients=(1.1, 1e-3), method=method)
    np.testing.assert_allclose(found, 0.7, rtol=1e-6)


def test_pixels_from_outside_repeat_the_edge_and_are_counted(listener: type[Listener]) -> None:
    frame = np.tile(np.arange(11.0), (1, 3, 1))
    listener = listener()
    with monitored(listener):
        found = correct_distortion(frame, coefficients=(2.0,), ycenter=1.0)
    np.testing.assert_array_equal(found[0, 1], [0, 0, 0, 1, 3, 5, 7, 9, 10, 10, 10])
    assert listener.lines == ["28 of 33 pixels lie outside the measured frame: they repeat its edge"]


@pytest.mark.parametrize("method", _METHODS)
def test_a_missing_value_stays_near_where_it_was(method: Any) -> None:
    frames = _FRAMES[:1].copy()
    frames[0, 15, 20] = np.nan
    found = correct_distortion(frames, coefficients=_BARREL, method=method)
    assert 0 < np.isnan(found).sum() <= 16


@pytest.mark.parametrize("method", _METHODS)
def test_blocks_of_angles_and_threads_have_the_bits_of_the_whole(
    method: Any, listener: type[Listener]
) -> None:
    whole = correct_distortion(_FRAMES, coefficients=_BARREL, method=method)
    np.testing.assert_array_equal(
        correct_distortion(_FRAMES[1:3], coefficients=_BARREL, method=method), whole[1:3]
    )
    for workers in (1, 3):
        with monitored(listener(workers)):
            again = correct_distortion(_FRAMES, coefficients=_BARREL, method=method)
        np.testing.assert_array_equal(again, whole)


@pytest.mark.parametrize("dtype", ["u2", ">u2", ">f8", "f8"])
def test_any_number_type_is_corrected_as_float32(dtype: str) -> None:
    counts = (1000 * _FRAMES).astype(dtype)
    expected = correct_distortion(counts.astype(np.float32), coefficients=_BARREL)
    found = correct_distortion(counts[:, ::-1][:, ::-1], coefficients=_BARREL)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)


def test_frames_that_cannot_be_written_to_are_read() -> None:
    frames = _FRAMES.copy()
    frames.setflags(write=False)
    np.testing.assert_array_equal(
        correct_distortion(frames, coefficients=_BARREL), correct_distortion(_FRAMES, coefficients=_BARREL)
    )


@pytest.mark.parametrize("coefficients", [(1.0, -0.1), (-1.0,), (0.0,), (1.0, 0.0, -1e-3)])
def test_a_polynomial_that_folds_the_frame_is_refused(coefficients: Any) -> None:
    with pytest.raises(SettingError, match="folds over itself"):
        correct_distortion(_FRAMES, coefficients=coefficients)


def test_coefficients_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(SettingError, match="not finite"):
        correct_distortion(_FRAMES, coefficients=(1.0, np.nan))
    with pytest.raises(SettingError, match="coefficients"):
        correct_distortion.validate({"coefficients": ()})


def test_nothing_is_refused() -> None:
    with pytest.raises(DataError, match="hold nothing"):
        correct_distortion(_FRAMES[:, :0], coefficients=_BARREL)


def test_cancel_is_felt(listener: type[Listener]) -> None:
    with monitored(listener(stop=True)), pytest.raises(CancelledError):
        correct_distortion(_FRAMES, coefficients=_BARREL)


@pytest.mark.parametrize("method", _METHODS)
def test_on_a_device_it_is_what_the_processor_gives(device: Any, method: Any) -> None:
    found = correct_distortion(device.asarray(_FRAMES), coefficients=_BARREL, method=method)
    assert isinstance(found, device.ndarray)
    expected = correct_distortion(_FRAMES, coefficients=_BARREL, method=method)
    np.testing.assert_allclose(device.asnumpy(found), expected, atol=1e-6)
