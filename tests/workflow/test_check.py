"""What is wrong with a workflow is told before any data are read, with the way from there to the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import When, Workflow, ref
from daisy_lab._workflow import Step
from daisy_lab.errors import DataError, MissingAlgorithmError, SettingError, WorkflowError

if TYPE_CHECKING:
    from types import SimpleNamespace

    from daisy_lab import LocalEngine


def test_a_missing_input_draws_the_way_to_the_result_and_names_the_nearest(chain: Workflow) -> None:
    with pytest.raises(
        WorkflowError,
        match=r"'stack' is missing: stack > gain > scaled > subtract > flat; there is stak; did you mean 'stak'\?",
    ):
        chain.check(["stak"])


def test_the_same_is_told_by_a_run_and_a_block_before_they_begin(
    chain: Workflow, engine: LocalEngine
) -> None:
    engine.store.rename("stack", "frames")
    for begin in (chain.run, chain.plan):
        with pytest.raises(WorkflowError, match="'stack' is missing"):
            begin(engine)
    with pytest.raises(WorkflowError, match="'stack' is missing"):
        chain.block(engine=engine, row=slice(0, 1))
    assert not engine.runs


def test_only_what_the_targets_need_must_be_there(steps: SimpleNamespace) -> None:
    workflow = Workflow("w").add(steps.scale, into="a", image="x").add(steps.scale, into="b", image="y")
    workflow.check(["x"], ["a"])
    with pytest.raises(WorkflowError, match="'y' is missing"):
        workflow.check(["x"], ["b"])


def test_a_target_that_no_step_makes_names_the_nearest(chain: Workflow) -> None:
    with pytest.raises(WorkflowError, match=r"no step makes 'flatt'; .* did you mean 'flat'"):
        chain.check(targets=["flatt"])


def test_steps_in_the_wrong_order_are_told(chain: Workflow) -> None:
    chain.steps.reverse()
    with pytest.raises(
        WorkflowError, match="step 1 subtract reads 'scaled', which is made only by step 3 gain"
    ):
        chain.check()


def test_a_step_that_reads_its_own_result_is_told(steps: SimpleNamespace) -> None:
    with pytest.raises(WorkflowError, match="reads 'a', which is made only by step 1"):
        Workflow("w").add(steps.scale, into="a", image="a").check(["a"])


def test_a_name_that_is_made_twice_is_told(chain: Workflow, steps: SimpleNamespace) -> None:
    chain.add(steps.scale, into="scaled", image="stack")
    with pytest.raises(WorkflowError, match="'scaled' is made twice, by step 1 gain and step 4 scale"):
        chain.check()


def test_a_name_that_the_store_would_refuse_is_told(steps: SimpleNamespace) -> None:
    with pytest.raises(DataError, match=r"'../a' cannot name a data object"):
        Workflow("w").add(steps.scale, into="../a", image="x").check()


def test_an_empty_workflow_is_told() -> None:
    with pytest.raises(WorkflowError, match="has no steps"):
        Workflow("w").check()


def test_an_unknown_algorithm_names_the_nearest() -> None:
    workflow = Workflow("w", [Step("ct.normalise", {}, ("a",))])
    with pytest.raises(MissingAlgorithmError, match=r"did you mean 'ct.normalize'"):
        workflow.check()


def test_an_unknown_input_output_or_setting_is_told(steps: SimpleNamespace) -> None:
    scale = steps.scale.id
    with pytest.raises(WorkflowError, match="has no input 'imag'; it has image; did you mean 'image'"):
        Workflow("w", [Step(scale, {"imag": ref("x")}, ("a",))]).check()
    with pytest.raises(WorkflowError, match="lacks the input image"):
        Workflow("w", [Step(scale, {}, ("a",))]).check()
    with pytest.raises(WorkflowError, match=r"names 2 outputs; .* gives scale"):
        Workflow("w", [Step(scale, {"image": ref("x")}, ("a", "b"))]).check()
    with pytest.raises(SettingError, match=r"no setting 'facto'; .* did you mean 'factor'"):
        Workflow("w").add(steps.scale, into="a", image="x", facto=1).check()
    with pytest.raises(SettingError, match="factor"):
        Workflow("w").add(steps.scale, into="a", image="x", factor="much").check()
    with pytest.raises(WorkflowError, match=r"has no setting 'ofset'; .* did you mean 'offset'"):
        Workflow("w").add(steps.subtract, into="a", image="x", ofset=ref("peak")).check()


def test_data_are_named_and_never_given(steps: SimpleNamespace) -> None:
    with pytest.raises(SettingError, match="'image' is a data object: write its name"):
        Workflow("w").add(steps.scale, image=np.zeros(3))


def test_a_conditional_step_needs_a_stand_in_where_it_is_read(steps: SimpleNamespace) -> None:
    workflow = Workflow("w").add(steps.scale, into="a", image="x", when=When("kind", "==", "dark"))
    with pytest.raises(
        WorkflowError, match="runs under a condition; say with 'otherwise' what stands in for a"
    ):
        workflow.check()


def test_nothing_can_stand_in_for_several_results(steps: SimpleNamespace) -> None:
    workflow = Workflow("w").add(
        steps.split, into=("a", "b"), stack="x", when=When("kind", "==", "dark"), otherwise="x"
    )
    with pytest.raises(WorkflowError, match="'x' cannot stand in for several results"):
        workflow.check()


def test_a_setting_or_condition_reads_a_value_and_no_array(steps: SimpleNamespace) -> None:
    workflow = Workflow("w").add(steps.scale, into="a", image="x")
    bound = Workflow("w", [*workflow.steps]).add(steps.subtract, into="b", image="x", offset=ref("a"))
    with pytest.raises(WorkflowError, match="needs the value 'a' before it can start"):
        bound.check()
    asked = workflow.add(steps.scale, into="b", image="x", when=When("a", ">", 1), otherwise="x")
    with pytest.raises(WorkflowError, match="needs the value 'a' before it can start"):
        asked.check()


# Settings by name.


def used(workflow: Workflow) -> list[dict[str, Any]]:
    return [dict(call.settings) for call in workflow.calls()]


def test_a_setting_that_only_one_step_has_is_changed_by_its_name(chain: Workflow) -> None:
    assert used(chain.with_settings({"method": "mean"}))[1] == {"method": "mean"}
    assert used(chain)[1] == {"method": "max"}


def test_a_setting_that_several_steps_have_is_qualified(chain: Workflow) -> None:
    with pytest.raises(
        SettingError,
        match=r"several steps have a setting 'factor': write one of gain.factor, subtract.factor",
    ):
        chain.with_settings({"factor": 3})
    changed = chain.with_settings({"gain.factor": "3", "subtract.factor": 4})
    assert [settings.get("factor") for settings in used(changed)] == [3.0, None, 4.0]


def test_an_unknown_setting_names_all_there_are_and_the_nearest(chain: Workflow) -> None:
    with pytest.raises(
        SettingError, match=r"no setting 'metod'; there is .*peak.* did you mean '(find_peak\.)?method'"
    ):
        chain.with_settings({"metod": "max"})
    with pytest.raises(SettingError, match=r"no setting 'subtract.method'"):
        chain.with_settings({"subtract.method": "max"})


def test_a_value_given_takes_the_place_of_the_step_that_finds_it(chain: Workflow) -> None:
    changed = chain.with_settings({"peak": "1.5"})
    assert [step.label for step in changed.steps] == ["gain", "subtract"]
    assert used(changed)[1]["offset"] == 1.5
    assert len(chain.steps) == 3


def test_auto_leaves_a_value_to_be_found(chain: Workflow) -> None:
    assert chain.with_settings({"peak": "auto"}).steps == chain.steps


def test_a_value_that_is_wanted_as_a_result_is_still_found(chain: Workflow) -> None:
    chain.results = ("flat", "peak")
    changed = chain.with_settings({"peak": 1.5})
    assert [step.label for step in changed.steps] == ["gain", "find_peak", "subtract"]
    assert used(changed)[2]["offset"] == 1.5


def test_a_value_out_of_bounds_says_how_to_have_it_found(chain: Workflow) -> None:
    with pytest.raises(SettingError, match=r"offset.*write peak=auto to have it found"):
        chain.with_settings({"peak": "left"})


# Nesting.


def test_a_nested_workflow_does_what_it_does_alone(
    chain: Workflow, steps: SimpleNamespace, engine: LocalEngine, stack: Any
) -> None:
    engine.store.put("frames", stack.copy(), axes=("angle", "row", "column"))
    outer = Workflow("outer").add(steps.scale, into="scaled", image="frames", factor=1.0)
    outer.add(chain, into="inner", stack="scaled", peak=0.5, name="level it")
    outer.add(steps.scale, into="out", image="inner")
    assert outer.inputs == ("frames",)
    expected = chain.run(engine, settings={"peak": 0.5}).result(60)["flat"] * np.float32(2)
    np.testing.assert_array_equal(outer.run(engine).result(60)["out"], expected)
    np.testing.assert_array_equal(outer.block(engine=engine, row=slice(2, 4)), expected[:, 2:4])


def test_inner_names_never_meet_outer_ones(chain: Workflow) -> None:
    twice = Workflow("outer").add(chain, into="one", stack="scaled").add(chain, into="two", stack="one")
    calls = twice.check(["scaled"])
    made = [name for call in calls for name in call.outputs]
    assert made == ["chain/scaled", "chain/peak", "one", "chain2/scaled", "chain2/peak", "two"]
    assert calls[0].inputs["image"].name == "scaled"


def test_settings_of_nested_steps_are_reached_by_their_full_name(chain: Workflow) -> None:
    twice = (
        Workflow("outer").add(chain, into="one", stack="x").add(chain, into="two", stack="one", name="again")
    )
    changed = twice.with_settings({"again.gain.factor": 5.0})
    assert [settings.get("factor") for settings in used(changed)] == [2.0, None, 1.0, 5.0, None, 1.0]


def test_a_nested_workflow_takes_its_inputs_whole_and_all_of_them(chain: Workflow) -> None:
    with pytest.raises(WorkflowError, match="takes whole objects"):
        Workflow("outer").add(chain, into="one", stack=ref("x", row=slice(0, 1))).check()
    with pytest.raises(WorkflowError, match="lacks the input stack"):
        Workflow("outer").add(chain, into="one").check()
    with pytest.raises(WorkflowError, match="names 2 outputs; the workflow inside gives flat"):
        Workflow("outer").add(chain, into=("one", "two"), stack="x").check()


def test_workflows_nest_more_than_once(chain: Workflow, engine: LocalEngine) -> None:
    workflow = chain
    for number in range(5):
        workflow = Workflow(f"level{number}").add(workflow, into=f"out{number}", stack="stack")
    (result,) = workflow.run(engine).result(60).values()
    np.testing.assert_array_equal(result, chain.run(engine).result(60)["flat"])
