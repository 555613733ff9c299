"""Sorting, the running median and the wavelet: the compiled loops and their twins say what NumPy and SciPy say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given, settings
from hypothesis import strategies as st

from daisy_lab.algorithms.ct.stripes import _sorted, _sorted_cupy
from daisy_lab.algorithms.ct.stripes._wavelets import daubechies, double, halve

_RANDOM = np.random.default_rng(3)
# Many equal values; small and large of both signs; the extremes of the type.
_POOLS = (
    np.array([-1, 0, 1, 2], np.float32),
    _RANDOM.normal(size=500).astype(np.float32),
    np.array([-3.4e38, -1e-40, 0, 1e-40, 3.4e38], np.float32),
)
_CUBES = st.builds(
    lambda shape, pool, seed: np.random.default_rng(seed).choice(_POOLS[pool], shape),
    st.tuples(st.integers(1, 3), st.integers(1, 40), st.integers(1, 40)),
    st.integers(0, len(_POOLS) - 1),
    st.integers(0, 2**32 - 1),
)


@settings(max_examples=40)
@given(cube=_CUBES)
def test_sorting_is_stable_and_putting_back_gives_the_same(cube: np.ndarray) -> None:
    ranked = _sorted.sort_angles(cube)
    np.testing.assert_array_equal(ranked.order, np.argsort(cube, axis=2, kind="stable"))
    np.testing.assert_array_equal(ranked.values, np.sort(cube, axis=2))
    np.testing.assert_array_equal(_sorted.unsort_angles(*ranked), cube)


@settings(max_examples=40)
@given(cube=_CUBES, size=st.integers(1, 90))
def test_running_median_is_the_middle_of_the_sorted_window(cube: np.ndarray, size: int) -> None:
    before, after = size // 2, size - 1 - size // 2
    padded = np.pad(cube, ((0, 0), (before, after), (0, 0)), mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)
    np.testing.assert_array_equal(_sorted.median_columns(cube, size), np.sort(windows)[..., size // 2])


def test_running_median_is_that_of_scipy() -> None:
    cube = _RANDOM.normal(size=(2, 50, 7)).astype(np.float32)
    for size in (2, 21, 70):
        expected = scipy.ndimage.median_filter(cube, (1, size, 1), mode="reflect")
        np.testing.assert_array_equal(_sorted.median_columns(cube, size), expected)


@pytest.mark.parametrize("angles", [1, 2, 37, 64])
def test_device_sorts_as_the_processor(device: Any, angles: int) -> None:
    cube = _RANDOM.normal(size=(2, 5, angles)).round(1).astype(np.float32) + np.float32(0)
    ranked = _sorted.sort_angles(device.asarray(cube))
    expected = _sorted.sort_angles(cube)
    np.testing.assert_array_equal(device.asnumpy(ranked.values), expected.values)
    np.testing.assert_array_equal(device.asnumpy(ranked.order), expected.order)
    np.testing.assert_array_equal(device.asnumpy(_sorted.unsort_angles(*ranked)), cube)


def test_device_sorts_lines_too_long_for_its_shared_memory(
    device: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_sorted_cupy, "_LONGEST", 16)
    cube = _RANDOM.normal(size=(1, 5, 17)).round(1).astype(np.float32) + np.float32(0)
    ranked = _sorted.sort_angles(device.asarray(cube))
    expected = _sorted.sort_angles(cube)
    np.testing.assert_array_equal(device.asnumpy(ranked.values), expected.values)
    np.testing.assert_array_equal(device.asnumpy(ranked.order), expected.order)


@pytest.mark.parametrize(("columns", "size"), [(70, 21), (33, 4), (5, 11), (1, 3), (40, 1)])
def test_device_takes_the_median_of_the_processor(device: Any, columns: int, size: int) -> None:
    cube = _RANDOM.normal(size=(2, columns, 19)).round(1).astype(np.float32)
    found = _sorted.median_columns(device.asarray(cube), size)
    np.testing.assert_array_equal(device.asnumpy(found), _sorted.median_columns(cube, size))


@pytest.mark.parametrize("wavelet", ["db1", "db2", "db9", "db20"])
def test_taps_are_orthogonal_with_vanishing_moments(wavelet: Any) -> None:
    low, high = (taps.astype(float) for taps in daubechies(wavelet))
    for shift in range(0, len(low), 2):
        together = low[shift:] @ low[: len(low) - shift], low[shift:] @ high[: len(low) - shift]
        np.testing.assert_allclose(together, (shift == 0, 0), atol=2e-6)
    place = np.arange(len(low)) / len(low)
    moments = [high @ place**power for power in range(len(low) // 2)]
    np.testing.assert_allclose(moments, 0, atol=2e-6)


def test_taps_are_those_of_the_literature() -> None:
    root = np.sqrt(3)
    expected = np.array([1 + root, 3 + root, 3 - root, 1 - root]) / (4 * np.sqrt(2))
    np.testing.assert_allclose(daubechies("db2")[0], expected, atol=1e-7)


@pytest.mark.parametrize("length", [1, 2, 7, 16, 45])
@pytest.mark.parametrize("axis", [1, 2])
def test_wavelet_step_and_back_gives_the_values_again(length: int, axis: int) -> None:
    shape = (2, length, 5) if axis == 1 else (2, 5, length)
    values = _RANDOM.normal(size=shape).astype(np.float32)
    for wavelet in ("db1", "db3", "db9"):
        again = sum(
            double(halve(values, taps, axis), taps, axis, length)
            for taps in daubechies(wavelet)  # type: ignore[arg-type]  # one of the known names
        )
        np.testing.assert_allclose(again, values, atol=2e-6)


@pytest.mark.parametrize("axis", [1, 2])
def test_device_steps_through_the_wavelet_as_the_processor(device: Any, axis: int) -> None:
    values = _RANDOM.normal(size=(2, 13, 18)).astype(np.float32)
    for taps in daubechies("db4"):
        half = halve(values, taps, axis)
        on_device = halve(device.asarray(values), taps, axis)
        np.testing.assert_allclose(device.asnumpy(on_device), half, atol=1e-6)
        length = values.shape[axis]
        back = double(on_device, taps, axis, length)
        np.testing.assert_allclose(device.asnumpy(back), double(half, taps, axis, length), atol=2e-6)
