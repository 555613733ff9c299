"""Dark and flat correction: right, defined for dead pixels, the same bits in any block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import even_times, minus_log, normalize
from daisy_lab.errors import DataError

if TYPE_CHECKING:
    from types import ModuleType

    from conftest import Listener

_RANDOM = np.random.default_rng(1)
_DARK = _RANDOM.integers(90, 110, (3, 5, 7)).astype(np.uint16)
_FLAT = _RANDOM.integers(9_000, 11_000, (4, 5, 7)).astype(np.uint16)
_COUNTS = _RANDOM.integers(0, 12_000, (6, 5, 7)).astype(np.uint16)


def _expected(counts: np.ndarray) -> np.ndarray:
    dark, flat = _DARK.mean(axis=0), _FLAT.mean(axis=0)
    return (counts - dark) / (flat - dark)


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


def test_dead_pixel_is_missing_and_is_counted_in_the_log(listener: Listener) -> None:
    flat = _FLAT.copy()
    flat[:, 2, 3] = 100
    dark = _DARK.copy()
    dark[:, 2, 3] = 100
    with monitored(listener):
        transmission = normalize(_COUNTS, dark, flat)
    assert np.isnan(transmission[:, 2, 3]).all()
    assert np.isnan(transmission).sum() == len(_COUNTS)
    assert listener.lines == [
        "1 of 35 pixels are dead (flat not above dark): what they would measure is missing"
    ]


@pytest.mark.parametrize("average", ["mean", "median"])
def test_flat_that_is_not_a_number_makes_a_dead_pixel(average: str) -> None:
    flat = _FLAT.astype(float)
    flat[1, 0, 0] = np.nan
    transmission = normalize(_COUNTS, _DARK, flat, average=average)
    assert np.isnan(transmission[:, 0, 0]).all()
    assert np.isfinite(transmission[:, 1:]).all()


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 20])
@pytest.mark.parametrize("dtype", ["u2", ">u2", "f4", ">f8", "i8"])
def test_median_of_exposures_is_that_of_numpy(count: int, dtype: str) -> None:
    flat = np.random.default_rng(count).integers(9_000, 11_000, (count, 5, 7)).astype(dtype)
    dark = flat // 100
    transmission = normalize(_COUNTS, dark, flat, average="median")
    offset, beam = np.median(dark, axis=0), np.median(flat, axis=0)
    np.testing.assert_allclose(transmission, (_COUNTS - offset) / (beam - offset), rtol=2e-6, atol=1e-6)


def test_median_ignores_a_zinger_in_a_flat() -> None:
    flat = np.full((5, 5, 7), 10_000, np.uint16)
    flat[3, 2, 2] = 60_000
    transmission = normalize(_COUNTS, _DARK[:0], flat, average="median")
    np.testing.assert_allclose(transmission, _COUNTS / 10_000, rtol=1e-6)


def test_beam_between_flats_lies_on_a_straight_line() -> None:
    elapsed = even_times(_COUNTS)
    np.testing.assert_allclose(elapsed, (np.arange(6) + 0.5) / 6)
    dark, before = _DARK.mean(axis=0), _FLAT.mean(axis=0)
    beam = before * (1 - 0.4 * elapsed[:, np.newaxis, np.newaxis])
    after = _FLAT * 0.6
    transmission = normalize(_COUNTS, _DARK, _FLAT, after, elapsed)
    np.testing.assert_allclose(transmission, (_COUNTS - dark) / (beam - dark), rtol=3e-6, atol=1e-6)
    # A block of angles brings its own times, and so has the same bits.
    block = normalize(_COUNTS[2:5, 1:], _DARK[:, 1:], _FLAT[:, 1:], after[:, 1:], elapsed[2:5])
    np.testing.assert_array_equal(block, transmission[2:5, 1:])


def test_equal_flats_before_and_after_give_the_bits_of_one() -> None:
    both = normalize(_COUNTS, _DARK, _FLAT, _FLAT, even_times(_COUNTS))
    np.testing.assert_array_equal(both, normalize(_COUNTS, _DARK, _FLAT))


def test_pixel_dead_after_the_scan_is_dead() -> None:
    after = _FLAT.copy()
    after[:, 1, 1] = 0
    transmission = normalize(_COUNTS, _DARK, _FLAT, after, even_times(_COUNTS))
    assert np.isnan(transmission[:, 1, 1]).all()
    assert np.isnan(transmission).sum() == len(_COUNTS)


def test_flats_after_without_times_say_what_to_do() -> None:
    with pytest.raises(DataError, match="add the step even_times"):
        normalize(_COUNTS, _DARK, _FLAT, _FLAT)


@pytest.mark.parametrize(
    ("elapsed", "match"),
    [
        (np.linspace(0, 1, 5), r"6 projections need 6 times .* \(5,\)"),
        (np.arange(6.0), "from 0.0 to 5.0"),
        (np.full(6, np.nan), "subtract the time"),
    ],
)
def test_times_that_do_not_fit_are_refused(elapsed: np.ndarray, match: str) -> None:
    with pytest.raises(DataError, match=match):
        normalize(_COUNTS, _DARK, _FLAT, _FLAT, elapsed)


def test_single_nan_stays_for_later_steps_to_see_and_is_counted_in_the_log(listener: Listener) -> None:
    counts = _COUNTS.astype(np.float32)
    counts[0, 0, 0] = np.nan
    with monitored(listener):
        transmission = normalize(counts, _DARK, _FLAT)
    assert listener.lines == ["1 of 210 values of the projections are no finite numbers"]
    assert np.isnan(transmission[0, 0, 0])
    assert np.isnan(transmission).sum() == 1


def test_no_dark_counts_as_zero() -> None:
    transmission = normalize(_COUNTS, _DARK[:0], _FLAT)
    np.testing.assert_allclose(transmission, _COUNTS / _FLAT.mean(axis=0), rtol=1e-6)


def test_no_flat_says_what_to_do() -> None:
    with pytest.raises(DataError, match=r"0 exposures in flat, .* name the dataset"):
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


@pytest.mark.parametrize("cut", [np.s_[::2], np.s_[:, 1:4], np.s_[:, :, ::-1], np.s_[:, :, 1:]])
def test_views_into_a_larger_stack_have_the_bits_of_the_whole(cut: tuple[slice, ...]) -> None:
    cut = cut if isinstance(cut, tuple) else (cut,)
    pixels = (slice(None), *cut[1:])
    part = normalize(_COUNTS[cut], _DARK[pixels], _FLAT[pixels])
    np.testing.assert_array_equal(part, normalize(_COUNTS, _DARK, _FLAT)[cut])


def test_the_device_gives_what_the_processor_gives(device: ModuleType) -> None:
    counts = _COUNTS.astype(np.float32)
    counts[0, 0, 0] = np.nan
    flat = _FLAT.copy()
    flat[:, 4, 4] = 0
    times = even_times(counts)
    for frames in (counts, _COUNTS):
        for exposures in ((_DARK, flat), (_DARK, flat, _FLAT // 2, times), (_DARK[:0], flat)):
            for average in ("mean", "median"):
                found = normalize(*map(device.asarray, (frames, *exposures)), average=average)
                assert isinstance(found, device.ndarray)
                expected = normalize(frames, *exposures, average=average)
                np.testing.assert_allclose(device.asnumpy(found), expected, rtol=1e-6)
