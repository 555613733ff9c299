"""Absorption is exact where it was measured, bounded where it was dark, and missing where nothing was measured."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_lab.algorithms.ct import minus_log


@pytest.mark.parametrize("missing", [np.nan, np.inf, -np.inf, 1e300])
def test_what_was_not_measured_stays_so(missing: float) -> None:
    absorption = minus_log(np.array([[0.5, missing]]))
    np.testing.assert_allclose(absorption, [[np.log(2), np.nan]], rtol=1e-6)


@pytest.mark.parametrize("dark", [0.0, -0.3, 1e-9])
def test_what_is_darker_becomes_the_floor(dark: float) -> None:
    absorption = minus_log(np.array([[0.5, dark]]), floor=1e-3)
    np.testing.assert_allclose(absorption, -np.log([[0.5, 1e-3]]), rtol=1e-6)


def test_exponential_is_undone() -> None:
    absorption = np.linspace(-0.1, 8, 3 * 4 * 5).reshape(3, 4, 5)
    found = minus_log(np.exp(-absorption))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, absorption, rtol=1e-6, atol=1e-7)


def test_input_may_be_read_only_and_strided() -> None:
    values = np.random.default_rng(0).random((6, 8, 10)).astype(np.float32)
    values.setflags(write=False)
    np.testing.assert_array_equal(minus_log(values[::2, :, ::-3]), minus_log(values)[::2, :, ::-3])


def test_a_single_number_is_fine() -> None:
    assert minus_log(np.float32(0.5)) == pytest.approx(np.log(2))


def test_floor_is_bounded() -> None:
    schema = minus_log.schema()["properties"]["floor"]
    assert (schema["default"], schema["exclusiveMaximum"]) == (1e-6, 1)
