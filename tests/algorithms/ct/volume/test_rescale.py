"""Whole numbers from floating-point values, and the range they are scaled by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow, middle, ref
from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import find_range, rescale
from daisy_lab.errors import DataError, SettingError

if TYPE_CHECKING:
    from types import ModuleType


def test_the_ends_become_the_smallest_and_the_largest_number() -> None:
    values = np.array([[[-1.0, 0.0, 1.0, 3.0]]])
    np.testing.assert_array_equal(rescale(values, low=-1, high=3), [[[0, 64, 128, 255]]])
    np.testing.assert_array_equal(rescale(values, low=-1, high=3, bits=16), [[[0, 16384, 32768, 65535]]])
    assert rescale(values, low=-1, high=3).dtype == np.uint8


@pytest.mark.parametrize("bits", [8, 16])
def test_every_value_is_the_nearest_number(bits: Any) -> None:
    values = np.random.default_rng(1).uniform(0.01, 0.04, (3, 20, 30)).astype(np.float32)
    numbers = rescale(values, low=0.01, high=0.04, bits=bits)
    step = 0.03 / (2**bits - 1)
    assert np.abs(0.01 + numbers * step - values).max() <= step / 2 * 1.001


def test_what_was_clipped_and_what_is_no_number_is_counted(listener: Any) -> None:
    values = np.array([[[-5.0, 0.5, 2.0, np.inf, -np.inf, np.nan]]], np.float32)
    heard = listener()
    with monitored(heard):
        numbers = rescale(values, low=0.0, high=1.0)
    np.testing.assert_array_equal(numbers, [[[0, 128, 255, 255, 0, 0]]])
    assert heard.lines == [
        "2 values below and 2 above the range were clipped, of 6",
        "1 of 6 values are no numbers: set to 0",
    ]


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0), (0.0, np.inf), (np.nan, 1.0)])
def test_a_range_without_an_extent_is_refused(low: float, high: float) -> None:
    with pytest.raises(SettingError, match="find_range"):
        rescale(np.ones((1, 2, 2)), low=low, high=high)


def test_single_numbers_and_nothing_at_all_are_rescaled() -> None:
    assert rescale(np.array(0.5), low=0, high=1).shape == ()
    assert rescale(np.ones((0, 4, 4)), low=0, high=1).shape == (0, 4, 4)


@pytest.mark.parametrize("kind", ["f4", "f8", ">f4", "u2", "i4", "u1", ">u2"])
def test_a_range_is_made_of_values_of_the_volume(kind: str) -> None:
    values = np.random.default_rng(2).normal(100, 20, (4, 30, 40)).astype(kind)
    low, high = find_range(values, below=5, above=10)
    ordered = np.sort(values, axis=None).astype(np.float32)
    assert low == ordered[int(0.05 * (values.size - 1))]
    assert high == ordered[values.size - 1 - int(0.10 * (values.size - 1))]
    assert find_range(values, below=0, above=0) == (ordered[0], ordered[-1])


def test_values_far_off_and_what_is_no_number_do_not_stretch_a_range() -> None:
    values = np.random.default_rng(3).uniform(-1, 1, (4, 50, 50)).astype(np.float32)
    values[0, 0, :4] = [np.nan, np.inf, 1e30, -1e30]
    low, high = find_range(values)
    assert (low, high) == pytest.approx((-1, 1), abs=0.01)


def test_a_volume_of_one_value_has_a_range() -> None:
    assert find_range(np.full((2, 3, 3), 7.0)) == (7.0, 8.0)


@pytest.mark.parametrize("values", [np.full((1, 2, 2), np.nan), np.empty((0, 4, 4))])
def test_a_volume_without_a_number_has_no_range(values: Any) -> None:
    with pytest.raises(DataError, match="holds no finite number"):
        find_range(values)


def test_the_range_of_a_few_rows_scales_the_whole_volume_in_a_workflow() -> None:
    volume = np.random.default_rng(4).normal(0, 1, (40, 16, 16)).astype(np.float32)
    workflow = Workflow("bytes")
    workflow.add(find_range, into=("low", "high"), volume=ref("volume", row=middle(8)))
    workflow.add(rescale, into="scaled", volume="volume", low=ref("low"), high=ref("high"))
    engine = LocalEngine(workers=2)
    engine.store.put("volume", volume, axes=("row", "y", "x"))
    part = workflow.block("scaled", engine, row=slice(3, 5))
    whole = workflow.run(engine).result(60)["scaled"]
    low, high = find_range(volume[16:24])
    assert whole.tobytes() == rescale(volume, low=low, high=high).tobytes()
    assert part.tobytes() == whole[3:5].tobytes()
    engine.close()
    engine.store.close()


def test_a_device_gives_the_same_numbers(device: ModuleType) -> None:
    values = np.random.default_rng(5).normal(0, 1, (3, 9, 10)).astype(np.float32)
    values[0, 0, 0] = np.nan
    there = device.asarray(values)
    assert find_range(there, below=1, above=2) == find_range(values, below=1, above=2)
    for bits in (8, 16):
        numbers = rescale(there, low=-1.5, high=2.0, bits=bits)
        assert isinstance(numbers, device.ndarray)
        np.testing.assert_array_equal(device.asnumpy(numbers), rescale(values, low=-1.5, high=2.0, bits=bits))
