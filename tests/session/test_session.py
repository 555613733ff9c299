"""A session: inputs in, results out, one owner at a time, and a named one is still there tomorrow."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Annotated, Any

import h5py
import numpy as np
import pytest

from daisy_lab import EACH, Session, Workflow, algorithm, middle, ref
from daisy_lab._datastore import DataStore, Put
from daisy_lab._engine import Outlet
from daisy_lab._journal import Journal
from daisy_lab._session._partials import SessionPartials
from daisy_lab.errors import MissingFileError, RunError, SessionError, WorkflowError
from daisy_lab.samples.ct import make_ct
from daisy_lab.vocabulary import Array, Axes, Same

if TYPE_CHECKING:
    from pathlib import Path

Stack = Annotated[Array, Axes("angle", "row", "column")]
PATIENCE = 60.0


@algorithm(splits={"angle": 0})
def scale(stack: Stack, *, factor: float = 2.0) -> Stack:
    return stack * np.float32(factor)


@algorithm
def find_top(stack: Stack) -> float:
    return float(stack.max())


@algorithm
def find_facts(stack: Stack) -> dict[str, float]:
    return {"low": float(stack.min()), "high": float(stack.max())}


@algorithm(splits=EACH)
def relate(image: Same, *, top: float) -> Same:
    return image / np.float32(top)


@algorithm(splits={"angle": 0})
def fail_late(stack: Stack) -> Stack:
    if stack[:, 0, 0].max() > 4:
        message = "bad frame"
        raise ValueError(message)
    return stack


@pytest.fixture
def stack() -> Any:
    made = np.random.default_rng(4).normal(size=(6, 5, 4)).astype(np.float32)
    made[:, 0, 0] = np.arange(6)
    return made


@pytest.fixture
def file(tmp_path: Path, stack: Any) -> Path:
    path = tmp_path / "stack.h5"
    with h5py.File(path, "w") as opened:
        opened["group/data"] = stack
    return path


def workflow() -> Workflow:
    made = Workflow("w").add(scale, into="scaled", stack="stack")
    made.add(find_top, into="top", stack=ref("scaled", angle=middle(2)))
    return made.add(relate, into="out", image="scaled", top=ref("top"))


def expected(stack: Any) -> Any:
    scaled = stack * np.float32(2)
    return scaled / scaled[2:4].max()


def test_an_input_is_named_and_its_dataset_chosen(root: Path, file: Path, stack: Any) -> None:
    with Session(root=root) as session:
        session.open(f"stack={file}::group/data")
        assert session.store.describe("stack").kind == "dataset"
        np.testing.assert_array_equal(session.store["stack"][...], stack)
        np.testing.assert_array_equal(workflow().run(session.engine).result(PATIENCE)["out"], expected(stack))
        session.engine.run(scale, stack="stack", into="single").result(PATIENCE)
        np.testing.assert_array_equal(session.store["single"], stack * 2)


def test_a_scan_brings_its_four_objects(root: Path, tmp_path: Path) -> None:
    make_ct(tmp_path / "scan=1.h5", size=16, angles=20, rows=2)
    with Session(root=root) as session:
        session.open(tmp_path / "scan=1.h5")
        assert sorted(session.store) == ["dark", "flat", "projections", "theta"]


def test_a_file_that_is_not_there_is_told(root: Path, tmp_path: Path) -> None:
    with Session(root=root) as session:
        with pytest.raises(MissingFileError):
            session.open(tmp_path / "nothing.h5")
        with pytest.raises(MissingFileError):
            session.open(f"stack={tmp_path / 'nothing.h5'}::data")
        assert len(session.store) == 0


def test_a_session_without_a_name_leaves_nothing(root: Path, stack: Any) -> None:
    with Session(root=root, memory=10) as session:
        session.store.put("stack", stack, axes=("angle", "row", "column"))
        workflow().run(session.engine, memory=50_000_000).result(PATIENCE)
        assert list(root.iterdir())
    assert list(root.iterdir()) == []


def test_a_session_is_open_once(root: Path) -> None:
    with Session("beam", root=root):
        with pytest.raises(SessionError, match="session 'beam' is in use by process"):
            Session("beam", root=root)
        with Session("other", root=root), Session(root=root), Session(root=root):
            pass
    with Session("beam", root=root):
        pass


def test_a_named_session_is_still_there_tomorrow(root: Path, file: Path, stack: Any) -> None:
    with Session("beam", root=root) as session:
        session.open(f"stack={file}::group/data")
        out = workflow().run(session.engine).result(PATIENCE)["out"].copy()
        session.store["note"] = "a"
        session.store["note"] = "b"
        session.store.undo()
        entries = list(session.ledger)
        described = {name: session.store.describe(name) for name in session.store}
    with Session("beam", root=root) as session:
        assert {name: session.store.describe(name) for name in session.store} == described
        assert session.store["note"] == "a"
        session.store.redo()
        assert session.store["note"] == "b"
        assert list(session.ledger) == entries
        np.testing.assert_array_equal(session.store["out"], out)
        again = workflow().run(session.engine)
        assert again.result(PATIENCE)["out"].tobytes() == out.tobytes()
        assert again.report["steps"] == {}
        assert len(session.ledger) == len(entries)
        assert Workflow.from_ledger(session.ledger, "out", 1).inputs == ("stack",)


def test_a_removed_session_is_gone(root: Path) -> None:
    session = Session("beam", root=root)
    session.store["note"] = "a"
    session.remove()
    assert list(root.iterdir()) == []
    with Session("beam", root=root) as fresh:
        assert len(fresh.store) == 0


def test_closing_twice_is_fine(root: Path) -> None:
    session = Session("beam", root=root)
    session.close()
    session.close()


def facts(path: Path) -> dict[str, Any]:
    with h5py.File(path) as opened:
        entry = opened[opened.attrs["default"]]
        data = entry[entry.attrs["default"]]
        return {
            "data": data[data.attrs["signal"]][...],
            "axes": [str(axis) for axis in data.attrs["axes"]],
            "values": {name: item[()] for name, item in entry.get("parameters", {}).items()},
            "workflow": json.loads(entry["process/workflow/data"][()]),
            "ledger": json.loads(entry["process/ledger/data"][()]),
        }


@pytest.mark.parametrize(
    ("name", "memory"), [(None, None), (None, 50_000_000), ("beam", None), ("beam", 50_000_000)]
)
def test_results_go_to_a_file_with_their_history(
    root: Path, file: Path, stack: Any, name: str | None, memory: int | None
) -> None:
    tmp_path = file.parent
    with Session(name, root=root) as session:
        session.open(f"stack={file}::group/data")
        for _again in range(2):
            run = session.run_to_file(workflow(), tmp_path / "out.h5", memory=memory)
            assert run.result(PATIENCE) == tmp_path / "out.h5"
            found = facts(tmp_path / "out.h5")
            np.testing.assert_array_equal(found["data"], expected(stack))
            assert found["axes"] == ["angle", "row", "column"]
            assert found["values"] == {"top": pytest.approx(2 * stack[2:4].max())}
            assert Workflow.from_json(found["workflow"]).to_json() == workflow().to_json()
            assert {entry["algorithm"].rpartition(":")[2] for entry in found["ledger"]} == {
                "scale",
                "find_top",
                "relate",
            }
            assert run.report["values"]["top"] == found["values"]["top"]


@pytest.mark.parametrize("name", [None, "beam"])
def test_several_results_and_values_go_to_a_file(
    root: Path, tmp_path: Path, stack: Any, name: str | None
) -> None:
    several = workflow().add(find_facts, into="facts", stack="scaled")
    several.results = ("scaled", "top", "facts", "out")
    with Session(name, root=root) as session:
        session.store.put("stack", stack.copy(), axes=("angle", "row", "column"))
        session.run_to_file(several, tmp_path / "out.h5", want={"angle": slice(1, 4)}).result(PATIENCE)
    found = facts(tmp_path / "out.h5")
    np.testing.assert_array_equal(found["data"], expected(stack)[1:4])
    assert json.loads(found["values"]["facts"]) == {"low": 2 * stack.min(), "high": 2 * stack.max()}
    with h5py.File(tmp_path / "out.h5") as opened:
        shapes = []
        opened.visititems(
            lambda _path, item: shapes.append(item.shape) if getattr(item, "ndim", 0) == 3 else None
        )
    assert shapes == [(3, 5, 4), (3, 5, 4)]


@pytest.mark.parametrize("name", [None, "beam"])
def test_a_step_that_is_skipped_half_way_leaves_the_stand_in_in_the_file(
    root: Path, tmp_path: Path, stack: Any, name: str | None
) -> None:
    made = Workflow("w").add(scale, into="scaled", stack="stack")
    made.add(fail_late, into="out", stack="scaled", on_error="skip", otherwise="scaled")
    with Session(name, root=root) as session:
        session.store.put("stack", stack.copy(), axes=("angle", "row", "column"))
        session.run_to_file(made, tmp_path / "out.h5").result(PATIENCE)
    np.testing.assert_array_equal(facts(tmp_path / "out.h5")["data"], stack * 2)


@pytest.mark.parametrize("name", [None, "beam"])
def test_a_run_that_fails_leaves_no_file(root: Path, tmp_path: Path, stack: Any, name: str | None) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    with Session(name, root=root) as session:
        session.store.put("stack", stack.copy(), axes=("angle", "row", "column"))
        run = session.run_to_file(Workflow("w").add(fail_late, into="out", stack="stack"), folder / "out.h5")
        with pytest.raises(RunError, match="bad frame"):
            run.result(PATIENCE)
        assert list(folder.iterdir()) == []


def test_mistakes_are_told_before_anything_runs(root: Path, tmp_path: Path) -> None:
    with Session(root=root) as session:
        with pytest.raises(WorkflowError, match="'stack' is missing"):
            session.run_to_file(workflow(), tmp_path / "out.h5")
        with pytest.raises(MissingFileError, match="there is no folder"):
            session.run_to_file(workflow(), tmp_path / "nowhere" / "out.h5")
        assert not session.engine.runs


# Half-written results.


class Half:
    """The half-written results of a session that is opened, left and opened again."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.session = Session("beam", root=root)

    @property
    def partials(self) -> SessionPartials:
        found = self.session.engine._partials
        assert isinstance(found, SessionPartials)
        return found

    def again(self) -> SessionPartials:
        self.session.close()
        self.session = Session("beam", root=self.root)
        return self.partials

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.session.directory.arrays.iterdir())


