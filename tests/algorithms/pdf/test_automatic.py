"""The scan of settings finds what was put in, leaves alone what the data say nothing about, and agrees with experts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.algorithms.pdf import (
    PdfKernel,
    Recipe,
    choose_parameters,
    find_parameters,
    scan_parameters,
    shortest_distance,
)
from daisy_lab.algorithms.pdf._limits import usable_end
from daisy_lab.algorithms.pdf._noise import noise_by_sigma, noise_of
from daisy_lab.io import read_pattern

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Known, Measured


@pytest.mark.parametrize(
    ("composition", "least", "most"),
    [("Ni", 1.9, 2.49), ("LaB6", 1.3, 1.7), ("BaTiO3", 1.0, 1.8), ("CeO2", 1.0, 2.3), ("C", 1.1, 1.42)],
)
def test_the_shortest_distance_lies_below_the_first_bond(composition: str, least: float, most: float) -> None:
    assert least < shortest_distance(composition) < most


def test_hydrogen_counts_for_neutrons_only() -> None:
    assert shortest_distance("TiH2", "neutron") < 1 < shortest_distance("TiH2", "xray")


def test_the_scale_of_a_background_with_structure_is_found(nickel: Known) -> None:
    # A container with a molecule's distance of 1.5 angstrom, where the crystal has none.
    background = 3000 * (1 + np.sin(1.5 * nickel.q) / (1.5 * nickel.q)) + 100
    found = find_parameters(
        nickel.q,
        nickel.intensity + 0.8 * background,
        np.array([[nickel.q, background]]),
        composition="Ni",
        dataformat="QA",
        qmaxinst=26.0,
        shortest=2.3,
        tries=16,
    )
    assert found.recipe["bgscale"][0] == pytest.approx(0.8, abs=0.06)
    assert "bgscale" not in found.recipe["undecided"]
    assert found.score.shape == (16, 16, 16)
    assert found.score.min() == pytest.approx(found.recipe["lowest"])
    assert found.recipe["score"] <= 1.1 * found.recipe["lowest"]


def test_a_background_without_structure_stays_as_it_was_measured(nickel: Known) -> None:
    air = 20 + 30 * np.exp(-nickel.q)
    found = find_parameters(
        nickel.q,
        nickel.intensity + air,
        np.array([[nickel.q, air]]),
        composition="Ni",
        dataformat="QA",
        qmaxinst=26.0,
    )
    assert found.recipe["bgscale"] == [1.0]
    assert "bgscale" in found.recipe["undecided"]


def test_noise_at_high_q_makes_for_a_lower_qmax(nickel: Known) -> None:
    noise = np.random.default_rng(8).normal(size=len(nickel.q)) * (nickel.q > 18) * 0.4 * nickel.intensity
    kernels = [PdfKernel(nickel.q, nickel.intensity + part) for part in (0 * noise, noise)]
    recipe = Recipe("Ni", "QA", qmaxinst=26.0)
    clean, noisy = (
        scan_parameters(kernel, recipe, tries=14, shortest=2.3, scaled=False) for kernel in kernels
    )
    assert noisy.qmaxs[noisy.chosen[1]] < clean.qmaxs[clean.chosen[1]]


def counted(known: Known, counts: float, seed: int) -> tuple[Any, Any]:
    """Give a pattern of so many counts per point on the average, and their errors."""
    scale = counts / float(known.intensity.mean())
    values = np.random.default_rng(seed).poisson(scale * known.intensity) / scale
    return values, np.sqrt(np.maximum(values, 1 / scale) / scale)


@pytest.mark.parametrize("errors", ["told", "guessed"])
def test_the_fewer_counts_the_lower_qmax_and_clean_patterns_keep_all(errors: str, nickel: Known) -> None:
    recipe, chosen = Recipe("Ni", "QA", qmaxinst=26.0), []
    for counts in (1e8, 1e4, 1e3, 100):
        found = []
        for seed in range(4):
            values, sigma = counted(nickel, counts, seed)
            scan = scan_parameters(
                PdfKernel(nickel.q, values), recipe, scaled=False, sigma=sigma if errors == "told" else None
            )
            found.append(scan.qmaxs[scan.chosen[1]])
        chosen.append(float(np.mean(found)))
    assert chosen[0] == pytest.approx(26.0)
    assert chosen == sorted(chosen, reverse=True)
    assert chosen[-1] < 0.85 * 26.0


@pytest.mark.parametrize("counts", [1e4, 1e3, 100])
def test_the_gr_of_the_chosen_qmax_is_nearly_the_best_that_any_gives(
    counts: float, nickel: Known, rw: Any
) -> None:
    values, sigma = counted(nickel, counts, 1)
    kernel, recipe = PdfKernel(nickel.q, values), Recipe("Ni", "QA", qmaxinst=26.0, rmin=1.6, rmax=20.0)
    scan = scan_parameters(kernel, recipe, scaled=False, sigma=sigma)
    _bgscale, qmax, rpoly = scan.chosen
    wanted = nickel.pairs.gr(kernel.curves(recipe).r)
    errors = []
    for value in scan.qmaxs:
        gr = kernel.curves(replace(recipe, qmax=float(value), rpoly=float(scan.rpolys[rpoly]))).gr
        errors.append(rw(gr * (gr @ wanted) / (gr @ gr), wanted))
    assert errors[qmax] < 1.3 * min(errors)


def test_known_errors_give_the_noise_that_differences_give(nickel: Known) -> None:
    sigma = 0.02 * nickel.intensity
    noisy = nickel.intensity + sigma * np.random.default_rng(4).normal(size=len(sigma))
    recipe = Recipe("Ni", "QA")
    kernel = PdfKernel(nickel.q, noisy)
    known = noise_by_sigma(kernel, recipe, sigma)
    # Of the noise alone: peaks have fourth differences, too.
    clean = PdfKernel(nickel.q, nickel.intensity).raw(recipe)
    guessed = noise_of((kernel.raw(recipe) - clean)[np.newaxis], kernel.grid(recipe).step)[0]
    far = kernel.q(recipe) > 20
    assert np.median(guessed[far] / known[far]) == pytest.approx(1.0, abs=0.1)


def test_the_edge_of_the_detector_ends_the_intensity(nickel: Known) -> None:
    shadowed = nickel.intensity / (1 + np.exp((nickel.q - 24.0) / 0.1))
    assert 22.5 < usable_end(nickel.q, shadowed) < 24.0
    assert usable_end(nickel.q, nickel.intensity) == nickel.q[-1]


def test_what_is_given_stays(nickel: Known) -> None:
    chosen = choose_parameters(
        nickel.q, nickel.intensity, composition="Ni", dataformat="QA", qmax=21.0, rpoly=1.2
    )
    assert (chosen.qmax, chosen.rpoly, chosen.bgscale) == (21.0, 1.2, [1.0])


def _case(folder: Path, name: str) -> tuple[Any, Any, dict[str, Any], Any]:
    """Give pattern, background, settings, and the G(r) that a user of PDFgetX3 made with settings of their own."""
    files = {
        "LaB6": (
            "LaB6_0p4mm_011_av10_monitor.xye",
            "0p4mm_capillary_018_av17_monitor.xye",
            "setting_a/LaB6_0p4mm_011_av10_monitor.gr",
            0.270793,
        ),
        "Ni": (
            "ni300mesh_300k_nor_1-5.chi",
            "kapton_bgrd_300k_nor_2-3.chi",
            "ni300mesh_300k_nor_1-5-pdfgetx3.gr",
            0.142774,
        ),
        "BaTiO3": ("BaTiO3_nor.chi", "", "BaTiO3_nor-pdfgetx3.gr", 0.142959),
    }
    sample, container, made, wavelength = files[name]
    place = folder / "pdf" / name
    background = read_pattern(place / container).columns[np.newaxis, :2] if container else None
    settings = {"composition": name, "wavelength": wavelength}
    return read_pattern(place / sample), background, settings, read_pattern(place / made)


@pytest.mark.parametrize("name", ["LaB6", "Ni", "BaTiO3"])
def test_with_no_setting_given_gr_is_that_of_an_expert(name: str, shared_data: Path, rw: Any) -> None:
    pattern, background, settings, expert = _case(shared_data, name)
    found = find_parameters(pattern.x, pattern.y, background, pattern.sigma, **settings)
    recipe = replace(
        Recipe(
            name,
            wavelength=settings["wavelength"],
            bgscale=tuple(found.recipe["bgscale"]),
            rmin=float(expert.x[0]),
            rmax=float(expert.x[-1]),
        ),
        **{key: found.recipe[key] for key in ("rpoly", "qmaxinst", "qmax")},
    )
    gr = PdfKernel(pattern.x, pattern.y, background).curves(recipe).gr
    # From the first bond on: below it, removing the error is the point.
    bonds = (expert.x > 1.6) & (expert.x < 30)
    assert rw(gr[bonds], expert.y[bonds]) < 0.06
    assert found.recipe["bgscale"] == [1.0]
    assert 0.85 < found.recipe["qmax"] / float(expert.settings["qmax"]) < 1.15


@pytest.mark.parametrize("name", ["LaB6", "Ni"])
def test_background_and_rpoly_do_not_run_to_the_edges(name: str, shared_data: Path) -> None:
    pattern, background, settings, expert = _case(shared_data, name)
    found = find_parameters(
        pattern.x,
        pattern.y,
        background,
        pattern.sigma,
        **settings,
        qmaxinst=float(expert.settings["qmaxinst"]),
        qmin=float(expert.settings["qmin"]),
    )
    assert found.rpolys[0] < found.recipe["rpoly"] < found.rpolys[-1]
    assert found.recipe["rpoly"] == pytest.approx(float(expert.settings["rpoly"]), abs=0.3)
    assert found.bgscales[0] < found.recipe["bgscale"][0] < found.bgscales[-1]


def test_a_measured_pattern_gets_a_recipe(lab6: Measured) -> None:
    found = find_parameters(
        lab6.x,
        lab6.intensity,
        lab6.background,
        composition="LaB6",
        wavelength=0.270793,
        qmaxinst=23.0,
        qmin=0.8,
    )
    assert found.score.shape == (10, 10, 10)
    assert 18 < found.recipe["qmax"] <= 23.01
