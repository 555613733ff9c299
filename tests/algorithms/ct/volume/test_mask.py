"""The circle that was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.algorithms.ct import circular_mask
from daisy_lab.errors import SettingError

if TYPE_CHECKING:
    from types import ModuleType


def test_only_what_lies_outside_the_circle_is_set() -> None:
    volume = np.ones((2, 9, 11), np.uint16)
    masked = circular_mask(volume, ratio=0.9, value=7)
    line, column = np.arange(9) - 4, np.arange(11) - 5
    outside = line[:, None] ** 2 + column**2 > (0.9 * 4.5) ** 2
    assert masked.dtype == np.uint16
    np.testing.assert_array_equal(masked, np.broadcast_to(np.where(outside, 7, 1), masked.shape))
    assert (volume == 1).all()


def test_a_device_gives_the_same_slices(device: ModuleType) -> None:
    volume = np.random.default_rng(1).normal(size=(2, 8, 7)).astype(np.float32)
    masked = circular_mask(device.asarray(volume), value=-1)
    assert isinstance(masked, device.ndarray)
    np.testing.assert_array_equal(device.asnumpy(masked), circular_mask(volume, value=-1))


@pytest.mark.parametrize("value", [-1.0, 256.0, 0.5, float("nan")])
def test_a_value_that_whole_numbers_cannot_hold_is_refused(value: float) -> None:
    with pytest.raises(SettingError, match=r"from 0 to 255, and .* is to stand outside"):
        circular_mask(np.ones((1, 4, 4), np.uint8), value=value)
