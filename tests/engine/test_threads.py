"""Several at once: runs of one engine, previews beside a run, jobs that write the same names."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow, algorithm
from daisy_lab.vocabulary import Array, Axes

if TYPE_CHECKING:
    from types import SimpleNamespace

Frames = Annotated[Array, Axes("angle", "row", "column")]
PATIENCE = 60.0
meet = threading.Barrier(2)
halfway = threading.Event()
go_on = threading.Event()


@algorithm(splits={"angle": 0})
def meeting(stack: Frames, *, gain: float) -> Frames:
    """Wait for the other run, so that both are at work at once."""
    meet.wait(PATIENCE)
    return stack * np.float32(gain)


@algorithm(splits={"angle": 0})
def halting(stack: Frames) -> Frames:
    halfway.set()
    assert go_on.wait(PATIENCE)
    return stack + np.float32(1)


@pytest.fixture
def ready(engine: LocalEngine, stack: Any) -> LocalEngine:
    engine.store.put("projections", stack.copy(), axes=("angle", "row", "column"))
    return engine


def test_two_runs_work_at_once_and_each_gets_its_own_result(ready: LocalEngine, stack: Any) -> None:
    for _again in range(5):
        runs = {
            gain: Workflow("w").add(meeting, into="out", stack="projections", gain=gain).run(ready)
            for gain in np.random.default_rng().uniform(1, 9, 2)
        }
        for gain, run in runs.items():
            np.testing.assert_array_equal(run.result(PATIENCE)["out"], stack * np.float32(gain))
    assert len(ready.ledger) == 10
    versions = sorted(entry.outputs["meeting"].version for entry in ready.ledger)
    assert versions == list(range(1, 11))


def test_two_single_runs_into_one_name_each_give_their_own_result(ready: LocalEngine, stack: Any) -> None:
    runs = {gain: ready.run(meeting, stack="projections", gain=gain, into="out") for gain in (2.0, 3.0)}
    for gain, run in runs.items():
        np.testing.assert_array_equal(run.result(PATIENCE), stack * np.float32(gain))


def test_a_preview_does_not_wait_for_a_run(ready: LocalEngine, steps: SimpleNamespace, stack: Any) -> None:
    halfway.clear()
    go_on.clear()
    run = Workflow("w").add(halting, into="slow", stack="projections").run(ready)
    assert halfway.wait(PATIENCE)
    try:
        chain = Workflow("w").add(steps.smooth, into="a", stack="projections")
        chain.add(steps.find_level, into="level", stack="a")
        np.testing.assert_array_equal(chain.block("a", ready, row=slice(3, 5)), steps.smooth(stack)[:, 3:5])
        assert chain.block("level", ready) == steps.find_level(steps.smooth(stack))
        assert not run.ended
    finally:
        go_on.set()
    np.testing.assert_array_equal(run.result(PATIENCE)["slow"], stack + 1)


def test_many_previews_at_once_agree_with_the_whole(
    ready: LocalEngine, steps: SimpleNamespace, stack: Any
) -> None:
    chain = (
        Workflow("w").add(steps.smooth, into="a", stack="projections").add(steps.slope, into="b", stack="a")
    )
    expected = steps.slope(steps.smooth(stack))
    wrong: list[int] = []

    def look(row: int) -> None:
        for _again in range(10):
            got = chain.block("b", ready, row=slice(row, row + 1))
            if not np.array_equal(got, expected[:, row : row + 1]):
                wrong.append(row)

    threads = [threading.Thread(target=look, args=(row,)) for row in range(6)]
    for thread in threads:
        thread.start()
    whole = chain.run(ready).result(PATIENCE)["b"]
    for thread in threads:
        thread.join(PATIENCE)
    np.testing.assert_array_equal(whole, expected)
    assert wrong == []
