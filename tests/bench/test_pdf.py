"""The pair distribution function beside PDFgetX3's files and beside the clock: agreement, sliders, batches, scans."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.algorithms.pdf import CRYSTALS, Pairs, PdfKernel, Recipe, scan_parameters, transform
from daisy_lab.algorithms.pdf._series import many
from daisy_lab.io import read_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Publish

PAGE = "benchmarks-pdf.md"
_DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "pdf" / "LaB6"
_SETTINGS = {
    "setting_a": Recipe(
        "LaB6", wavelength=0.270793, rpoly=1.3, qmaxinst=23, qmin=0.8, qmax=23, rmin=0.01, rmax=100
    ),
    "setting_b": Recipe(
        "LaB6", wavelength=0.270793, rpoly=1.5, qmaxinst=23.4501, qmin=1, qmax=23, rmin=0.5, rmax=50
    ),
}


def _rw(found: Any, expected: Any) -> float:
    return float(np.sqrt(np.sum((found - expected) ** 2) / np.sum(expected**2)))


def _pattern() -> tuple[Any, Any, Any]:
    """Give a generated pattern of 2921 points with its background."""
    pairs = Pairs(CRYSTALS["Ni"])
    q = 0.009 * np.arange(30, 2951)
    air = 10 + 20 * np.exp(-q)
    return q, pairs.intensity(q, incoherent=True) + air, np.array([[q, air]])


def _median_ms(work: Callable[[Any], object], values: Any) -> float:
    spent = []
    for value in values:
        start = time.perf_counter()
        work(value)
        spent.append(time.perf_counter() - start)
    return 1e3 * float(np.median(spent))


def test_agreement(publish: Publish) -> None:
    if not _DATA.is_dir():
        pytest.skip("no real data: the folder ../shared/data is not beside this checkout")
    sample = read_pattern(_DATA / "LaB6_0p4mm_011_av10_monitor.xye")
    background = read_pattern(_DATA / "0p4mm_capillary_018_av17_monitor.xye").columns[np.newaxis, :2]
    kernel = PdfKernel(sample.x, sample.y, background)
    lines = [
        "\nLaB6, calculation=compatible, beside PDFgetX3's files: Rw",
        "| | S | F | G | target |",
        "|---|---|---|---|---|",
    ]
    for name, recipe in _SETTINGS.items():
        curves = kernel.curves(replace(recipe, calculation="compatible"))
        row = []
        for kind in ("sq", "fq", "gr"):
            expected = read_pattern(_DATA / name / f"LaB6_0p4mm_011_av10_monitor.{kind}")
            row.append(_rw(getattr(curves, kind)[: len(expected.y)], expected.y))
        assert max(row) <= 5e-6
        lines.append(f"| {name} | {' | '.join(f'{one:.2g}' for one in row)} | 5e-6 |")
    curves = kernel.curves(_SETTINGS["setting_a"])
    q, fq = curves.q[: curves.used], curves.fq[: curves.used]
    direct = 2 / np.pi * curves.grid.step * np.sin(np.multiply.outer(curves.r[::10], q)) @ fq
    exact = _rw(transform(q, fq, rmin=0.01, rmax=100).gr[::10], direct)
    assert exact <= 1e-8
    lines.append(f"| exact beside the direct sum | | | {exact:.2g} | 1e-8 |")
    publish(lines)


def test_sliders_batches_and_scans(publish: Publish) -> None:
    q, intensity, background = _pattern()
    recipe = Recipe("Ni", "QA", qmax=25.0, qmin=0.4)
    kernel = PdfKernel(q, intensity, background)
    kernel.curves(recipe)
    moves: dict[str, Any] = {
        "bgscale": [(scale,) for scale in np.linspace(0.6, 1.1, 60)],
        "rpoly": np.linspace(0.6, 2, 60),
        "qmax": np.linspace(18, 25, 60),
        "qmin": np.linspace(0.3, 2, 60),
    }
    lines = [
        "\nGenerated pattern of 2921 points, G(r) at 3001 distances",
        "| what | measured | target |",
        "|---|---|---|",
    ]
    for name, values in moves.items():

        def move(value: Any, name: str = name) -> object:
            return kernel.curves(replace(recipe, **{name: value}))

        lines.append(f"| slider {name}: new F and G | {_median_ms(move, values):.2f} ms | 2 ms |")
    patterns = intensity * np.random.default_rng(1).normal(1, 0.01, (1000, len(q)))
    many(patterns[:32], q, recipe, background)
    start = time.perf_counter()
    many(patterns, q, recipe, background)
    lines.append(f"| batch of 1000 patterns | {1000 / (time.perf_counter() - start):.0f} per s | 500 per s |")
    start = time.perf_counter()
    scan = scan_parameters(kernel, recipe, tries=10)
    lines.append(f"| scan of {scan.score.size} settings | {time.perf_counter() - start:.2f} s | 2 s |")
    publish(lines)
