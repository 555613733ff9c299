from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from disks import small_disk

from daisy_lab._datastore import DataStore, Directory, Put
from daisy_lab.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KB = 1000


def _array(number: int) -> np.ndarray[Any, Any]:
    return np.full(_KB, number, np.uint8)


def _files(root: Path) -> list[str]:
    return sorted(path.name for path in root.glob("*/arrays/*"))


def _is_mapped(array: np.ndarray[Any, Any]) -> bool:
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    return base is not None


def test_without_need_nothing_is_made_on_disk(sessions: Path) -> None:
    with DataStore(memory=10 * _KB) as store:
        for number in range(5):
            store[f"x{number}"] = _array(number)
        store.identity("x1")
    assert not sessions.exists()


def test_the_least_recently_used_array_goes_to_a_file(sessions: Path) -> None:
    with DataStore(memory=3 * _KB) as store:
        for number in range(3):
            store[f"x{number}"] = _array(number)
        store["x0"]
        store["x3"] = _array(3)
        assert store.resident == 3 * _KB
        assert [name for name in store if _is_mapped(store[name])] == ["x1"]
        assert len(_files(sessions)) == 1
        for number in range(4):
            assert (store[f"x{number}"] == number).all()
        assert store.resident == 3 * _KB


def test_a_spilled_array_is_the_same_and_read_only() -> None:
    values = {
        "float": np.random.default_rng(0).random((20, 30)),
        "fortran": np.asfortranarray(np.random.default_rng(1).random((20, 30))),
        "time": np.arange(600).astype("M8[s]"),
        "text": np.array([str(number) for number in range(600)]),
        "structured": np.zeros((20, 30), [("a", "i4"), ("b", "f8", (2,))]),
        "scalar": np.array(3.0),
    }
    with DataStore() as kept, DataStore(memory=0) as spilled:
        for name, value in values.items():
            kept[name] = value.copy(order="A")
            spilled[name] = value.copy(order="A")
            got = spilled[name]
            assert _is_mapped(got)
            assert got.dtype == value.dtype
            np.testing.assert_array_equal(got, value)
            assert kept.identity(name) == spilled.identity(name)
            with pytest.raises(ValueError, match="WRITEABLE"):
                got.setflags(write=True)
        assert spilled.resident == 0


def test_an_array_larger_than_the_budget_leaves_the_callers_alone() -> None:
    with DataStore(memory=_KB // 2) as store:
        array = _array(1)
        store["x"] = array
        array[:] = 2
        assert (store["x"] == 1).all()


def test_what_a_user_holds_outlives_the_spill_and_the_store() -> None:
    with DataStore(memory=_KB) as store:
        store["a"] = _array(1)
        held = store["a"]
        store["b"] = _array(2)
        mapped = store["a"]
        assert not np.shares_memory(held, mapped)
    assert (held == 1).all()
    assert (mapped == 1).all()


def test_old_versions_are_spilled_too_and_their_files_forgotten(sessions: Path) -> None:
    with DataStore(memory=2 * _KB) as store:
        for number in range(6):
            store["x"] = _array(number)
        assert len(_files(sessions)) == 4
        assert (store.get("x", 1) == 0).all()
        store.undo()
        store.forget_history()
        assert (store["x"] == 4).all()
        assert _files(sessions) == []
        assert store.resident == _KB


def test_files_in_a_given_directory_go_with_the_store(sessions: Path) -> None:
    with Directory.open(name="beamtime") as directory:
        with DataStore(directory, memory=0) as store:
            store["x"] = _array(1)
            assert len(_files(sessions)) == 1
        assert _files(sessions) == []
        assert not directory.closed


_FULL = """
import resource, sys
import numpy as np
from daisy_lab._datastore import DataStore, Put
from daisy_lab.errors import FileError

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
with DataStore(memory=250_000) as store:
    store["small"] = np.zeros(50_000, np.uint8)
    store["a"] = np.full(200_000, 1, np.uint8)
    heard = []
    store.on_change(heard.append)
    mine = np.full(200_000, 2, np.uint8)
    for act in (
        lambda: store.put("b", mine),
        lambda: store.put_many({"c": Put(1), "b": Put(mine)}),
        lambda: store.put("d", np.zeros(300_000, np.uint8)),
        lambda: store.create((200_000,), "u1"),
    ):
        try:
            act()
        except FileError as error:
            print(error)
        else:
            sys.exit("no error")
    assert list(store) == ["a", "small"], list(store)
    assert heard == []
    assert mine.flags.writeable
    assert (store["a"] == 1).all()
    assert store.resident in (200_000, 250_000), store.resident
    folder = store._actions.segments.directory.arrays
    assert not list(folder.glob("*.part"))
    assert sum(path.stat().st_size for path in folder.iterdir()) in (0, 50_000)
    store["b"] = np.full(20_000, 3, np.uint8)
    assert (store["b"] == 3).all()
"""


def test_a_file_too_large_is_an_error_and_changes_nothing(sessions: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FULL], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 4
    for line in lines:
        assert re.match(r"no room for an array of \d{3} kB in .*DAISY_LAB_SESSIONS", line), line
    assert list(sessions.iterdir()) == []


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "1m") as made:
        yield made


def test_a_full_disk_is_an_error_and_changes_nothing(disk: Path) -> None:
    with Directory.open(disk) as directory, DataStore(directory, memory=700_000) as store:
        store["a"] = np.full(600_000, 1, np.uint8)
        store["b"] = np.full(600_000, 2, np.uint8)
        third = np.full(600_000, 3, np.uint8)
        with pytest.raises(FileError, match=r"(?s)no room for an array of .*No space left"):
            store.put_many({"x": Put(0), "c": Put(third)})
        with pytest.raises(FileError, match="no room for an array of 800 kB"):
            store.create(800_000, "u1")
        assert third.flags.writeable
        assert list(store) == ["a", "b"]
        assert [int(store[name][0]) for name in "ab"] == [1, 2]
        assert not list(directory.arrays.glob("*.part"))
        assert store.resident == 600_000
