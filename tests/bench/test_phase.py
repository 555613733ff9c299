"""Phase retrieval and the overlap of a full turn beside other libraries: processor time and accuracy in one process.

The way most libraries go, a padded Fourier transform in NumPy, is written out here, as padding is what costs. A peer
that is not installed is left out of the table.
"""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import scipy.fft
import scipy.ndimage

from daisy_lab.algorithms.ct import bronnikov, find_overlap, paganin, paganin_length
from daisy_lab.samples._phantom import random_ellipsoids

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Publish

    Way = Callable[[np.ndarray], np.ndarray]

_SIZE = 2048
_OPTICS: dict[str, Any] = {"energy": 20.0, "distance": 200.0, "pixel_size": 1.0}
_SETTINGS: dict[str, Any] = _OPTICS | {"delta_beta": 1000.0}


def _peer(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _padded(total: int, dtype: Any) -> Way:
    """Filter frames padded by their edges to `total` pixels, with a Fourier transform of that size."""
    down, across = (2 * np.pi * f for f in (scipy.fft.fftfreq(total), scipy.fft.rfftfreq(total)))
    screen = (1 + paganin_length(**_SETTINGS) ** 2 * (down[:, np.newaxis] ** 2 + across**2)).astype(dtype)

    def way(frames: np.ndarray) -> np.ndarray:
        before = (total - frames.shape[1]) // 2
        margin = (before, total - frames.shape[1] - before)
        out = np.empty_like(frames)
        for view, frame in enumerate(frames):
            wide = np.pad(frame.astype(dtype), margin, mode="edge")
            part = scipy.fft.irfft2(scipy.fft.rfft2(wide) / screen, s=wide.shape)
            out[view] = part[before : before + frame.shape[0], before : before + frame.shape[1]]
        return out

    return way


def _tomopy(frames: np.ndarray) -> np.ndarray:
    phase = importlib.import_module("tomopy.prep.phase")
    found: np.ndarray = phase.retrieve_phase(
        frames.copy(), pixel_size=1e-4, dist=20.0, energy=20.0, alpha=1e-3, pad=True, ncore=1
    )
    return found


def _algotom(frames: np.ndarray) -> np.ndarray:
    fresnel = importlib.import_module("algotom.prep.filtering").fresnel_filter
    return np.stack([fresnel(frame, 1000, dim=2, pad=150, apply_log=False) for frame in frames])


def _ways() -> dict[str, Way]:
    ways: dict[str, Way] = {
        "daisy-lab paganin": lambda frames: paganin(frames, **_SETTINGS),
        "daisy-lab paganin, generalised": lambda frames: paganin(frames, **_SETTINGS, method="generalised"),
        "daisy-lab paganin, padding reflect": lambda frames: paganin(frames, **_SETTINGS, padding="reflect"),
        "daisy-lab bronnikov": lambda frames: bronnikov(frames, **_OPTICS),
        "numpy, float32, padded to 2400": _padded(2400, np.float32),
        "numpy, float32, padded to 4096": _padded(4096, np.float32),
        "numpy, float64, padded to 4096": _padded(4096, np.float64),
    }
    peers = {"tomopy.prep.phase": ("tomopy retrieve_phase", _tomopy)}
    peers["algotom.prep.filtering"] = ("algotom fresnel_filter (no physical units)", _algotom)
    return ways | {name: way for module, (name, way) in peers.items() if _peer(module) is not None}


def _propagated(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the absorption of a solid taller than the frame, and its intensity behind 200 mm of air."""
    solid = random_ellipsoids(size, 2 * size, 1)
    wide = solid.absorption(np.zeros(1), 2 * size, size, (size - 1) / 2)[0]
    thickness = scipy.ndimage.gaussian_filter(wide.astype(float), 4.0) * 30
    wavelength, beta = 12.398419843 / 20e4, 1e-9
    wave = np.exp(-2 * np.pi / wavelength * (1000j + 1) * beta * thickness)
    down, across = np.fft.fftfreq(2 * size), np.fft.fftfreq(size)
    travel = np.exp(-1j * np.pi * wavelength * 2e5 * (across**2 + down[:, np.newaxis] ** 2))
    seen = np.abs(np.fft.ifft2(np.fft.fft2(wave) * travel)) ** 2
    middle = slice(size // 2, -(size // 2))
    return 4 * np.pi * beta / wavelength * thickness[middle], seen[middle].astype(np.float32)


def test_processor_time_per_frame_and_thickness(publish: Publish) -> None:
    frames = np.random.default_rng(0).uniform(0.5, 1.0, (2, _SIZE, _SIZE)).astype(np.float32)
    absorption, seen = _propagated(256)
    ways = _ways()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(3):
        for name, way in ways.items():
            begin = time.process_time()
            way(frames)
            times[name].append((time.process_time() - begin) / len(frames) * 1e3)
    ours = min(times["daisy-lab paganin"])
    lines = [
        f"\n{_SIZE} x {_SIZE}, the filter smooths over {paganin_length(**_SETTINGS):.1f} pixels",
        "| method | CPU ms/frame | relative to ours | absorption: RMSE, largest error (of the largest) |",
        "|---|---|---|---|",
    ]
    for name, way in ways.items():
        errors = "-"
        if not any(word in name for word in ("algotom", "bronnikov")) and "4096" not in name:
            found = (
                way(seen[np.newaxis]) if "2400" not in name else _padded(512, np.float32)(seen[np.newaxis])
            )
            error = (-np.log(found[0]) - absorption) / absorption.max()
            errors = f"{np.sqrt(np.mean(error**2)):.2%}, {np.abs(error).max():.2%}"
        least = min(times[name])
        lines.append(f"| {name} | {least:.1f} | {least / ours:.2f} | {errors} |")
    publish(lines)


@pytest.mark.parametrize(("width", "views"), [(512, 900)])
def test_overlap_of_a_full_turn(width: int, views: int, publish: Publish) -> None:
    theta, center = 2 * np.pi * np.arange(views) / views, 0.85 * width + 0.3
    exact = random_ellipsoids(round(1.5 * width), 1, 2).absorption(theta, 1, width, center)
    counts = np.random.default_rng(0).poisson(10_000 * np.exp(-exact))
    scan = -np.log(np.maximum(counts, 1) / 10_000).astype(np.float32)
    begin = time.process_time()
    ours = find_overlap(scan, theta).center
    spent = time.process_time() - begin
    lines = [
        f"\nfull turn, {width} columns, {views} views",
        "| method | CPU ms | relative to ours | error, pixels |",
        "|---|---|---|---|",
        f"| daisy-lab find_overlap | {spent * 1e3:.0f} | 1 | {ours - center:+.3f} |",
    ]
    calculation = _peer("algotom.prep.calculation")
    if calculation is not None:
        begin = time.process_time()
        with np.errstate(all="ignore"):
            theirs = float(calculation.find_center_360(scan[:, 0], 100, ncore=1)[0])
        other = time.process_time() - begin
        lines.append(
            f"| algotom find_center_360 | {other * 1e3:.0f} | {other / spent:.0f} | {theirs - center:+.3f} |"
        )
    publish(lines)
