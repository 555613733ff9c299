"""What a part of a result asks of every object: no more, no less, clipped at the true edge."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daisy_lab import LocalEngine, Workflow, middle, ref
from daisy_lab._engine._geometry import Need, Placed, needs, place
from daisy_lab._engine._pipeline import blocks_between
from daisy_lab._engine._sections import sections
from daisy_lab.errors import DataError, SettingError, WorkflowError

if TYPE_CHECKING:
    from types import SimpleNamespace

STACK = {"angle": 4, "row": 12, "column": 3}


def placed(workflow: Workflow, **sizes: dict[str, int]) -> list[Placed]:
    known: dict[str, Any] = {"projections": STACK, "weights": {"row": 12, "column": 3}, **sizes}
    steps = []
    for call in workflow.calls():
        step = place(call, known, {**call.settings, **dict.fromkeys(call.bound, 0.0)})
        known |= {name: dict(lengths) for name, lengths in step.outputs.items()}
        steps.append(step)
    return steps


def need(workflow: Workflow, name: str, **part: tuple[int, int]) -> Need:
    return needs(placed(workflow), {name: part})


class Spy:
    """A stack in a file that notes what is read of it."""

    axes, unit, identity, reference, chunks = ("angle", "row", "column"), "", "spy", {}, {}

    def __init__(self, values: Any) -> None:
        self.values, self.shape, self.dtype = values, values.shape, values.dtype
        self.parts: list[tuple[slice, ...]] = []

    def __getitem__(self, index: tuple[slice, ...]) -> Any:
        self.parts.append(index)
        return self.values[index].copy()


def test_halos_add_up_along_the_chain(steps: SimpleNamespace) -> None:
    chain = Workflow("w").add(steps.smooth, into="a", stack="projections", half=2)
    chain.add(steps.slope, into="b", stack="a").add(steps.scale, into="c", image="b")
    found = need(chain, "c", row=(6, 7))
    assert {name: ranges["row"] for name, ranges in found.items()} == {
        "c": (6, 7),
        "b": (6, 7),
        "a": (4, 7),
        "projections": (2, 9),
    }


def test_halos_are_clipped_at_the_true_edge(steps: SimpleNamespace) -> None:
    chain = Workflow("w").add(steps.smooth, into="a", stack="projections", half=3)
    assert need(chain, "a", row=(0, 1))["projections"]["row"] == (0, 4)
    assert need(chain, "a", row=(11, 12))["projections"]["row"] == (8, 12)


@pytest.mark.parametrize(
    ("part", "asked"),
    [((0, 1), (0, 6)), ((1, 2), (0, 8)), ((4, 5), (6, 12)), ((5, 6), (8, 12)), ((0, 6), (0, 12))],
)
def test_a_strided_window_reads_whole_strides(
    steps: SimpleNamespace, part: tuple[int, int], asked: tuple[int, int]
) -> None:
    chain = Workflow("w").add(steps.thin, into="a", stack="projections")
    assert need(chain, "a", row=part)["projections"]["row"] == asked


def test_a_window_may_be_a_function_of_the_settings(steps: SimpleNamespace) -> None:
    for half in (0, 1, 5):
        chain = Workflow("w").add(steps.smooth, into="a", stack="projections", half=half)
        assert need(chain, "a", row=(6, 7))["projections"]["row"] == (6 - half, 7 + half)


def test_consumers_of_one_object_are_united(steps: SimpleNamespace) -> None:
    chain = Workflow("w").add(steps.scale, into="a", image="projections")
    chain.add(steps.smooth, into="b", stack="a", half=1).add(steps.slope, into="c", stack="a")
    chain.add(steps.add, into="d", image="b", other="c")
    assert need(chain, "d", row=(6, 7))["a"]["row"] == (4, 8)


def test_an_axis_left_out_of_the_splits_is_asked_whole(steps: SimpleNamespace) -> None:
    chain = Workflow("w").add(steps.spin, into="a", stack="projections")
    chain.add(steps.scale, into="b", image="a")
    found = need(chain, "b", angle=(1, 2), row=(3, 4))
    assert found["projections"] == {"angle": (1, 2)}


def test_an_input_without_the_axis_is_passed_whole(steps: SimpleNamespace) -> None:
    chain = Workflow("w").add(steps.weigh, into="a", stack="projections", weights="weights")
    found = need(chain, "a", angle=(1, 2))
    assert found == {"a": {"angle": (1, 2)}, "projections": {"angle": (1, 2)}, "weights": {}}
    assert need(chain, "a", row=(1, 2))["weights"] == {"row": (1, 2)}


def test_the_axes_of_same_are_those_of_the_first_port_however_the_call_is_written(
    steps: SimpleNamespace,
) -> None:
    data = Workflow("w").add(steps.add, into="a", image="projections", other="weights").to_json()
    data["steps"][0]["inputs"] = dict(reversed(data["steps"][0]["inputs"].items()))
    (step,) = placed(Workflow.from_json(data))
    assert list(step.outputs["a"]) == ["angle", "row", "column"]


def test_inputs_that_disagree_about_a_split_axis_are_refused(steps: SimpleNamespace) -> None:
    chain = Workflow("w").add(steps.weigh, into="a", stack="projections", weights="weights")
    with pytest.raises(DataError, match=r"row is 7 long in 'weights' and 12 in 'projections'"):
        placed(chain, weights={"row": 7, "column": 3})


def test_a_sample_is_read_relative_to_where_it_begins(steps: SimpleNamespace) -> None:
    chain = Workflow("w").add(steps.smooth, into="a", stack=ref("projections", row=slice(4, 9)))
    (step,) = placed(chain)
    assert step.outputs["a"]["row"] == 5
    assert need(chain, "a", row=(0, 1))["projections"]["row"] == (4, 6)
    assert need(chain, "a", row=(4, 5))["projections"]["row"] == (7, 9)


def test_a_step_on_a_sample_gives_what_it_gives_on_the_cut_array(
    steps: SimpleNamespace, engine: LocalEngine, stack: Any
) -> None:
    engine.store.put("projections", stack.copy(), axes=("angle", "row", "column"))
    chain = Workflow("w").add(steps.scale, into="a", image="projections")
    chain.add(steps.smooth, into="b", stack=ref("a", row=middle(6), angle=slice(1, 3)))
    chain.add(steps.scale, into="c", image="b")
    expected = steps.scale(steps.smooth(steps.scale(stack)[1:3, 3:9]))
    np.testing.assert_array_equal(chain.block(engine=engine, row=slice(2, 4)), expected[:, 2:4])
    np.testing.assert_array_equal(chain.run(engine).result(60)["c"], expected)


def test_a_sample_that_is_shorter_than_asked_is_all_there_is(steps: SimpleNamespace) -> None:
    chain = Workflow("w").add(steps.smooth, into="a", stack=ref("projections", row=middle(99)))
    assert placed(chain)[0].outputs["a"]["row"] == 12
    chain = Workflow("w").add(steps.smooth, into="a", stack=ref("projections", row=slice(10, 99)))
    assert placed(chain)[0].outputs["a"]["row"] == 2


def test_a_sample_outside_the_data_or_along_no_axis_is_refused(steps: SimpleNamespace) -> None:
    outside = Workflow("w").add(steps.smooth, into="a", stack=ref("projections", row=slice(12, 14)))
    with pytest.raises(DataError, match="row runs from 0 to 12"):
        placed(outside)
    astray = Workflow("w").add(steps.smooth, into="a", stack=ref("projections", rows=slice(0, 2)))
    with pytest.raises(DataError, match="its axes are angle, row, column"):
        placed(astray)


@pytest.mark.parametrize(
    "part", [slice(None, None), slice(3, None), slice(-3, -1), slice(4, 2), slice(0, 8, 2)]
)
def test_a_sample_is_written_with_both_ends(part: slice) -> None:
    with pytest.raises(SettingError, match="write both ends"):
        ref("projections", row=part)


def test_only_the_need_is_read_and_only_the_need_matters(
    steps: SimpleNamespace, engine: LocalEngine, stack: Any
) -> None:
    chain = Workflow("w").add(steps.smooth, into="a", stack="projections")
    chain.add(steps.slope, into="b", stack="a")
    expected = steps.slope(steps.smooth(stack))[:, 6:8]
    spy = Spy(stack)
    engine.store.put("projections", spy)
    np.testing.assert_array_equal(chain.block(engine=engine, row=slice(6, 8)), expected)
    assert spy.parts == [(slice(None), slice(3, 9), slice(None))]
    assert engine.last_block.report["bytes_read"] == stack[:, 3:9].nbytes
    poisoned = np.full_like(stack, np.nan)
    poisoned[:, 3:9] = stack[:, 3:9]
    engine.store.put("projections", poisoned, axes=("angle", "row", "column"))
    np.testing.assert_array_equal(chain.block(engine=engine, row=slice(6, 8)), expected)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["smooth", "slope", "pair", "thin", "scale"]), min_size=1, max_size=5),
    st.integers(0, 15),
    st.integers(1, 6),
)
def test_rows_outside_the_need_never_matter_and_those_at_its_ends_do(
    steps: SimpleNamespace, kinds: list[str], first: int, count: int
) -> None:
    rows = 16
    chain = Workflow("w")
    for number, kind in enumerate(kinds):
        made = getattr(steps, kind)
        chain.add(
            made, into=f"s{number}", **{made.inputs[0].name: f"s{number - 1}" if number else "projections"}
        )

    def result(stack: Any) -> Any:
        for kind in kinds:
            stack = getattr(steps, kind)(stack)
        return stack

    stack = np.random.default_rng(3).normal(size=(2, rows, 2))
    plain = result(stack)
    lo = first % plain.shape[1]
    hi = min(lo + count, plain.shape[1])
    sizes = {"angle": 2, "row": rows, "column": 2}
    begin, end = needs(placed(chain, projections=sizes), {f"s{len(kinds) - 1}": {"row": (lo, hi)}})[
        "projections"
    ]["row"]
    matters = []
    for row in range(rows):
        other = stack.copy()
        other[:, row] += 1.0
        matters.append(not np.array_equal(result(other)[:, lo:hi], plain[:, lo:hi]))
    assert not any(matters[:begin])
    assert not any(matters[end:])
    if begin > 0 and end < rows and "pair" not in kinds and "thin" not in kinds:
        assert matters[begin]
        assert matters[end - 1]


@given(st.integers(0, 200), st.integers(1, 200), st.integers(1, 60))
def test_blocks_start_at_multiples_of_their_length_whatever_the_range(
    first: int, count: int, length: int
) -> None:
    blocks = list(blocks_between((first, first + count), length))
    assert next(lo for lo, _hi in blocks) == first
    assert blocks[-1][1] == first + count
    assert all(hi == lo for (_lo, hi), (lo, _hi) in itertools.pairwise(blocks))
    assert all(lo % length == 0 for lo, _hi in blocks[1:])
    assert all(0 < hi - lo <= length for lo, hi in blocks)


def test_there_are_no_blocks_in_an_empty_range() -> None:
    assert list(blocks_between((5, 5), 3)) == []


def section_facts(workflow: Workflow, *targets: str) -> list[tuple[list[str], str | None, tuple[str, ...]]]:
    found = sections(placed(workflow), targets or workflow.outputs)
    return [
        ([step.call.algorithm.name for step in section.steps], section.axis, section.targets)
        for section in found
    ]


def test_a_section_takes_the_axis_with_the_smallest_halo(steps: SimpleNamespace) -> None:
    chain = Workflow("w").add(steps.scale, into="a", image="projections")
    chain.add(steps.smooth, into="b", stack="a", half=2)
    assert section_facts(chain) == [(["scale", "smooth"], "angle", ("b",))]


def test_a_section_ends_where_no_axis_is_left(steps: SimpleNamespace) -> None:
    chain = Workflow("w").add(steps.scale, into="a", image="projections")
    chain.add(steps.blur, into="b", stack="a").add(steps.raise_volume, into="c", stack="b")
    assert section_facts(chain) == [(["scale", "blur"], "angle", ("b",)), (["raise_volume"], "row", ("c",))]


def test_a_section_is_never_split_along_an_axis_whose_length_changes_inside(steps: SimpleNamespace) -> None:
    chain = Workflow("w").add(steps.smooth, into="a", stack="projections", half=0)
    chain.add(steps.pair, into="b", stack="a")
    assert section_facts(chain) == [(["smooth", "pair"], "angle", ("b",))]


def test_a_whole_input_step_off_the_main_path_runs_before_and_breaks_nothing(steps: SimpleNamespace) -> None:
    chain = Workflow("w").add(steps.scale, into="a", image="projections")
    chain.add(steps.even, into="map", weights="weights").add(steps.weigh, into="b", stack="a", weights="map")
    facts = section_facts(chain)
    assert [names for names, _axis, _targets in facts] == [["even"], ["scale", "weigh"]]


def test_what_several_need_is_kept_across_a_break(steps: SimpleNamespace) -> None:
    chain = Workflow("w").add(steps.scale, into="a", image="projections")
    chain.add(steps.spin, into="b", stack="a").add(steps.relate, into="c", stack="b")
    chain.add(steps.add, into="d", image="c", other="a")
    targets = [targets for _names, _axis, targets in section_facts(chain)]
    assert targets == [("a", "b"), ("c",), ("d",)]


def test_a_part_outside_the_result_is_refused(
    steps: SimpleNamespace, engine: LocalEngine, stack: Any
) -> None:
    engine.store.put("projections", stack, axes=("angle", "row", "column"))
    chain = Workflow("w").add(steps.smooth, into="a", stack="projections")
    with pytest.raises(WorkflowError, match="row runs from 0 to 12"):
        chain.block(engine=engine, row=slice(12, 13))
    with pytest.raises(WorkflowError, match=r"a part along 'rows' .* did you mean 'row'"):
        chain.block(engine=engine, rows=slice(1, 2))
    with pytest.raises(WorkflowError, match="without gaps"):
        chain.block(engine=engine, row=slice(0, 8, 2))
    np.testing.assert_array_equal(
        chain.block(engine=engine, row=slice(-2, None)), chain.block(engine=engine, row=slice(10, 12))
    )


def test_crowded_blocks_get_shorter_and_keep_whole_batches() -> None:
    answers = iter([False, True, False, True, True, True])
    blocks = list(blocks_between((0, 64), 32, 4, lambda: next(answers, False)))
    assert blocks == [(0, 32), (32, 48), (48, 64)]
    tight = iter([True] * 99)
    lengths = [hi - lo for lo, hi in blocks_between((0, 40), 24, 8, lambda: next(tight))]
    assert lengths == [8, 8, 8, 8, 8]
