"""Algorithms in a child process: equal results, errors with their cause, killed on cancel, gone with the parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Annotated, NamedTuple

import numpy as np
import pytest

from daisy_lab import Workflow, algorithm, log, progress
from daisy_lab.errors import CancelledError, DataError, RunError
from daisy_lab.vocabulary import Array, Axes, Same

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab import LocalEngine

Frames = Annotated[Array, Axes("angle", "row", "column")]
PATIENCE = 60.0


class Pair(NamedTuple):
    twice: Same
    process: int


class FragileError(Exception):
    """Cannot be made again from its message."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"{first} and {second}")


@algorithm(isolate=True)
def twice(image: Same, *, times: float = 2.0) -> Pair:
    """Double, and tell where."""
    log("in the child")
    for _item in progress(range(3), text="working"):
        pass
    return Pair(image * times, os.getpid())


@algorithm(isolate=True, splits={"angle": 0})
def frames_twice(frames: Frames) -> Frames:
    return frames * np.float32(2)


@algorithm(isolate=True)
def deaf(image: Same, *, mark: str) -> Same:
    """Hold the lock of Python's, and ignore every signal that can be ignored."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    Path(mark).write_text(str(os.getpid()))
    return np.array([sum(range(10**13))])


@algorithm(isolate=True)
def crash(image: Same) -> Same:
    os.kill(os.getpid(), signal.SIGKILL)
    return image


@algorithm(isolate=True)
def fail(image: Same) -> Same:
    message = "broken library"
    raise KeyError(message)


@algorithm(isolate=True)
def fail_fragile(image: Same) -> Same:
    raise FragileError(1, 2)


@algorithm(isolate=True)
def refuse(image: Same) -> Same:
    message = "no flats; measure some"
    raise DataError(message)


@algorithm(isolate=True)
def unsendable(image: Same) -> Same:
    return (number for number in range(3))  # type: ignore[return-value]


@pytest.fixture
def ready(engine: LocalEngine) -> LocalEngine:
    engine.store["image"] = np.arange(12.0).reshape(3, 4)
    engine.store.put(
        "frames", np.arange(24, dtype=np.float32).reshape(3, 4, 2), axes=("angle", "row", "column")
    )
    return engine


def until(what: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something of another process, which cannot tell us by an event."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def test_the_result_is_the_same_and_comes_from_another_process(ready: LocalEngine) -> None:
    run = ready.run(twice, image="image", times=3.0)
    found, process = run.result(PATIENCE)
    np.testing.assert_array_equal(found, twice(ready.store["image"], times=3.0).twice)
    assert process != os.getpid()
    assert run.lines == ["in the child"]
    assert (run.done, run.total, run.text) == (3, 3, "working")


def test_the_child_is_kept_warm(ready: LocalEngine) -> None:
    first = ready.run(twice, image="image").result(PATIENCE)[1]
    assert ready.run(twice, image="image").result(PATIENCE)[1] == first


def test_a_step_of_a_workflow_runs_in_the_child_block_by_block(ready: LocalEngine) -> None:
    chain = Workflow("w").add(frames_twice, into="out", frames="frames")
    np.testing.assert_array_equal(
        chain.block(engine=ready, angle=slice(1, 2)), ready.store["frames"][1:2] * 2
    )
    np.testing.assert_array_equal(chain.run(ready).result(PATIENCE)["out"], ready.store["frames"] * 2)


def test_large_arrays_go_there_and_back(ready: LocalEngine) -> None:
    big = np.random.default_rng(0).integers(0, 2**31, size=(40, 256, 256)).astype(np.float64)
    found, _process = ready.run(twice, image=big, times=1.0).result(PATIENCE)
    np.testing.assert_array_equal(found, big)
    fortran = np.asfortranarray(big[:3])[:, ::2]
    found, _process = ready.run(twice, image=fortran, times=1.0).result(PATIENCE)
    np.testing.assert_array_equal(found, fortran)


def test_an_error_comes_with_its_cause_and_where_it_was_raised(ready: LocalEngine) -> None:
    with pytest.raises(RunError, match="broken library") as caught:
        ready.run(fail, image="image").result(PATIENCE)
    cause = caught.value.__cause__
    assert isinstance(cause, KeyError)
    assert "raise KeyError" in "".join(cause.__notes__)
    with pytest.raises(DataError, match=r"^no flats; measure some$"):
        ready.run(refuse, image="image").result(PATIENCE)


def test_an_error_that_cannot_travel_is_told_in_words(ready: LocalEngine) -> None:
    with pytest.raises(RunError, match="FragileError: 1 and 2"):
        ready.run(fail_fragile, image="image").result(PATIENCE)
    assert ready.run(twice, image="image").result(PATIENCE)


def test_a_result_that_cannot_travel_is_told(ready: LocalEngine) -> None:
    with pytest.raises(RunError, match="the result cannot be sent to another process"):
        ready.run(unsendable, image="image").result(PATIENCE)
    assert ready.run(twice, image="image").result(PATIENCE)


def test_a_child_that_dies_is_an_error_and_the_next_run_gets_another(ready: LocalEngine) -> None:
    with pytest.raises(RunError, match=r"crash ended its process \(exit status -9\)"):
        ready.run(crash, image="image").result(PATIENCE)
    assert ready.run(twice, image="image").result(PATIENCE)
    assert next(iter(ready.ledger)).state == "failed"


def test_a_cancel_kills_a_child_that_is_deaf(ready: LocalEngine, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    run = ready.run(deaf, image="image", mark=str(mark))
    until(lambda: mark.exists() and mark.read_text())
    run.cancel()
    # The work itself would take days; the second that is promised is measured by `make soak`.
    with pytest.raises(CancelledError):
        run.result(PATIENCE)
    assert run.state == "cancelled"
    assert not alive(int(mark.read_text()))
    (entry,) = ready.ledger
    assert entry.state == "cancelled"
    assert ready.run(twice, image="image").result(PATIENCE)


SCRIPT = """
    import os, sys, time
    from pathlib import Path
    import numpy as np
    from daisy_lab import LocalEngine, algorithm
    from daisy_lab.vocabulary import Same

    FACTOR = 5

    def helper(values):
        return values * FACTOR

    @algorithm(isolate=True)
    def local(image: Same, *, mark: str, forever: bool = False) -> Same:
        Path(mark).write_text(str(os.getpid()))
        if forever:
            sum(range(10**13))
        return helper(image)

    engine = LocalEngine()
    run = engine.run(local, image=np.arange(3), mark=sys.argv[1], forever=len(sys.argv) > 2)
    print(run.result().tolist(), flush=True)
"""


def script(tmp_path: Path, *arguments: str) -> list[str]:
    path = tmp_path / "script.py"
    path.write_text(dedent(SCRIPT))
    return [sys.executable, str(path), *arguments]


def test_a_function_of_a_script_travels_with_what_it_calls(tmp_path: Path) -> None:
    done = subprocess.run(
        script(tmp_path, str(tmp_path / "pid")), capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert done.stdout == "[0, 5, 10]\n"
    until(lambda: not alive(int((tmp_path / "pid").read_text())))


def test_the_child_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    with subprocess.Popen(script(tmp_path, str(mark), "forever"), stdout=subprocess.DEVNULL) as parent:
        until(lambda: mark.exists() and mark.read_text())
        child = int(mark.read_text())
        assert alive(child)
        parent.kill()
        parent.wait(PATIENCE)
    until(lambda: not alive(child), 5)
