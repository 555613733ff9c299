"""Filtered back-projection on a CUDA device: whole volumes and one slice, beside what is aimed at on an H200.

Three figures: kernels alone, with everything on the device; from pinned host memory to pinned host memory; one slice
for a preview. The least of the rounds counts, after one that compiles and plans. The size is 2048 unless
`DAISY_BENCH_SIZE` says otherwise; rows are taken in blocks, so that any device with 8 GB takes part.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.algorithms.ct import reconstruct
from daisy_lab.algorithms.ct.fbp._conveyor import pinned_array, stream_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from conftest import Publish

    from daisy_lab.vocabulary import Array

pytestmark = pytest.mark.gpu

_SIZE = int(os.environ.get("DAISY_BENCH_SIZE", "2048"))
_ROUNDS = 3
_ROWS = 64
# Seconds on an H200 at 2048: kernels, pinned host to host, one slice.
_TARGETS = {"kernels": 0.5, "pinned host to host": 1.0, "one slice": 0.01}


def _library() -> ModuleType:
    cupy: ModuleType = pytest.importorskip("cupy")
    try:
        cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        pytest.skip(f"no CUDA device: {error}")
    return cupy


def _least(cupy: Any, work: Callable[[], object]) -> float:
    """Give the seconds of the fastest round."""
    seconds = []
    for _round in range(_ROUNDS + 1):
        cupy.cuda.runtime.deviceSynchronize()
        start = time.perf_counter()
        work()
        cupy.cuda.runtime.deviceSynchronize()
        seconds.append(time.perf_counter() - start)
    return min(seconds[1:])


def _kernels(cupy: Any, theta: Array, center: float) -> float:
    """Time the blocks of a volume; every block reads the same rows, so that the device need not hold all."""
    block = cupy.random.default_rng(0).random((_SIZE, _ROWS, _SIZE), cupy.float32)

    def work() -> None:
        for _block in range(_SIZE // _ROWS):
            reconstruct(block, theta, center=center)

    return _least(cupy, work)


def _host_to_host(cupy: Any, theta: Array, center: float, kind: type[np.generic]) -> float:
    projections = pinned_array(cupy, (_SIZE, _SIZE, _SIZE), kind)
    projections[...] = 1
    volume = pinned_array(cupy, (_SIZE, _SIZE, _SIZE), np.float32)
    blocks = [slice(start, start + _ROWS) for start in range(0, _SIZE, _ROWS)]

    def compute(block: Any, _rows: slice) -> Any:
        return reconstruct(block, theta, center=center)

    return _least(cupy, lambda: stream_rows(cupy, compute, projections, volume, blocks, pinned=True))


def _one_slice(cupy: Any, theta: Array, center: float) -> float:
    """Time a preview: another axis each time, from the sinogram on the device to the picture on the host."""
    sinogram = cupy.random.default_rng(0).random((_SIZE, 1, _SIZE), cupy.float32)
    moves = iter(np.linspace(-1, 1, _ROUNDS + 1))
    return _least(cupy, lambda: reconstruct(sinogram, theta, center=center + next(moves)).get())


def test_volumes_and_previews_on_a_device(publish: Publish) -> None:
    cupy = _library()
    theta = np.linspace(0, np.pi, _SIZE, endpoint=False)
    center = (_SIZE - 1) / 2
    rows = [("kernels", "float32", _kernels(cupy, theta, center))]
    rows += [
        ("pinned host to host", np.dtype(kind).name, _host_to_host(cupy, theta, center, kind))
        for kind in (np.uint16, np.float32)
    ]
    rows += [("one slice", "float32", _one_slice(cupy, theta, center))]
    name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    lines = [
        f"{name}, {_SIZE} angles, {_SIZE} columns, {_SIZE} rows",
        "| what | input | s | aimed at on an H200, 2048 |",
        "|---|---|---|---|",
    ]
    lines += [f"| {what} | {kind} | {seconds:.4f} | {_TARGETS[what]} |" for what, kind, seconds in rows]
    publish(lines)
