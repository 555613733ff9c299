"""Our transforms of several slices at once against NumPy's in double precision."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_lab.algorithms.ct.fbp import _fourier as fourier

_FLAG = np.zeros(1, np.uint8)
_LENGTHS = [2, 4, 6, 8, 10, 18, 20, 24, 30, 36, 50, 64, 90, 250, 360, 486, 512, 720]
"""Half lengths: every small transform and every order of them."""


def _vectors(*shape: int) -> np.ndarray:
    """Numbers that begin at a cache line, as the loops need them."""
    memory = np.zeros(4 * int(np.prod(shape)) + 64, np.uint8)
    start = -memory.ctypes.data % 64
    made = memory[start : start + 4 * int(np.prod(shape))].view(np.float32).reshape(shape)
    made[...] = np.random.default_rng(0).normal(size=shape)
    return made


def _complex(parts: np.ndarray) -> np.ndarray:
    return parts[..., 0, :] + 1j * parts[..., 1, :].astype(np.float64)


def _far(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(found - expected).max() / np.abs(expected).max())


@pytest.mark.parametrize("lanes", [4, 8])
@pytest.mark.parametrize("length", _LENGTHS)
def test_spectra_of_real_views(length: int, lanes: int) -> None:
    views = _vectors(3, 2 * length, lanes)
    given = views.copy()
    spectra, scratch = _vectors(3, length + 1, 2, lanes), _vectors(2, length, 2, lanes)
    fourier.transform_views(views, spectra, scratch, _FLAG)
    assert _far(_complex(spectra), 2 * np.fft.rfft(given.astype(np.float64), axis=1)) < 4e-7
    np.testing.assert_array_equal(views, given)


@pytest.mark.parametrize("lanes", [4, 8])
@pytest.mark.parametrize("length", _LENGTHS)
def test_rows_of_a_plane_with_margins_back(length: int, lanes: int) -> None:
    plane = _vectors(5, length + 6, 2, lanes)
    given = plane.copy()
    fourier.transform_rows(plane[1:4, 3:-3], _vectors(2, length, 2, lanes), _FLAG)
    expected = np.fft.ifft(_complex(given)[1:4, 3:-3], axis=1, norm="forward")
    assert _far(_complex(plane)[1:4, 3:-3], expected) < 4e-7
    given[1:4, 3:-3] = plane[1:4, 3:-3]
    np.testing.assert_array_equal(plane, given)


@pytest.mark.parametrize("lanes", [4, 8])
@pytest.mark.parametrize("length", _LENGTHS)
def test_columns_of_a_half_plane_back_to_real_numbers(length: int, lanes: int) -> None:
    plane = _vectors(length + 1, 9, 2, lanes)
    plane[[0, -1], :, 1] = 0
    lines = _vectors(4, length + 1, 2, lanes)
    fourier.transform_columns(plane[:, 2:6], lines, _vectors(2, length, 2, lanes), _FLAG)
    expected = np.fft.irfft(_complex(plane)[:, 2:6], 2 * length, axis=0, norm="forward")
    found = lines[:, :-1].reshape(4, 2 * length, lanes).transpose(1, 0, 2)
    assert _far(found, expected) < 4e-7


def test_a_set_flag_ends_the_work() -> None:
    plane = _vectors(2, 8, 2, 4)
    given = plane.copy()
    fourier.transform_rows(plane, _vectors(2, 8, 2, 4), np.ones(1, np.uint8))
    np.testing.assert_array_equal(plane, given)
