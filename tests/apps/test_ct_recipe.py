"""The choices of the CT app, and the workflow they make."""

from __future__ import annotations

import pytest

from daisy_lab import Workflow
from daisy_lab.apps.ct import Recipe
from daisy_lab.apps.ct._recipe import STAGES


def test_without_any_choice_it_is_the_shipped_workflow() -> None:
    assert Recipe().workflow().to_json()["steps"] == Workflow.load("ct").to_json()["steps"]


@pytest.mark.parametrize(
    ("stage", "algorithm"),
    [(stage, algorithm) for stage, choices in STAGES.items() for algorithm in choices if algorithm],
)
def test_every_choice_gives_a_workflow_that_passes_its_checks(stage: str, algorithm: str) -> None:
    recipe = Recipe().choose(stage, algorithm)
    for needed in ("energy", "distance", "pixel_size"):
        for phase in ("ct.paganin", "ct.bronnikov"):
            recipe = recipe.set(phase, needed, 20.0)
    recipe = recipe.set("ct.correct_beam_hardening", "coefficients", [1.0, 0.1])
    calls = recipe.workflow().check()
    assert algorithm in {call.algorithm.id for call in calls}
    assert calls[-1].outputs == ("volume",)


def test_leaving_out_the_mask_leaves_the_volume() -> None:
    made = Recipe().choose("mask", "").workflow()
    assert made.check()[-1].algorithm.id == "ct.reconstruct"
    assert made.outputs == ("volume",)


def test_an_axis_set_by_hand_is_not_looked_for() -> None:
    made = Recipe().about(295.5).workflow()
    assert "ct.find_center" not in {step.algorithm for step in made.steps}
    changed = Workflow.load("ct").with_settings({"center": 295.5})
    assert [call.settings for call in made.calls()] == [call.settings for call in changed.calls()]


def test_a_recipe_is_kept_whole() -> None:
    recipe = (
        Recipe()
        .choose("stripes", "ct.remove_stripes_all")
        .set("ct.remove_stripes_all", "threshold", 4.0)
        .about(300.25)
    )
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_what_a_newer_program_chose_is_left_out() -> None:
    kept = Recipe.from_json({"chosen": {"stripes": "ct.of_tomorrow", "colour": "ct.blue"}})
    assert kept.at("stripes") == ""
    assert kept.workflow().check()


def test_a_setting_taken_back_is_the_default_again() -> None:
    recipe = Recipe().set("ct.reconstruct", "filter", "hann").set("ct.reconstruct", "filter", None)
    assert recipe.workflow().to_json() == Recipe().workflow().to_json()


def test_the_axis_is_looked_for_where_edges_are_sharp() -> None:
    recipe = Recipe().choose("phase", "ct.paganin")
    finding = next(step for step in recipe.workflow().steps if step.algorithm == "ct.find_center")
    assert finding.inputs["absorption"].name == "edges"
    assert recipe.axis_workflow(0).steps[-1].inputs["absorption"].name == "edges"
    assert Recipe().axis_workflow(3, around=100.0).check()
