"""The curves of PDFgetX3's own files, from the same patterns and settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.algorithms.pdf import (
    PdfKernel,
    Recipe,
    correct_polynomial,
    resample,
    structure_function,
    subtract_background,
    to_q,
    transform,
)
from daisy_lab.io import read_pattern, read_pdf_configuration

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Measured

_PRINTED = 5e-6
"""The files have six digits."""

SETTINGS = {
    "setting_a": Recipe(
        "LaB6", wavelength=0.270793, rpoly=1.3, qmaxinst=23, qmin=0.8, qmax=23, rmin=0.01, rmax=100
    ),
    "setting_b": Recipe(
        "LaB6", wavelength=0.270793, rpoly=1.5, qmaxinst=23.4501, qmin=1, qmax=23, rmin=0.5, rmax=50
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("curve", ["sq", "fq", "gr"])
def test_a_compatible_curve_is_that_of_the_file(name: str, curve: str, lab6: Measured, rw: Any) -> None:
    expected = read_pattern(lab6.folder / name / f"LaB6_0p4mm_011_av10_monitor.{curve}")
    curves = PdfKernel(lab6.x, lab6.intensity, lab6.background).curves(
        replace(SETTINGS[name], calculation="compatible")
    )
    found = getattr(curves, curve)[: len(expected.x)]
    place = (curves.r if curve == "gr" else curves.q)[: len(expected.x)]
    assert np.allclose(place, expected.x, rtol=6e-6, atol=1e-9)
    assert rw(found, expected.y) <= _PRINTED


def test_the_intensity_on_the_grid_is_that_of_the_file(lab6: Measured, rw: Any) -> None:
    expected = read_pattern(lab6.folder / "setting_a" / "LaB6_0p4mm_011_av10_monitor.iq")
    curves = PdfKernel(lab6.x, lab6.intensity, lab6.background).curves(SETTINGS["setting_a"])
    assert np.allclose(curves.q, expected.x, rtol=1e-13)
    assert rw(curves.iq, expected.y) < 1e-12


def test_the_steps_one_by_one_give_what_the_kernel_gives(lab6: Measured, rw: Any) -> None:
    recipe = replace(SETTINGS["setting_b"], calculation="compatible")
    q = to_q(lab6.x, dataformat="twotheta", wavelength=recipe.wavelength)
    alone = subtract_background(lab6.x, lab6.intensity, lab6.background)
    grid, intensity = resample(q, alone, qmin=recipe.qmin, qmaxinst=recipe.qmaxinst)
    raw = structure_function(grid, intensity, composition="LaB6")
    sq, fq = correct_polynomial(grid, raw, rpoly=recipe.rpoly)
    _r, gr = transform(grid, fq, qmax=recipe.qmax, rmin=0.5, rmax=50, calculation="compatible")
    curves = PdfKernel(lab6.x, lab6.intensity, lab6.background).curves(recipe)
    assert rw(curves.sq, sq) < 1e-12
    assert rw(curves.gr, gr) < 1e-10


@pytest.mark.parametrize(("folder", "sample"), [("Ni", "ni300mesh_300k_nor_1-5"), ("BaTiO3", "BaTiO3_nor")])
def test_a_configuration_gives_the_gr_of_its_example(
    folder: str, sample: str, shared_data: Path, rw: Any
) -> None:
    place = shared_data / "pdf" / folder
    read = read_pdf_configuration(place / "pdfgetx3.cfg")
    pattern = read_pattern(place / f"{sample}.chi")
    expected = read_pattern(place / f"{sample}-pdfgetx3.gr")
    background = (
        np.array([read_pattern(path).columns for path in read.background]) if read.background else None
    )
    recipe = Recipe(
        read.settings["composition"],
        wavelength=float(read.settings["wavelength"]),
        qmaxinst=float(read.settings["qmaxinst"]),
        qmax=float(read.settings["qmax"]),
        calculation="compatible",
    )
    curves = PdfKernel(pattern.x, pattern.y, background).curves(recipe)
    assert np.allclose(curves.r, expected.x)
    assert rw(curves.gr, expected.y) <= _PRINTED
