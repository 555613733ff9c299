from __future__ import annotations

import gc
import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._datastore import DataStore, Directory, Put
from daisy_lab.errors import DataError, MissingObjectError, SessionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Journal:
    """Keeps records as the text a session would write."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, record: Mapping[str, object]) -> None:
        self.lines.append(json.dumps(record))

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def directory() -> Iterator[Directory]:
    with Directory.open(name="tooth") as opened:
        yield opened
        opened.remove()


@pytest.fixture
def journal() -> Journal:
    return Journal()


def _never(reference: Mapping[str, object]) -> Any:
    raise AssertionError(reference)


def _reopened(directory: Directory, journal: Journal, reopen: Callable[..., Any] = _never) -> DataStore:
    store = DataStore(directory, durable=True)
    store.replay(journal.records(), reopen)
    return store


_VALUES: dict[str, Any] = {
    "array": np.random.default_rng(0).random((3, 4)),
    "fortran": np.asfortranarray(np.arange(6, dtype=">i4").reshape(2, 3)),
    "structured": np.zeros((2, 2), [("a", "<i4"), ("b", "<f8", (2,))]),
    "time": np.arange(3).astype("M8[ns]"),
    "empty": np.zeros((0, 3), "f4"),
    "table": {"q": np.arange(3.0), "name": np.array(["a", "b", "c"])},
    "empty_table": {"q": np.zeros(0), "i": np.zeros(0, "i2")},
    "int": 10**5000,
    "float": float("-inf"),
    "complex": complex(-0.0, float("inf")),
    "bool": True,
    "numpy": np.float32(0.1),
    "moment": np.datetime64("2024-01-01T00:00", "m"),
    "text": "é \udc80 \u2028",
    "record": {"a": [1, None, {"b": 1.5}], "c": True},
    "list": [1, 2],
}


def test_every_kind_of_value_comes_back(directory: Directory, journal: Journal) -> None:
    with DataStore(directory, durable=True, record=journal) as store:
        for name, value in _VALUES.items():
            store.put(name, value, unit="m", made_by="run-1")
        identities = {name: store.identity(name) for name in store}
        told = {name: store.describe(name) for name in store}
    with _reopened(directory, journal) as again:
        assert {name: again.describe(name) for name in again} == told
        assert {name: again.identity(name) for name in again} == identities
        assert type(again["numpy"]) is np.float32
        with pytest.raises(ValueError, match="read-only"):
            again["array"][0] = 1
        assert again.resident == 0


def test_what_undo_knows_nothing_of_comes_back_so(directory: Directory, journal: Journal) -> None:
    with DataStore(directory, durable=True, record=journal) as store:
        store["settings"] = 1
        store.put_many({"frames": Put(np.arange(3))}, undoable=False)
    with _reopened(directory, journal) as again:
        again.undo()
        assert (list(again), again.can_undo) == (["frames"], False)


def test_names_versions_undo_and_redo_come_back(directory: Directory, journal: Journal) -> None:
    with DataStore(directory, durable=True, record=journal) as store:
        store["a"] = np.zeros(3)
        store["a"] = np.ones(3)
        store.put_many({"a": Put(np.full(3, 2.0)), "b": Put(5)})
        store.rename("b", "c")
        store.delete("a")
        store.restore("a", 1)
        store.undo()
        store.undo()
        before = [(name, store.describe(name)) for name in store]
        histories = {name: store.history(name) for name in ("a", "b", "c")}
        redone = [change.kind for change in (store.redo(), store.redo()) if change]
        store.undo()
        store.undo()
    with _reopened(directory, journal) as again:
        assert [(name, again.describe(name)) for name in again] == before
        assert {name: again.history(name) for name in ("a", "b", "c")} == histories
        assert (again["a"] == 2).all()
        assert again["c"] == 5
        assert (again.get("a", 2) == 1).all()
        assert [change.kind for change in (again.redo(), again.redo()) if change] == redone
        assert (again["a"] == 0).all()
        for _ in range(6):
            assert again.undo() is not None
        assert again.undo() is None
        assert list(again) == []
        assert again.put("a", 1).version == 4


def test_a_dataset_is_opened_again_only_when_asked_for(
    directory: Directory, journal: Journal, frames: Callable[[], Any]
) -> None:
    with DataStore(directory, durable=True, record=journal) as store:
        told = store.put("projections", frames())
    asked: list[Mapping[str, object]] = []

    def reopen(reference: Mapping[str, object]) -> Any:
        asked.append(reference)
        return frames()

    with _reopened(directory, journal, reopen) as again:
        assert again.describe("projections") == told
        assert asked == []
        assert again["projections"][0].shape == (3, 4)
        assert again.identity("projections") == "file:scan.h5:/exchange/data"
        assert asked == [{"path": "scan.h5", "dataset": "/exchange/data"}]


def test_forgotten_versions_stay_forgotten(directory: Directory, journal: Journal) -> None:
    with DataStore(directory, durable=True, record=journal) as store:
        store["a"] = np.zeros(3)
        store["a"] = np.ones(3)
        store.forget_history()
        store["b"] = 1
        assert len(list(directory.arrays.iterdir())) == 1
    with _reopened(directory, journal) as again:
        assert (again["a"] == 1).all()
        with pytest.raises(MissingObjectError, match="no version 1"):
            again.get("a", 1)
        assert again.undo() is not None
        assert again.undo() is None


def test_an_array_is_in_its_file_before_the_action_is_recorded(directory: Directory) -> None:
    seen: list[bytes] = []

    def record(action: Mapping[str, Any]) -> None:
        file = directory.arrays / action["objects"][0]["value"]["file"]
        seen.append(file.read_bytes())

    with DataStore(directory, durable=True, record=record) as store:
        array = np.arange(5, dtype=np.uint8)
        store["taken"] = array
        assert np.shares_memory(array, store["taken"])
        store["copied"] = array[::-1]
        buffer = store.create(5, "u1")
        buffer[:] = 7
        store["created"] = buffer
        assert np.shares_memory(buffer, store["created"])
        assert len(list(directory.arrays.iterdir())) == 3
    assert seen == [bytes(range(5)), bytes(range(4, -1, -1)), bytes([7] * 5)]


def test_what_cannot_be_recorded_does_not_happen(directory: Directory) -> None:
    def record(_action: Mapping[str, object]) -> None:
        if refuse:
            raise OSError(28, "No space left on device")

    refuse = False
    with DataStore(directory, durable=True, record=record) as store:
        store["a"] = np.zeros(3)
        store["b"] = 1
        store.undo()
        heard: list[object] = []
        store.on_change(heard.append)
        refuse = True
        array, buffer = np.ones(3), store.create(3, "f8")
        acts: list[Callable[[], object]] = [
            lambda: store.put("a", 2),
            lambda: store.put_many({"c": Put(array), "d": Put(buffer)}),
            lambda: store.delete("a"),
            lambda: store.rename("a", "c"),
            store.undo,
            store.redo,
            store.forget_history,
        ]
        for act in acts:
            with pytest.raises(OSError, match="No space left"):
                act()
        assert list(store) == ["a"]
        assert heard == []
        array[0] = buffer[0] = 1
        assert len(list(directory.arrays.iterdir())) == 2
        refuse = False
        assert store.put("a", buffer).version == 2


def test_over_budget_a_durable_store_just_lets_go(directory: Directory) -> None:
    with DataStore(directory, durable=True, memory=1000) as store:
        for number in range(5):
            store[f"x{number}"] = np.full(800, number, np.uint8)
        assert store.resident == 800
        assert len(list(directory.arrays.iterdir())) == 5
        assert all((store[f"x{number}"] == number).all() for number in range(5))


def test_a_lost_file_is_told_when_its_array_is_asked_for(directory: Directory, journal: Journal) -> None:
    with DataStore(directory, durable=True, record=journal) as store:
        store["a"] = np.zeros(3)
        store["b"] = np.zeros(3)
        lost = directory.arrays / journal.records()[0]["objects"][0]["value"]["file"]
        short = directory.arrays / journal.records()[1]["objects"][0]["value"]["file"]
    lost.unlink()
    short.write_bytes(b"123")
    with _reopened(directory, journal) as again:
        for name in "ab":
            with pytest.raises(SessionError, match=r"is missing or damaged.*compute the array again"):
                again[name]


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"action": "dance"},
        {"action": "undo"},
        {"action": "redo"},
        {"action": "delete", "name": "x"},
        {"action": "put"},
        {"action": "put", "objects": [{"object": {"name": "x"}, "value": {}}]},
    ],
)
def test_a_record_that_cannot_be_followed_is_told(directory: Directory, record: dict[str, Any]) -> None:
    with (
        DataStore(directory, durable=True) as store,
        pytest.raises(SessionError, match="record 1 of the session's"),
    ):
        store.replay([record], _never)


def test_only_a_fresh_store_replays(directory: Directory) -> None:
    with DataStore(directory, durable=True) as store:
        store["a"] = 1
        with pytest.raises(SessionError, match="only a fresh store"):
            store.replay([], _never)


def test_a_durable_store_needs_a_directory() -> None:
    with pytest.raises(SessionError, match=r"needs a directory.*Directory\.open"):
        DataStore(durable=True)


def test_an_array_of_a_store_that_was_not_durable_is_told(directory: Directory, journal: Journal) -> None:
    with DataStore(record=journal) as store:
        store["x"] = np.zeros(3)
    with DataStore(directory, durable=True) as again, pytest.raises(SessionError, match="'x' was not kept"):
        again.replay(journal.records(), _never)


def test_a_half_filled_buffer_is_resumed_by_the_next_process(directory: Directory, journal: Journal) -> None:
    with DataStore(directory, durable=True, record=journal) as store:
        buffer = store.create((2, 3), "f4")
        buffer[0] = 1
        file = store.hold(buffer)
        assert file in store.files()
        del buffer
    assert (directory.arrays / file).exists()
    with DataStore(directory, durable=True, record=journal) as store:
        rest = store.resume(file, (2, 3), "f4")
        assert (rest == [[1, 1, 1], [0, 0, 0]]).all()
        rest[1] = 2
        with pytest.raises(DataError):
            store.put_many({"a": Put(rest), "b": Put(object())})
        gc.collect()  # the error's traceback holds the buffer, too
        store["volume"] = rest
        assert np.shares_memory(rest, store["volume"])
        assert {path.name for path in directory.arrays.iterdir()} == store.files()
    with _reopened(directory, journal) as again:
        assert (again["volume"] == [[1, 1, 1], [2, 2, 2]]).all()


def test_what_cannot_be_held_or_resumed_is_told(directory: Directory) -> None:
    with DataStore(directory, durable=True) as store:
        for array in (np.zeros(3), store.create(0, "f4"), store.create(3, "f4")[:]):
            with pytest.raises(DataError, match="only a buffer of create"):
                store.hold(array)
        with pytest.raises(FileNotFoundError):
            store.resume("gone.part", (3,), "f4")
        buffer = store.create(3, "f4")
        with pytest.raises(ValueError, match="length"):
            store.resume(store.hold(buffer), (300_000,), "f4")


_WORK = """
import json, sys
import numpy as np
from daisy_lab._datastore import DataStore, Directory

