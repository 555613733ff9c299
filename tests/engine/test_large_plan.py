"""A scan of 2048 x 2048 x 2048 under 4 GB: planned, begun and stopped, and a strip of it reconstructed.

The file holds no count that was ever written: HDF5 gives its fill value, so it is small, while every read is real. A
constant sinogram is the projection of c / (pi sqrt(R^2 - r^2)), which the slices must show.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow, open_file
from daisy_lab.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIZE, _VIEWS = 2048, 1500
_MEMORY = 4_000_000_000
_SETTINGS = {"center": (_SIZE - 1) / 2}
_PATIENCE = 60.0


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    path = tmp_path_factory.mktemp("large") / "scan.h5"
    with h5py.File(path, "w") as file:
        frame = (_SIZE, _SIZE)
        for name, count, value in (("data", _VIEWS, 20_000), ("data_white", 4, 40_000), ("data_dark", 4, 0)):
            file.create_dataset(f"exchange/{name}", (count, *frame), np.uint16, fillvalue=value)
        file["exchange/theta"] = np.arange(_VIEWS) * (180 / _VIEWS)
        file["exchange/theta"].attrs["units"] = "deg"
    assert path.stat().st_size < 100_000
    found = LocalEngine(workers=2)
    opened = open_file(path)
    for name in ("projections", "flat", "dark", "theta"):
        found.store.put(name, opened[name])
    yield found
    found.close()
    found.store.close()


@pytest.fixture(scope="module")
def plan(engine: LocalEngine) -> tuple[Any, float]:
    begin = time.process_time()
    made = Workflow.load("ct").plan(engine, memory=_MEMORY, settings=_SETTINGS)
    return made, time.process_time() - begin


def test_the_plan_stays_below_the_budget_with_blocks_worth_their_name(plan: tuple[Any, float]) -> None:
    made = plan[0]
    assert made.output_bytes == _SIZE**3 * 4
    assert made.peak_bytes < _MEMORY
    (section,) = made.sections
    assert section.axis == "row"
    assert section.steps[-2:] == ("reconstruct", "circular_mask")
    # Blocks too short would read each frame more often than needed: the budget is used.
    assert 16 <= section.length <= 256
    assert section.blocks * section.length >= _SIZE


def test_planning_takes_a_small_part_of_the_work(plan: tuple[Any, float], engine: LocalEngine) -> None:
    begin = time.process_time()
    strip = Workflow.load("ct").block("volume", engine, row=slice(1000, 1016), settings=_SETTINGS)
    per_row = (time.process_time() - begin) / 16
    assert plan[1] < 0.1 * _SIZE * per_row
    # 20,000 of 40,000 counts.
    absorption = np.log(2)
    place = _SIZE // 2 + np.array([0, 200, 400])
    radius = np.hypot(place - _SETTINGS["center"], 0.5)
    expected = absorption / (np.pi * np.sqrt((_SIZE / 2) ** 2 - radius**2))
    assert strip.shape == (16, _SIZE, _SIZE)
    np.testing.assert_allclose(strip[3, _SIZE // 2, place], expected, rtol=0.01)
    assert (strip == strip[:1]).all()


def test_the_whole_run_starts_and_can_be_stopped(engine: LocalEngine) -> None:
    begun = threading.Event()
    run = Workflow.load("ct").run(engine, memory=_MEMORY, settings=_SETTINGS)
    run.on_change(lambda changed: begun.set() if changed.text or changed.ended else None)
    assert begun.wait(_PATIENCE)
    run.cancel()
    begin = time.monotonic()
    with pytest.raises(CancelledError):
        run.result(_PATIENCE)
    # The second that is promised is measured by `make soak`, on a machine that does nothing else.
    assert time.monotonic() - begin < _PATIENCE / 2
    assert "volume" not in engine.store
