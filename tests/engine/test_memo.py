"""Looks through a chain keep what they computed; late settings do not redo early steps."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pytest

from daisy_lab import DataStore, LocalEngine, Workflow, algorithm, log, ref
from daisy_lab._engine import Memo
from daisy_lab._engine._blocks import Piece
from daisy_lab.errors import DataError
from daisy_lab.vocabulary import Axes

if TYPE_CHECKING:
    from collections.abc import Iterator

Stack = Annotated[np.ndarray[Any, Any], Axes("row", "column")]
COUNTS: Counter[str] = Counter()
ROWS: dict[str, int] = {}


def note(name: str, stack: Any) -> None:
    COUNTS[name] += 1
    ROWS[name] = len(stack)


@algorithm(splits={"row": 0})
def memo_early(stack: Stack, *, offset: float = 0.0) -> Stack:
    """Add something."""
    note("early", stack)
    return stack + offset


@algorithm(splits={"row": 2})
def memo_middle(stack: Stack) -> Stack:
    """Average with the rows around."""
    note("middle", stack)
    padded = np.pad(stack, ((2, 2), (0, 0)), mode="edge")
    means = [padded[at : at + 5].mean(axis=0) for at in range(len(stack))]
    return np.asarray(means)


@algorithm
def memo_value(stack: Stack, *, scale: float = 1.0) -> float:
    """Find a value."""
    note("value", stack)
    log(f"found with scale {scale}")
    return float(stack.mean() * scale)


@algorithm(splits={"row": 0})
def memo_late(stack: Stack, *, level: float, gain: float = 1.0) -> Stack:
    """Scale about a level."""
    note("late", stack)
    return (stack - level) * gain


@algorithm
def memo_whole(stack: Stack) -> Stack:
    """Need everything at once."""
    note("whole", stack)
    flat: np.ndarray[Any, Any] = stack - stack.mean()
    return flat


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    COUNTS.clear()
    with DataStore() as store:
        store.put("raw", np.random.default_rng(1).normal(5, 1, (64, 16)), axes=("row", "column"))
        made = LocalEngine(store, device="cpu", workers=1)
        yield made
        made.close()


def chain() -> Workflow:
    made = Workflow("chain")
    made.add(memo_early, stack="raw", into="early")
    made.add(memo_middle, stack="early", into="middle")
    made.add(memo_value, stack=ref("early", row=slice(10, 14)), into="level")
    made.add(memo_late, stack="middle", level=ref("level"), into="late")
    return made


def look(
    engine: LocalEngine, memo: Memo, at: int = 30, workflow: Workflow | None = None, **settings: Any
) -> Any:
    job = (workflow or chain()).job(
        settings=settings, available=engine.store, want={"row": slice(at, at + 1)}
    )
    return engine.block(job, memo=memo)


def whole(engine: LocalEngine, **settings: Any) -> Any:
    return chain().run(engine, settings=settings, here=True).result()["late"]


def test_a_look_gives_what_a_run_gives(engine: LocalEngine) -> None:
    memo = Memo()
    for at in (30, 31, 0, 63):
        found = look(engine, memo, at, gain=2.0)
        np.testing.assert_allclose(found, whole(engine, gain=2.0)[at : at + 1], rtol=1e-12)


def test_looking_again_computes_nothing(engine: LocalEngine) -> None:
    memo = Memo()
    first = look(engine, memo)
    COUNTS.clear()
    np.testing.assert_array_equal(look(engine, memo), first)
    assert not COUNTS


def test_a_late_setting_redoes_late_steps_only(engine: LocalEngine) -> None:
    memo = Memo()
    look(engine, memo)
    COUNTS.clear()
    look(engine, memo, gain=3.0)
    assert COUNTS == {"late": 1}


def test_a_setting_of_the_value_redoes_the_value_and_what_reads_it(engine: LocalEngine) -> None:
    memo = Memo()
    look(engine, memo)
    COUNTS.clear()
    look(engine, memo, scale=2.0)
    assert COUNTS == {"value": 1, "late": 1}


def test_an_early_setting_redoes_everything(engine: LocalEngine) -> None:
    memo = Memo()
    look(engine, memo)
    COUNTS.clear()
    look(engine, memo, offset=1.0)
    assert COUNTS == {"early": 2, "middle": 1, "value": 1, "late": 1}


def test_going_back_to_a_setting_finds_what_was_there(engine: LocalEngine) -> None:
    memo = Memo()
    look(engine, memo)
    look(engine, memo, offset=1.0)
    COUNTS.clear()
    look(engine, memo)
    assert not COUNTS


def test_a_part_of_what_was_computed_is_cut_out_of_it(engine: LocalEngine) -> None:
    memo = Memo()
    job = chain().job(available=engine.store, want={"row": slice(20, 40)})
    whole_part = engine.block(job, memo=memo)
    COUNTS.clear()
    np.testing.assert_array_equal(look(engine, memo, 25), whole_part[5:6])
    assert not COUNTS


def test_another_row_does_not_find_the_value_again(engine: LocalEngine) -> None:
    memo = Memo()
    look(engine, memo, 30)
    COUNTS.clear()
    look(engine, memo, 50)
    assert "value" not in COUNTS


def test_other_data_under_the_same_name_are_looked_at_anew(engine: LocalEngine) -> None:
    memo = Memo()
    before = look(engine, memo)
    engine.store.put("raw", engine.store["raw"] * 2, axes=("row", "column"))
    assert not np.allclose(look(engine, memo), before)


def test_looks_leave_no_trace(engine: LocalEngine) -> None:
    look(engine, Memo())
    assert list(engine.store) == ["raw"]
    assert not len(engine.ledger)
    assert not engine.runs


def test_values_and_what_was_said_of_them_are_reported_every_time(engine: LocalEngine) -> None:
    memo = Memo()
    reports = []
    for at in (30, 31):
        look(engine, memo, at, scale=4.0)
        assert engine.last_block is not None
        reports.append(engine.last_block.report)
    assert reports[0]["values"] == reports[1]["values"] == {"level": pytest.approx(20, abs=2)}
    assert reports[1]["lines"] == ["found with scale 4.0"]


def test_a_step_that_needs_everything_is_computed_once_for_all_rows(engine: LocalEngine) -> None:
    memo = Memo()
    workflow = Workflow("whole")
    workflow.add(memo_whole, stack="raw", into="flat")
    workflow.add(memo_late, stack="flat", level=0.0, into="late")
    for at in (3, 4):
        found = look(engine, memo, at, workflow)
        raw = engine.store["raw"]
        np.testing.assert_allclose(found, (raw - raw.mean())[at : at + 1])
    assert COUNTS["whole"] == 1


def test_a_step_that_fails_is_told_and_looked_at_again(engine: LocalEngine) -> None:
    memo = Memo()
    workflow = Workflow("bad").add(memo_late, stack="raw", level=0.0, into="late")
    engine.store.put("raw", np.zeros((4, 4, 4)), axes=("row", "column", "extra"))
    with pytest.raises(DataError):
        look(engine, memo, 1, workflow)
    assert not len(engine.ledger)


def test_a_plan_with_a_memo_leaves_no_trace(engine: LocalEngine) -> None:
    plan = engine.plan(chain().job(available=engine.store), memo=Memo())
    assert [output.shape for output in plan.outputs if output.name == "late"] == [(64, 16)]
    assert plan.measured_seconds is not None
    assert list(engine.store) == ["raw"]


def test_the_bytes_kept_are_bounded_and_the_oldest_go() -> None:
    memo = Memo(10 * 8000)
    for number in range(20):
        memo.keep(f"key{number}", Piece(np.zeros(1000), ("row",)), {})
    assert memo.nbytes == 80_000
    assert memo.find("key0", {}) is None
    assert memo.find("key19", {}) is not None


def test_a_value_outlasts_any_number_of_slices() -> None:
    memo = Memo(10 * 8000)
    memo.keep("value", Piece(512.3), {})
    for number in range(100):
        memo.keep(f"key{number}", Piece(np.zeros(1000), ("row",)), {})
    found = memo.find("value", {})
    assert found is not None
    assert found.value == 512.3


def test_what_is_larger_than_half_the_bound_is_not_kept() -> None:
    memo = Memo(100)
    memo.keep("key", Piece(np.zeros(10), ("row",)), {})
    assert memo.find("key", {}) is None


def test_a_small_view_does_not_hold_a_large_array() -> None:
    memo = Memo()
    large = np.zeros(1000)
    memo.keep("key", Piece(large[:10], ("row",), {"row": 0}), {"row": (0, 10)})
    found = memo.find("key", {"row": (2, 4)})
    assert found is not None
    assert found.value.base.nbytes == 80


def test_a_memo_that_is_cleared_holds_nothing() -> None:
    memo = Memo()
    memo.keep("key", Piece(np.zeros(10)), {})
    memo.say("key", ["word"])
    memo.clear()
    assert (memo.nbytes, memo.find("key", {}), memo.said("key")) == (0, None, ())
