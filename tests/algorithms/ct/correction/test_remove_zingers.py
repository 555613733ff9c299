"""Zingers go, everything else stays; any block, thread count and device find the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import remove_zingers
from daisy_lab.algorithms.ct.correction._network import comparisons, selection
from daisy_lab.errors import CancelledError, DataError

if TYPE_CHECKING:
    from types import ModuleType

    from conftest import Listener

_RANDOM = np.random.default_rng(5)
_WAYS = [
    {"size": size, "neighbours": neighbours, "kind": kind}
    for size in (3, 5)
    for neighbours in ("3-D", "2-D")
    for kind in ("bright", "dark", "both")
]


def _counts(shape: tuple[int, ...] = (12, 24, 40), level: float = 5_000) -> np.ndarray:
    return np.random.default_rng(6).poisson(level, shape).astype(np.uint16)


def _with_zingers(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spoil values that are no neighbours of each other, and give their places in the flat array."""
    numbers = np.arange(counts.size).reshape(counts.shape)
    places = np.random.default_rng(7).permutation(numbers[1::4, 1::6, 2::6].ravel())[:30]
    spoiled = counts.copy()
    spoiled.ravel()[places] += counts.dtype.type(6_000)
    return spoiled, places


@pytest.mark.parametrize("length", [1, 2, 3, 9, 10, 25, 27, 33])
def test_network_sorts(length: int) -> None:
    values = _RANDOM.integers(0, length, (200, length))
    network = values.T.copy()
    for low, high in comparisons(length):
        network[low], network[high] = (
            np.minimum(network[low], network[high]),
            network[[low, high]].max(axis=0),
        )
    np.testing.assert_array_equal(network.T, np.sort(values))


def test_zero_one_principle_holds_for_a_median_of_nine() -> None:
    values = (np.arange(512)[:, np.newaxis] >> np.arange(9) & 1).T.copy()
    expected = np.sort(values, axis=0)[4]
    for low, high in selection(9, (4,)):
        values[low], values[high] = np.minimum(values[low], values[high]), values[[low, high]].max(axis=0)
    np.testing.assert_array_equal(values[4], expected)


@pytest.mark.parametrize("size", [3, 5])
@pytest.mark.parametrize("dtype", ["u2", ">u2", "f4", "f8", "i4"])
def test_zingers_become_the_median_and_the_rest_stays(size: int, dtype: str) -> None:
    counts = _counts()
    spoiled, places = _with_zingers(counts)
    before = spoiled.astype(dtype)
    cleaned = remove_zingers(before, size=size)
    assert cleaned.dtype == (np.uint16 if dtype.endswith("u2") else np.float32)
    np.testing.assert_array_equal(before, spoiled)
    assert np.abs(cleaned.ravel()[places].astype(float) - 5_000).max() < 400
    changed = np.flatnonzero(cleaned.ravel() != spoiled.ravel())
    assert len(np.setdiff1d(changed, places)) <= 2


def test_dark_zingers_of_absorption_go_too() -> None:
    absorption = _RANDOM.normal(1, 0.02, (9, 20, 30)).astype(np.float32)
    spoiled = absorption.copy()
    spoiled[4, 10, 10], spoiled[4, 15, 20] = -0.5, 2.5
    cleaned = remove_zingers(spoiled, kind="dark")
    assert cleaned[4, 10, 10] == pytest.approx(1, abs=0.05)
    assert cleaned[4, 15, 20] == spoiled[4, 15, 20]
    both = remove_zingers(spoiled, kind="both")
    assert both[4, 15, 20] == pytest.approx(1, abs=0.05)


def test_what_stays_for_several_exposures_is_no_zinger_in_3d() -> None:
    frames = np.full((5, 16, 16), 100, np.float32)
    frames[:, 4:9, 4:9] = 200  # an edge with corners, without noise
    frames[:, 12, 12] = 900  # a pixel that is always bright
    np.testing.assert_array_equal(remove_zingers(frames), frames)
    assert (remove_zingers(frames, neighbours="2-D")[:, 12, 12] == 100).all()


def test_first_and_last_projection_are_compared_with_their_only_neighbour() -> None:
    frames = np.full((3, 9, 9), 100, np.float32)
    frames[0, 0, 0] = frames[2, 8, 8] = 900
    np.testing.assert_array_equal(remove_zingers(frames), np.full_like(frames, 100))


def test_difference_is_the_least_that_counts() -> None:
    frames = np.full((3, 9, 9), 100, np.float32)
    frames[1, 4, 4], frames[1, 7, 7] = 150, 300
    cleaned = remove_zingers(frames, difference=100)
    assert (cleaned[1, 4, 4], cleaned[1, 7, 7]) == (150, 100)


