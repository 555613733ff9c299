"""What is done to a volume after reconstruction, beside other libraries: processor time, and how well it does.

Processor time is that of all threads; a peer that is not installed is left out of the table. How the reconstruction
scales with width, angles and slices, and what memory it takes, is measured here, too.
"""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab._engine import Meter, hold_malloc
from daisy_lab.algorithms.ct import (
    circular_mask,
    denoise,
    downsample,
    find_range,
    minus_log,
    normalize,
    reconstruct,
    remove_rings,
    rescale,
)
from daisy_lab.samples._phantom import random_ellipsoids

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Publish

_SIZE, _SLICES = 512, 8


def _least(work: Callable[[], Any], rounds: int = 3) -> float:
    """Give the processor time of the fastest of some rounds, in ms."""
    times = []
    for _round in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times) * 1e3


def _peer(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _rms(difference: np.ndarray) -> float:
    return float(np.sqrt(np.mean(difference.astype(float) ** 2)))


def _noisy() -> tuple[np.ndarray, np.ndarray, float]:
    phantom = random_ellipsoids(_SIZE, _SIZE, 3)
    middle = _SIZE // 2 - _SLICES // 2
    clean = np.stack([phantom.image(row, _SIZE) for row in range(middle, middle + _SLICES)]).astype(
        np.float32
    )
    noise = 0.1 * float(clean.max())
    return clean, clean + np.random.default_rng(0).normal(0, noise, clean.shape).astype(np.float32), noise


def test_total_variation_beside_scikit_image(publish: Publish) -> None:
    clean, noisy, noise = _noisy()
    best = denoise(noisy, noise=noise, tolerance=1e-3, iterations=3000)
    ways: dict[str, Callable[[], np.ndarray]] = {
        "daisy-lab denoise": lambda: denoise(noisy, noise=noise),
        "daisy-lab denoise, tolerance 0.01": lambda: denoise(noisy, noise=noise, tolerance=0.01),
    }
    if restoration := _peer("skimage.restoration"):

        def theirs(eps: float, most: int) -> np.ndarray:
            return np.stack(
                [
                    restoration.denoise_tv_chambolle(image, weight=noise, eps=eps, max_num_iter=most)
                    for image in noisy
                ]
            )

        ways |= {
            "skimage denoise_tv_chambolle": lambda: theirs(2e-4, 200),
            "skimage, 1000 iterations": lambda: theirs(0, 1000),
        }
    publish(
        [
            f"\n{_SLICES} slices of {_SIZE} x {_SIZE}",
            "| total variation | CPU ms/slice | distance to the minimum | to the truth |",
            "|---|---|---|---|",
            *(
                f"| {name} | {_least(way, 1) / _SLICES:.0f} | {_rms(way() - best) / noise:.4f} | "
                f"{_rms(way() - clean) / noise:.3f} |"
                for name, way in ways.items()
            ),
        ]
    )


def test_processor_time_of_the_other_steps(publish: Publish) -> None:
    volume = _noisy()[1]
    low, high = find_range(volume)
    steps: dict[str, Callable[[], object]] = {
        "remove_rings": lambda: remove_rings(volume),
        "circular_mask": lambda: circular_mask(volume),
        "find_range": lambda: find_range(volume),
        "rescale": lambda: rescale(volume, low=low, high=high),
        "downsample": lambda: downsample(volume),
    }
    publish(
        [
            f"\n{_SLICES} slices of {_SIZE} x {_SIZE}",
            "| step | CPU ms/slice |",
            "|---|---|",
            *(f"| {name} | {_least(step) / _SLICES:.2f} |" for name, step in steps.items()),
        ]
    )


def test_peak_memory_of_steps_on_arrays_in_memory(publish: Publish) -> None:
    """The target is 1.5 times the input, the output, and half a gigabyte per thread."""
    hold_malloc()
    rng = np.random.default_rng(0)
    counts = rng.integers(1000, 60_000, (720, 256, 512), np.uint16)
    frames = np.full((4, 256, 512), 60_000, np.uint16)
    theta = np.arange(720) * (np.pi / 720)
    absorption = rng.random((720, 256, 512), np.float32)
    volume = rng.random((256, 512, 512), np.float32)
    steps: dict[str, tuple[np.ndarray, Callable[[], np.ndarray]]] = {
        "normalize": (counts, lambda: normalize(counts, frames // 600, frames)),
        "minus_log": (absorption, lambda: minus_log(absorption)),
        "reconstruct": (absorption, lambda: reconstruct(absorption, theta, center=255.5)),
        "circular_mask": (volume, lambda: circular_mask(volume)),
        "remove_rings": (volume, lambda: remove_rings(volume)),
        "denoise": (volume, lambda: denoise(volume, iterations=2)),
        "rescale": (volume, lambda: rescale(volume, low=0, high=1)),
        "downsample": (volume, lambda: downsample(volume)),
    }
    lines = [
        "\n| step | input MB | output MB | peak with input MB | allowed MB (2 threads) |",
        "|---|---|---|---|---|",
    ]
    for name, (given, step) in steps.items():
        with Meter() as meter:
            size = step().nbytes
        peak = given.nbytes + meter.rise()
        allowed = 1.5 * given.nbytes + size + 2 * 0.5e9
        assert peak <= allowed, name
        lines.append(
            f"| {name} | {given.nbytes / 1e6:.0f} | {size / 1e6:.0f} | {peak / 1e6:.0f} | {allowed / 1e6:.0f} |"
        )
    publish(lines)
