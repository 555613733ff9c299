"""A run under a budget: never above it, the same bits, and told beforehand what it will take."""

from __future__ import annotations

import json
import subprocess
import sys
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

from daisy_lab import LocalEngine, Session, Workflow
from daisy_lab._engine._budget import BlockSize, Cost, Line, block_size
from daisy_lab.errors import BudgetError

if TYPE_CHECKING:
    from pathlib import Path
    from types import SimpleNamespace

MB = 10**6
MEMORY = 48 * MB

# A process of its own, so that nothing else is in the memory that is measured.
SCRIPT = """
    import json, sys
    from typing import Annotated
    import h5py, numpy as np
    from daisy_lab import Session, Window, Workflow, algorithm, middle, ref
    from daisy_lab._engine import Meter, hold_malloc, resident_memory
    from daisy_lab.vocabulary import Array, Axes

    Stack = Annotated[Array, Axes("angle", "row", "column")]

    @algorithm(splits={"angle": 0, "row": 1})
    def smooth(stack: Stack) -> Stack:
        wide = stack.astype(np.float32)
        out = wide.copy()
        out[:, 1:] += wide[:, :-1]
        out[:, :-1] += wide[:, 1:]
        return out

    @algorithm(splits={"angle": 0})
    def frames(stack: Stack) -> Stack:
        return np.stack([frame - np.sort(frame, axis=0) for frame in stack])

    @algorithm
    def find_top(stack: Stack) -> float:
        return float(stack.max())

    @algorithm(splits={"row": 0})
    def relate(stack: Stack, *, top: float) -> Stack:
        return stack / np.float32(top)

    workflow = Workflow("w").add(smooth, into="a", stack="stack")
    workflow.add(find_top, into="top", stack=ref("a", angle=middle(2)))
    workflow.add(frames, into="b", stack="a").add(relate, into="c", stack="b", top=ref("top"))
    memory, output = int(sys.argv[1]), sys.argv[3]
    with Session() as session:
        session.open("stack=" + sys.argv[2] + "::data")
        hold_malloc()
        plan = workflow.plan(session.engine, memory=memory)
        with Meter() as meter:
            run = session.run_to_file(workflow, output, memory=memory)
            run.result()
        print(json.dumps({
            "peak": meter.rise(), "planned": plan.peak_bytes, "output": plan.output_bytes, "text": str(plan),
            "seconds": plan.seconds, "after": workflow.plan(session.engine, memory=memory).seconds,
            "blocks": run.report["blocks"], "steps": run.report["steps"], "reported": run.report["peak_bytes"],
            "predicted": run.report["predicted_peak_bytes"],
        }))
"""


def expected_of(stack: Any) -> Any:
    wide = stack.astype(np.float32)
    smooth = wide.copy()
    smooth[:, 1:] += wide[:, :-1]
    smooth[:, :-1] += wide[:, 1:]
    first = (len(stack) - 2) // 2
    top = np.float32(smooth[first : first + 2].max())
    return np.stack([frame - np.sort(frame, axis=0) for frame in smooth]) / top


