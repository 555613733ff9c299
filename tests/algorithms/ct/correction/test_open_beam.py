"""Air beside the sample becomes 1, by row or by projection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import normalize_air, white_balance
from daisy_lab.errors import SettingError

if TYPE_CHECKING:
    from types import ModuleType

    from conftest import Listener


def _sample() -> np.ndarray:
    sample = np.ones((5, 6, 40))
    sample[:, :, 12:28] = 0.3
    return sample


def _beam() -> np.ndarray:
    """A beam that is another straight line in every row of every projection."""
    left, right = 1 + np.random.default_rng(0).random((2, 5, 6, 1))
    return left + (right - left) * np.linspace(0, 1, 40)


@pytest.mark.parametrize("average", ["mean", "median"])
@pytest.mark.parametrize("air", [1, 5, 10])
def test_a_beam_that_is_a_straight_line_is_taken_out(air: int, average: str) -> None:
    found = normalize_air(_sample() * _beam(), air=air, average=average)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, _sample(), rtol=1e-6)


def test_one_column_of_air_is_the_definition_of_tomopy() -> None:
    transmission = np.random.default_rng(4).random((3, 4, 9)) + 0.5
    place = np.arange(9)
    left, right = transmission[:, :, :1], transmission[:, :, -1:]
    expected = transmission / (left + (right - left) * place / 8)
    np.testing.assert_allclose(normalize_air(transmission, air=1), expected, rtol=1e-6)


def test_median_ignores_a_zinger_in_air_and_a_missing_value_does_not_count() -> None:
    transmission = _sample()
    transmission[2, 3, 4], transmission[:, 1, 37] = 50, np.nan
    found = normalize_air(transmission, air=7, average="median")
    np.testing.assert_allclose(found, transmission, rtol=1e-6)


def test_a_side_without_air_follows_the_other_and_a_row_without_any_stays(listener: Listener) -> None:
    transmission = 2 * _sample()
    transmission[1, 2, :10], transmission[3, 4] = np.nan, -1
    with monitored(listener):
        found = normalize_air(transmission)
    np.testing.assert_allclose(found[1, 2, 10:], _sample()[1, 2, 10:], rtol=1e-6)
    assert (found[3, 4] == -1).all()
    assert listener.lines == ["1 of 30 rows have no air above 0 on either side and stay as they are"]


def test_air_wider_than_the_detector_is_refused() -> None:
    with pytest.raises(SettingError, match="take at most 20"):
        normalize_air(_sample(), air=21)


def test_a_single_column_is_air() -> None:
    np.testing.assert_array_equal(normalize_air(np.full((2, 3, 1), 4.0), air=1), np.ones((2, 3, 1)))


def test_a_flickering_beam_is_taken_out() -> None:
    flicker = np.array([1, 0.9, 1.2, 2, 0.1])[:, np.newaxis, np.newaxis]
    for settings in ({}, {"columns": (0, 10)}, {"columns": (30, 40), "rows": (2, 3)}, {"average": "median"}):
        found = white_balance(_sample() * flicker, **settings)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, _sample(), rtol=1e-6)


def test_the_mean_over_the_whole_open_beam_becomes_one() -> None:
    noisy = np.random.default_rng(7).normal(1, 0.1, (4, 30, 50))
    found = white_balance(noisy, rows=(3, 20), columns=(5, 40))
    np.testing.assert_allclose(found[:, 3:20, 5:40].mean(axis=(1, 2)), 1, rtol=1e-6)


def test_a_projection_without_beam_stays_and_is_told(listener: Listener) -> None:
    transmission = 2 * _sample()
    transmission[1], transmission[2] = 0, np.nan
    with monitored(listener):
        found = white_balance(transmission)
    np.testing.assert_array_equal(found[1:3], transmission[1:3])
    np.testing.assert_allclose(found[3:], _sample()[3:], rtol=1e-6)
    assert listener.lines == ["2 of 5 projections have an open beam not above 0 and stay as they are"]


@pytest.mark.parametrize("columns", [(3, 3), (-1, 4), (30, 41)])
def test_open_beam_outside_the_detector_is_refused(columns: tuple[int, int]) -> None:
    with pytest.raises(SettingError, match="0 <= first < end <= 40"):
        white_balance(_sample(), columns=columns)


@pytest.mark.parametrize("dtype", ["u2", ">f4", ">f8"])
def test_any_block_and_number_type_has_the_bits_of_the_whole(dtype: str) -> None:
    counts = (1000 * _sample() * _beam()).astype(np.uint16).astype(dtype)
    whole = normalize_air(counts)
    np.testing.assert_array_equal(normalize_air(counts[1:3, 2:]), whole[1:3, 2:])
    np.testing.assert_array_equal(normalize_air(counts[:, ::-1])[:, ::-1], whole)
    whole = white_balance(counts)
    np.testing.assert_array_equal(white_balance(counts[3:4]), whole[3:4])
    np.testing.assert_array_equal(white_balance(counts[::-2]), whole[::-2])


@pytest.mark.parametrize("average", ["mean", "median"])
def test_the_device_gives_what_the_processor_gives(device: ModuleType, average: str) -> None:
    transmission = _sample() * _beam()
    transmission[0, 0, 2], transmission[1, 1] = np.nan, -1
    for method in (normalize_air, white_balance):
        found = method(device.asarray(transmission), average=average)
        assert isinstance(found, device.ndarray)
        np.testing.assert_allclose(device.asnumpy(found), method(transmission, average=average), rtol=1e-6)
