"""The JSON form of a workflow: complete, checked, and never code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daisy_lab import When, Workflow, ref
from daisy_lab._workflow import Step, shipped_names
from daisy_lab.errors import MissingFileError, WorkflowError

if TYPE_CHECKING:
    from pathlib import Path
    from types import SimpleNamespace

    from daisy_lab import LocalEngine


def again(workflow: Workflow) -> Workflow:
    return Workflow.from_json(json.dumps(workflow.to_json()))


def test_a_workflow_comes_back_from_its_file(chain: Workflow, tmp_path: Path) -> None:
    chain.save(tmp_path / "chain.json")
    found = Workflow.load(tmp_path / "chain.json")
    assert found.steps == chain.steps
    assert found.outputs == chain.outputs == ("flat",)
    assert (found.name, found.title, found.summary) == (chain.name, chain.title, chain.summary)
    assert found.inputs_text == {"stack": "Frames"}
    assert found.to_json() == chain.to_json()


def test_everything_a_step_can_say_comes_back(steps: SimpleNamespace) -> None:
    workflow = Workflow("w").add(steps.find_peak, into="peak", stack=ref("stack", row=slice(1, 3)))
    workflow.add(
        steps.subtract,
        into="flat",
        image="stack",
        offset=ref("peak"),
        factor=2,
        name="my step",
        when=When("peak", "in", ["a", 1.5, True]),
        otherwise="stack",
        on_error="skip",
        retries=3,
    )
    assert again(workflow).steps == workflow.steps
    assert again(workflow).steps[0].inputs["stack"] == ref("stack", row=slice(1, 3))


@pytest.mark.parametrize("value", [3, 2.5, "text", True, False, None, ["a", "b"], [1, 2.5]])
def test_the_constant_of_a_condition_comes_back(steps: SimpleNamespace, value: Any) -> None:
    workflow = Workflow("w").add(
        steps.scale, into="a", image="stack", when=When("kind", "==", value), otherwise="stack"
    )
    found = again(workflow).steps[0].when
    assert found is not None
    assert found.value == value
    assert type(found.value) is type(value) or not isinstance(value, bool)


def test_nesting_comes_back(chain: Workflow, steps: SimpleNamespace) -> None:
    outer = (
        Workflow("outer").add(chain, into="inner", stack="stack").add(steps.scale, into="out", image="inner")
    )
    assert again(outer).to_json() == outer.to_json()
    assert again(outer).check(["stack"]) == outer.check(["stack"])


def test_numpy_settings_become_plain(steps: SimpleNamespace) -> None:
    workflow = Workflow("w").add(steps.scale, into="a", image="stack", factor=np.float32(1.5))
    assert json.loads(json.dumps(workflow.to_json()))["steps"][0]["settings"] == {"factor": 1.5}


@given(st.text(), st.text(), st.text(), st.dictionaries(st.text(), st.floats(allow_nan=False)))
def test_any_text_stays_data(name: str, title: str, text: str, options: dict[str, float]) -> None:
    workflow = Workflow(
        name, [Step("note", {}, ("a",), {"text": text, "options": options}, name=text)], title=title
    )
    found = Workflow.from_json(json.dumps(workflow.to_json()))
    assert found.to_json() == workflow.to_json()
    assert found.steps[0].settings == {"text": text, "options": options}
    assert (found.name, found.title) == (name, title)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "cwl"}, "format"),
        ({"steps": 5}, "steps"),
        ({"colour": "red"}, "colour: Extra inputs"),
        ({"name": None}, "name"),
        ({"steps": [{"algorithm": "scale"}]}, "steps.0.inputs"),
        ({"steps": [{"algorithm": "a", "inputs": {}, "outputs": [], "on_error": "explode"}]}, "on_error"),
        ({"steps": [{"algorithm": "a", "inputs": {}, "outputs": [], "retries": -1}]}, "retries"),
        ({"steps": [{"algorithm": "a", "inputs": {"x": {"row": [1, 2]}}, "outputs": []}]}, "has a 'name'"),
        (
            {
                "steps": [
                    {"algorithm": "a", "inputs": {"x": {"name": "y", "row": {"middle": 0}}}, "outputs": []}
                ]
            },
            "row",
        ),
        (
            {
                "steps": [
                    {
                        "algorithm": "a",
                        "inputs": {},
                        "outputs": [],
                        "when": {"name": "x", "comparison": "eval", "value": 1},
                    }
                ]
            },
            "comparison",
        ),
    ],
)
def test_a_fault_in_the_file_is_told_with_its_place(
    chain: Workflow, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(WorkflowError, match=said):
        Workflow.from_json({**chain.to_json(), **change})


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"steps": ', "\ufeff{}", "not json"])
def test_what_is_no_workflow_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "w.json").write_text(text)
    with pytest.raises(WorkflowError, match=r"w\.json is not a workflow"):
        Workflow.load(tmp_path / "w.json")


def test_a_workflow_that_is_not_there_names_the_shipped_ones() -> None:
    assert "ct" in shipped_names()
    with pytest.raises(MissingFileError, match=r"no workflow 'ctt'.*ct"):
        Workflow.load("ctt")


def test_the_shipped_workflow_is_checked() -> None:
    workflow = Workflow.load("ct")
    assert workflow.inputs == ("projections", "dark", "flat", "theta")
    assert len(workflow.check(["projections", "dark", "flat", "theta"])) == 4


def test_ten_thousand_steps_are_loaded_and_checked(steps: SimpleNamespace, engine: LocalEngine) -> None:
    data = Workflow("long").add(steps.scale, into="s0", image="stack", factor=1.0).to_json()
    (first,) = data["steps"]
    data["steps"] = [
        {**first, "inputs": {"image": f"s{number - 1}" if number else "stack"}, "outputs": [f"s{number}"]}
        for number in range(10_000)
    ]
    data["results"] = ["s9999"]
    workflow = Workflow.from_json(json.dumps(data))
    calls = workflow.check(["stack"])
    assert len(calls) == 10_000
    assert calls[-1].outputs == ("s9999",)
    assert workflow.inputs == ("stack",)
    with pytest.raises(WorkflowError, match=r"'stack' is missing: stack > scale > s0 > .* > s9999"):
        workflow.check(["frames"])
    # It runs, too, and neither way knows a recursion limit.
    np.testing.assert_array_equal(
        workflow.block(engine=engine, row=slice(2, 3)), engine.store["stack"][:, 2:3]
    )
