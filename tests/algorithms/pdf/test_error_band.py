"""Errors of G(r): against differences of many noisy patterns, and against the full covariance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.algorithms.pdf import PdfKernel, Recipe, covariance, error_band, pattern_to_gr
from daisy_lab.errors import DataError

if TYPE_CHECKING:
    from conftest import Known

_RECIPE = Recipe("Ni", "QA", qmax=24, rmin=0.5, rmax=12.0, rstep=0.05, wavelength=0.2)


@pytest.mark.parametrize(
    "recipe",
    [
        _RECIPE,
        replace(_RECIPE, window="lorch", qmin=0.9, rpoly=1.6),
        replace(_RECIPE, normalization="absolute", density=0.09),
        replace(_RECIPE, shape="capillary", mud=1.5),
    ],
)
def test_the_band_is_the_root_of_the_diagonal_of_the_covariance(recipe: Recipe, nickel: Known) -> None:
    kernel = PdfKernel(nickel.q, nickel.intensity)
    sigma = np.sqrt(np.abs(nickel.intensity)) + 1
    band = error_band(kernel, recipe, sigma)
    assert np.allclose(band, np.sqrt(np.diag(covariance(kernel, recipe, sigma))), rtol=1e-6)


@pytest.mark.parametrize("recipe", [_RECIPE, replace(_RECIPE, normalization="absolute", density=0.09)])
def test_many_noisy_patterns_scatter_as_the_band_says(recipe: Recipe, nickel: Known) -> None:
    sigma = 0.02 * nickel.intensity
    noise = np.random.default_rng(3).normal(size=(600, len(sigma)))
    scattered = PdfKernel(nickel.q, nickel.intensity + sigma * noise).curves(recipe).gr.std(axis=0)
    band = error_band(PdfKernel(nickel.q, nickel.intensity), recipe, sigma)
    assert np.median(scattered / band) == pytest.approx(1.0, abs=0.03)
    assert np.abs(scattered / band - 1).max() < 0.15


def test_the_counts_of_the_background_widen_the_band(nickel: Known) -> None:
    # The background has points of its own, between those of the sample.
    place = np.linspace(0.2, 27.0, 1900)
    air = 3000 + 4000 * np.exp(-place)
    error = 3 * np.sqrt(air)
    recipe = replace(_RECIPE, bgscale=(0.7,))
    sigma = 0.01 * nickel.intensity
    measured = nickel.intensity + 0.7 * np.interp(nickel.q, place, air)
    background = np.array([[place, air, error]])
    band = error_band(PdfKernel(nickel.q, measured, background), recipe, sigma, background)
    random = np.random.default_rng(6)
    scattered = []
    for _draw in range(500):
        drawn = np.array([[place, air + error * random.normal(size=len(place))]])
        pattern = measured + sigma * random.normal(size=len(sigma))
        scattered.append(PdfKernel(nickel.q, pattern, drawn).curves(recipe).gr)
    ratio = np.std(scattered, axis=0) / band
    assert np.median(ratio) == pytest.approx(1.0, abs=0.03)
    kernel = PdfKernel(nickel.q, measured, background)
    assert np.allclose(band, np.sqrt(np.diag(covariance(kernel, recipe, sigma, background))), rtol=1e-6)
    assert np.median(band / error_band(kernel, recipe, sigma)) > 1.1


def test_a_background_without_errors_counts_as_exact(nickel: Known) -> None:
    background = np.array([[nickel.q, np.full(len(nickel.q), 5.0)]])
    kernel = PdfKernel(nickel.q, nickel.intensity + 5, background)
    sigma = 0.02 * nickel.intensity
    assert np.array_equal(error_band(kernel, _RECIPE, sigma, background), error_band(kernel, _RECIPE, sigma))


def test_a_gap_in_the_pattern_is_carried_right(nickel: Known) -> None:
    broken = nickel.intensity.copy()
    broken[800:812] = np.nan
    kernel = PdfKernel(nickel.q, broken)
    sigma = np.sqrt(np.abs(nickel.intensity)) + 1
    band = error_band(kernel, _RECIPE, sigma)
    assert np.allclose(band, np.sqrt(np.diag(covariance(kernel, _RECIPE, sigma))), rtol=1e-6)


def test_without_sigma_the_band_is_unknown(nickel: Known) -> None:
    made = pattern_to_gr(nickel.q, nickel.intensity, composition="Ni", dataformat="QA")
    assert np.isnan(made.gr_sigma).all()


def test_a_negative_sigma_is_told(nickel: Known) -> None:
    with pytest.raises(DataError, match="sigma of point 1 is -1; a standard deviation is 0 or more"):
        error_band(PdfKernel(nickel.q, nickel.intensity), _RECIPE, -np.ones(len(nickel.q)))
