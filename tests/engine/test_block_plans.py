"""Any block plan gives the bits of the whole: chains of every kind of step, cut in every way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from daisy_lab import LocalEngine, Workflow, middle, ref
from daisy_lab._engine._budget import BlockSize
from daisy_lab._engine._execute import Execution

if TYPE_CHECKING:
    from types import SimpleNamespace

ANGLES, COLUMNS = 3, 2
PLAIN = ("scale", "smooth", "smooth3", "slope", "cover", "masked", "weigh", "add", "subtract", "low", "high")
CUT = (*PLAIN, "pair", "thin", "batch")
WHOLE = (*CUT, "spin", "blur", "relate")

often = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Chain:
    """A workflow, its inputs, and every result computed in the plainest way."""

    workflow: Workflow
    inputs: dict[str, Any]
    expected: dict[str, Any]
    last: str

    def engine(self) -> LocalEngine:
        made = LocalEngine(workers=2)
        for name, value in self.inputs.items():
            axes = ("row", "column") if value.ndim == 2 else ("angle", "row", "column")
            made.store.put(name, value.copy(), axes=axes)
        return made


class Builder:
    """Adds steps to a chain and computes each on whole arrays at once."""

    def __init__(self, steps: SimpleNamespace, rows: int, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.steps = steps
        self.workflow = Workflow("chain")
        self.inputs = {
            "projections": random.normal(size=(ANGLES, rows, COLUMNS)).astype(np.float32),
            "weights": random.normal(size=(rows, COLUMNS)).astype(np.float32),
        }
        self.values: dict[str, Any] = dict(self.inputs)
        self.now = "projections"
        self.map = "weights"

    def step(self, name: str, into: str | tuple[str, ...], *reads: str, **extra: Any) -> None:
        made = getattr(self.steps, name)
        ports = dict(zip((port.name for port in made.inputs), reads, strict=False))
        self.workflow.add(made, into=into, **ports, **extra)

    def keep(self, name: str, value: Any) -> None:
        self.values[name] = value
        self.now = name

    def put(self, kind: str, number: int) -> None:
        value, out = self.values[self.now], f"s{number}"
        if kind in ("scale", "slope", "spin", "blur", "relate", "batch"):
            self.step(kind, out, self.now)
            self.keep(out, getattr(self.steps, kind)(value))
        elif kind in ("smooth", "smooth3"):
            half = 3 if kind == "smooth3" else 1
            self.step("smooth", out, self.now, half=half)
            self.keep(out, self.steps.smooth(value, half=half))
        elif kind in ("pair", "thin"):
            self.step(kind, out, self.now)
            self.keep(out, getattr(self.steps, kind)(value))
            self.map = ""
        elif kind in ("low", "high"):
            self.step("bands", (f"{out}low", f"{out}high"), self.now)
            made = self.steps.bands(value)
            self.values |= {f"{out}low": made.low, f"{out}high": made.high}
            self.now = f"{out}{kind}"
        elif kind == "subtract":
            self.step("find_level", f"{out}level", ref(self.now, row=middle(2), angle=slice(0, 2)))
            first = (value.shape[1] - min(2, value.shape[1])) // 2
            found = self.steps.find_level(value[:2, first : first + 2])
            self.step("subtract", out, self.now, offset=ref(f"{out}level"))
            self.values[f"{out}level"] = found
            self.keep(out, self.steps.subtract(value, offset=found))
        else:
            self.put_two(kind, out, value)

    def put_two(self, kind: str, out: str, value: Any) -> None:
        """Add a step with two inputs, one of them optional, without the axis, or an earlier result."""
        if kind == "add":
            same = [name for name, other in self.values.items() if np.shape(other) == value.shape]
            self.step("add", out, self.now, same[0])
            self.keep(out, self.steps.add(value, self.values[same[0]]))
        elif kind == "cover" or not self.map:
            self.step("cover", out, self.now)
            self.keep(out, self.steps.cover(value))
        elif kind == "masked":
            self.step("cover", out, self.now, self.map)
            self.keep(out, self.steps.cover(value, self.values[self.map]))
        else:
            self.step("even", f"{out}even", self.map)
            self.values[f"{out}even"] = self.steps.even(self.values[self.map])
            self.step("weigh", out, self.now, f"{out}even")
            self.keep(out, self.steps.weigh(value, self.values[f"{out}even"]))

    def chain(self, *, volume: bool) -> Chain:
        if volume:
            self.step("raise_volume", "volume", self.now)
            self.keep("volume", self.steps.raise_volume(self.values[self.now]))
        self.workflow.results = (self.now,)
        return Chain(self.workflow, self.inputs, self.values, self.now)


def build(steps: SimpleNamespace, kinds: list[str], rows: int, *, volume: bool) -> Chain:
    builder = Builder(steps, rows, seed=len(kinds) + rows)
    for number, kind in enumerate(kinds):
        builder.put(kind, number)
    return builder.chain(volume=volume)


def same_bits(got: Any, expected: Any) -> None:
    assert got.shape == expected.shape
    assert got.dtype == expected.dtype
    assert np.ascontiguousarray(got).tobytes() == np.ascontiguousarray(expected).tobytes()


class InBlocks(Execution):
    """Runs every section in blocks of a given length, as a budget would."""

    length = 1

    def _size(self, pipeline: Any) -> BlockSize:
        lo, hi = pipeline.part
        return BlockSize(self.length, max(hi - lo, 2), 0)


def run_in_blocks(chain: Chain, length: int, targets: tuple[str, ...] = (), **want: slice) -> dict[str, Any]:
    engine = chain.engine()
    job = chain.workflow.job(available=engine.store, targets=targets, want=want)

    def work(run: Any) -> Any:
        execution = InBlocks(job, engine.store, engine.ledger, run)
        execution.length = length
        return execution.results()

    return engine.submit("blocks", work, here=True).result()


ranges = st.tuples(st.integers(0, 23), st.integers(1, 24))


@often
@given(
    kinds=st.lists(st.sampled_from(CUT), min_size=1, max_size=6),
    rows=st.integers(1, 24),
    part=ranges,
    volume=st.booleans(),
)
@example(kinds=["batch", "smooth"], rows=12, part=(5, 3), volume=True)
@example(kinds=["pair", "thin", "slope"], rows=13, part=(1, 2), volume=True)
@example(kinds=["subtract", "low", "add"], rows=9, part=(8, 1), volume=False)
def test_a_block_of_any_chain_is_that_part_of_the_whole(
    steps: SimpleNamespace, kinds: list[str], rows: int, part: tuple[int, int], *, volume: bool
) -> None:
    if "batch" in kinds:
        kinds = [kind for kind in kinds if kind != "batch"] or ["scale"]  # a preview's batch is its own
    chain = build(steps, kinds, rows, volume=volume)
    expected = chain.expected[chain.last]
    axis = 0 if volume else 1
    first = part[0] % expected.shape[axis]
    got = chain.workflow.block(engine=chain.engine(), row=slice(first, first + part[1]))
    same_bits(got, expected[(slice(None),) * axis + (slice(first, first + part[1]),)])


@often
@given(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=7), st.integers(1, 24), st.integers(1, 30))
@example(["smooth", "pair", "scale"], 7, 3)
@example(["blur", "smooth", "spin", "slope"], 8, 1)
@example(["spin", "subtract", "batch"], 9, 2)
def test_any_block_length_gives_the_bits_of_the_whole(
    steps: SimpleNamespace, kinds: list[str], rows: int, length: int
) -> None:
    if "blur" in kinds:
        kinds = [kind for kind in kinds if kind != "subtract"]  # a value is found within the tolerance
    chain = build(steps, kinds, rows, volume=True)
    same_bits(run_in_blocks(chain, length)[chain.last], chain.expected[chain.last])


@often
@given(st.lists(st.sampled_from(CUT), min_size=1, max_size=6), st.integers(1, 24), st.integers(1, 30), ranges)
def test_a_run_of_any_range_in_any_block_length_is_that_part_of_the_whole(
    steps: SimpleNamespace, kinds: list[str], rows: int, length: int, part: tuple[int, int]
) -> None:
    chain = build(steps, kinds, rows, volume=True)
    expected = chain.expected[chain.last]
    first = part[0] % len(expected)
    got = run_in_blocks(chain, length, row=slice(first, first + part[1]))[chain.last]
    same_bits(got, expected[first : first + part[1]])


@often
@given(
    st.lists(st.sampled_from(WHOLE), min_size=2, max_size=6), st.integers(2, 20), st.integers(1, 9), ranges
)
def test_several_results_of_one_run_each_have_their_own_part(
    steps: SimpleNamespace, kinds: list[str], rows: int, length: int, part: tuple[int, int]
) -> None:
    if "blur" in kinds:
        kinds = [kind for kind in kinds if kind != "blur"] or ["scale"]  # exact in full frames only
    chain = build(steps, kinds, rows, volume=False)
    arrays = [
        name for name, value in chain.expected.items() if np.ndim(value) == 3 and name not in chain.inputs
    ]
    shortest = min(chain.expected[name].shape[1] for name in arrays)
    first = part[0] % shortest
    got = run_in_blocks(chain, length, tuple(arrays), row=slice(first, first + part[1]))
    for name in arrays:
        same_bits(got[name], chain.expected[name][:, first : first + part[1]])


@often
@given(
    st.lists(st.sampled_from(("scale", "smooth", "spin", "add", "cover")), min_size=1, max_size=5),
    ranges,
    ranges,
)
def test_two_axes_can_be_cut_at_once(
    steps: SimpleNamespace, kinds: list[str], rows: tuple[int, int], angles: tuple[int, int]
) -> None:
    chain = build(steps, kinds, 10, volume=False)
    row, angle = rows[0] % 10, angles[0] % ANGLES
    want = {"row": slice(row, row + rows[1]), "angle": slice(angle, angle + angles[1])}
    expected = chain.expected[chain.last][angle : angle + angles[1], row : row + rows[1]]
    same_bits(chain.workflow.block(engine=chain.engine(), **want), expected)
    same_bits(run_in_blocks(chain, 2, **want)[chain.last], expected)


def test_a_step_with_a_tolerance_is_whole_in_a_run_and_near_in_a_preview(steps: SimpleNamespace) -> None:
    chain = build(steps, ["scale", "blur", "smooth"], 20, volume=True)
    same_bits(run_in_blocks(chain, 3)["volume"], chain.expected["volume"])
    engine = chain.engine()
    preview = chain.workflow.block(engine=engine, row=slice(9, 10))
    assert not np.array_equal(preview, chain.expected["volume"][9:10])
    np.testing.assert_allclose(preview, chain.expected["volume"][9:10], rtol=0.05, atol=0.01)
    positions = [tally["positions"] for tally in engine.last_block.report["steps"].values()]
    assert positions == [7, 3, 1, 1]  # two neighbours for blur, one for smooth, on each side


@pytest.mark.parametrize("length", [1, 2, 3, 5, 12, 40])
def test_a_step_that_works_in_batches_gets_whole_ones_in_a_run(steps: SimpleNamespace, length: int) -> None:
    chain = build(steps, ["batch", "smooth", "batch"], 22, volume=True)
    same_bits(run_in_blocks(chain, length, row=slice(5, 17))["volume"], chain.expected["volume"][5:17])
