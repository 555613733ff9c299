"""Runs: on a thread of their own, with progress, log, cancel, and an end that says what happened."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pytest

from daisy_lab import LocalEngine, Run, Workflow, algorithm, log, progress
from daisy_lab._engine._show import show
from daisy_lab.errors import DataError, MissingObjectError, RunError, SettingError
from daisy_lab.vocabulary import Array, Axes, Same

if TYPE_CHECKING:
    from types import SimpleNamespace

Frames = Annotated[Array, Axes("angle", "row", "column")]
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
def count(image: Same, *, items: int = 4) -> Same:
    """Count slowly with progress, until the test says go on."""
    for number in progress(range(items), text="counting"):
        log(f"item <{number}>")
        if number == 1:
            begun.set()
            assert go_on.wait(PATIENCE)
    return image


@algorithm
def fail(image: Same) -> Same:
    message = "the detector is on fire"
    raise ZeroDivisionError(message)


@algorithm
def refuse(image: Same) -> Same:
    message = "no flats; measure some"
    raise DataError(message)


@algorithm
def where(image: Same) -> Same:
    return image + (threading.current_thread() is threading.main_thread())


@algorithm(splits={"angle": 0})
def frame_fail(image: Frames) -> Frames:
    message = "bad frame"
    raise ValueError(message)


@pytest.fixture
def ready(engine: LocalEngine) -> LocalEngine:
    engine.store["image"] = np.zeros((3, 4))
    engine.store.put("frames", np.zeros((3, 4, 2), np.float32), axes=("angle", "row", "column"))
    return engine


def test_a_run_leaves_the_callers_thread(ready: LocalEngine) -> None:
    run = ready.run(where, image="image")
    np.testing.assert_array_equal(run.result(PATIENCE), np.zeros((3, 4)))


def test_a_run_here_stays_on_the_callers_thread_and_has_ended(ready: LocalEngine) -> None:
    run = ready.run(where, image="image", here=True)
    assert run.state == "done"
    np.testing.assert_array_equal(run.result(0), np.ones((3, 4)))


def test_the_result_is_stored_under_its_name_and_cannot_be_changed(ready: LocalEngine) -> None:
    run = ready.run(where, image="image", into="group/out")
    value = run.result(PATIENCE)
    assert run.made == ("group/out",)
    assert ready.store["group/out"] is value or np.shares_memory(ready.store["group/out"], value)
    assert not value.flags.writeable
    assert ready.store.describe("group/out").made_by == run.id
    assert "done" in run.describe()
    assert "group/out" in run.describe()


def test_a_result_that_takes_longer_than_the_timeout_says_so(ready: LocalEngine) -> None:
    run = ready.run(hold, image="image")
    with pytest.raises(TimeoutError, match="still running"):
        run.result(timeout=0.05)
    assert not run.wait(0.01)
    go_on.set()
    np.testing.assert_array_equal(run.result(PATIENCE), np.ones((3, 4)))


def test_progress_rate_time_left_and_log(ready: LocalEngine) -> None:
    run = ready.run(count, image="image", items=4)
    assert begun.wait(PATIENCE)
    assert (run.done, run.total, run.text) == (1, 4, "counting")
    assert run.fraction == 0.25
    assert run.rate is not None
    assert run.rate > 0
    assert run.remaining is not None
    assert run.remaining == pytest.approx(3 * run.seconds, rel=0.5)
    assert "25 % counting" in run.describe()
    go_on.set()
    run.result(PATIENCE)
    assert run.lines == ["item <0>", "item <1>", "item <2>", "item <3>"]
    assert run.fraction == 1.0
    assert run.seconds > 0


def test_before_it_starts_a_run_knows_nothing() -> None:
    run = Run("waiting")
    assert (run.state, run.seconds, run.fraction, run.rate, run.remaining) == (
        "queued",
        0.0,
        None,
        None,
        None,
    )
    assert "waiting" in run.describe()


def test_whoever_listens_hears_every_change_to_the_end(ready: LocalEngine) -> None:
    heard: list[str] = []
    over = threading.Event()
    run = ready.run(count, image="image")

    def listen(changed: Run) -> None:
        heard.append(changed.state)
        if changed.ended:
            assert changed.result(0) is not None  # a listener may ask for the result
            over.set()

    run.on_change(listen)
    go_on.set()
    assert over.wait(PATIENCE)
    assert heard[-1] == "done"
    assert set(heard) == {"queued", "running", "done"} - ({"queued"} - set(heard))


def test_a_listener_that_fails_does_not_harm_the_run(
    ready: LocalEngine, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_run: Run) -> None:
        message = "broken listener"
        raise RuntimeError(message)

    ended = ready.on_run(broken)
    run = ready.run(count, image="image")
    run.on_change(broken)
    go_on.set()
    assert run.result(PATIENCE) is not None
    assert "broken listener" in caplog.text
    ended()
    caplog.clear()
    ready.run(where, image="image", here=True)
    assert "broken listener" not in caplog.text


def test_the_engine_tells_of_new_runs(ready: LocalEngine) -> None:
    told: list[str] = []
    stop = ready.on_run(lambda run: told.append(run.title))
    ready.run(where, image="image", here=True)
    stop()
    ready.run(where, image="image", here=True)
    assert told == [where.id]
    assert [run.title for run in ready.runs] == [where.id, where.id]


def test_a_foreign_error_comes_with_its_cause_and_the_inputs(ready: LocalEngine) -> None:
    run = ready.run(fail, image="image")
    with pytest.raises(
        RunError, match=r"fail failed: ZeroDivisionError: the detector is on fire.*3x4"
    ) as caught:
        run.result(PATIENCE)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert run.state == "failed"
    assert "on fire" in run.describe()


def test_an_error_that_explains_itself_comes_as_it_is(ready: LocalEngine) -> None:
    with pytest.raises(DataError, match=r"^no flats; measure some$"):
        ready.run(refuse, image="image").result(PATIENCE)


def test_a_step_of_a_workflow_that_fails_is_the_same_error(ready: LocalEngine) -> None:
    chain = Workflow("w").add(frame_fail, into="out", image="frames")
    with pytest.raises(RunError, match="bad frame") as caught:
        chain.run(ready).result(PATIENCE)
    assert isinstance(caught.value.__cause__, ValueError)
    with pytest.raises(RunError, match="bad frame"):
        chain.block(engine=ready, angle=slice(0, 1))
    with pytest.raises(RunError, match="bad frame"):
        chain.plan(ready)
    assert next((entry.algorithm, entry.state) for entry in ready.ledger) == (frame_fail.id, "failed")


def test_mistakes_are_told_at_once_and_not_by_a_failed_run(ready: LocalEngine) -> None:
    with pytest.raises(MissingObjectError, match="did you mean 'image'"):
        ready.run(where, image="imge")
    with pytest.raises(SettingError, match=r"has no argument 'imgae'; .* did you mean 'image'"):
        ready.run(where, imgae="image")
    with pytest.raises(SettingError, match="needs the data object image"):
        ready.run(where)
    with pytest.raises(SettingError, match="items"):
        ready.run(count, image="image", items="many")
    with pytest.raises(SettingError, match="gives 1 objects"):
        ready.run(where, image="image", into=("a", "b"))
    with pytest.raises(DataError, match="needs the axes angle, row, column"):
        ready.run(frame_fail, image="image")
    assert not ready.runs


class FakeHandle:
    def __init__(self, shown: list[Any]) -> None:
        self.shown = shown

    def update(self, data: Any, **options: Any) -> None:
        assert options == {"raw": True}
        self.shown.append(data)


class FakeDisplay:
    """Takes what IPython's display takes."""

    def __init__(self) -> None:
        self.shown: list[Any] = []

    def __call__(self, data: Any, **options: Any) -> FakeHandle:
        assert options == {"raw": True, "display_id": True}
        self.shown.append(data)
        return FakeHandle(self.shown)


