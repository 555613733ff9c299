"""Absorption against integrals done another way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import dblquad, quad

from daisy_lab.algorithms.pdf import absorption_factor, correct_absorption, find_mud
from daisy_lab.errors import DataError, SettingError


@pytest.mark.parametrize(
    ("mud", "tolerance"), [(0.1, 1e-8), (1.0, 1e-7), (5.0, 1e-6), (20.0, 1e-4), (100.0, 1e-3)]
)
def test_straight_through_a_capillary_each_ray_has_one_chord(mud: float, tolerance: float) -> None:
    def chord(angle: float) -> float:
        return 2 / np.pi * np.cos(angle) ** 2 * np.exp(-mud * np.cos(angle))

    expected = quad(chord, -np.pi / 2, np.pi / 2, epsabs=1e-14)[0]
    assert absorption_factor(np.zeros(1), mud, "capillary")[0] == pytest.approx(expected, rel=tolerance)


def test_straight_back_from_a_capillary_the_way_is_gone_twice() -> None:
    def back(x: float, y: float) -> float:
        return float(np.exp(-2 * 2.0 * (np.sqrt(max(0.25 - y * y, 0)) + x)) / (np.pi / 4))

    expected = dblquad(back, -0.5, 0.5, lambda y: -np.sqrt(0.25 - y * y), lambda y: np.sqrt(0.25 - y * y))[0]
    assert absorption_factor(np.full(1, np.pi), 2.0, "capillary")[0] == pytest.approx(expected, rel=1e-5)


def test_a_plate_is_the_mean_over_its_depth() -> None:
    angle, mud = 0.6, 1.7
    expected = quad(lambda z: np.exp(-mud * (z + (1 - z) / np.cos(angle))), 0, 1)[0]
    assert absorption_factor(np.full(1, angle), mud, "plate")[0] == pytest.approx(expected, rel=1e-10)
    assert absorption_factor(np.zeros(1), mud, "plate")[0] == pytest.approx(np.exp(-mud))


def test_what_is_absorbed_is_given_back() -> None:
    x = np.linspace(2, 60, 200)
    absorbed = 5.0 * absorption_factor(np.deg2rad(x), 3.0, "capillary")
    assert np.allclose(correct_absorption(x, absorbed, mud=3.0), 5.0)


def test_a_momentum_needs_its_wavelength() -> None:
    with pytest.raises(SettingError, match="wavelength"):
        correct_absorption(np.linspace(1, 20, 50), np.ones(50), mud=1.0, dataformat="QA")


def test_a_plate_seen_from_behind_its_edge_is_told() -> None:
    with pytest.raises(DataError, match="90 degree"):
        correct_absorption(np.linspace(1, 120, 50), np.ones(50), mud=1.0, shape="plate")


def test_the_absorption_of_a_metal_is_that_of_the_tables() -> None:
    # Nickel at 60 keV: 1.512 cm^2/g without coherent scattering's share of 3 %, NIST XCOM 1.51.
    mud = find_mud(composition="Ni", wavelength=0.20664, thickness=1.0, mass_density=8.908)
    assert mud == pytest.approx(1.512 * 8.908 * 0.1, rel=0.03)
