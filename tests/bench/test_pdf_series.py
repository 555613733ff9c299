"""Series of patterns, automatic parameters beside those of experts, and the whole way from the image to G(r)."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow, io
from daisy_lab.algorithms.pdf import (
    CRYSTALS,
    Pairs,
    PdfKernel,
    Recipe,
    change_points,
    components,
    difference,
    find_parameters,
    similarity,
)
from daisy_lab.samples.pdf import make_pdf

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Publish

PAGE = "benchmarks-pdf.md"
_DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "pdf"
_EXPERTS = {
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


def _rw(found: Any, expected: Any) -> float:
    return float(np.sqrt(np.sum((found - expected) ** 2) / np.sum(expected**2)))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_automatic_parameters(publish: Publish) -> None:
    if not _DATA.is_dir():
        pytest.skip("no real data: the folder ../shared/data is not beside this checkout")
    lines = [
        "\nMeasured patterns, given composition and wavelength alone; in brackets the choice of users of PDFgetX3",
        "| | bgscale | qmaxinst | qmax | rpoly | score | Rw of both G(r), 1.6 to 30 A | scan |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, (sample, container, made, wavelength) in _EXPERTS.items():
        pattern, expert = io.read_pattern(_DATA / name / sample), io.read_pattern(_DATA / name / made)
        background = io.read_pattern(_DATA / name / container).columns[np.newaxis, :2] if container else None
        given: dict[str, Any] = {"composition": name, "wavelength": wavelength}
        find_parameters(pattern.x, pattern.y, background, pattern.sigma, **given)
        start = time.perf_counter()
        found = find_parameters(pattern.x, pattern.y, background, pattern.sigma, **given).recipe
        spent = time.perf_counter() - start
        recipe = replace(
            Recipe(name, wavelength=wavelength, rmin=float(expert.x[0]), rmax=float(expert.x[-1])),
            bgscale=tuple(found["bgscale"]),
            **{key: found[key] for key in ("qmaxinst", "qmax", "rpoly")},
        )
        bonds = (expert.x > 1.6) & (expert.x < 30)
        gr = PdfKernel(pattern.x, pattern.y, background).curves(recipe).gr
        theirs = expert.settings
        cells = [
            f"{found['bgscale'][0]:.2f} ({theirs.get('bgscale', theirs.get('bgscales'))})",
            *(f"{found[key]:.4g} ({theirs[key]})" for key in ("qmaxinst", "qmax", "rpoly")),
            f"{found['score']:.3f}",
            f"{_rw(gr[bonds], expert.y[bonds]):.3f}",
            f"{spent:.2f} s",
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    publish(lines)


def test_series(publish: Publish) -> None:
    pairs = Pairs(CRYSTALS["Ni"])
    q = 0.009 * np.arange(30, 2951)
    frames = 4000
    random = np.random.default_rng(0)
    patterns = np.asarray(pairs.intensity(q, incoherent=True) * random.normal(1, 0.01, (frames, len(q))))
    engine = LocalEngine(device="cpu")
    engine.store.put("patterns", patterns, axes=("frame", "point"))
    engine.store.put("x", q, axes=("point",))
    workflow = Workflow("series").add(
        "pdf.patterns_to_gr",
        patterns="patterns",
        x="x",
        composition="Ni",
        shape="capillary",
        mud=0.8,
        wavelength=0.2,
        qmin=0.4,
    )
    spent = _seconds(lambda: workflow.run(engine).result())
    gr = np.asarray(engine.store["gr"][...])[:, 100:]
    lines = [
        f"\nSeries of {frames} generated patterns of {len(q)} points, G(r) at 3001 distances, capillary absorption",
        "| what | measured | target |",
        "|---|---|---|",
        f"| through the block engine | {frames / spent:.0f} patterns per s | 500 per s |",
    ]
    for name, work in {
        "difference to the first": difference,
        "similarity matrix": similarity,
        "change points": change_points,
    }.items():
        lines.append(f"| {name} | {_seconds(lambda work=work: work(gr)):.1f} s | |")  # type: ignore[misc]
    lines.append(f"| two components of 400 frames | {_seconds(lambda: components(gr[:400])):.1f} s | |")
    engine.close()
    engine.store.close()
    publish(lines)


def test_image_to_gr(publish: Publish, tmp_path: Path) -> None:
    lines = [
        "\nGenerated frame of 1024 x 1024 pixels to G(r), beside the G(r) of its crystal with the same qmin and qmax",
        "| crystal | worst peak up to 12 A | Rw, scale fitted | Rw, absolute scale | Rw, 1.5 to 20 A | seconds |",
        "|---|---|---|---|---|---|",
    ]
    for crystal in ("Ni", "CeO2", "LaB6"):
        path = tmp_path / f"{crystal}.h5"
        truth = make_pdf(path, crystal=crystal)
        settings = {"composition": truth.pairs.crystal.composition, "qmin": 0.8, "rpoly": 1.0}
        qmax = round(truth.qmax - 0.05, 2)
        start = time.perf_counter()
        r, gr = image_to_gr(path, {**settings, "qmaxinst": qmax, "qmax": qmax})
        spent = time.perf_counter() - start
        wanted = truth.gr(r, qmax, qmin=0.8)
        far = r >= 1.5
        scale = float(gr[far] @ wanted[far] / (gr[far] @ gr[far]))
        near = far & (r < 20)
        _r, absolute = image_to_gr(
            path,
            {
                **settings,
                "qmaxinst": qmax,
                "qmax": qmax,
                "normalization": "absolute",
                "density": truth.pairs.crystal.density,
            },
        )
        error = max(abs(a - b) for a, b in zip(peaks(r, wanted), peaks(r, gr, peaks(r, wanted)), strict=True))
        lines.append(
            f"| {crystal} | {error:.4f} A (target 0.01) | {_rw(scale * gr[far], wanted[far]):.3f} | "
            f"{_rw(absolute[far], wanted[far]):.3f} | {_rw(scale * gr[near], wanted[near]):.3f} | {spent:.1f} |"
        )
        assert error < 0.01
    publish(lines)


def image_to_gr(path: Path, settings: dict[str, Any]) -> tuple[Any, Any]:
    """Run the workflow on a generated sample, and give r and G(r) without r = 0."""
    workflow = Workflow.load("image-to-gr").with_settings(settings)
    there = {
        "frames",
        "geometry",
        "background_frame",
        *(one for step in workflow.steps for one in step.outputs),
    }
    steps = [
        replace(step, inputs={port: ref for port, ref in step.inputs.items() if ref.name in there})
        for step in workflow.steps
    ]
    engine = LocalEngine(device="cpu")
    engine.store.put("frames", io.open_frames(path))
    engine.store.put(
        "background_frame",
        io.open_frames(f"{path}::entry/background/data").labelled(("exposure", "row", "column")),
    )
    engine.store.put("geometry", io.read_poni(path.with_suffix(".poni")))
    results = replace(workflow, steps=steps).run(engine).result()
    found = np.array(results["r"][1:]), np.array(results["gr"][1:])
    engine.close()
    engine.store.close()
    return found


def peaks(r: Any, gr: Any, near: Any = None) -> Any:
    """Give the places of the high peaks up to 12 angstrom, or of those nearest to given ones, by a parabola each."""
    top = np.flatnonzero((gr[1:-1] > gr[:-2]) & (gr[1:-1] >= gr[2:])) + 1
    if near is None:
        inside = (r > 1.5) & (r < 12)
        top = top[inside[top] & (gr[top] > 0.2 * gr[inside].max())]
    left, middle, right = gr[top - 1], gr[top], gr[top + 1]
    places = r[top] + (r[1] - r[0]) * 0.5 * (left - right) / (left - 2 * middle + right)
    return places if near is None else np.array([places[np.argmin(np.abs(places - one))] for one in near])
