"""Kill -9 in the middle: the session reopens, the run goes on at its last block, and nothing is left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from daisy_lab import Session

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> Any:
    with h5py.File(path) as file:
        entry = file[file.attrs["default"]]
        data = entry[entry.attrs["default"]]
        return data[data.attrs["signal"]][...]


def _goes_on(lab: Any, finished: int) -> None:
    """The next run computes only what is missing, and all bits are right."""
    again = lab.finish("beam")
    (relate,) = (tally for label, tally in again["steps"].items() if "relate" in label)
    assert relate["positions"] == 60 - finished
    with Session("beam", root=lab.sessions) as session:
        assert session.store["out"].tobytes() == lab.expected.tobytes()


def test_a_killed_run_goes_on_at_its_last_finished_block(lab: Any) -> None:
    lab.kill_when(lambda: len(lab.blocks("beam")) >= 3, "beam")
    done = lab.blocks("beam")
    finished = sum(hi - lo for lo, hi in done)
    assert len(done) >= 3
    assert finished < 55

    with Session("beam", root=lab.sessions) as session:
        assert sorted(session.store) == ["note", "stack", "top"]
        assert [session.store.get("note", version) for version in (1, 2)] == ["first", "second"]
        assert session.store["stack"].shape == (60, 100, 1000)
        assert [entry.algorithm.rpartition(".")[2] for entry in session.ledger] == ["find_top"]
        assert session.ledger.maker("top", 1) is not None

    again = lab.finish("beam")
    assert "find_top" not in " ".join(again["steps"])
    (relate,) = (tally for label, tally in again["steps"].items() if "relate" in label)
    assert relate["positions"] == 60 - finished
    with Session("beam", root=lab.sessions) as session:
        assert session.store["out"].tobytes() == lab.expected.tobytes()
        assert len(session.ledger) == 3
        assert {f.removesuffix(".raw") for f in lab.arrays("beam")} == {
            f.removesuffix(".raw") for f in session.store.files()
        }


def test_a_run_that_is_killed_twice_goes_on_twice(lab: Any) -> None:
    lab.kill_when(lambda: len(lab.blocks("beam")) >= 1, "beam")
    first = len(lab.blocks("beam"))
    lab.kill_when(lambda: len(lab.blocks("beam")) >= first + 2, "beam")
    finished = sum(hi - lo for lo, hi in lab.blocks("beam"))
    _goes_on(lab, finished)


def test_other_settings_never_go_on_with_what_is_half_written(lab: Any) -> None:
    lab.kill_when(lambda: len(lab.blocks("beam")) >= 2, "beam")
    first = len(lab.blocks("beam"))
    lab.kill_when(lambda: len(lab.blocks("beam")) >= first + 2, "beam", settings={"power": 2})
    again = lab.finish("beam")  # the first settings once more: their blocks are gone
    (relate,) = (tally for label, tally in again["steps"].items() if "relate" in label)
    assert relate["positions"] == 60
    with Session("beam", root=lab.sessions) as session:
        assert session.store["out"].tobytes() == lab.expected.tobytes()
        assert lab.arrays("beam") == sorted(session.store.files())


def test_a_torn_line_at_the_end_of_the_journal_costs_one_block(lab: Any) -> None:
    lab.kill_when(lambda: len(lab.blocks("beam")) >= 2, "beam")
    path = lab.sessions / "session-beam" / "journal.jsonl"
    path.write_bytes(path.read_bytes().rstrip(b"\n")[:-7])
    finished = sum(hi - lo for lo, hi in lab.blocks("beam"))
    _goes_on(lab, finished)


def test_a_half_written_file_that_is_gone_is_made_anew(lab: Any) -> None:
    lab.kill_when(lambda: len(lab.blocks("beam")) >= 2, "beam")
    for file in lab.arrays("beam"):
        if file.endswith(".part"):
            (lab.sessions / "session-beam" / "arrays" / file).unlink()
    first = len(lab.blocks("beam"))
    lab.kill_when(lambda: len(lab.blocks("beam")) >= first + 2, "beam")
    lab.finish("beam")
    with Session("beam", root=lab.sessions) as session:
        assert session.store["out"].tobytes() == lab.expected.tobytes()


def test_files_of_a_killed_session_that_nobody_needs_are_gone_after_the_next_start(lab: Any) -> None:
    lab.kill_when(lambda: len(lab.blocks("beam")) >= 1, "beam")
    stray = lab.sessions / "session-beam" / "arrays" / "0123456789abcdef.part"
    stray.write_bytes(b"half")
    with Session("beam", root=lab.sessions) as session:
        assert not stray.exists()
        left = set(lab.arrays("beam")) - session.store.files()
        assert len(left) == 1  # what the interrupted run goes on with


def test_a_killed_run_to_a_file_leaves_nothing_under_the_final_name(lab: Any) -> None:
    folder = lab.folder / "results"
    folder.mkdir()
    half = lambda: [path for path in folder.iterdir() if path.stat().st_size > 100_000]  # noqa: E731 - asked twice
    lab.kill_when(half, "", "results/out.h5")
    assert [path.name for path in folder.iterdir() if not path.name.startswith(".")] == []
    assert half()
    runs = [path.name for path in lab.sessions.iterdir()]
    assert len(runs) == 1
    lab.finish("", "results/out.h5")
    assert [path.name for path in folder.iterdir()] == ["out.h5"]
    assert read(folder / "out.h5").tobytes() == lab.expected.tobytes()
    assert [path.name for path in lab.sessions.iterdir()] == []


def test_a_killed_run_to_a_file_of_a_named_session_goes_on(lab: Any) -> None:
    lab.kill_when(lambda: len(lab.blocks("beam")) >= 2, "beam", "out.h5")
    finished = sum(hi - lo for lo, hi in lab.blocks("beam"))
    assert not (lab.folder / "out.h5").exists()
    again = lab.finish("beam", "out.h5")
    (relate,) = (tally for label, tally in again["steps"].items() if "relate" in label)
    assert relate["positions"] == 60 - finished
    np.testing.assert_array_equal(read(lab.folder / "out.h5"), lab.expected)
    assert not [path.name for path in lab.folder.iterdir() if path.name.endswith(".part")]