def test_single_counts_of_a_photon_counter_are_no_zingers() -> None:
    frames = (_RANDOM.random((9, 32, 32)) < 0.02).astype(np.uint16)
    np.testing.assert_array_equal(remove_zingers(frames), frames)


@pytest.mark.parametrize("way", _WAYS[::3], ids=str)
def test_without_a_threshold_it_is_the_median_filter(way: dict[str, object]) -> None:
    frames = _counts((7, 11, 37)).astype(np.float32)
    size, depth = int(str(way["size"])), int(str(way["size"])) if way["neighbours"] == "3-D" else 1
    median = ndimage.median_filter(frames, size=(depth, size, size), mode="mirror")
    expected = median
    if depth > 1:
        before, after = (
            np.concatenate([frames[1:2], frames[:-1]]),
            np.concatenate([frames[1:], frames[-2:-1]]),
        )
        above = (frames > median) & (frames > np.maximum(before, after))
        below = (frames < median) & (frames < np.minimum(before, after))
        expected = np.where(above | below, median, frames)
    found = remove_zingers(frames, threshold=0, **{**way, "kind": "both"})
    np.testing.assert_array_equal(found, expected)


def test_missing_values_stay_and_do_not_spread() -> None:
    spoiled, places = _with_zingers(_counts())
    frames = spoiled.astype(np.float32)
    frames[3, 5, 6:9], frames[:, 20], frames[7] = np.nan, np.inf, np.nan
    for size in (3, 5):
        cleaned = remove_zingers(frames, size=size)
        missing = ~np.isfinite(frames)
        np.testing.assert_array_equal(cleaned[missing], frames[missing])
        left = np.setdiff1d(places, np.flatnonzero(missing))
        assert np.abs(cleaned.ravel()[left] - 5_000).max() < 400


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_block_with_its_halo_has_the_bits_of_the_whole(data: st.DataObject) -> None:
    way = data.draw(st.sampled_from(_WAYS))
    frames = _counts((9, 12, 20), 20).astype(np.float32)
    frames[2, 3, 4:6] = np.nan
    frames[::2, ::3, ::4] *= 3
    windows = remove_zingers.windows(remove_zingers.validate({**way, "threshold": 2}))
    whole = remove_zingers(frames, threshold=2, **way)
    asked, inner, cut = [], [], []
    for axis, length in zip(("angle", "row", "column"), frames.shape, strict=True):
        low = data.draw(st.integers(0, length - 1))
        high = data.draw(st.integers(low + 1, length))
        start = max(0, low - windows[axis].before)
        asked.append(slice(start, min(length, high + windows[axis].after)))
        inner.append(slice(low - start, high - start))
        cut.append(slice(low, high))
    block = remove_zingers(frames[tuple(asked)], threshold=2, **way)
    np.testing.assert_array_equal(block[tuple(inner)], whole[tuple(cut)])


def test_threads_do_not_change_bits_and_the_log_counts(listener: Listener) -> None:
    frames, _places = _with_zingers(_counts((40, 64, 300)))
    several = remove_zingers(frames)
    listener.workers = 1
    with monitored(listener):
        np.testing.assert_array_equal(remove_zingers(frames), several)
    assert listener.lines == [f"{(several != frames).sum()} of {frames.size} values were zingers"]


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 8, 9), (2, 1, 5), (3, 2, 1), (0, 4, 4), (4, 4, 0)])
@pytest.mark.parametrize("size", [3, 5])
def test_small_and_empty_stacks_are_fine(shape: tuple[int, ...], size: int) -> None:
    frames = np.full(shape, 7, np.float32)
    np.testing.assert_array_equal(remove_zingers(frames, size=size), frames)


def test_a_single_frame_without_its_axis_is_refused() -> None:
    with pytest.raises(DataError, match="angle, row, column, and has 2"):
        remove_zingers(_counts()[0])


def test_cancel_is_felt(listener: Listener) -> None:
    listener.flag[0] = 1
    with monitored(listener), pytest.raises(CancelledError):
        remove_zingers(_counts())


@pytest.mark.parametrize("way", _WAYS[2::3], ids=str)
def test_the_device_gives_what_the_processor_gives(device: ModuleType, way: dict[str, object]) -> None:
    frames = _counts((6, 7, 19), 20)
    frames[::2, ::3, ::4] *= 3
    missing = frames.astype(np.float32)
    missing[2, 3, 4:6], missing[:, :, 12] = np.nan, np.inf
    for values in (frames, missing):
        found = remove_zingers(device.asarray(values), threshold=2, **way)
        assert isinstance(found, device.ndarray)
        expected = remove_zingers(values, threshold=2, **way)
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(device.asnumpy(found), expected)
