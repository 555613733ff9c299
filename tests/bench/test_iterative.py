"""Iterative reconstruction beside other libraries: processor time of an iteration, and accuracy after equally many.

The ellipsoids of the sample are known exactly. Processor time is that of all threads, of an iteration of a slice: the
difference of two numbers of iterations, so that what is done once does not count. Ours compute a batch of slices where
they do so together, and the others a few one by one. A peer that is not installed is left out of the table.
"""

from __future__ import annotations

import importlib
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab.algorithms.ct import cgls, fista_tv, mlem, osem, reconstruct, sirt
from daisy_lab.samples._phantom import random_ellipsoids

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Publish

    Way = tuple[Callable[[np.ndarray, np.ndarray, int], np.ndarray], int, int]


class _OneThread:
    flag = np.zeros(1, np.uint8)
    workers = 1

    def advance(self, done: float, total: float | None, text: str) -> None: ...

    def log(self, line: str) -> None: ...

    def curve(self, name: str, value: float) -> None: ...


def _peer(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def _ours(method: Any, scan: np.ndarray, theta: np.ndarray, iterations: int, **settings: Any) -> np.ndarray:
    center = (scan.shape[2] - 1) / 2
    return np.asarray(method(scan, theta, center=center, iterations=iterations, tolerance=0, **settings))


def _astra(name: str, scan: np.ndarray, theta: np.ndarray, iterations: int) -> np.ndarray:
    astra = importlib.import_module("astra")
    width = scan.shape[2]
    space = astra.create_vol_geom(width, width)
    beams = astra.create_proj_geom("parallel", 1.0, width, theta)
    projector = astra.create_projector("linear", beams, space)
    slices = []
    for row in range(scan.shape[1]):
        data = astra.data2d.create("-sino", beams, np.ascontiguousarray(scan[:, row]))
        image = astra.data2d.create("-vol", space)
        settings = astra.astra_dict(name)
        settings |= {"ProjectorId": projector, "ProjectionDataId": data, "ReconstructionDataId": image}
        work = astra.algorithm.create(settings)
        astra.algorithm.run(work, iterations)
        slices.append(astra.data2d.get(image))
        astra.algorithm.delete(work)
        astra.data2d.delete([data, image])
    return np.stack(slices)


def _sart(scan: np.ndarray, theta: np.ndarray, iterations: int) -> np.ndarray:
    sart = importlib.import_module("skimage.transform").iradon_sart
    slices = []
    for row in range(scan.shape[1]):
        image = None
        for _turn in range(iterations):
            image = sart(scan[:, row].T.astype(float), np.rad2deg(theta), image=image)
        slices.append(image)
    return np.stack(slices)


def _ways() -> dict[str, Way]:
    """Give each method with the slices it computes together and the iterations between the two times."""
    ways: dict[str, Way] = {
        "daisy-lab sirt": (partial(_ours, sirt), 8, 5),
        "daisy-lab mlem": (partial(_ours, mlem), 8, 5),
        "daisy-lab osem, 8 subsets": (partial(_ours, osem), 8, 2),
        "daisy-lab cgls": (partial(_ours, cgls), 2, 10),
        "daisy-lab fista_tv": (partial(_ours, fista_tv), 2, 5),
    }
    if _peer("astra"):
        ways["astra SIRT, CPU"] = (partial(_astra, "SIRT"), 1, 2)
        ways["astra CGLS, CPU"] = (partial(_astra, "CGLS"), 1, 2)
    if _peer("skimage"):
        ways["skimage iradon_sart"] = (_sart, 1, 1)
    return ways


def _time(way: Way, scan: np.ndarray, theta: np.ndarray, rounds: int) -> float:
    """Give the processor time of an iteration of a slice in ms: the least of some rounds."""
    run, slices, iterations = way
    part = np.ascontiguousarray(scan[:, :slices])
    times = []
    for _round in range(rounds):
        begin = time.process_time()
        run(part, theta, 1)
        middle = time.process_time()
        run(part, theta, 1 + iterations)
        times.append((time.process_time() - middle - (middle - begin)) / slices / iterations * 1e3)
    return min(times)


@pytest.mark.parametrize(("width", "views"), [(512, 180)])
def test_processor_time_and_accuracy(width: int, views: int, publish: Publish) -> None:
    # An odd width: libraries agree about the middle of a row then, but not about where up is.
    theta = np.arange(views) * (np.pi / views)
    scan = np.random.default_rng(0).random((views, 8, width), np.float32)
    small, few = 255, np.arange(45) * (np.pi / 45)
    shape = random_ellipsoids(small, 1, 3)
    seen = shape.absorption(few, 1, small, (small - 1) / 2)
    truth, body = shape.image(0, small), float(shape.table[0, 7])
    line = np.arange(small) - (small - 1) / 2
    circle = np.hypot(line, line[:, np.newaxis]) < 0.49 * small

    def error(found: np.ndarray) -> float:
        return (
            min(float(np.sqrt(np.mean((view - truth)[circle] ** 2))) for view in (found, found[::-1])) / body
        )

    lines = [f"fbp of 45 views: RMSE {error(reconstruct(seen, few, center=(small - 1) / 2)[0]):.4f}"]
    lines += [
        f"| {width} columns, {views} views | ms | RMSE of 45 views after 10 | 50 iterations |",
        "|---|---|---|---|",
    ]
    with monitored(_OneThread()):
        for name, way in _ways().items():
            errors = [error(way[0](seen, few, count)[0]) for count in (10, 50)]
            lines.append(f"| {name} | {_time(way, scan, theta, 3):.1f} | {errors[0]:.4f} | {errors[1]:.4f} |")
    publish(lines)


def test_conjugate_gradients_of_2048_columns(publish: Publish) -> None:
    """Target: 100 iterations of two slices below 60 s on one core; a few iterations are run, and extrapolated."""
    width, views = 2048, 1500
    theta = np.arange(views) * (np.pi / views)
    scan = np.random.default_rng(0).random((views, 2, width), np.float32)
    times = []
    with monitored(_OneThread()):
        for iterations in (1, 6):
            begin = time.process_time()
            cgls(scan, theta, center=1023.5, iterations=iterations, tolerance=0)
            times.append(time.process_time() - begin)
    each = (times[1] - times[0]) / 5
    total = times[0] + 99 * each
    publish(
        [
            "CGLS, two slices of 2048 columns, 1500 views, one core; 100 iterations extrapolated from 6",
            "| once, s | an iteration, s | 100 of them, s (target 60) |",
            "|---|---|---|",
            f"| {times[0] - each:.1f} | {each:.2f} | {total:.0f} |",
        ]
    )
    assert total < 60
