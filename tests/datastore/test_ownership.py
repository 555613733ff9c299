from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._datastore import DataStore, Put

if TYPE_CHECKING:
    from collections.abc import Callable

_MODULE_ARRAY = np.zeros(3)


def _by_put(store: DataStore, array: np.ndarray[Any, Any]) -> None:
    store.put("x", array)


def test_putting_a_base_array_copies_nothing(store: DataStore) -> None:
    array = np.arange(6.0).reshape(2, 3).copy()
    store.put("x", array)
    assert np.shares_memory(array, store["x"])
    assert not array.flags.writeable


def test_every_way_of_putting_takes_over(store: DataStore) -> None:
    a, b, c, d = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    store["a"] = a
    store.put("b", b, unit="m")
    store.put(name="c", value=c)
    store.put_many({"d": Put(d)})
    for name, array in {"a": a, "b": b, "c": c, "d": d}.items():
        assert np.shares_memory(array, store[name]), name


def test_results_in_one_tuple_are_taken_over(store: DataStore) -> None:
    results = (np.zeros(3), np.ones(3))
    store.put_many({"a": Put(results[0]), "b": Put(results[1])})
    assert np.shares_memory(results[1], store["b"])


def test_an_array_without_a_name_is_taken_over(store: DataStore) -> None:
    where: list[int] = []

    def make() -> np.ndarray[Any, Any]:
        array = np.zeros(3)
        where.append(array.ctypes.data)
        return array

    store.put("x", make())
    assert store["x"].ctypes.data == where[0]


def test_getting_copies_nothing(store: DataStore) -> None:
    store["x"] = np.zeros(3)
    assert np.shares_memory(store["x"], store["x"])


def test_a_view_is_copied(store: DataStore) -> None:
    array = np.zeros(6)
    store["x"] = array[:3]
    array[0] = 9
    assert store["x"][0] == 0


@pytest.mark.parametrize(
    "alias", [lambda a: a[:], memoryview, lambda a: a.T, lambda a: np.frombuffer(memoryview(a))]
)
def test_a_view_made_before_cannot_change_the_object(store: DataStore, alias: Callable[[Any], Any]) -> None:
    array = np.zeros(3)
    view = alias(array)
    store["x"] = array
    view[0] = 9
    assert store["x"][0] == 0
    assert array.flags.writeable


def test_a_view_kept_by_the_maker_cannot_change_the_object(store: DataStore) -> None:
    kept: list[np.ndarray[Any, Any]] = []

    def make() -> np.ndarray[Any, Any]:
        array = np.zeros(3)
        kept.append(array[::2])
        return array

    store.put("x", make())
    store["y"] = make()
    store.put_many({"z": Put(make())})
    store.put("w", make()[:].base)
    for view in kept:
        view[0] = 9
    assert [store[name][0] for name in "xyzw"] == [0, 0, 0, 0]


def test_a_name_elsewhere_means_a_copy(store: DataStore) -> None:
    mine = np.zeros(3)
    _by_put(store, mine)
    mine[0] = 9
    assert store["x"][0] == 0
    _by_put(store, _MODULE_ARRAY)
    assert _MODULE_ARRAY.flags.writeable


def test_who_vouches_for_an_array_has_it_taken_over(store: DataStore) -> None:
    mine = np.zeros(3)

    def put(array: np.ndarray[Any, Any]) -> None:
        store.put_many({"x": Put(array, owned=True)})

    put(mine)
    assert np.shares_memory(mine, store["x"])


def test_a_subclass_is_copied_as_a_plain_array(store: DataStore) -> None:
    store["x"] = np.zeros(3).view(np.recarray)
    assert type(store["x"]) is np.ndarray


def test_layout_is_kept_by_copies(store: DataStore) -> None:
    store["x"] = np.asfortranarray(np.arange(6).reshape(2, 3))[:, :]
    assert store["x"].flags.f_contiguous


def test_a_refused_array_stays_writable(store: DataStore) -> None:
    good = np.zeros(3)
    with pytest.raises(ValueError, match="cannot store 'bad'"):
        store.put_many({"good": Put(good), "bad": Put(object())})
    good[0] = 1
    assert len(store) == 0
    assert store.resident == 0


def test_looking_at_the_callers_names_keeps_nothing_alive() -> None:
    class Witness:
        pass

    with DataStore() as store:
        witness = Witness()
        gone = weakref.ref(witness)
        array = np.zeros(3)
        store["x"] = array
        assert np.shares_memory(array, store["x"])
        del witness
        assert gone() is None


def test_the_callers_own_locals_are_left_alone(store: DataStore) -> None:
    array = np.zeros(3)
    names = locals()
    store["x"] = array
    assert names["array"] is array
