from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xxhash

from daisy_lab._datastore import DataStore, value_identity

if TYPE_CHECKING:
    from collections.abc import Callable


def test_equal_content_has_equal_identity_in_any_layout(store: DataStore) -> None:
    array = np.random.default_rng(1).random((300, 500, 4))
    store["c"] = array.copy()
    store["fortran"] = np.asfortranarray(array)
    store["permuted"] = np.ascontiguousarray(array.transpose(2, 0, 1)).transpose(1, 2, 0)
    store["strided"] = np.repeat(array, 2, axis=1)[:, ::2]
    assert len({store.identity(name) for name in store}) == 1


def test_one_bit_dtype_or_shape_makes_another_identity(store: DataStore) -> None:
    array = np.zeros((4, 6), "f4")
    other = array.copy()
    other[-1, -1] = np.float32(1e-45)
    values = [array, other, array.view("i4"), array.reshape(6, 4), array.astype(">f4"), array.astype("f8")]
    for number, value in enumerate(values):
        store[f"x{number}"] = value
    assert len({store.identity(name) for name in store}) == len(values)


def test_large_arrays_are_hashed_by_threads_with_the_same_result(store: DataStore) -> None:
    array = np.arange((65 << 20) // 4 + 3, dtype=np.uint32)
    leaves = [
        xxhash.xxh3_128_digest(array[low : low + (1 << 18)].tobytes())
        for low in range(0, array.size, 1 << 18)
    ]
    header = f"array '<u4' {array.shape}\0".encode()
    store["x"] = array
    assert store.identity("x") == "xxh3:" + xxhash.xxh3_128_hexdigest(header + b"".join(leaves))


def test_identity_is_computed_once_and_shared_by_a_rename(frames: Callable[[], Any]) -> None:
    class Counting(type(frames())):  # type: ignore[misc]  # a class made by a fixture
        asked = 0

        @property
        def identity(self) -> str:
            type(self).asked += 1
            return "file"

        @identity.setter
        def identity(self, value: str) -> None:
            pass

    with DataStore() as store:
        store["x"] = Counting(np.zeros((1, 1, 1)))
        Counting.asked = 0  # recognising a dataset may look at its attributes
        assert store.identity("x") == store.identity("x") == "file"
        store.rename("x", "y")
        store.identity("y")
    assert Counting.asked == 1


@pytest.mark.parametrize(
    "values",
    [
        [1, 1.0, True, "1", 1 + 0j, np.float64(1), np.float32(1), [1], {"a": 1}, [[1]]],
        ["", [], {}, 0, [None], [""], False],
        [{"a": np.zeros(2)}, {"b": np.zeros(2)}, {"a": np.zeros(2, "f4")}, {"a": [0.0, 0.0]}],
        ["\udc80", "\\udc80", 10**5000, -(10**5000), float("nan"), float("inf")],
    ],
)
def test_values_of_different_type_or_content_differ(store: DataStore, values: list[object]) -> None:
    for number, value in enumerate(values):
        store[f"x{number}"] = value
    assert len({store.identity(name) for name in store}) == len(values)


def test_the_order_of_keys_does_not_matter(store: DataStore) -> None:
    store["a"] = {"x": 1, "y": [2]}
    store["b"] = {"y": [2], "x": 1}
    assert store.identity("a") == store.identity("b")


def test_a_dataset_is_known_by_its_file(store: DataStore, frames: Callable[[], Any]) -> None:
    store["projections"] = frames()
    assert store.identity("projections") == "file:scan.h5:/exchange/data"


@pytest.mark.parametrize("value", [3, "text", {"a": [1]}, np.arange(3)[::-1], {"q": np.zeros(2)}])
def test_a_value_outside_has_the_identity_it_would_have_inside(store: DataStore, value: object) -> None:
    outside = value_identity(value)
    store["x"] = value
    assert store.identity("x") == outside
