from __future__ import annotations

import time

import numpy as np
import pytest

from daisy_lab._datastore import DataStore, Put
from daisy_lab.errors import DataError, MissingObjectError, SessionError


def test_a_new_value_is_a_new_version(store: DataStore) -> None:
    before = time.time()
    store.put("volume", np.zeros(3), made_by="run-1")
    store.put("volume", 2.5, made_by="run-2")
    first, second = store.history("volume")
    assert (first.version, first.kind, first.made_by) == (1, "array", "run-1")
    assert (second.version, second.kind, second.made_by) == (2, "scalar", "run-2")
    assert before <= first.created <= second.created <= time.time()
    assert store["volume"] == store.get("volume", 2) == 2.5
    assert store.get("volume", 1).shape == (3,)
    assert store.describe("volume") == second
    assert store.describe("volume", 1) == first


def test_undo_and_redo_walk_over_the_whole_store(store: DataStore) -> None:
    store["a"] = 1
    store["b"] = 2
    store["a"] = 3
    assert (store.undo() or pytest.fail("nothing was undone")).names == ("a",)
    assert (store["a"], store["b"]) == (1, 2)
    store.undo()
    assert list(store) == ["a"]
    store.undo()
    assert list(store) == []
    assert store.undo() is None
    for _ in range(3):
        store.redo()
    assert (store["a"], store["b"]) == (3, 2)
    assert store.redo() is None


def test_what_undo_knows_nothing_of_stays_and_ends_no_redo(store: DataStore) -> None:
    store["settings"] = 1
    store["settings"] = 2
    store.undo()
    store.put_many({"frames": Put(np.ones(3)), "geometry": Put({"distance": 0.2})}, undoable=False)
    store.redo()
    assert (store["settings"], store["frames"].tolist()) == (2, [1.0] * 3)
    store.put_many({"frames": Put(np.zeros(3))}, undoable=False)
    assert [about.version for about in store.history("frames")] == [1, 2]
    assert [change.names for _ in range(2) if (change := store.undo())] == [("settings",)] * 2
    assert store.undo() is None
    assert (list(store), store["frames"].tolist()) == (["frames", "geometry"], [0.0] * 3)


def test_a_new_action_ends_redo(store: DataStore) -> None:
    store["a"] = 1
    store["a"] = 2
    store.undo()
    store["b"] = 5
    assert store.redo() is None
    assert store["a"] == 1


def test_a_version_number_is_never_used_twice(store: DataStore) -> None:
    store["a"] = 1
    store["a"] = 2
    store.undo()
    assert store.put("a", 3).version == 3
    store.delete("a")
    assert store.put("a", 4).version == 4
    del store["a"]
    store.forget_history()
    assert store.put("a", 5).version == 5


def test_an_undone_version_can_still_be_restored(store: DataStore) -> None:
    store["a"] = 1
    store["a"] = 2
    store.undo()
    store["b"] = 0
    assert store.restore("a", 2).version == 2
    assert store["a"] == 2
    store.undo()
    assert store["a"] == 1


def test_restoring_copies_nothing_and_makes_no_version(store: DataStore) -> None:
    store["a"] = np.zeros(3)
    old = store["a"]
    store["a"] = np.ones(3)
    store.restore("a", 1)
    assert np.shares_memory(old, store["a"])
    assert [about.version for about in store.history("a")] == [1, 2]
    assert store.describe("a").version == 1


def test_restoring_what_is_current_is_no_action(store: DataStore) -> None:
    store["a"] = 1
    store["b"] = 1
    assert store.restore("a", 1).version == 1
    assert (store.undo() or pytest.fail("nothing was undone")).names == ("b",)


def test_a_deleted_object_keeps_its_history_until_forgotten(store: DataStore) -> None:
    store["a"] = 1
    store.delete("a")
    assert "a" not in store
    with pytest.raises(MissingObjectError):
        store["a"]
    assert len(store.history("a")) == 1
    assert store.get("a", 1) == 1
    store.restore("a", 1)
    assert store["a"] == 1


def test_a_rename_is_a_new_version_without_a_copy(store: DataStore) -> None:
    store.put("recon", np.zeros(3), axes=("x",), made_by="run-1")
    old = store["recon"]
    store["volume"] = 1
    del store["volume"]
    about = store.rename("recon", "volume")
    assert (about.name, about.version, about.axes, about.made_by) == ("volume", 2, ("x",), "run-1")
    assert np.shares_memory(old, store["volume"])
    assert list(store) == ["volume"]
    store.undo()
    assert list(store) == ["recon"]
    store.redo()
    assert list(store) == ["volume"]


def test_a_rename_onto_another_object_is_refused(store: DataStore) -> None:
    store["a"] = store["b"] = 1
    with pytest.raises(DataError, match="there is a 'b' already"):
        store.rename("a", "b")
    with pytest.raises(MissingObjectError, match="no data object 'c'"):
        store.rename("c", "d")
    with pytest.raises(DataError, match="cannot name"):
        store.rename("a", "/")
    assert list(store) == ["a", "b"]


def test_several_puts_are_one_action(store: DataStore) -> None:
    store["a"] = 0
    told = store.put_many({"a": Put(1, unit="m"), "b": Put(np.zeros(2), ("x",))}, made_by="run-1")
    assert {name: about.version for name, about in told.items()} == {"a": 2, "b": 1}
    assert told["a"].unit == "m"
    assert told["b"].axes == ("x",)
    store.undo()
    assert list(store) == ["a"]
    assert store["a"] == 0
    assert store.put_many({}) == {}


def test_forgetting_keeps_what_is_current_only(store: DataStore) -> None:
    store["a"] = np.zeros(100)
    store["a"] = np.zeros(10)
    store["b"] = np.zeros(5)
    del store["b"]
    assert store.resident == 115 * 8
    store.forget_history()
    assert store.resident == 80
    assert [about.version for about in store.history("a")] == [2]
    assert store.undo() is None
    assert store.redo() is None
    with pytest.raises(MissingObjectError, match="no data object 'b'"):
        store.history("b")


def test_ten_thousand_steps_are_undone_beside_a_large_array(store: DataStore) -> None:
    large = np.zeros(10_000_000)
    store["large"] = large
    for number in range(10_000):
        store["x"] = number
    for _ in range(10_000):
        store.undo()
    assert list(store) == ["large"]


def test_a_closed_store_refuses_and_lets_values_live() -> None:
    store = DataStore()
    store["a"] = np.ones(3)
    got = store["a"]
    store.close()
    store.close()
    assert got.sum() == 3
    for act in (
        store.undo,
        store.redo,
        store.forget_history,
        lambda: store.put("a", 1),
        lambda: store.create(3, "f4"),
    ):
        with pytest.raises(SessionError, match="the store is closed"):
            act()
    with pytest.raises(MissingObjectError):
        store["a"]


def test_the_store_shows_what_it_holds(store: DataStore) -> None:
    store["a"] = np.zeros(1000)
    assert repr(store) == "<DataStore: 1 objects, 8,000 bytes of arrays in memory>"
