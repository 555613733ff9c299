"""One pass over counts has the bits of the two steps, and the accuracy of the number type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import counts_to_absorption, even_times, minus_log, normalize
from daisy_lab.errors import CancelledError

if TYPE_CHECKING:
    from types import ModuleType

    from conftest import Listener

_RANDOM = np.random.default_rng(3)
_DARK = _RANDOM.integers(90, 110, (3, 9, 37)).astype(np.uint16)
_FLAT = _RANDOM.integers(9_000, 11_000, (4, 9, 37)).astype(np.uint16)
_FLAT[:, 3, 5] = 0
_COUNTS = _RANDOM.integers(0, 12_000, (21, 9, 37)).astype(np.uint16)


@pytest.mark.parametrize("dtype", ["u2", "f4", ">f8", "i4"])
@pytest.mark.parametrize("drifting", [False, True])
def test_one_pass_has_the_bits_of_two(dtype: str, drifting: bool) -> None:  # noqa: FBT001 - a parameter of the test
    counts = _COUNTS.astype(dtype)
    if counts.dtype.kind == "f":
        counts[0, 0, :4] = np.nan, np.inf, -np.inf, 1e38
    given = (_DARK, _FLAT, _FLAT // 2, even_times(counts)) if drifting else (_DARK, _FLAT)
    fused = counts_to_absorption(counts, *given, floor=1e-3)
    assert fused.dtype == np.float32
    np.testing.assert_array_equal(fused, minus_log(normalize(counts, *given), floor=1e-3))


def test_the_log_tells_what_was_dark(listener: Listener) -> None:
    dark = int((normalize(_COUNTS, _DARK, _FLAT) < 1e-3).sum())
    with monitored(listener):
        counts_to_absorption(_COUNTS, _DARK, _FLAT, floor=1e-3)
    assert dark > 0
    assert listener.lines[1:] == [f"{dark} of {_COUNTS.size} values were not above 0.001: set to 0.001"]


def test_absorption_is_right_to_two_parts_in_ten_million() -> None:
    transmission = np.concatenate([np.geomspace(1e-30, 1e30, 100_000), np.linspace(0.5, 2, 100_000)])
    transmission = transmission.astype(np.float32)
    found = minus_log(transmission, floor=1e-30)
    exact = -np.log(transmission.astype(float))
    assert (np.abs(found - exact) <= 2e-7 * np.abs(exact)).all()


def test_threads_do_not_change_bits(listener: Listener) -> None:
    counts = np.resize(_COUNTS, (40, 200, 300))
    flat = np.resize(_FLAT, (2, 200, 300))
    several = counts_to_absorption(counts, flat[:0], flat)
    listener.workers = 1
    with monitored(listener):
        np.testing.assert_array_equal(counts_to_absorption(counts, flat[:0], flat), several)


def test_cancel_is_felt(listener: Listener) -> None:
    listener.flag[0] = 1
    with monitored(listener), pytest.raises(CancelledError):
        counts_to_absorption(_COUNTS, _DARK, _FLAT)


def test_input_is_not_changed_and_may_be_read_only() -> None:
    counts = _COUNTS.astype(np.float32)
    counts.setflags(write=False)
    before = counts.copy()
    counts_to_absorption(counts, _DARK, _FLAT)
    np.testing.assert_array_equal(counts, before)


def test_the_device_gives_what_the_processor_gives(device: ModuleType) -> None:
    given = (_COUNTS, _DARK, _FLAT, _FLAT // 2, even_times(_COUNTS))
    found = counts_to_absorption(*map(device.asarray, given), floor=1e-3)
    assert isinstance(found, device.ndarray)
    np.testing.assert_allclose(
        device.asnumpy(found), counts_to_absorption(*given, floor=1e-3), rtol=1e-5, atol=1e-7
    )


def test_minus_log_on_the_device_gives_what_the_processor_gives(device: ModuleType) -> None:
    transmission = _RANDOM.random((3, 5, 7)).astype(np.float32)
    transmission[0, 0, :4] = np.nan, np.inf, -1, 0
    for values in (transmission, transmission.astype(float), transmission[:, ::2, ::-1]):
        found = minus_log(device.asarray(values))
        assert isinstance(found, device.ndarray)
        np.testing.assert_allclose(device.asnumpy(found), minus_log(values), rtol=1e-5, atol=1e-7)