@pytest.fixture
def half(root: Path) -> Any:
    made = Half(root)
    yield made
    made.session.close()


def outlet(key: str, name: str = "out") -> Outlet:
    return Outlet(name, (6, 4), np.dtype(np.float32), ("row", "column"), "", key)


def test_a_half_written_result_is_found_again_by_its_key_only(half: Half) -> None:
    partial = half.partials.start(outlet("k1"))
    partial.array[0:2] = 7
    partial.mark((0, 2))
    del partial
    found = half.again().find("k1")
    assert found is not None
    assert list(found.done) == [(0, 2)]
    np.testing.assert_array_equal(found.array[:2], np.full((2, 4), 7, np.float32))
    assert half.partials.find("k2") is None


def test_what_one_run_writes_another_does_not_take(half: Half) -> None:
    first = half.partials.start(outlet("k1"))
    assert half.partials.find("k1") is None
    second = half.partials.start(outlet("k1"))
    assert second.array is not first.array
    half.partials.leave(first)
    assert half.partials.find("k1") is first


def test_blocks_of_a_dropped_result_are_never_taken_for_those_of_a_new_one(half: Half) -> None:
    first = half.partials.start(outlet("k1"))
    first.mark((0, 4))
    half.partials.leave(first)
    half.partials.leave(half.partials.start(outlet("k2")))
    assert half.partials.find("k1") is None
    again = half.partials.start(outlet("k1"))
    again.mark((4, 5))
    del first, again
    found = half.again().find("k1")
    assert found is not None
    assert list(found.done) == [(4, 5)]


