"""What is recorded of a run, and what therefore need not run again."""

from __future__ import annotations

import itertools
import linecache
from textwrap import dedent
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pytest

from daisy_lab import EACH, LocalEngine, Workflow, algorithm, ref
from daisy_lab._ledger import Ledger
from daisy_lab.vocabulary import Array, Axes, Same

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

Frames = Annotated[Array, Axes("angle", "row", "column")]
PATIENCE = 60.0
calls: list[str] = []
cells = itertools.count()


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    calls.clear()


@algorithm(splits=EACH)
def first(image: Same, *, gain: float = 2.0) -> Same:
    calls.append("first")
    return image * np.float32(gain)


@algorithm
def peak(image: Frames) -> float:
    calls.append("peak")
    return float(image.max())


@algorithm(splits=EACH)
def second(image: Same, *, top: float, power: int = 1) -> Same:
    calls.append("second")
    return (image / np.float32(top)) ** power


@pytest.fixture
def ready(engine: LocalEngine, stack: Any) -> LocalEngine:
    engine.store.put("frames", stack, axes=("angle", "row", "column"))
    return engine


def chain() -> Workflow:
    made = Workflow("w").add(first, into="a", image="frames")
    made.add(peak, into="top", image="a")
    return made.add(second, into="b", image="a", top=ref("top"))


def run(engine: LocalEngine, workflow: Workflow, **options: Any) -> Any:
    return workflow.run(engine, **options).result(PATIENCE)


def test_every_step_is_recorded(ready: LocalEngine) -> None:
    run(ready, chain())
    assert [entry.algorithm.rpartition(":")[2] for entry in ready.ledger] == ["first", "peak", "second"]
    made, found, last = ready.ledger
    assert made.version == first.version
    assert made.inputs["image"].identity == ready.store.identity("frames")
    assert made.settings == {"gain": 2.0}
    assert (made.outputs["first"].name, made.outputs["first"].version) == ("a", 1)
    assert made.elements == ready.store["frames"].size
    assert made.seconds > 0
    assert made.peak_bytes >= ready.store["frames"].nbytes
    assert found.outputs["peak"].name == "top"
    assert last.inputs["image"] == made.outputs["first"]
    assert last.bound["top"] == found.outputs["peak"]
    assert last.settings == {"top": ready.store["top"], "power": 1}
    assert ready.store.describe("b").made_by == last.run


def test_a_single_run_is_recorded(ready: LocalEngine) -> None:
    finished = ready.run(first, image="frames", gain=3, into="x", here=True)
    (entry,) = ready.ledger
    assert (entry.run, entry.algorithm, entry.state) == (finished.id, first.id, "done")
    assert entry.inputs["image"].name == "frames"
    assert entry.inputs["image"].identity == ready.store.identity("frames")
    assert entry.outputs["first"].identity == ready.store.identity("x")
    assert entry.elements == ready.store["x"].size
    assert entry.settings == {"gain": 3.0}


def test_a_result_that_is_held_is_not_computed_again(ready: LocalEngine) -> None:
    expected = run(ready, chain())["b"]
    calls.clear()
    np.testing.assert_array_equal(run(ready, chain())["b"], expected)
    np.testing.assert_array_equal(chain().block(engine=ready, row=slice(2, 4)), expected[:, 2:4])
    np.testing.assert_array_equal(run(ready, chain(), row=slice(2, 4))["b"], expected[:, 2:4])
    assert calls == []
    assert len(ready.ledger) == 3


def test_a_changed_setting_computes_only_what_depends_on_it(ready: LocalEngine) -> None:
    run(ready, chain())
    calls.clear()
    run(ready, chain(), settings={"power": 2})
    assert calls == ["second"]
    calls.clear()
    run(ready, chain(), settings={"gain": 3})
    assert calls == ["first", "peak", "second"]
    calls.clear()
    run(ready, chain(), settings={"power": 2})
    assert calls == []
    np.testing.assert_array_equal(
        ready.store["b"], second(first(ready.store["frames"]), top=ready.store.get("top", 1), power=2)
    )


def test_changed_data_are_computed_anew_and_equal_data_are_not(ready: LocalEngine, stack: Any) -> None:
    run(ready, chain())
    calls.clear()
    ready.store.put("frames", stack.copy(), axes=("angle", "row", "column"))
    run(ready, chain())
    assert calls == []
    ready.store.put("frames", stack + 1, axes=("angle", "row", "column"))
    run(ready, chain())
    assert calls == ["first", "peak", "second"]


def test_a_value_found_by_a_preview_serves_the_run(ready: LocalEngine) -> None:
    preview = chain().block(engine=ready, row=slice(3, 4))
    assert calls.count("peak") == 1
    calls.clear()
    np.testing.assert_array_equal(run(ready, chain())["b"][:, 3:4], preview)
    assert "peak" not in calls


def test_a_result_put_by_hand_in_between_is_made_current_again(ready: LocalEngine) -> None:
    expected = run(ready, chain())["b"]
    ready.store["b"] = np.zeros(3)
    np.testing.assert_array_equal(run(ready, chain())["b"], expected)
    np.testing.assert_array_equal(ready.store["b"], expected)


def test_what_is_put_while_a_job_runs_is_for_the_next_one(ready: LocalEngine, stack: Any) -> None:
    replaced = Workflow("w").add(first, into="a", image="frames")
    replaced.add(peak, into="top", image="a").add(second, into="b", image="frames", top=ref("top"))
    stop = ready.store.on_change(
        lambda change: (
            "top" in str(change)
            and ready.store.put("frames", np.zeros_like(stack), axes=("angle", "row", "column"))
        )
    )
    got = run(ready, replaced)["b"]
    stop()
    np.testing.assert_array_equal(got, second(stack, top=peak(first(stack))))
    assert not ready.store["frames"].any()


