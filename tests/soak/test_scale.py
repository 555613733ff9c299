"""What large scans ask for: time per slice that stays, memory in bounds, and a stop that is felt at once."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow, open_file
from daisy_lab._engine import Meter, hold_malloc
from daisy_lab.algorithms.ct import reconstruct
from daisy_lab.errors import CancelledError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.soak

_WORKERS = 2


def _opened(path: Path, views: int, rows: int, width: int) -> LocalEngine:
    """Open a scan of which nothing was ever written: every count is the fill value."""
    with h5py.File(path, "w") as file:
        for name, count, value in (("data", views, 20_000), ("data_white", 4, 40_000), ("data_dark", 4, 0)):
            file.create_dataset(f"exchange/{name}", (count, rows, width), np.uint16, fillvalue=value)
        file["exchange/theta"] = np.arange(views) * (180 / views)
        file["exchange/theta"].attrs["units"] = "deg"
    engine = LocalEngine(workers=_WORKERS)
    opened = open_file(path)
    for name in ("projections", "flat", "dark", "theta"):
        engine.store.put(name, opened[name])
    return engine


def test_time_per_slice_stays_as_slices_grow() -> None:
    theta = np.arange(720) * (np.pi / 720)
    each: dict[int, float] = {}
    for slices in (32, 256):
        scan = np.random.default_rng(0).random((720, slices, 512), np.float32)
        reconstruct(scan[:, :32], theta, center=255.5)
        times = []
        for _round in range(3):
            begin = time.process_time()
            reconstruct(scan, theta, center=255.5)
            times.append(time.process_time() - begin)
        each[slices] = min(times) / slices
    print("\nms per slice:", {slices: round(1e3 * seconds, 2) for slices, seconds in each.items()})  # noqa: T201
    assert each[256] <= 1.2 * each[32]


def test_a_run_in_memory_takes_no_more_than_it_may(tmp_path: Path) -> None:
    views, rows, width = 720, 256, 512
    engine = _opened(tmp_path / "scan.h5", views, rows, width)
    for name in ("projections", "flat", "dark"):
        engine.store.put(name, np.array(engine.store[name][...]), axes=engine.store.describe(name).axes)
    hold_malloc()
    with Meter() as meter:
        volume = Workflow.load("ct").run(engine, settings={"center": (width - 1) / 2}).result(600)["volume"]
    given = views * rows * width * 2
    peak = given + meter.rise()
    allowed = 1.5 * given + volume.nbytes + _WORKERS * 0.5e9
    print(f"\npeak {peak / 1e6:.0f} MB, allowed {allowed / 1e6:.0f} MB")  # noqa: T201
    assert peak <= allowed


@pytest.mark.parametrize("step", ["counts_to_absorption", "reconstruct"])
def test_a_large_run_stops_within_a_second(tmp_path: Path, step: str) -> None:
    engine = _opened(tmp_path / "scan.h5", 1500, 2048, 2048)
    begun = threading.Event()
    run = Workflow.load("ct").run(engine, memory=4_000_000_000, settings={"center": 1023.5})

    def look(changed: Any) -> None:
        if changed.text == step or changed.ended:
            begun.set()

    run.on_change(look)
    assert begun.wait(120)
    assert not run.ended
    time.sleep(0.3)
    run.cancel()
    begin = time.monotonic()
    with pytest.raises(CancelledError):
        run.result(60)
    seconds = time.monotonic() - begin
    print(f"\nstopped {seconds:.2f} s after the word")  # noqa: T201
    assert seconds < 1