directory = Directory.open(name="tooth")
journal = open(directory.path / "journal.jsonl", "w")
def record(action):
    journal.write(json.dumps(action) + "\\n")
    journal.flush()
store = DataStore(directory, durable=True, record=record, memory=2_000_000)
unfinished = store.create((1000,), "f4")
number = 0
while True:
    number += 1
    store.put("x", np.full(100_000, number))
    buffer = store.create((1000,), "i4")
    buffer[:] = number
    store.put("y", buffer)
    if number % 3 == 0:
        store.undo()
    if number == 12:
        print("ready", flush=True)
"""


def test_a_session_killed_in_the_middle_comes_back() -> None:
    child = subprocess.Popen([sys.executable, "-c", _WORK], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    with Directory.open(name="tooth") as directory:
        lines = (directory.path / "journal.jsonl").read_text().splitlines(keepends=True)
        records = [json.loads(line) for line in lines if line.endswith("\n")]
        with DataStore(directory, durable=True) as store:
            store.replay(records, _never)
            before = len(list(directory.arrays.iterdir()))
            gone = directory.sweep_unreferenced(store.files())
            assert 1 <= len(gone) <= 4
            assert len(list(directory.arrays.iterdir())) == before - len(gone)
            assert store.undo() is not None
            for name in ("x", "y"):
                for about in store.history(name):
                    array = store.get(name, about.version)
                    assert (array == array[0]).all()
                    assert array[0] > 0
            assert len(store.history("x")) >= 12
        directory.remove()
