from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from daisy_lab.errors import DataError, MissingObjectError

if TYPE_CHECKING:
    from daisy_lab._datastore import DataStore


@pytest.mark.parametrize(
    "name", ["volume", "scan/projections", "a.b-c_d", "2", "扫描/投影", "scan/2024.01/x"]
)
def test_names_may_be_trees_of_words(store: DataStore, name: str) -> None:
    store[name] = 1.5
    assert store[name] == 1.5
    assert list(store) == [name]


@pytest.mark.parametrize("name", ["", "/a", "a/", "a//b", "a b", "a\n", "a:b", "..", "a/../b", ".", None, 3])
def test_other_names_are_refused_with_an_example(store: DataStore, name: object) -> None:
    with pytest.raises(DataError, match=r"cannot name a data object.*scan/projections"):
        store.put(name, 1)  # type: ignore[arg-type]  # the point of the test
    assert len(store) == 0


def test_missing_object_names_the_nearest(store: DataStore) -> None:
    store["projections"] = store["theta"] = store["volume"] = 1
    with pytest.raises(MissingObjectError) as caught:
        store["volumes"]
    assert str(caught.value) == (
        "no data object 'volumes'; the store holds projections, theta, volume; did you mean 'volume'?"
    )


def test_missing_object_in_an_empty_store_says_so(store: DataStore) -> None:
    for ask in (store.get, store.describe, store.identity, store.history, store.delete, store.to_xarray):
        with pytest.raises(MissingObjectError, match="no data object 'recno'; the store holds nothing"):
            ask("recno")


def test_missing_version_lists_those_there(store: DataStore) -> None:
    store["volume"] = 1
    store["volume"] = 2
    with pytest.raises(
        MissingObjectError, match="no version 7 of data object 'volume'; the store holds 1, 2"
    ):
        store.get("volume", 7)


def test_names_come_sorted_and_are_counted(store: DataStore) -> None:
    for name in ("theta", "dark", "scan/flat"):
        store[name] = 0
    assert list(store) == ["dark", "scan/flat", "theta"]
    assert len(store) == 3
    assert "dark" in store
    assert "flat" not in store
