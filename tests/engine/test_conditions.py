"""Steps that run only when something holds, that are tried again, skipped, or stood in for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pytest

from daisy_lab import EACH, When, Workflow, algorithm, ref
from daisy_lab.errors import WorkflowError
from daisy_lab.vocabulary import Array, Axes, Same

if TYPE_CHECKING:
    from daisy_lab import LocalEngine

Frames = Annotated[Array, Axes("angle", "row", "column")]
PATIENCE = 60.0
calls: list[str] = []


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    calls.clear()


@algorithm(splits=EACH)
def first(image: Same, *, gain: float = 2.0) -> Same:
    return image * np.float32(gain)


@algorithm
def peak(image: Frames) -> float:
    return float(image.max())


@algorithm(splits=EACH)
def second(image: Same, *, top: float) -> Same:
    calls.append("second")
    return image / np.float32(top)


@algorithm(splits=EACH)
def shaky(image: Same, *, fails: int = 1) -> Same:
    calls.append("shaky")
    if calls.count("shaky") <= fails:
        message = "try again"
        raise OSError(message)
    return image + np.float32(1)


@pytest.fixture
def ready(engine: LocalEngine, stack: Any) -> LocalEngine:
    engine.store.put("frames", stack, axes=("angle", "row", "column"))
    return engine


def run(engine: LocalEngine, workflow: Workflow, **options: Any) -> Any:
    return workflow.run(engine, **options).result(PATIENCE)


def conditional(when: When) -> Workflow:
    made = Workflow("w").add(first, into="a", image="frames").add(peak, into="top", image="a")
    made.add(second, into="b", image="a", top=ref("top"), when=when, otherwise="a")
    return made.add(first, into="c", image="b", gain=10.0)


@pytest.mark.parametrize(
    ("comparison", "value", "holds"),
    [
        ("==", 8.0, True),
        ("==", 7.0, False),
        ("!=", 7.0, True),
        ("!=", 8.0, False),
        ("<", 9.0, True),
        ("<", 8.0, False),
        ("<=", 8.0, True),
        ("<=", 7.0, False),
        (">", 7.0, True),
        (">", 8.0, False),
        (">=", 8.0, True),
        (">=", 9.0, False),
        ("in", [1.0, 8.0], True),
        ("in", [1.0, 7.0], False),
    ],
)
def test_a_condition_decides_whether_a_step_runs(
    engine: LocalEngine, comparison: Any, value: Any, *, holds: bool
) -> None:
    frames = np.full((2, 3, 4), 4, np.float32)
    engine.store.put("frames", frames, axes=("angle", "row", "column"))
    workflow = conditional(When("top", comparison, value))
    expected = frames * 2 / 8 * 10 if holds else frames * 2 * 10
    np.testing.assert_array_equal(run(engine, workflow)["c"], expected)
    np.testing.assert_array_equal(workflow.block(engine=engine, row=slice(1, 2)), expected[:, 1:2])
    assert ("second" in calls) is holds


def test_a_condition_may_ask_an_input(ready: LocalEngine, stack: Any) -> None:
    ready.store["kind"] = "sample"
    workflow = Workflow("w").add(
        first, into="a", image="frames", when=When("kind", "in", ["flat", "dark"]), otherwise="frames"
    )
    np.testing.assert_array_equal(run(ready, workflow)["a"], stack)


def test_a_condition_that_cannot_be_told_says_so(ready: LocalEngine) -> None:
    ready.store["kind"] = "sample"
    workflow = Workflow("w").add(
        first, into="a", image="frames", when=When("kind", "<", 5), otherwise="frames"
    )
    with pytest.raises(ValueError, match=r"condition 'kind < 5' cannot be told: kind is 'sample'"):
        run(ready, workflow)


def test_conditions_hold_while_a_budget_is_kept(ready: LocalEngine, stack: Any) -> None:
    workflow = conditional(When("top", ">", 0))
    got = run(ready, workflow, memory=200_000_000)["c"]
    made = first(stack)
    np.testing.assert_array_equal(got, first(second(made, top=peak(made)), gain=10.0))


def test_a_step_that_fails_stops_the_workflow(ready: LocalEngine) -> None:
    workflow = Workflow("w").add(shaky, into="a", image="frames", fails=9)
    with pytest.raises(RuntimeError, match="try again"):
        run(ready, workflow)
    (entry,) = ready.ledger
    assert (entry.state, entry.outputs) == ("failed", {})
    assert "try again" in entry.error
    assert entry.inputs["image"].name == "frames"


@pytest.mark.parametrize("retries", [1, 2])
def test_a_step_is_tried_again(ready: LocalEngine, stack: Any, retries: int) -> None:
    workflow = Workflow("w").add(shaky, into="a", image="frames", fails=retries, retries=retries)
    np.testing.assert_array_equal(run(ready, workflow)["a"], stack + 1)
    assert calls == ["shaky"] * (retries + 1)
    assert [entry.state for entry in ready.ledger] == ["done"]


def test_a_step_is_not_tried_for_ever(ready: LocalEngine) -> None:
    workflow = Workflow("w").add(shaky, into="a", image="frames", fails=9, retries=2)
    with pytest.raises(RuntimeError, match="try again"):
        run(ready, workflow)
    assert calls == ["shaky"] * 3


def test_a_step_that_is_skipped_has_a_stand_in(ready: LocalEngine, stack: Any) -> None:
    workflow = Workflow("w").add(first, into="a", image="frames")
    workflow.add(shaky, into="b", image="a", fails=9, on_error="skip", otherwise="a")
    workflow.add(first, into="c", image="b", gain=10.0)
    finished = workflow.run(ready)
    np.testing.assert_array_equal(finished.result(PATIENCE)["c"], stack * 2 * 10)
    assert any("was skipped" in line for line in finished.lines)
    assert sorted(entry.state for entry in ready.ledger) == ["done", "done", "failed"]


def test_who_reads_a_skipped_step_is_skipped_and_the_rest_goes_on(ready: LocalEngine, stack: Any) -> None:
    workflow = Workflow("w").add(shaky, into="b", image="frames", fails=9, on_error="skip")
    workflow.add(first, into="c", image="b").add(first, into="d", image="frames", gain=3.0)
    np.testing.assert_array_equal(run(ready, workflow, targets=["d"])["d"], stack * 3)
    with pytest.raises(WorkflowError, match="'c' was not made, because its step was skipped"):
        run(ready, workflow, targets=["c", "d"])


def test_a_condition_on_what_was_skipped_does_not_hold(ready: LocalEngine, stack: Any) -> None:
    workflow = Workflow("w").add(shaky, into="b", image="frames", fails=9, on_error="skip")
    workflow.add(peak, into="top", image="b")
    workflow.add(first, into="c", image="frames", when=When("top", ">", 0), otherwise="frames")
    np.testing.assert_array_equal(run(ready, workflow)["c"], stack)


def test_the_axes_are_kept_where_a_stand_in_is_the_result(ready: LocalEngine, stack: Any) -> None:
    workflow = Workflow("w").add(
        shaky, into="b", image="frames", fails=99, on_error="skip", otherwise="frames"
    )
    np.testing.assert_array_equal(run(ready, workflow, row=slice(1, 3))["b"], stack[:, 1:3])
