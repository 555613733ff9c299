"""The engine that runs nothing: what it was asked becomes a workflow, checked before any data are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import LocalEngine, RecordingEngine, When, Workflow, ref
from daisy_lab.errors import SettingError, WorkflowError

if TYPE_CHECKING:
    from types import SimpleNamespace

    from daisy_lab import Engine


def script(engine: Engine, steps: SimpleNamespace) -> None:
    """Do what a user's script does with any engine."""
    engine.run(steps.smooth, stack="projections", half="2", into="smooth").wait()
    engine.run(steps.find_level, stack="smooth", into="level").wait()
    engine.run(steps.subtract, image="smooth", offset=ref("level"), into="flat").wait()


def test_calls_become_a_workflow_that_does_the_same(
    steps: SimpleNamespace, engine: LocalEngine, stack: Any
) -> None:
    recording = RecordingEngine()
    script(recording, steps)
    assert [call.outputs for call in recording.calls] == [("smooth",), ("level",), ("flat",)]
    assert recording.calls[0].settings == {"half": 2}
    assert recording.calls[2].bound == {"offset": "level"}
    assert len(recording.store) == 0
    workflow = Workflow.from_calls("script", recording.calls)
    assert workflow.inputs == ("projections",)
    assert workflow.outputs == ("flat",)
    workflow.check(["projections"])
    engine.store.put("projections", stack.copy(), axes=("angle", "row", "column"))
    script(engine, steps)
    by_hand = engine.store["flat"]
    np.testing.assert_array_equal(workflow.run(engine, into="again").result(60)["flat"], by_hand)


def test_a_missing_input_is_told_before_any_data_are_read(steps: SimpleNamespace) -> None:
    recording = RecordingEngine()
    script(recording, steps)
    with pytest.raises(WorkflowError, match="'projections' is missing"):
        Workflow.from_calls("script", recording.calls).check(["frames"])


def test_settings_and_names_are_checked(steps: SimpleNamespace) -> None:
    recording = RecordingEngine()
    with pytest.raises(SettingError, match="half"):
        recording.run(steps.smooth, stack="projections", half="wide")
    with pytest.raises(SettingError, match="no setting 'hlaf'"):
        recording.run(steps.smooth, stack="projections", hlaf=1)
    with pytest.raises(SettingError, match="gives 2 objects"):
        recording.run(steps.bands, stack="projections", into="one")
    assert recording.calls == []


def test_a_value_given_directly_becomes_an_input_named_after_its_port(
    steps: SimpleNamespace, stack: Any
) -> None:
    recording = RecordingEngine()
    recording.run(steps.smooth, stack=stack)
    assert Workflow.from_calls("w", recording.calls).inputs == ("stack",)


def test_a_job_is_written_down_with_its_policies(steps: SimpleNamespace) -> None:
    workflow = Workflow("w").add(steps.smooth, into="a", stack="projections", retries=2)
    workflow.add(
        steps.scale, into="b", image="a", when=When("kind", "==", "dark"), otherwise="a", on_error="skip"
    )
    recording = RecordingEngine()
    recording.store["projections"] = np.zeros((2, 2, 2))
    recording.store["kind"] = "dark"
    assert workflow.run(recording).result(0) == {}
    workflow.block(engine=recording, row=slice(0, 1))
    assert str(workflow.plan(recording)) == "nothing to do: every result is there"
    assert len(recording.jobs) == 3
    again = Workflow.from_calls("w", recording.calls)
    assert [(step.retries, step.on_error, step.otherwise) for step in again.steps] == [
        (2, "stop", ""),
        (0, "skip", "a"),
    ]
    assert again.steps[1].when == When("kind", "==", "dark")
