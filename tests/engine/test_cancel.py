"""A cancel is felt within a second, wherever a run is."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Annotated, Any

import numba
import numpy as np
import pytest

from daisy_lab import Workflow, algorithm, cancel_flag, parallel, progress
from daisy_lab.errors import CancelledError
from daisy_lab.vocabulary import Array, Axes, Same

if TYPE_CHECKING:
    from daisy_lab import LocalEngine, Run

Frames = Annotated[Array, Axes("angle", "row", "column")]
WITHIN = 20.0  # the work itself would take hours; the second that is promised is measured by `make soak`
PATIENCE = 30.0
begun = threading.Event()
go_on = threading.Event()


@pytest.fixture(autouse=True)
def _fresh_events() -> Any:
    begun.clear()
    go_on.clear()
    yield
    go_on.set()


@algorithm
def hold(image: Same) -> Same:
    """Wait until the test says go on."""
    begun.set()
    assert go_on.wait(PATIENCE)
    return image + 1


@algorithm
def endless(image: Same) -> Same:
    """Iterate for hours."""
    for _item in progress(range(10**9)):
        begun.set()
        time.monotonic()
    return image


@algorithm(splits={"angle": 0})
def endless_frames(image: Frames) -> Frames:
    begun.set()
    return endless(image)


@numba.njit(nogil=True, cache=False)
def _spin(flag: Any, work: Any) -> None:
    # It writes as it goes, like any kernel: without that the compiler reads the flag only once.
    while flag[0] == 0:
        work[0] += 1


@algorithm
def kernel(image: Same) -> Same:
    """Stay in native code until the flag is set."""
    begun.set()
    _spin(cancel_flag(), np.zeros(1, np.int64))
    return image


@algorithm
def kernels(image: Same) -> Same:
    parallel(lambda _number: (begun.set(), _spin(cancel_flag(), np.zeros(1, np.int64))), range(3))
    return image


@algorithm
def where(image: Same) -> Same:
    return image + (threading.current_thread() is threading.main_thread())


@pytest.fixture
def ready(engine: LocalEngine) -> LocalEngine:
    engine.store["image"] = np.zeros((3, 4))
    engine.store.put("frames", np.zeros((3, 4, 2), np.float32), axes=("angle", "row", "column"))
    _spin(np.ones(1, np.uint8), np.zeros(1, np.int64))  # compiled before any clock runs
    return engine


def cancelled_soon(run: Run) -> None:
    assert begun.wait(PATIENCE)
    start = time.monotonic()
    run.cancel()
    with pytest.raises(CancelledError):
        run.result(PATIENCE)
    assert time.monotonic() - start < WITHIN
    assert run.state == "cancelled"
    assert run.ended
    assert "cancelled" in str(run.error)
    assert "cancelled" in run.describe()


def test_a_cancel_is_felt_in_a_long_loop(ready: LocalEngine) -> None:
    run = ready.run(endless, image="image")
    cancelled_soon(run)
    (entry,) = ready.ledger
    assert (entry.state, entry.outputs, entry.algorithm) == ("cancelled", {}, endless.id)
    assert "endless" not in ready.store


def test_a_cancel_is_felt_in_a_native_kernel_that_polls(ready: LocalEngine) -> None:
    run = ready.run(kernel, image="image")
    assert begun.wait(PATIENCE)
    run.cancel()
    assert run.wait(WITHIN)


def test_a_cancel_is_felt_in_kernels_on_several_threads(ready: LocalEngine) -> None:
    cancelled_soon(ready.run(kernels, image="image"))


def test_a_cancel_is_felt_in_a_step_of_a_workflow(ready: LocalEngine) -> None:
    chain = Workflow("w").add(endless_frames, into="out", image="frames")
    cancelled_soon(chain.run(ready))
    assert [(entry.algorithm, entry.state) for entry in ready.ledger] == [(endless_frames.id, "cancelled")]
    assert "out" not in ready.store


def test_a_cancel_is_felt_while_a_run_waits_for_its_turn(ready: LocalEngine) -> None:
    busy = [ready.run(hold, image="image", into=f"held{number}") for number in range(2)]
    waiting = ready.run(where, image="image")
    assert begun.wait(PATIENCE)
    start = time.monotonic()
    waiting.cancel()
    with pytest.raises(CancelledError, match="where was cancelled"):
        waiting.result(PATIENCE)
    assert time.monotonic() - start < WITHIN
    assert waiting.state == "cancelled"
    assert [run.ended for run in busy] == [False, False]
    go_on.set()
    for run in busy:
        run.result(PATIENCE)
    assert waiting.state == "cancelled"
    assert "where" not in ready.store


def test_a_cancel_after_the_end_changes_nothing(ready: LocalEngine) -> None:
    run = ready.run(where, image="image", here=True)
    run.cancel()
    assert run.state == "done"
    assert run.result(0) is not None


def test_closing_the_engine_stops_what_runs_and_what_waits(ready: LocalEngine) -> None:
    runs = [ready.run(endless, image="image") for _number in range(3)]
    assert begun.wait(PATIENCE)
    ready.close()
    assert [run.state for run in runs] == ["cancelled"] * 3
    assert ready.run(where, image="image").result(PATIENCE) is not None  # it starts again when asked
