"""Stripe filters beside other libraries: processor time for one slice and how far the results differ, in one process.

The scan is a generated solid in transmission with photon noise, gains, a wide stripe and a dead column. No two
values of a column are equal: their order is not defined by the method, so results would differ there. Differences
are from our result, the largest one as a part of the largest value. Rounds alternate; the least counts. A peer that
is not installed is left out.
"""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.algorithms import ct
from daisy_lab.samples._phantom import random_ellipsoids

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Publish

    Filter = Callable[[np.ndarray], np.ndarray]

_SLICES = 4
# Name of the filter: algotom's function with the settings that mean the same, tomopy's function.
_PEERS: dict[str, tuple[str, dict[str, Any], str]] = {
    "all": ("remove_all_stripe", {}, "remove_all_stripe"),
    "dead": ("remove_dead_stripe", {}, "remove_dead_stripe"),
    "filtering": ("remove_stripe_based_filtering", {}, "remove_stripe_based_filtering"),
    "fitting": ("remove_stripe_based_fitting", {}, "remove_stripe_based_fitting"),
    "fourier_wavelet": ("remove_stripe_based_wavelet_fft", {}, "remove_stripe_fw"),
    "large": ("remove_large_stripe", {}, "remove_large_stripe"),
    "sorting": ("remove_stripe_based_sorting", {}, "remove_stripe_based_sorting"),
    "titarenko": (
        "remove_stripe_based_regularization",
        {"alpha": 0.05, "apply_log": False},
        "remove_stripe_ti",
    ),
}


def _scan(views: int, columns: int) -> np.ndarray:
    """Give the transmission, (angle, row, column), without equal values in a column."""
    theta = np.arange(views) * (np.pi / views)
    exact = random_ellipsoids(columns, 1, 1).absorption(theta, 1, columns, columns / 2)[:, 0]
    random = np.random.default_rng(0)
    beam = np.exp(-exact) * random.normal(1, 0.02, columns)
    values = random.poisson(20_000 * beam) / 20_000
    wide, dead = columns // 3, columns // 2
    values[:, wide : wide + 9] *= 1.2
    values[:, dead] = random.uniform(0.2, 0.9, views)
    order, rank = np.argsort(values, axis=0), np.arange(views)[:, np.newaxis]
    steps = np.maximum.accumulate(np.sort((values * 2**20).astype(int), axis=0) - rank, axis=0) + rank
    np.put_along_axis(values, order, steps / 2**20, axis=0)
    return np.repeat(values[:, np.newaxis].astype(np.float32), _SLICES, axis=1)


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _filters(name: str) -> dict[str, tuple[Filter, int]]:
    """Give the filters of that name by library, and how many slices each of them is asked for."""
    removal, tomopy = _module("algotom.prep.removal"), _module("tomopy")
    algotom_name, settings, tomopy_name = _PEERS[name]
    found: dict[str, tuple[Filter, int]] = {
        "daisy-lab": (getattr(ct, f"remove_stripes_{name}"), _SLICES),
    }
    if removal is not None:
        one = getattr(removal, algotom_name)
        found["algotom"] = (lambda scan: one(scan[:, 0], **settings)[:, np.newaxis], 1)
    if tomopy is not None:
        several = getattr(tomopy.prep.stripe, tomopy_name)
        found["tomopy"] = (lambda scan: several(scan.copy(), ncore=1), _SLICES)
    return found


@pytest.mark.parametrize(("views", "columns", "rounds"), [(720, 1024, 3), (1500, 2048, 1)])
def test_processor_time_and_difference(views: int, columns: int, rounds: int, publish: Publish) -> None:
    scan = _scan(views, columns)
    lines = [
        f"\n{columns} columns, {views} angles",
        "| filter | library | CPU ms/slice | relative to ours | largest difference | values beyond 1e-4 |",
        "|---|---|---|---|---|---|",
    ]
    for name in _PEERS:
        filters = _filters(name)
        times: dict[str, list[float]] = {library: [] for library in filters}
        results: dict[str, np.ndarray] = {}
        for _round in range(rounds + 1):
            for library, (remove, slices) in filters.items():
                begin = time.process_time()
                results[library] = remove(scan[:, :slices])[:, 0]
                times[library].append((time.process_time() - begin) / slices * 1e3)
        ours = results["daisy-lab"]
        for library, result in results.items():
            # The first round warms up.
            least = min(times[library][1:])
            beyond = np.mean(np.abs(result - ours) > 1e-4 * np.abs(ours) + 1e-6)
            lines.append(
                f"| {name} | {library} | {least:.1f} | {least / min(times['daisy-lab'][1:]):.1f} "
                f"| {np.abs(result - ours).max() / np.abs(ours).max():.1e} | {beyond:.1e} |"
            )
    publish(lines)
