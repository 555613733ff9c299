"""Each step against an independent answer: a direct sum, a polynomial that was put in, a crystal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.algorithms.pdf import CRYSTALS, Pairs, PdfKernel, Recipe, correct_polynomial, transform

if TYPE_CHECKING:
    from conftest import Known

    from daisy_lab.algorithms.pdf._kernel import Curves

_GRID = 0.011 * np.arange(70, 2300)


@pytest.mark.parametrize("qmax", [0.0, 20.0])
@pytest.mark.parametrize("rmin", [0.0, 1.234])
def test_the_exact_transform_is_the_direct_sum(qmax: float, rmin: float, rw: Any) -> None:
    fq = np.random.default_rng(1).normal(size=len(_GRID))
    r, gr = transform(_GRID, fq, qmax=qmax, rmin=rmin, rmax=60.0, rstep=0.013)
    used = (qmax or 1e9) >= _GRID
    direct = 2 / np.pi * 0.011 * np.sin(np.multiply.outer(r, _GRID[used])) @ fq[used]
    assert rw(gr, direct) <= 1e-8


def test_the_compatible_transform_differs_by_its_interpolation_only(rw: Any) -> None:
    fq = np.exp(-_GRID / 5) * np.sin(3 * _GRID)
    exact = transform(_GRID, fq).gr
    compatible = transform(_GRID, fq, calculation="compatible").gr
    assert 1e-7 < rw(compatible, exact) < 1e-3


def test_windows_damp_the_ripple_of_the_cut() -> None:
    q = 0.011 * np.arange(1, 2300)
    fq = np.sin(3 * q)
    ripple = {
        window: np.abs(transform(q, fq, rmin=9.0, rmax=15.0, window=window).gr).max()
        for window in ("none", "lorch", "soft-lorch")
    }
    assert ripple["lorch"] < 0.4 * ripple["none"]
    assert ripple["soft-lorch"] < 0.4 * ripple["none"]


@pytest.mark.parametrize("rpoly", [0.0, 0.7, 0.9, 2.31])
def test_the_correction_is_a_least_squares_fit_of_powers(rpoly: float, rw: Any) -> None:
    fq = np.random.default_rng(2).normal(size=len(_GRID))
    degree = rpoly * (_GRID[-1] - _GRID[0]) / np.pi
    # Chebyshev's polynomials times Q span the same, and lose no digits.
    powers = _GRID[:, np.newaxis] * np.polynomial.chebyshev.chebvander(_GRID / 13 - 1, int(degree))
    fits = []
    for m in (int(degree), int(degree) + 1):
        solved = np.linalg.lstsq(powers[:, :m], fq)[0] if m else np.zeros(0)
        fits.append(fq - powers[:, :m] @ solved)
    share = degree - int(degree)
    expected = (1 - share) * fits[0] + share * fits[1]
    assert rw(correct_polynomial(_GRID, fq, rpoly=rpoly).fq, expected) < 1e-9


def test_a_high_degree_stays_stable() -> None:
    fq = correct_polynomial(_GRID, _GRID**7 / 1e6 + np.sin(9 * _GRID), rpoly=6.0).fq
    assert np.abs(fq - np.sin(9 * _GRID))[300:-300].max() < 0.2


def test_s_at_zero_continues_the_curve() -> None:
    q = 0.01 * np.arange(2000)
    sq = correct_polynomial(q, q * np.cos(q), rpoly=0.0).sq
    assert sq[0] == pytest.approx(2.0, abs=1e-3)


def test_every_change_of_a_slider_gives_what_a_new_start_gives(nickel: Known) -> None:
    background = np.array([[nickel.q, 100 + 50 * np.exp(-nickel.q)]])
    kernel = PdfKernel(nickel.q, nickel.intensity + 100, background)
    recipe = Recipe("Ni", "QA", qmax=24, rmax=12.0)
    changes: list[dict[str, Any]] = [
        {"bgscale": (0.8,)},
        {"rpoly": 1.4},
        {"qmax": 20.0},
        {"qmin": 0.7},
        {"qmaxinst": 23.0},
        {"window": "lorch"},
        {"composition": "Cu"},
        {"mode": "neutron"},
        {"rstep": 0.02},
        {"calculation": "compatible"},
        {"twothetazero": 0.1},
        {"wavelength": 0.2, "shape": "capillary", "mud": 0.7},
        {"mud": 1.1},
        {"normalization": "absolute", "density": 0.09},
    ]
    for change in changes:
        recipe = replace(recipe, **change)
        moved, fresh = (
            one.curves(recipe) for one in (kernel, PdfKernel(nickel.q, nickel.intensity + 100, background))
        )
        assert np.allclose(moved.gr, fresh.gr, rtol=1e-9, atol=1e-12), change
        assert np.allclose(moved.sq, fresh.sq), change


@pytest.mark.parametrize("name", CRYSTALS)
def test_an_absolute_scale_gives_the_f_of_the_crystal(name: str, rw: Any) -> None:
    pairs = Pairs(CRYSTALS[name], qdamp=0.1)
    q = 0.01 * np.arange(1, 2601)
    recipe = Recipe(
        pairs.crystal.composition, "QA", rpoly=0.0, normalization="absolute", density=pairs.crystal.density
    )
    curves = PdfKernel(q, 7.3 * pairs.intensity(q, incoherent=True)).curves(recipe)
    assert rw(curves.fq, pairs.fq(curves.q)) < 5e-3


def test_g_of_a_crystal_follows_the_density_at_low_r(nickel: Known) -> None:
    recipe = Recipe(
        "Ni", "QA", rpoly=0.0, normalization="absolute", density=nickel.pairs.crystal.density, qmax=25
    )
    curves = PdfKernel(nickel.q, nickel.intensity).curves(replace(recipe, rmin=0.5, rmax=1.6, window="lorch"))
    line = -4 * np.pi * nickel.pairs.crystal.density * curves.r
    assert np.abs(curves.gr - line).max() < 0.15


def low_r_slope(pairs: Pairs, mode: Any, recipe: Recipe) -> tuple[float, Curves]:
    """Give the slope of G before the first distance over -4 pi rho0, of intensities on an unknown scale."""
    q = 0.01 * np.arange(1, 2801)
    measured = 7.3 * pairs.intensity(q, mode, incoherent=mode == "xray")
    curves = PdfKernel(q, measured).curves(replace(recipe, mode=mode, rmin=0.02, rmax=4.0))
    low = (curves.r > 0.2) & (curves.r < 0.75 * pairs.distances(4.0)[0])
    slope = (curves.gr[low] @ curves.r[low]) / (curves.r[low] @ curves.r[low])
    return float(slope / (-4 * np.pi * pairs.crystal.density)), curves


@pytest.mark.parametrize(
    ("name", "mode", "within"),
    # For X-rays and several elements the form factors at all Q do not fall alike, and the line bends.
    [("Ni", "xray", 0.005), ("Si", "xray", 0.005), ("CeO2", "xray", 0.02), ("LaB6", "xray", 0.07)]
    + [(name, "neutron", 0.005) for name in CRYSTALS],
)
@pytest.mark.parametrize("wrong", [1.0, 1.3])
def test_on_an_absolute_scale_the_slope_at_low_r_is_the_density_of_the_crystal_not_of_the_setting(
    wrong: float, name: str, mode: Any, within: float
) -> None:
    pairs = Pairs(CRYSTALS[name])
    recipe = Recipe(
        pairs.crystal.composition,
        "QA",
        rpoly=0.0,
        normalization="absolute",
        # It hardly moves the scale: were it put in, a wrong one would come out.
        density=wrong * pairs.crystal.density,
    )
    slope, _curves = low_r_slope(pairs, mode, recipe)
    assert slope == pytest.approx(1.0, abs=within)
    fitted, _curves = low_r_slope(pairs, mode, replace(recipe, normalization="fit"))
    assert abs(fitted - 1) > 2 * within


@pytest.mark.parametrize(("name", "neighbours"), [("Ni", 12), ("Si", 4)])
def test_on_an_absolute_scale_the_first_peak_holds_the_neighbours_of_an_atom(
    name: str, neighbours: int
) -> None:
    pairs = Pairs(CRYSTALS[name])
    recipe = Recipe(name, "QA", rpoly=0.0, normalization="absolute", density=pairs.crystal.density)
    _slope, curves = low_r_slope(pairs, "xray", recipe)
    first = np.abs(curves.r - pairs.distances(4.0)[0]) < 0.5
    radial = curves.r * curves.gr + 4 * np.pi * pairs.crystal.density * curves.r**2
    assert 0.01 * radial[first].sum() == pytest.approx(neighbours, rel=0.005)


def test_g_has_the_distances_of_the_crystal(nickel: Known) -> None:
    curves = PdfKernel(nickel.q, nickel.intensity).curves(Recipe("Ni", "QA", rmin=1.0, rmax=9.0, rstep=0.002))
    for distance in nickel.pairs.distances(8.0)[:8]:
        near = np.abs(curves.r - distance) < 0.15
        found = curves.r[near][np.argmax(curves.gr[near])]
        assert found == pytest.approx(distance, abs=0.01)


def test_neutrons_see_scattering_lengths(rw: Any) -> None:
    pairs = Pairs(CRYSTALS["CeO2"], qdamp=0.1)
    q = 0.01 * np.arange(1, 2601)
    recipe = Recipe(
        "CeO2", "QA", "neutron", rpoly=0.0, normalization="absolute", density=pairs.crystal.density
    )
    curves = PdfKernel(q, pairs.intensity(q, "neutron")).curves(recipe)
    assert rw(curves.fq, pairs.fq(curves.q, "neutron")) < 5e-3


def test_f_and_g_of_a_crystal_are_transforms_of_each_other(rw: Any) -> None:
    pairs = Pairs(CRYSTALS["Si"], uiso=0.01, qdamp=0.1)
    q = 0.01 * np.arange(1, 4001)
    r, gr = transform(q, pairs.fq(q, "neutron"), rmin=1.0, rmax=20.0)
    assert rw(gr, pairs.gr(r, "neutron")) < 1e-4
