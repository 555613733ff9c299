"""What one trivial step costs: ours with store and ledger, beside other frameworks, interleaved in one process.

Every way adds 1 to an array of 16 numbers. Ours validates the setting, hashes the result, stores it as a new version,
announces it and enters the run in the ledger; the others keep no record. Rounds alternate, so drift hits all alike.
"""

from __future__ import annotations

import gc
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab import EACH, LocalEngine, algorithm
from daisy_lab.vocabulary import Same

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, STEPS = 9, 300


@algorithm(splits=EACH)
def add(a: Same, *, by: float = 1.0) -> Same:
    """Give the array with a number added."""
    return a + by


def _ours(*, here: bool) -> Callable[[int], None]:
    engine = LocalEngine()
    engine.store.put("a", np.zeros(16), axes=("x",))

    def steps(count: int) -> None:
        for _number in range(count):
            engine.run(add, a="a", by=1.0, into="b", here=here).result()

    return steps


def _plain(count: int) -> None:
    array = np.zeros(16)
    for _number in range(count):
        add(array, by=1.0)


def _dask() -> Callable[[int], None]:
    dask = pytest.importorskip("dask")
    array = np.zeros(16)

    def steps(count: int) -> None:
        for _number in range(count):
            dask.delayed(add.function)(array, by=1.0).compute(scheduler="sync")

    return steps


def _sciline() -> Callable[[int], None]:
    sciline = pytest.importorskip("sciline")
    raw = type("Raw", (np.ndarray,), {})
    added = type("Added", (np.ndarray,), {})

    def step(array: raw) -> added:  # type: ignore[valid-type]
        return array + 1.0

    step.__annotations__ = {"array": raw, "return": added}
    array = np.zeros(16)

    def steps(count: int) -> None:
        for _number in range(count):
            pipeline = sciline.Pipeline([step], params={raw: array})
            pipeline.get(added, scheduler=sciline.scheduler.NaiveScheduler()).compute()

    return steps


def _ewoks() -> Callable[[int], None]:
    core = pytest.importorskip("ewokscore")

    class Add(core.Task, input_names=["array", "by"], output_names=["result"]):  # type: ignore[misc,call-arg,name-defined]
        def run(self) -> None:
            self.outputs.result = self.inputs.array + self.inputs.by

    array = np.zeros(16)

    def steps(count: int) -> None:
        for _number in range(count):
            Add(inputs={"array": array, "by": 1.0}).execute()

    return steps


def test_one_step_beside_other_frameworks() -> None:
    ways = {
        "the function itself": _plain,
        "daisy-lab, caller's thread": _ours(here=True),
        "daisy-lab, worker thread": _ours(here=False),
        "dask.delayed, sync": _dask(),
        "sciline, naive scheduler": _sciline(),
        "ewokscore task": _ewoks(),
    }
    for steps in ways.values():
        steps(STEPS)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(ROUNDS):
        for name, steps in ways.items():
            gc.collect()
            begin = time.perf_counter()
            steps(STEPS)
            times[name].append((time.perf_counter() - begin) / STEPS * 1e6)
    ours = statistics.median(times["daisy-lab, caller's thread"])
    print("\n| one trivial step | microseconds, median [min-max] | relative to ours |")  # noqa: T201
    print("|---|---|---|")  # noqa: T201
    for name, each in times.items():
        median = statistics.median(each)
        print(f"| {name} | {median:.1f} [{min(each):.1f}-{max(each):.1f}] | {median / ours:.2f} |")  # noqa: T201
