"""Dark and flat correction: right, defined for dead pixels, the same bits in any block."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import minus_log, normalize
from daisy_lab.errors import DataError

_RANDOM = np.random.default_rng(1)
_DARK = _RANDOM.integers(90, 110, (3, 5, 7)).astype(np.uint16)
_FLAT = _RANDOM.integers(9_000, 11_000, (4, 5, 7)).astype(np.uint16)
_COUNTS = _RANDOM.integers(0, 12_000, (6, 5, 7)).astype(np.uint16)


def _expected(counts: np.ndarray) -> np.ndarray:
    dark, flat = _DARK.mean(axis=0), _FLAT.mean(axis=0)
    return (counts - dark) / (flat - dark)


class _Listener:
    def __init__(self) -> None:
        self.flag = np.zeros(1, np.uint8)
        self.workers = 2
        self.lines: list[str] = []

    def advance(self, done: float, total: float | None, text: str) -> None: ...

    def log(self, line: str) -> None:
        self.lines.append(line)

    def curve(self, name: str, value: float) -> None: ...


@pytest.mark.parametrize("dtype", ["u2", ">u2", "f4", ">f8", "i4", "f8"])
def test_transmission_is_counts_over_beam_for_any_number_type(dtype: str) -> None:
    transmission = normalize(_COUNTS.astype(dtype), _DARK.astype(dtype), _FLAT.astype(dtype))
    assert transmission.dtype == np.float32
    np.testing.assert_allclose(transmission, _expected(_COUNTS.astype(float)), rtol=2e-6, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_block_has_the_bits_of_the_whole(data: st.DataObject) -> None:
    cut = tuple(
        slice(low, data.draw(st.integers(low + 1, length)))
        for length in _COUNTS.shape
        for low in [data.draw(st.integers(0, length - 1))]
    )
    whole = minus_log(normalize(_COUNTS, _DARK, _FLAT))
    block = minus_log(normalize(_COUNTS[cut], _DARK[:, cut[1], cut[2]], _FLAT[:, cut[1], cut[2]]))
    np.testing.assert_array_equal(block, whole[cut])


def test_large_stack_in_threads_has_the_bits_of_single_frames() -> None:
    counts = _RANDOM.integers(0, 12_000, (40, 200, 300)).astype(np.uint16)
    flat = np.full((1, 200, 300), 10_000, np.uint16)
    whole = normalize(counts, flat[:0], flat)
    np.testing.assert_array_equal(whole[17], normalize(counts[17:18], flat[:0], flat)[0])


def test_dead_pixel_transmits_all_and_is_counted_in_the_log() -> None:
    flat = _FLAT.copy()
    flat[:, 2, 3] = 100
    dark = _DARK.copy()
    dark[:, 2, 3] = 100
    listener = _Listener()
    with monitored(listener):
        transmission = normalize(_COUNTS, dark, flat)
    assert np.all(transmission[:, 2, 3] == 1)
    assert np.isfinite(transmission).all()
    assert listener.lines == ["1 of 35 pixels are dead (flat not above dark): their transmission is set to 1"]


def test_flat_that_is_not_a_number_makes_a_dead_pixel() -> None:
    flat = _FLAT.astype(float)
    flat[1, 0, 0] = np.nan
    assert np.all(normalize(_COUNTS, _DARK, flat)[:, 0, 0] == 1)


def test_single_nan_stays_for_later_steps_to_see_and_is_counted_in_the_log() -> None:
    counts = _COUNTS.astype(np.float32)
    counts[0, 0, 0] = np.nan
    listener = _Listener()
    with monitored(listener):
        transmission = normalize(counts, _DARK, _FLAT)
    assert listener.lines == ["1 of 210 values of the projections are no finite numbers"]
    assert np.isnan(transmission[0, 0, 0])
    assert np.isnan(transmission).sum() == 1


def test_no_dark_counts_as_zero() -> None:
    transmission = normalize(_COUNTS, _DARK[:0], _FLAT)
    np.testing.assert_allclose(transmission, _COUNTS / _FLAT.mean(axis=0), rtol=1e-6)


def test_no_flat_says_what_to_do() -> None:
    with pytest.raises(DataError, match=r"needs flats .* name the dataset"):
        normalize(_COUNTS, _DARK, _FLAT[:0])


def test_a_block_without_any_number_is_what_it_is_in_the_whole() -> None:
    counts = _COUNTS.astype(np.float32)
    counts[:, 2] = np.nan
    whole = normalize(counts, _DARK, _FLAT)
    np.testing.assert_array_equal(normalize(counts[:, 2:3], _DARK[:, 2:3], _FLAT[:, 2:3]), whole[:, 2:3])
    assert np.isnan(whole[:, 2]).all()


def test_frames_of_another_size_are_refused_with_both_sizes() -> None:
    with pytest.raises(DataError, match=r"flat frames are \(5, 6\) pixels .* \(5, 7\)"):
        normalize(_COUNTS, _DARK, _FLAT[:, :, 1:])


def test_empty_selection_is_refused() -> None:
    with pytest.raises(DataError, match="hold nothing"):
        normalize(_COUNTS[:0], _DARK, _FLAT)


def test_a_single_frame_without_its_axis_is_refused() -> None:
    with pytest.raises(DataError, match="angle, row, column, and has 2"):
        normalize(_COUNTS[0], _DARK, _FLAT)
