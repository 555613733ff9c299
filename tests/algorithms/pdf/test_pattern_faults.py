"""Patterns and settings that cannot be right are told, with what is there and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.algorithms.pdf import (
    PdfKernel,
    Recipe,
    correct_polynomial,
    find_parameters,
    pattern_to_gr,
    patterns_to_gr,
    resample,
    subtract_background,
    to_q,
)
from daisy_lab.errors import DataError, SettingError

if TYPE_CHECKING:
    from conftest import Known


def test_degrees_taken_for_momentum_are_told() -> None:
    with pytest.raises(DataError, match="set dataformat=twotheta"):
        to_q(np.linspace(1, 60, 100), dataformat="QA", wavelength=0.7)


def test_a_momentum_in_nanometres_taken_for_degrees_is_told() -> None:
    with pytest.raises(DataError, match="dataformat=Qnm"):
        to_q(np.linspace(1, 250, 100), dataformat="twotheta", wavelength=0.14)


def test_angles_without_a_wavelength_are_told() -> None:
    with pytest.raises(SettingError, match="set wavelength"):
        to_q(np.linspace(1, 30, 100), dataformat="twotheta")


def test_angles_become_momentum() -> None:
    q = to_q(np.linspace(0.5, 60.5, 601), dataformat="twotheta", wavelength=0.5, twothetazero=0.5)
    assert q[0] == 0
    assert q[-1] == pytest.approx(4 * np.pi * 0.5 / 0.5)


def test_nanometres_become_angstrom() -> None:
    assert to_q(np.linspace(1, 250, 100), dataformat="Qnm")[-1] == pytest.approx(25.0)


def test_a_doubled_point_is_told_with_its_place() -> None:
    x = np.linspace(0, 20, 100)
    x[41] = x[40]
    with pytest.raises(DataError, match=r"point 42, 8\.08081, occurs twice"):
        to_q(x, dataformat="QA")


def test_points_out_of_order_are_told() -> None:
    x = np.linspace(0, 20, 100)
    x[41] = 3.0
    with pytest.raises(DataError, match="out of order"):
        to_q(x, dataformat="QA")


def test_a_reversed_pattern_gives_the_same_curves(nickel: Known) -> None:
    recipe = Recipe("Ni", "QA", qmax=24)
    forward = PdfKernel(nickel.q, nickel.intensity).curves(recipe)
    backward = PdfKernel(nickel.q[::-1], nickel.intensity[::-1]).curves(recipe)
    assert np.array_equal(forward.gr, backward.gr)


def test_points_that_are_no_numbers_are_left_out(nickel: Known) -> None:
    recipe = Recipe("Ni", "QA", qmax=24, rmax=10.0)
    broken = nickel.intensity.copy()
    broken[[3, 500, 501]] = np.nan
    whole = PdfKernel(nickel.q, nickel.intensity).curves(recipe)
    curves = PdfKernel(nickel.q, broken).curves(recipe)
    assert np.isfinite(curves.gr).all()
    assert np.abs(curves.gr - whole.gr).max() < 0.05 * np.abs(whole.gr).max()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"qmax": 40.0}, "qmax is 40"),
        ({"qmaxinst": 40.0}, "qmaxinst is 40"),
        ({"qmin": 30.0}, "too few points"),
        ({"rmax": 1000.0}, "lower rmax"),
        ({"rmin": 20.0, "rmax": 10.0}, "no grid"),
        ({"composition": "Xx"}, "no element"),
        ({"normalization": "absolute"}, "density"),
        ({"bgscale": [1.0, 2.0]}, "bgscale has 2 factors for 1"),
        ({"bgscale": [500.0]}, "negative on the whole"),
    ],
)
def test_a_setting_outside_the_data_is_told(changed: dict[str, Any], told: str, nickel: Known) -> None:
    settings: dict[str, Any] = {"composition": "Ni", "dataformat": "QA", **changed}
    background = np.array([[nickel.q, np.full(len(nickel.q), 100.0)]])
    with pytest.raises((SettingError, DataError), match=told):
        pattern_to_gr(nickel.q, nickel.intensity, background, **settings)


def test_a_pattern_without_a_number_is_told(nickel: Known) -> None:
    nothing = np.full(len(nickel.q), np.nan)
    nothing[:5] = 1.0
    for way in (pattern_to_gr, find_parameters):
        with pytest.raises(DataError, match=r"of 2561 points 5 have .* masked or saturated all over"):
            way(nickel.q, nothing, composition="Ni", dataformat="QA")


@pytest.mark.parametrize("way", [pattern_to_gr, find_parameters])
def test_errors_that_do_not_fit_the_pattern_are_told(way: Any, nickel: Known) -> None:
    settings = {"composition": "Ni", "dataformat": "QA"}
    sigma = np.ones(len(nickel.q))
    with pytest.raises(DataError, match=r"sigma has the shape \(2560,\), and the pattern 2561 points"):
        way(nickel.q, nickel.intensity, None, sigma[1:], **settings)
    sigma[41] = -0.5
    with pytest.raises(DataError, match=r"sigma of point 42 is -0\.5"):
        way(nickel.q, nickel.intensity, None, sigma, **settings)


def test_a_doubled_point_of_a_background_is_told(nickel: Known) -> None:
    doubled = nickel.q.copy()
    doubled[41] = doubled[40]
    background = np.array([[doubled, np.ones(len(doubled))]])
    with pytest.raises(DataError, match=r"background 1 .* point 42, .* occurs twice"):
        pattern_to_gr(nickel.q, nickel.intensity, background, composition="Ni", dataformat="QA")


def test_a_reversed_background_is_the_same(nickel: Known) -> None:
    air = 20 + 30 * np.exp(-nickel.q)
    forward, backward = (np.array([[nickel.q, air]])[..., ::step] for step in (1, -1))
    made = [
        pattern_to_gr(nickel.q, nickel.intensity + air, one, composition="Ni", dataformat="QA").gr
        for one in (forward, backward)
    ]
    assert np.array_equal(*made)


@pytest.mark.parametrize("composition", ["", "  ", "Zz2O"])
def test_a_composition_that_is_none_is_told_wherever_it_is_used(composition: str, nickel: Known) -> None:
    settings: dict[str, Any] = {"composition": composition, "dataformat": "QA"}
    for call in (
        lambda: pattern_to_gr(nickel.q, nickel.intensity, **settings),
        lambda: find_parameters(nickel.q, nickel.intensity, **settings),
        lambda: patterns_to_gr(nickel.intensity[np.newaxis], nickel.q, **settings),
    ):
        with pytest.raises(SettingError, match=r"composition.*(is empty|no element 'Zz'; did you mean)"):
            call()


def test_a_pattern_too_short_for_a_choice_is_told(nickel: Known) -> None:
    with pytest.raises(DataError, match="too short to choose qmax"):
        find_parameters(nickel.q[:100], nickel.intensity[:100], composition="Ni", dataformat="QA")


def test_columns_of_other_lengths_are_told() -> None:
    with pytest.raises(DataError, match="as many points"):
        resample(np.linspace(0, 20, 100), np.ones(99))


def test_a_background_that_ends_early_is_told() -> None:
    x = np.linspace(0, 20, 100)
    with pytest.raises(DataError, match="goes from 0 to 10, but the pattern from 0 to 20"):
        subtract_background(x, np.ones(100), np.array([[x / 2, x]]))


def test_several_backgrounds_have_each_its_scale() -> None:
    x = np.linspace(0, 20, 100)
    backgrounds = np.array([[x, x], [x, x**2]])
    left = subtract_background(x, 10 + 2 * x + 0.5 * x**2, backgrounds, bgscale=[2.0, 0.5])
    assert np.allclose(left, 10)


def test_a_shorter_background_may_end_in_nan() -> None:
    x = np.linspace(0, 20, 101)
    padded = np.full((1, 2, 101), np.nan)
    padded[0, :, :51] = x[::2], 3 * x[::2]
    assert np.allclose(subtract_background(x, 3 * x, padded), 0)


def test_a_polynomial_that_the_points_cannot_bear_is_told() -> None:
    with pytest.raises(SettingError, match="lower rpoly"):
        correct_polynomial(0.3 * np.arange(1, 40), np.ones(39), rpoly=6.0)
