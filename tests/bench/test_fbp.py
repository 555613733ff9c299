"""Filtered back-projection beside other libraries: processor time and absolute values, in one process.

A flat disc and the ellipsoids of the sample are known exactly. Processor time is that of all threads; ours computes
many slices and the others a few, as they take them one by one. Rounds alternate, so drift hits all alike; the least
of the rounds counts. Memory is the rise of the resident set above that before the call, the result included. A peer
that is not installed is left out of the table.
"""

from __future__ import annotations

import importlib
import statistics
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.algorithms.ct import reconstruct
from daisy_lab.samples._phantom import Phantom, random_ellipsoids

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Publish

    Way = tuple[Callable[[np.ndarray, np.ndarray, float], np.ndarray], int]

_MU = 0.01
_PICTURE = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "benchmarks-ct.svg"


def _peer(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _algotom(scan: np.ndarray, theta: np.ndarray, center: float) -> np.ndarray:
    fbp = importlib.import_module("algotom.rec.reconstruction").fbp_reconstruction
    return np.stack(
        [
            fbp(scan[:, row], center, angles=theta, ratio=None, filter_name=None, apply_log=False, gpu=False)
            for row in range(scan.shape[1])
        ]
    )


def _astra(scan: np.ndarray, theta: np.ndarray, _center: float) -> np.ndarray:
    astra = importlib.import_module("astra")
    width = scan.shape[2]
    space = astra.create_vol_geom(width, width)
    beams = astra.create_proj_geom("parallel", 1.0, width, theta)
    projector = astra.create_projector("linear", beams, space)
    slices = []
    for row in range(scan.shape[1]):
        data = astra.data2d.create("-sino", beams, np.ascontiguousarray(scan[:, row]))
        image = astra.data2d.create("-vol", space)
        settings = astra.astra_dict("FBP")
        settings |= {"ProjectorId": projector, "ProjectionDataId": data, "ReconstructionDataId": image}
        work = astra.algorithm.create(settings)
        astra.algorithm.run(work)
        slices.append(astra.data2d.get(image))
        astra.algorithm.delete(work)
        astra.data2d.delete([data, image])
    return np.stack(slices)


def _tomopy(scan: np.ndarray, theta: np.ndarray, center: float) -> np.ndarray:
    found: np.ndarray = importlib.import_module("tomopy").recon(
        scan, theta, center=center, algorithm="gridrec", filter_name="ramlak"
    )
    return found


def _skimage(scan: np.ndarray, theta: np.ndarray, _center: float) -> np.ndarray:
    iradon = importlib.import_module("skimage.transform").iradon
    return np.stack(
        [
            iradon(scan[:, row].T, np.rad2deg(theta), circle=True, filter_name="ramp")
            for row in range(scan.shape[1])
        ]
    )


def _ours(method: Any) -> Callable[[np.ndarray, np.ndarray, float], np.ndarray]:
    return lambda scan, theta, center: reconstruct(scan, theta, center=center, method=method)


def _ways(slices: int) -> dict[str, Way]:
    ways: dict[str, Way] = {
        "daisy-lab fbp": (_ours("fbp"), slices),
        "daisy-lab direct": (_ours("direct"), 1),
    }
    peers: dict[str, tuple[str, Way]] = {
        "algotom fbp": ("algotom", (_algotom, 1)),
        "astra FBP, CPU": ("astra", (_astra, 1)),
        "skimage iradon": ("skimage", (_skimage, 1)),
        "tomopy gridrec": ("tomopy", (_tomopy, slices)),
    }
    return ways | {name: way for name, (module, way) in peers.items() if _peer(module) is not None}


@dataclass
class _Cost:
    """Per slice and round: processor time and wall time in ms; and the most memory beside the input, in MB."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    memory: float = 0.0


def _resident(what: str) -> float:
    """Give a number of MB that Linux knows of this process; NaN elsewhere."""
    status = Path("/proc/self/status")
    lines = status.read_text("ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(what)), float("nan"))


def _costs(
    ways: dict[str, Way], scan: np.ndarray, theta: np.ndarray, center: float, rounds: int
) -> dict[str, _Cost]:
    costs = {name: _Cost() for name in ways}
    for _round in range(rounds):
        for name, (way, slices) in ways.items():
            before = _resident("VmRSS")
            with suppress(OSError):
                # The peak begins anew.
                Path("/proc/self/clear_refs").write_text("5", "ascii")
            begin, wall = time.process_time(), time.perf_counter()
            way(scan[:, :slices], theta, center)
            costs[name].cpu.append((time.process_time() - begin) / slices * 1e3)
            costs[name].wall.append((time.perf_counter() - wall) / slices * 1e3)
            costs[name].memory = max(costs[name].memory, _resident("VmHWM") - before)
    return costs


def _accuracy(way: Callable[[np.ndarray, np.ndarray, float], np.ndarray], width: int) -> list[float]:
    """Give the largest errors of a flat disc at its centre, half and 0.9 radius and outside, and an RMSE.

    The width is odd: libraries agree about the middle of a row then, but not about where up is.
    """
    theta = np.arange(720) * (np.pi / 720)
    center, radius = (width - 1) / 2, 0.39 * width
    line = np.arange(width) - center
    away = np.hypot(line, line[:, np.newaxis])
    scan = Phantom(np.array([[0, 0, 0, radius, radius, 1e6, 0, _MU]])).absorption(theta, 1, width, center)
    value = way(scan, theta, center)[0] / _MU
    disc = [float(np.abs(value[np.abs(away - place * radius) < 2] - 1).max()) for place in (0, 0.5, 0.9)]
    disc.append(float(np.abs(value[(away > 1.07 * radius) & (away < 0.49 * width)]).max()))
    shape = random_ellipsoids(width, 1, 3)
    image = way(shape.absorption(theta, 1, width, center).astype(np.float32), theta, center)[0]
    circle = away < 0.49 * width
    error = min(
        float(np.sqrt(np.mean((view - shape.image(0, width))[circle] ** 2))) for view in (image, image[::-1])
    )
    return [*disc, error / float(shape.table[0, 7])]


def _draw(found: dict[str, tuple[float, float]], title: str) -> None:
    """Draw speed and absolute accuracy side by side, both logarithmic."""
    agg = importlib.import_module("matplotlib.backends.backend_agg")
    matplotlib = importlib.import_module("matplotlib")
    matplotlib.rcParams["svg.hashsalt"] = "daisy-lab"
    figure = importlib.import_module("matplotlib.figure").Figure(figsize=(8, 2.8), layout="constrained")
    agg.FigureCanvasAgg(figure)
    names = list(found)[::-1]
    colors = ["#0E6BA8" if "daisy" in name else "#9AA7B4" for name in names]
    for place, label in enumerate(("processor time per slice, ms", "largest error of a flat disc, %")):
        axes = figure.add_subplot(1, 2, place + 1)
        axes.barh(
            names if not place else range(len(names)), [found[name][place] for name in names], color=colors
        )
        axes.set_xscale("log")
        axes.set_xlabel(label)
        axes.spines[["top", "right"]].set_visible(False)
        if place:
            axes.set_yticks([])
    figure.suptitle(title, fontsize=10)
    figure.savefig(_PICTURE, metadata={"Date": None})


@pytest.mark.parametrize(("width", "views", "slices", "rounds"), [(512, 720, 64, 5), (2048, 1500, 16, 1)])
def test_processor_time_and_absolute_values(
    width: int, views: int, slices: int, rounds: int, publish: Publish
) -> None:
    theta = np.arange(views) * (np.pi / views)
    scan = np.random.default_rng(0).random((views, slices, width), np.float32)
    ways = _ways(slices)
    for way, _slices in ways.values():
        way(scan[:8, :1], theta[:8], (width - 1) / 2)
    # Memory is touched once before, as in a run over blocks.
    reconstruct(scan, theta, center=(width - 1) / 2)
    costs = _costs(ways, scan, theta, (width - 1) / 2, rounds)
    ours = min(costs["daisy-lab fbp"].cpu)
    lines = [
        f"\n{width} columns, {views} angles",
        "| method | slices | CPU ms/slice (median) | ratio | wall | MB | disc: centre, half, 0.9, outside | RMSE |",
        "|---|---|---|---|---|---|---|---|",
    ]
    drawn: dict[str, tuple[float, float]] = {}
    for name, (way, count) in ways.items():
        *disc, rmse = _accuracy(way, min(width, 512) - 1)
        drawn[name] = min(costs[name].cpu), 100 * max(disc)
        errors = ", ".join(f"{100 * error:.2f} %" for error in disc)
        cost = costs[name]
        lines.append(
            f"| {name} | {count} | {min(cost.cpu):.1f} ({statistics.median(cost.cpu):.1f}) "
            f"| {min(cost.cpu) / ours:.0f} | {min(cost.wall):.1f} | {cost.memory:.0f} | {errors} | {rmse:.4f} |"
        )
    publish(lines)
    if width == 512:
        _draw(drawn, f"{width} columns, {views} angles")