def test_a_run_shows_itself_in_a_notebook_to_its_end(ready: LocalEngine) -> None:
    display = FakeDisplay()
    run = ready.run(count, image="image", into="out")
    assert begun.wait(PATIENCE)
    show(run, display)
    over = threading.Event()
    run.on_change(lambda changed: changed.ended and over.set())
    go_on.set()
    run.result(PATIENCE)
    assert over.wait(PATIENCE)
    assert "25 %" in display.shown[0]["text/html"]
    assert display.shown[-1]["text/html"].count("done in") == 1
    assert "item &lt;3&gt;" in display.shown[-1]["text/html"]
    assert run.id in display.shown[-1]["text/plain"]


def test_a_run_that_is_over_is_shown_once(ready: LocalEngine) -> None:
    display = FakeDisplay()
    show(ready.run(where, image="image", here=True), display)
    assert len(display.shown) == 1


def test_a_failing_run_logs_nothing_of_its_own(ready: LocalEngine, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(RunError):
        ready.run(fail, image="image").result(PATIENCE)
    assert not caplog.records


def test_the_axes_of_same_are_those_of_the_first_port_however_the_call_is_written(
    ready: LocalEngine, steps: SimpleNamespace
) -> None:
    ready.store.put("weights", np.ones((4, 2), np.float32), axes=("row", "column"))
    ready.run(steps.add, other="weights", image="frames", into="sum", here=True).result()
    assert ready.store.describe("sum").axes == ("angle", "row", "column")


def test_an_algorithm_that_returns_something_else_than_it_says_is_told(
    ready: LocalEngine, wrong_outputs: Any
) -> None:
    with pytest.raises(DataError, match="declares 2 outputs"):
        ready.run(wrong_outputs.too_few, image="image").result(PATIENCE)
    with pytest.raises(DataError, match=r"with the axes angle, row, column .* shape \(3, 4\)"):
        ready.run(wrong_outputs.flat, image="image").result(PATIENCE)


def test_a_step_that_does_not_keep_its_split_axis_is_told(ready: LocalEngine, wrong_outputs: Any) -> None:
    chain = Workflow("w").add(wrong_outputs.short, into="out", image="frames")
    with pytest.raises(
        DataError, match="says it can be split along angle, but gave 2 positions of out for 3"
    ):
        chain.run(ready).result(PATIENCE)
    chain = Workflow("w").add(wrong_outputs.ravel, into="out", image="frames")
    with pytest.raises(DataError, match="must give out with the axes angle, row, column"):
        chain.run(ready).result(PATIENCE)
