"""Preparation of counts beside other libraries: processor time and memory in between, in one process.

Processor time is that of all threads, in ns per value. Rounds alternate, so drift hits all alike; the least of the
rounds counts. Memory is the most that NumPy held beyond input and result. A peer that is not installed is left out.
"""

from __future__ import annotations

import importlib
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import ndimage

from daisy_lab.algorithms.ct import counts_to_absorption, minus_log, normalize, remove_zingers

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Publish

    Way = Callable[[], np.ndarray]

_FLOOR = 1e-6


def _peer(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _numpy_normalize(counts: np.ndarray, dark: np.ndarray, flat: np.ndarray) -> np.ndarray:
    offset = dark.mean(axis=0, dtype=np.float32)
    beam = flat.mean(axis=0, dtype=np.float32) - offset
    return (counts - offset) / beam


def _numpy_both(counts: np.ndarray, dark: np.ndarray, flat: np.ndarray) -> np.ndarray:
    transmission = _numpy_normalize(counts, dark, flat)
    return -np.log(np.clip(transmission, np.float32(_FLOOR), None))


def _normalizing(counts: np.ndarray, dark: np.ndarray, flat: np.ndarray) -> dict[str, Way]:
    ways: dict[str, Way] = {
        "daisy-lab, one pass": lambda: counts_to_absorption(counts, dark, flat),
        "daisy-lab, normalize and minus_log": lambda: minus_log(normalize(counts, dark, flat)),
        "NumPy, two passes": lambda: _numpy_both(counts, dark, flat),
    }
    tomopy, algotom = _peer("tomopy"), _peer("algotom.prep.correction")
    if algotom is not None:
        mean = flat.mean(axis=0, dtype=np.float32), dark.mean(axis=0, dtype=np.float32)

        def by_algotom() -> np.ndarray:
            transmission = algotom.flat_field_correction(counts, *mean)
            return -np.log(np.clip(transmission, _FLOOR, None))

        ways["algotom flat_field_correction, and log"] = by_algotom
    if tomopy is not None:
        ways["tomopy normalize and minus_log"] = lambda: tomopy.minus_log(
            tomopy.normalize(counts, flat, dark)
        )
    return ways


def _zingers(counts: np.ndarray) -> dict[str, Way]:
    ways: dict[str, Way] = {
        "daisy-lab 3-D": lambda: remove_zingers(counts),
        "daisy-lab 2-D": lambda: remove_zingers(counts, neighbours="2-D"),
        "scipy median_filter, 3-D": lambda: ndimage.median_filter(counts, size=3),
        "scipy median_filter, 2-D": lambda: ndimage.median_filter(counts, size=(1, 3, 3)),
    }
    tomopy, algotom = _peer("tomopy"), _peer("algotom.prep.removal")
    if algotom is not None:
        ways["algotom remove_zinger, by sinogram"] = lambda: np.stack(
            [algotom.remove_zinger(counts[:, row], 0.08, size=3) for row in range(counts.shape[1])], axis=1
        )
    if tomopy is not None:
        ways["tomopy remove_outlier3d"] = lambda: tomopy.remove_outlier3d(counts, 500, size=3)
    return ways


def _table(publish: Publish, title: str, ways: dict[str, Way], values: int, rounds: int) -> dict[str, float]:
    """Print a row for each way, and give its processor time in ns per value."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    memory = {}
    for name, way in ways.items():
        tracemalloc.start()
        result = way()
        memory[name] = (tracemalloc.get_traced_memory()[1] - result.nbytes) / 2**20
        tracemalloc.stop()
    for _round in range(rounds):
        for name, way in ways.items():
            begin = time.process_time()
            way()
            times[name].append((time.process_time() - begin) / values * 1e9)
    least = {name: min(found) for name, found in times.items()}
    first = next(iter(least.values()))
    lines = [
        f"\n{title}",
        "| method | CPU ns/value | relative to ours | memory in between, MiB |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {found:.2f} | {found / first:.1f} | {memory[name]:.1f} |"
        for name, found in least.items()
    ]
    publish(lines)
    return least


@pytest.mark.parametrize("shape", [(200, 128, 1024)])
def test_counts_to_absorption_takes_half_of_two_passes(shape: tuple[int, ...], publish: Publish) -> None:
    random = np.random.default_rng(0)
    counts = random.integers(300, 10_000, shape, np.uint16)
    dark = random.integers(90, 110, (10, *shape[1:]), np.uint16)
    flat = random.integers(9_000, 11_000, (10, *shape[1:]), np.uint16)
    ways = _normalizing(counts, dark, flat)
    expected = _numpy_both(counts, dark, flat)
    for way in ways.values():
        np.testing.assert_allclose(way(), expected, rtol=1e-4, atol=1e-5)
    least = _table(publish, f"Normalise and log, {shape}, 10 darks and 10 flats", ways, counts.size, 7)
    assert least["NumPy, two passes"] > 2 * least["daisy-lab, one pass"]


def test_zingers_beside_a_median_filter(publish: Publish) -> None:
    counts = np.random.default_rng(0).poisson(5_000, (24, 128, 1024)).astype(np.uint16)
    ways = _zingers(counts)
    for way in ways.values():
        way()
    least = _table(publish, f"Zingers, {counts.shape}, uint16, 3 pixels", ways, counts.size, 3)
    assert least["scipy median_filter, 3-D"] > 10 * least["daisy-lab 3-D"]
