"""Azimuthal integration and ring clipping beside pyFAI: processor time per frame, in one process and run.

2048 x 2048 counts of 16 bits, 2048 bins of q, bounding-box splitting, mask, polarization and solid angle; rounds
alternate, and the least of them counts. Tables are made before.
"""

from __future__ import annotations

import time
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.algorithms.azint import FrameIntegrator, bins, integrate, mask_rings
from daisy_lab.algorithms.azint._geometry import Geometry

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Publish

PAGE = "benchmarks-pdf.md"

_SIZE = 2048
_ROUNDS = 4
_GEOMETRY: dict[str, Any] = {
    "distance": 0.2,
    "poni1": 0.0768,
    "poni2": 0.0768,
    "rot1": 0.01,
    "rot2": -0.005,
    "rot3": 0.0,
    "wavelength": 5e-11,
    "detector": "Detector",
    "config": {"pixel1": 75e-6, "pixel2": 75e-6},
}


@pytest.fixture(scope="module")
def stack() -> np.ndarray:
    row, column = np.indices((_SIZE, _SIZE))
    mean = 50 + 100 * np.cos(np.hypot(row - 1010.2, column - 996.8) / 20) ** 4
    return np.random.default_rng(0).poisson(mean, (16, _SIZE, _SIZE)).astype(np.uint16)


def _times(ways: dict[str, tuple[Callable[[], Any], int]]) -> dict[str, tuple[float, float]]:
    """Give the least processor and wall time per frame, ms."""
    for way, _frames in ways.values():
        way()
    found = dict.fromkeys(ways, (np.inf, np.inf))
    for _round in range(_ROUNDS):
        for name, (way, frames) in ways.items():
            begin, wall = time.process_time(), time.perf_counter()
            way()
            spent = (time.process_time() - begin) / frames * 1e3, (time.perf_counter() - wall) / frames * 1e3
            found[name] = min(found[name][0], spent[0]), min(found[name][1], spent[1])
    return found


def test_a_stack_is_integrated_beside_pyfai(stack: np.ndarray, publish: Publish) -> None:
    mask = np.random.default_rng(1).random((_SIZE, _SIZE)) < 0.01
    made = bins(stack, _GEOMETRY, mask, bins=2048, polarization=0.99)
    given: dict[str, Any] = {"unit": "q_A^-1", "mask": mask, "polarization_factor": 0.99}
    theirs = {
        way: Geometry.of(_GEOMETRY).integrator((_SIZE, _SIZE))
        for way in (("bbox", "csr", "cython"), ("bbox", "csc", "cython"), ("no", "histogram", "cython"))
    }

    def pyfai(way: tuple[str, str, str]) -> Any:
        return [theirs[way].integrate1d(stack[at], 2048, method=way, **given) for at in range(2)]

    live = FrameIntegrator(made.binning)
    row, column = np.indices((_SIZE, _SIZE))
    away = np.hypot(row - 1010, column - 996)
    moved = cycle([mask | (away < radius) for radius in range(100, 112)])
    other, quickest = Geometry.of(_GEOMETRY).integrator((_SIZE, _SIZE)), ("bbox", "csc", "cython")

    def pyfai_moved() -> Any:
        return other.integrate1d(stack[0], 2048, method=quickest, **{**given, "mask": next(moved)})

    ways: dict[str, tuple[Callable[[], Any], int]] = {
        "daisy-lab, 16 frames": (lambda: integrate(stack, made.binning, mask), 16),
        "daisy-lab, 16 frames, Poisson errors": (
            lambda: integrate(stack, made.binning, mask, error_model="poisson"),
            16,
        ),
        "daisy-lab, one frame again and again": (lambda: integrate(stack[:1], made.binning, mask), 1),
        "daisy-lab, one frame, Poisson errors, a new mask each time": (
            lambda: live(stack[0], next(moved)),
            1,
        ),
    } | {f"pyFAI {'/'.join(way)}": (lambda way=way: pyfai(way), 2) for way in theirs}
    ways["pyFAI bbox/csc/cython, a new mask each time"] = (pyfai_moved, 1)
    found = _times(ways)
    first = ("bbox", "csr", "cython")
    deviation = max(
        np.nanmax(np.abs(ours / one.intensity - 1))
        for ours, one in zip(integrate(stack[:2], made.binning, mask).intensity, pyfai(first), strict=True)
    )
    base = found["pyFAI bbox/csr/cython"][0]
    rows = [f"| {name} | {cpu:.1f} | {wall:.1f} | {base / cpu:.1f} |" for name, (cpu, wall) in found.items()]
    publish(
        [
            f"2048 x 2048 frames to 2048 bins; the largest relative difference to pyFAI is {deviation:.1e}.",
            "| way | CPU ms/frame | wall ms/frame | times less CPU than pyFAI bbox/csr/cython |",
            "|---|---|---|---|",
            *rows,
        ]
    )
    assert deviation < 1e-6


def test_rings_are_clipped_beside_pyfai(stack: np.ndarray, publish: Publish) -> None:
    frame = stack[0].copy()
    planted = np.random.default_rng(2).choice(frame.size, 3000, replace=False)
    frame.ravel()[planted] *= 5
    reference = Geometry.of(_GEOMETRY).integrator((_SIZE, _SIZE))
    method = ("no", "csr", "cython")

    def pyfai() -> Any:
        return reference.sigma_clip_ng(
            frame, 1024, unit="2th_rad", method=method, thres=5, max_iter=5, error_model="azimuthal"
        )

    row, column = np.indices((_SIZE, _SIZE))
    beside = 50 + 100 * np.cos(np.hypot(row - 1040, column - 977) / 20) ** 4
    moved = np.random.default_rng(0).poisson(beside).astype(np.uint16)
    found = _times(
        {
            "daisy-lab, spots masked, too": (
                lambda: mask_rings(frame[np.newaxis], _GEOMETRY, passes=5, spots=False),
                1,
            ),
            "daisy-lab, arcs, spots kept": (lambda: mask_rings(frame[np.newaxis], _GEOMETRY), 1),
            "daisy-lab, whole rings, 30 pixels beside those of the geometry": (
                lambda: mask_rings(moved[np.newaxis], _GEOMETRY, sectors=1),
                1,
            ),
            "pyFAI sigma_clip_ng": (pyfai, 1),
        }
    )
    mask = mask_rings(frame[np.newaxis], _GEOMETRY).ravel()
    caught = float(mask[planted].mean())
    mask[planted] = False
    base = found["pyFAI sigma_clip_ng"][0]
    publish(
        [
            f"Ring clipping, 5 standard deviations: {caught:.1%} of 3000 planted found, {mask.mean():.1e} false.",
            "| way | CPU ms/frame | wall ms/frame | times less CPU than pyFAI |",
            "|---|---|---|---|",
            *(
                f"| {name} | {cpu:.1f} | {wall:.1f} | {base / cpu:.1f} |"
                for name, (cpu, wall) in found.items()
            ),
        ]
    )
    assert caught >= 0.98
