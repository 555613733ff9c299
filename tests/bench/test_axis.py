"""The rotation axis beside other libraries: processor time and error on generated scans, in one process.

The sinograms are the same for all, one row of 1024 columns; who compares whole views gets eight rows. A peer that is
not installed is left out of the table, and one that does not suit a scan is not asked.
"""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.algorithms.ct import find_center, find_tilt
from daisy_lab.errors import DataError
from daisy_lab.samples._phantom import random_ellipsoids

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Publish

    Way = Callable[[np.ndarray, np.ndarray], float]

_WIDTH, _ROWS = 1024, 8
_HALF_TURN = np.linspace(0, np.pi, 901)
_WHOLE_TURN = np.linspace(0, 2 * np.pi, 1801)


def _scan(theta: np.ndarray, center: float, *, photons: int = 20_000, size: int = _WIDTH) -> np.ndarray:
    exact = random_ellipsoids(size, _ROWS, 4).absorption(theta, _ROWS, _WIDTH, center)
    counts = np.random.default_rng(4).poisson(photons * np.exp(-exact))
    return -np.log(np.maximum(counts, 1) / photons).astype(np.float32)


def _ours(method: Any) -> Way:
    return lambda scan, theta: find_center(scan[:, :1], theta, method=method)


def _algotom(name: str) -> Any:
    try:
        return getattr(importlib.import_module("algotom.prep.calculation"), name)
    except ImportError:
        return None


def _tomopy_vo() -> Any:
    try:
        return importlib.import_module("tomopy").find_center_vo
    except (ImportError, AttributeError):
        return None


def _peers(*, whole: bool, far: bool) -> dict[str, Way]:
    vo, phase, turn = map(
        _algotom, ("find_center_vo", "find_center_based_phase_correlation", "find_center_360")
    )
    peers: dict[str, Way] = {}
    if whole:
        if turn is not None:
            peers["algotom 360"] = lambda scan, _theta: float(turn(scan[:, 0], 100)[0])
        return peers
    if vo is not None:
        # Far off the middle it has to be told to look there.
        ends = {"start": 100, "stop": _WIDTH - 100} if far else {}
        peers["algotom vo"] = lambda scan, _theta: float(vo(scan[:, 0], **ends))
        peers["algotom phase correlation"] = lambda scan, _theta: float(phase(scan[0], scan[-1]))
    tomopy = _tomopy_vo()
    if tomopy is not None:
        peers["tomopy vo"] = lambda scan, _theta: float(tomopy(scan[:, :1]))
    return peers


_SCANS: dict[str, tuple[np.ndarray, float, dict[str, int]]] = {
    "half a turn": (_HALF_TURN, 519.3, {}),
    "500 photons": (_HALF_TURN, 519.3, {"photons": 500}),
    "axis off by 30 %": (_HALF_TURN, 818.7, {"size": 390}),
    "120 views": (np.linspace(0, np.pi, 121), 519.3, {}),
    "whole turn, axis near the edge": (_WHOLE_TURN, 930.6, {}),
    "whole turn": (_WHOLE_TURN, 519.3, {}),
}


@pytest.mark.parametrize("name", _SCANS)
def test_processor_time_and_error(name: str, publish: Publish) -> None:
    theta, center, wanted = _SCANS[name]
    scan = _scan(theta, center, **wanted)
    whole = np.ptp(theta) > 1.5 * np.pi
    away = abs(center - _WIDTH / 2) / _WIDTH
    edge = away > 0.4
    methods = ["auto"]
    methods += ["overlap"] if edge else ["wedge", "opposite", "mass", "sharpness"]
    ways = {f"daisy-lab {method}": _ours(method) for method in methods} | _peers(whole=whole, far=away > 0.2)
    find_center(scan[:, :1], theta)
    lines = [
        f"\n{name}: {len(theta)} views",
        "| method | CPU ms | relative to ours | error, pixels |",
        "|---|---|---|---|",
    ]
    spent: dict[str, float] = {}
    for way, find in ways.items():
        begin = time.process_time()
        try:
            error = f"{find(scan, theta) - center:+.3f}"
        except DataError:
            error = "refuses"
        spent[way] = (time.process_time() - begin) * 1e3
        lines.append(f"| {way} | {spent[way]:.0f} | {spent[way] / spent['daisy-lab auto']:.1f} | {error} |")
    publish(lines)
    assert abs(ways["daisy-lab auto"](scan, theta) - center) < 0.1


def test_tilt_of_sixteen_rows(publish: Publish) -> None:
    theta = _HALF_TURN[:-1:2]
    scan = np.repeat(_scan(theta, 519.3), 4, axis=1)
    begin = time.process_time()
    found = find_tilt(scan, theta)
    spent = (time.process_time() - begin) * 1e3
    publish(
        [
            f"tilt from 16 rows of {_WIDTH} columns, {len(theta)} views, where there is none",
            "| CPU ms | tilt found, rad | error of the axis, pixels |",
            "|---|---|---|",
            f"| {spent:.0f} | {found.tilt:+.6f} | {found.center - 519.3:+.3f} |",
        ]
    )
