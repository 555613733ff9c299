"""Axes in another order."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_lab.algorithms.ct import transpose
from daisy_lab.errors import SettingError

_ARRAY = np.arange(24).reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("order", "shape"), [((), (4, 3, 2)), ((2, 0, 1), (4, 2, 3)), ((1, 0, 2), (3, 2, 4))]
)
def test_axes_come_in_the_order_asked_for(order: tuple[int, ...], shape: tuple[int, ...]) -> None:
    found = transpose(_ARRAY, order=order)
    assert found.shape == shape
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, np.transpose(_ARRAY, order or None))


@pytest.mark.parametrize("order", [(0, 1), (0, 0, 1), (1, 2, 3)])
def test_order_must_name_each_axis_once(order: tuple[int, ...]) -> None:
    with pytest.raises(SettingError, match="each of the 3 axes once"):
        transpose(_ARRAY, order=order)
