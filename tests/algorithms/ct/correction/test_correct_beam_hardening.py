"""A polynomial on the absorption, and what it is for: a flat disc in a beam of two energies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.algorithms.ct import correct_beam_hardening, minus_log
from daisy_lab.errors import SettingError

if TYPE_CHECKING:
    from types import ModuleType


def test_polynomial_is_evaluated_without_a_constant_term() -> None:
    absorption = np.linspace(-0.5, 5, 60).reshape(3, 4, 5)
    found = correct_beam_hardening(absorption, coefficients=(1.5, -0.25, 0.125))
    assert found.dtype == np.float32
    expected = 1.5 * absorption - 0.25 * absorption**2 + 0.125 * absorption**3
    np.testing.assert_allclose(found, expected, rtol=2e-6, atol=1e-6)


def test_one_alone_changes_nothing() -> None:
    absorption = np.random.default_rng(0).random((4, 5)).astype(np.float32)
    np.testing.assert_array_equal(correct_beam_hardening(absorption, coefficients=(1.0,)), absorption)


def test_absorption_of_two_energies_becomes_proportional_to_thickness() -> None:
    thickness = np.linspace(0.05, 3, 200)
    absorption = minus_log(0.5 * np.exp(-2 * thickness) + 0.5 * np.exp(-0.5 * thickness))
    powers = absorption[:, np.newaxis].astype(float) ** np.arange(1, 6)
    fit = np.linalg.lstsq(powers, thickness, rcond=None)[0]
    corrected = correct_beam_hardening(absorption, coefficients=tuple(fit))
    assert np.ptp(absorption / thickness) > 0.4
    np.testing.assert_allclose(corrected, thickness, atol=0.01)


def test_missing_values_stay_and_number_types_are_read() -> None:
    found = correct_beam_hardening(np.array([np.nan, np.inf, 2.0], ">f8"), coefficients=(1, 1))
    np.testing.assert_array_equal(found, [np.nan, np.inf, 6])
    assert correct_beam_hardening(np.uint16(3), coefficients=(1, 1)) == 12
    assert correct_beam_hardening(np.zeros((0, 4)), coefficients=(1,)).shape == (0, 4)


def test_any_part_has_the_bits_of_the_whole() -> None:
    absorption = np.random.default_rng(1).random((6, 7, 8))
    whole = correct_beam_hardening(absorption, coefficients=(1, 0.3, 0.1))
    part = correct_beam_hardening(absorption[1:4, ::2, ::-1], coefficients=(1, 0.3, 0.1))
    np.testing.assert_array_equal(part, whole[1:4, ::2, ::-1])


@pytest.mark.parametrize("coefficients", [(), (1, float("nan")), (1, float("inf"))])
def test_coefficients_must_be_numbers(coefficients: tuple[float, ...]) -> None:
    with pytest.raises(SettingError):
        correct_beam_hardening.validate({"coefficients": coefficients})


def test_the_device_gives_what_the_processor_gives(device: ModuleType) -> None:
    absorption = np.random.default_rng(1).random((3, 4, 5)).astype(np.float32)
    found = correct_beam_hardening(device.asarray(absorption), coefficients=(1, 0.3))
    assert isinstance(found, device.ndarray)
    expected = correct_beam_hardening(absorption, coefficients=(1, 0.3))
    np.testing.assert_allclose(device.asnumpy(found), expected, rtol=1e-6)
