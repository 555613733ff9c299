from __future__ import annotations

from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab._datastore import DataStore


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (3, "int"),
        (True, "bool"),
        (1.5, "float"),
        (1 + 2j, "complex"),
        (np.float32(1.5), "float32"),
        (10**30, "int"),
    ],
)
def test_scalars_come_back_as_they_were(store: DataStore, value: Any, dtype: str) -> None:
    about = store.put("center", value, unit="pixel")
    assert (about.kind, about.shape, about.dtype, about.unit, about.device) == (
        "scalar",
        (),
        dtype,
        "pixel",
        "cpu",
    )
    assert type(store["center"]) is type(value)
    assert store["center"] == value


def test_a_number_leaves_its_enumeration(store: DataStore) -> None:
    class Key(IntEnum):
        DARK = 2

    store["key"] = Key.DARK
    assert type(store["key"]) is int


def test_text_is_text(store: DataStore) -> None:
    about = store.put("sample", "tooth é")
    assert (about.kind, about.nbytes) == ("text", 8)
    assert store["sample"] == "tooth é"


@pytest.mark.parametrize("dtype", ["f4", ">i2", "c16", "U5", "S3", "M8[ns]", "?", "f2"])
def test_arrays_of_every_dtype_come_back(store: DataStore, dtype: str) -> None:
    array = np.zeros((2, 3), dtype)
    expected = array.copy()
    about = store.put("volume", array, axes=("y", "x"), made_by="run-1")
    assert (about.kind, about.shape, about.nbytes, about.axes) == ("array", (2, 3), array.nbytes, ("y", "x"))
    assert np.dtype(about.dtype) == array.dtype
    assert about.made_by == "run-1"
    np.testing.assert_array_equal(store["volume"], expected)


def test_what_is_handed_out_cannot_be_changed(store: DataStore) -> None:
    store["volume"] = np.zeros((2, 3))
    got = store["volume"]
    with pytest.raises(ValueError, match="read-only"):
        got[0, 0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        got.setflags(write=True)
    got = got.reshape(3, 2)
    assert store["volume"].shape == (2, 3)


def test_a_table_is_a_mapping_of_equally_long_columns(store: DataStore) -> None:
    q = np.linspace(0.1, 1, 4)
    about = store.put("pattern", {"q": q, "intensity": np.ones(4, "f4")}, axes=("point",))
    assert (about.kind, about.shape, about.nbytes) == ("table", (4,), 48)
    q[0] = 99
    table = store["pattern"]
    assert list(table) == ["q", "intensity"]
    assert table["q"][0] == 0.1
    assert isinstance(table, MappingProxyType)
    with pytest.raises(ValueError, match="read-only"):
        table["q"][0] = 3


def test_a_structured_array_is_a_table(store: DataStore) -> None:
    store["pattern"] = np.array([(1, 2.0), (3, 4.0)], dtype=[("q", "i4"), ("intensity", "f8")])
    assert store.describe("pattern").kind == "table"
    np.testing.assert_array_equal(store["pattern"]["intensity"], [2.0, 4.0])


def test_records_are_unchangeable_at_every_depth(store: DataStore) -> None:
    given: dict[str, Any] = {"name": "ct", "steps": [{"size": np.int64(3)}, None, True, 1.5]}
    store["workflow"] = given
    given["steps"].clear()
    got = store["workflow"]
    assert got["steps"] == ({"size": 3}, None, True, 1.5)
    assert type(got["steps"][0]["size"]) is int
    with pytest.raises(TypeError):
        got["steps"][0]["size"] = 4


def test_a_list_is_a_record_too(store: DataStore) -> None:
    assert store.put("names", ["a", "b"]).kind == "record"
    assert store["names"] == ("a", "b")


def test_a_dataset_stays_in_its_file(store: DataStore, frames: Callable[[], Any]) -> None:
    lazy = frames()
    about = store.put("projections", lazy)
    assert (about.kind, about.axes, about.unit) == ("dataset", ("angle", "row", "column"), "counts")
    assert (about.shape, about.dtype, about.nbytes) == ((2, 3, 4), "uint16", 48)
    assert store["projections"] is lazy
    assert store.put("projections", lazy, axes=("a", "b", "c"), unit="1").axes == ("a", "b", "c")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (object(), "a value of type object.*the store keeps"),
        (None, "a value of type NoneType"),
        (b"abc", "a value of type bytes"),
        ({1, 2}, "a value of type set"),
        (np.array([1, "a"], dtype=object), "Python objects.*dtype object"),
        (np.ma.masked_array([1, 2], [True, False]), "masked array"),
        ({"q": np.zeros(3), "i": np.zeros(4)}, "differ in length.*q: 3, i: 4"),
        ({"q": np.zeros(3), "i": [1, 2, 3]}, "column 'i' is a value of type list"),
        ({"q": np.zeros((3, 2))}, r"column 'q' is an array of shape \(3, 2\)"),
        ({"q": np.array([None])}, "Python objects"),
        ({"a": {1: 2}}, "keys that are not text"),
        ({"a": {"b": object()}}, "holds a value of type object"),
        ([np.zeros(2)], "holds an array of shape"),
    ],
)
def test_what_cannot_be_stored_is_told_by_name(store: DataStore, value: object, says: str) -> None:
    with pytest.raises(DataError, match=rf"(?s)cannot store 'x.*{says}"):
        store["x"] = value
    assert "x" not in store


def test_a_record_that_holds_itself_is_refused(store: DataStore) -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(DataError, match="contains itself"):
        store["x"] = loop


@pytest.mark.parametrize("axes", [("y",), ("y", "x", "z"), ("y", "y")])
def test_axes_that_do_not_fit_are_refused(store: DataStore, axes: tuple[str, ...]) -> None:
    array = np.zeros((2, 3))
    with pytest.raises(DataError, match=r"do not fit its shape \(2, 3\)"):
        store.put("x", array, axes=axes)
    array[0, 0] = 1  # still the caller's


def test_an_empty_array_can_be_stored(store: DataStore) -> None:
    store["x"] = np.zeros((0, 3))
    assert store["x"].shape == (0, 3)
    assert store.identity("x") != store.identity("x").upper()


def test_a_structured_scalar_cannot_be_changed(store: DataStore) -> None:
    scalar = np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])[0]
    store["x"] = scalar
    scalar["a"] = 9
    assert store["x"]["a"] == 1