def test_a_part_and_the_whole_are_never_taken_for_each_other(ready: LocalEngine) -> None:
    producer = Workflow("p").add(first, into="a", image="frames")
    consumer = Workflow("c").add(first, into="c", image="a", gain=5.0)
    run(ready, producer, row=slice(0, 2))
    assert ready.store["a"].shape == (4, 2, 3)
    assert run(ready, consumer)["c"].shape == (4, 2, 3)
    run(ready, producer)
    assert run(ready, consumer)["c"].shape == (4, 12, 3)
    run(ready, producer, row=slice(2, 5))
    np.testing.assert_array_equal(run(ready, producer)["a"], first(ready.store["frames"]))


def test_results_go_to_a_group(ready: LocalEngine) -> None:
    run(ready, chain(), into="trial")
    assert sorted(ready.store) == ["frames", "trial/a", "trial/b", "trial/top"]


def test_inputs_may_have_other_names_in_the_store(ready: LocalEngine, stack: Any) -> None:
    ready.store.put("other", stack * 2, axes=("angle", "row", "column"))
    np.testing.assert_array_equal(
        run(ready, Workflow("w").add(first, into="a", image="frames"), inputs={"frames": "other"})["a"],
        stack * 4,
    )


def notebook(source: str) -> Any:
    """Run a cell as a notebook does: its source is known to linecache only."""
    text = dedent(source)
    name = f"<ipython-input-{next(cells)}-of-the-engine-tests>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, name, "exec", dont_inherit=True), space)  # noqa: S102 - what a notebook does
    return space["lift"]


CELL = """
    from daisy_lab import EACH, algorithm
    from daisy_lab.vocabulary import Same

    @algorithm(splits=EACH)
    def lift(image: Same) -> Same:
        return image + {plus}
"""


def test_an_algorithm_defined_again_runs_again_and_its_source_is_kept(ready: LocalEngine) -> None:
    def lifted() -> Any:
        return run(ready, Workflow("w").add("lift", into="up", image="frames"))["up"]

    notebook(CELL.format(plus=1))
    np.testing.assert_array_equal(lifted(), ready.store["frames"] + 1)
    notebook(CELL.format(plus=1))
    lifted()
    assert len(ready.ledger) == 1
    notebook(CELL.format(plus=2))
    np.testing.assert_array_equal(lifted(), ready.store["frames"] + 2)
    one, two = ready.ledger
    assert "image + 1" in one.source
    assert "image + 2" in two.source
    assert one.version != two.version


def test_the_chain_of_a_result_stands_in_the_order_of_its_making(
    ready: LocalEngine, steps: SimpleNamespace
) -> None:
    sampled = Workflow("w").add(first, into="a", image="frames")
    sampled.add(peak, into="top", image=ref("a", row=slice(0, 1)))
    sampled.add(second, into="b", image="a", top=ref("top"))
    sampled.add(steps.raise_volume, into="volume", stack="b")
    run(ready, sampled)
    order = [entry.algorithm.rpartition(":")[2] for entry in ready.ledger.chain("volume", 1)]
    assert order == ["first", "peak", "second", "raise_volume"]
    again = Ledger()
    again.replay([entry.to_json() for entry in ready.ledger])
    assert [entry.run for entry in again.chain("volume", 1)] == [
        entry.run for entry in ready.ledger.chain("volume", 1)
    ]


def gather(into: list[Any]) -> Callable[[Any], Any]:
    class Gather:
        """Collects what an outlet is given."""

        def __init__(self, outlet: Any) -> None:
            self.array = np.full(outlet.shape, np.nan, outlet.dtype)
            into.append(self.array)

        def write(self, block: Any, axis: int, start: int) -> None:
            self.array[(slice(None),) * axis + (slice(start, start + block.shape[axis]),)] = block

        def finish(self) -> None: ...

        def give_up(self) -> None: ...

    return Gather


def test_an_outlet_takes_a_result_that_later_steps_read_too(
    ready: LocalEngine, stack: Any, steps: SimpleNamespace
) -> None:
    workflow = Workflow("w").add(steps.smooth, into="a", stack="frames")
    workflow.add(steps.spin, into="b", stack="a").add(steps.smooth, into="c", stack="a", half=3)
    workflow.add(steps.raise_volume, into="volume", stack="b")
    taken: dict[str, list[Any]] = {name: [] for name in ("a", "c", "volume")}
    got = run(
        ready,
        workflow,
        targets=taken,
        outlets={name: gather(into) for name, into in taken.items()},
        row=slice(2, 5),
    )
    assert got == dict.fromkeys(taken)
    smooth = steps.smooth(stack)
    np.testing.assert_array_equal(taken["a"][0], smooth[:, 2:5])
    np.testing.assert_array_equal(taken["c"][0], steps.smooth(smooth, half=3)[:, 2:5])
    np.testing.assert_array_equal(taken["volume"][0], steps.raise_volume(steps.spin(smooth))[2:5])


def test_a_number_found_beside_an_array_goes_to_no_outlet(
    ready: LocalEngine, stack: Any, steps: SimpleNamespace
) -> None:
    workflow = Workflow("w").add(steps.level, into=("flat", "level"), stack="frames")
    workflow.add(steps.smooth, into="soft", stack="flat")
    taken: dict[str, list[Any]] = {name: [] for name in ("flat", "level", "soft")}
    got = run(ready, workflow, targets=taken, outlets={name: gather(into) for name, into in taken.items()})
    flat, level = steps.level(stack)
    assert got == {"flat": None, "level": level, "soft": None}
    assert taken["level"] == []
    np.testing.assert_array_equal(taken["flat"][0], flat)
    np.testing.assert_array_equal(taken["soft"][0], steps.smooth(flat))