def test_a_finished_result_is_in_the_store_and_nothing_else_is_left(half: Half) -> None:
    partial = half.partials.start(outlet("k1"))
    partial.array[...] = 3
    half.session.store.put_many({"out": Put(partial.array, owned=True)})
    half.partials.finish(partial)
    assert half.files == sorted(half.session.store.files())
    assert half.again().find("k1") is None
    np.testing.assert_array_equal(half.session.store["out"], np.full((6, 4), 3, np.float32))


def test_a_dropped_result_leaves_no_file(half: Half) -> None:
    half.partials.leave(half.partials.start(outlet("k1")))
    half.partials.start(outlet("k2"))
    assert len(half.files) == 1
    half.again()
    assert len(half.files) == 1


def test_a_half_written_result_that_is_gone_is_told_and_begun_anew(
    half: Half, caplog: pytest.LogCaptureFixture
) -> None:
    half.partials.start(outlet("k1"))
    partials = half.again()
    for path in half.session.directory.arrays.iterdir():
        path.unlink()
    with caplog.at_level(logging.WARNING):
        assert partials.find("k1") is None
    assert "the half-written out is gone" in caplog.text


def test_partials_need_no_engine(tmp_path: Path, root: Path) -> None:
    with Session("beam", root=root) as session:
        journal = Journal(tmp_path / "journal.jsonl")
        partials = SessionPartials(session.store, journal, session.directory.arrays)
        assert isinstance(session.store, DataStore)
        assert partials.replay() == set()
        partials.start(outlet("k1"))
        assert len(SessionPartials(session.store, journal, session.directory.arrays).replay()) == 1
        journal.close()