@pytest.fixture(scope="module")
def stack() -> Any:
    return np.random.default_rng(5).integers(0, 60_000, size=(160, 300, 1000)).astype(np.uint16)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, stack: Any) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("budget")
    with h5py.File(folder / "stack.h5", "w") as file:
        file.create_dataset("data", data=stack, chunks=(1, 300, 1000))
    (folder / "script.py").write_text(dedent(SCRIPT))
    arguments = [str(MEMORY), str(folder / "stack.h5"), str(folder / "out.h5")]
    done = subprocess.run(
        [sys.executable, str(folder / "script.py"), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        timeout=200,
        check=True,
        env={"DAISY_LAB_SESSIONS": str(folder / "sessions"), "PATH": "/usr/bin:/bin"},
    )
    found: dict[str, Any] = json.loads(done.stdout)
    with h5py.File(folder / "out.h5") as file:
        entry = file[file.attrs["default"]]
        data = entry[entry.attrs["default"]]
        found["result"] = data[data.attrs["signal"]][...]
    found["left"] = sorted(path.name for path in folder.rglob("*") if path.is_file())
    return found


def test_the_measured_peak_stays_below_the_budget(report: dict[str, Any]) -> None:
    # The input is twice, the intermediate and the result are four times as large as the budget.
    assert report["peak"] < MEMORY
    assert report["reported"] <= report["peak"] * 1.05


def test_the_result_has_the_bits_of_the_whole(report: dict[str, Any], stack: Any) -> None:
    assert report["result"].tobytes() == expected_of(stack).tobytes()


def test_it_ran_in_blocks_and_every_step_did_its_work_once(report: dict[str, Any], stack: Any) -> None:
    assert set(report["blocks"]) == {"b", "c"}
    assert all(count > 3 for count in report["blocks"].values())
    work = {label.split()[-1]: tally["elements"] for label, tally in report["steps"].items()}
    # The value was found when the plan was made.
    assert work == {"smooth": stack.size, "frames": stack.size, "relate": stack.size}


def test_the_plan_told_what_it_would_take(report: dict[str, Any], stack: Any) -> None:
    assert 0 < report["planned"] < MEMORY
    assert report["output"] == stack.size * 4
    assert report["seconds"] is None
    assert report["after"] > 0
    assert "blocks of" in report["text"]
    assert "time unknown" in report["text"]


def test_nothing_is_left_behind(report: dict[str, Any]) -> None:
    assert report["left"] == ["out.h5", "script.py", "stack.h5"]


def test_a_budget_that_is_too_small_says_what_is_needed_and_writes_nothing(
    tmp_path: Path, steps: SimpleNamespace
) -> None:
    with h5py.File(tmp_path / "stack.h5", "w") as file:
        file["data"] = np.zeros((40, 300, 1000), np.float32)
    workflow = Workflow("w").add(steps.smooth, into="a", stack="stack")
    with Session(root=_private(tmp_path / "sessions")) as session:
        session.open(f"stack={tmp_path / 'stack.h5'}::data")
        run = session.run_to_file(workflow, tmp_path / "out.h5", memory=5 * MB)
        with pytest.raises(
            BudgetError, match=r"a does not fit into 5 MB: the smallest block needs .* MB; allow"
        ):
            run.result(60)
        with pytest.raises(BudgetError, match="allow at least that much"):
            workflow.plan(session.engine, memory=5 * MB)
        assert "a" not in session.store
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["stack.h5"]


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    return folder


def test_a_plan_looks_through_lengths_that_are_not_known_yet(
    engine: LocalEngine, steps: SimpleNamespace, stack: Any
) -> None:
    small = stack[:8, :20, :10].astype(np.float32)
    engine.store.put("stack", small, axes=("angle", "row", "column"))
    workflow = Workflow("w").add(steps.scale, into="a", image="stack").add(steps.spin, into="b", stack="a")
    workflow.add(steps.raise_volume, into="volume", stack="b")
    before = list(engine.store)
    plan = workflow.plan(engine, memory=100 * MB)
    assert [(section.steps, section.axis) for section in plan.sections] == [
        (("scale", "spin"), "angle"),
        (("raise_volume",), "row"),
    ]
    assert plan.output_bytes == 20 * 10 * 10 * 4
    assert plan.seconds is None
    assert list(engine.store) == before
    assert len(engine.ledger) == 0
    workflow.run(engine).result(60)
    assert str(workflow.plan(engine)) == "nothing to do: every result is there"
    changed = workflow.plan(engine, settings={"factor": 9.0})
    assert changed.seconds is not None
    assert changed.seconds > 0


def cost(base: float, slope: float) -> Cost:
    return Cost(Line(0, 0), (Line(base, slope),), Line(0, 0), {})


@pytest.mark.parametrize("batch", [1, 4, 12, 16, 20])
@pytest.mark.parametrize("part", [(0, 1000), (5, 1000), (17, 40), (998, 1000)])
def test_blocks_are_whole_batches_and_stay_below_the_budget(batch: int, part: tuple[int, int]) -> None:
    size = block_size(cost(MB, 0.2 * MB), part, batch, 40 * MB, ["a"])
    span = part[1] - part[0]
    assert size.peak_bytes <= 40 * MB * 0.85 - (4 << 20)
    if size.blocks == 1:
        assert size.length >= part[1]
    else:
        assert size.length % batch == 0
        assert size.length <= span
        assert size.blocks == len(range(part[0] // size.length, -(-part[1] // size.length)))


def test_what_fits_is_one_block_wherever_it_begins() -> None:
    assert block_size(cost(0, 1.0), (5, 9), 1, 100 * MB, ["a"]) == BlockSize(9, 1, 4)
