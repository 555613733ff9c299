"""What was not measured is filled from around it, and nothing else is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import repair
from daisy_lab.errors import CancelledError

if TYPE_CHECKING:
    from types import ModuleType

    from conftest import Listener


def _broken() -> np.ndarray:
    frames = np.random.default_rng(2).random((4, 20, 26)).astype(np.float32)
    frames[0, 3, 4], frames[1, 0, 0], frames[2, 19, 25] = np.nan, np.inf, -np.inf
    frames[:, :, 11:15] = np.nan
    frames[3, 5:12, 2:9] = np.nan
    return frames


@pytest.mark.parametrize("average", ["mean", "median"])
def test_a_missing_value_is_the_average_of_its_neighbours(average: str) -> None:
    frames = np.random.default_rng(1).random((2, 7, 8))
    spoiled = frames.astype(np.float32)
    spoiled[1, 3, 4] = np.nan
    around = np.delete(spoiled[1, 2:5, 3:6].ravel(), 4).astype(float)
    repaired = repair(spoiled, average=average)
    assert repaired[1, 3, 4] == pytest.approx(getattr(np, average)(around), rel=1e-6)
    spoiled[1, 3, 4] = repaired[1, 3, 4]
    np.testing.assert_array_equal(repaired, spoiled)


def test_the_square_grows_until_it_meets_a_value() -> None:
    frames = np.tile(np.arange(30.0), (1, 9, 1))
    frames[:, :, 10:17] = np.nan
    repaired = repair(frames, average="mean")
    np.testing.assert_allclose(repaired[0, :, 10:17], [[9, 9, 9, 13, 17, 17, 17]] * 9)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_everything_that_is_no_number_of_float32_is_replaced(value: float) -> None:
    frames = np.ones((1, 5, 5))
    frames[0, 0, 4] = value
    np.testing.assert_array_equal(repair(frames), np.ones((1, 5, 5)))


def test_what_is_too_far_stays_missing_and_the_log_says_both(listener: Listener) -> None:
    frames = np.ones((2, 9, 9), np.float32)
    frames[0], frames[1, 4, 4] = np.inf, np.nan
    with monitored(listener):
        repaired = repair(frames, reach=2)
    assert np.isnan(repaired[0]).all()
    assert (repaired[1] == 1).all()
    assert listener.lines == [
        "1 of 162 values were no finite numbers: replaced by the median around",
        "81 values have no finite neighbour within 2 pixels and stay NaN; raise reach",
    ]


@pytest.mark.parametrize("average", ["mean", "median"])
def test_any_block_with_its_halo_has_the_bits_of_the_whole(average: str) -> None:
    frames, reach = _broken(), 4
    whole = repair(frames, reach=reach, average=average)
    assert np.isfinite(whole).all()
    for low, high in ((0, 3), (3, 8), (7, 20)):
        start, stop = max(0, low - reach), min(20, high + reach)
        block = repair(frames[1:, start:stop], reach=reach, average=average)
        np.testing.assert_array_equal(block[:, low - start : high - start], whole[1:, low:high])
        block = repair(frames[:2, :, start:stop], reach=reach, average=average)
        np.testing.assert_array_equal(block[:, :, low - start : high - start], whole[:2, :, low:high])


@pytest.mark.parametrize("dtype", ["u2", ">f4", ">f8", "i4", "?"])
def test_any_number_type_comes_out_as_float32(dtype: str) -> None:
    frames = np.ones((2, 3, 4), dtype)
    repaired = repair(frames[:, ::-1])
    assert repaired.dtype == np.float32
    np.testing.assert_array_equal(repaired, np.ones((2, 3, 4)))


@pytest.mark.parametrize("shape", [(1, 1, 1), (0, 3, 3), (2, 1, 5), (2, 5, 1)])
def test_small_and_empty_stacks_are_fine(shape: tuple[int, ...]) -> None:
    np.testing.assert_array_equal(repair(np.ones(shape)), np.ones(shape))
    assert np.isnan(repair(np.full(shape, np.nan))).all()


def test_cancel_is_felt(listener: Listener) -> None:
    listener.flag[0] = 1
    with monitored(listener), pytest.raises(CancelledError):
        repair(_broken())


@pytest.mark.parametrize("average", ["mean", "median"])
def test_the_device_gives_what_the_processor_gives(device: ModuleType, average: str) -> None:
    found = repair(device.asarray(_broken()), average=average)
    assert isinstance(found, device.ndarray)
    np.testing.assert_allclose(device.asnumpy(found), repair(_broken(), average=average), rtol=1e-6)
