from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.errors import DataError, MissingObjectError

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab._datastore import DataStore

xarray = pytest.importorskip("xarray")


def test_an_array_becomes_a_labelled_one_without_a_copy(store: DataStore) -> None:
    store.put("scan/volume", np.arange(6.0).reshape(2, 3).copy(), axes=("y", "x"), unit="1/m")
    got = store.to_xarray("scan/volume")
    assert (got.dims, got.attrs, got.name) == (("y", "x"), {"unit": "1/m"}, "volume")
    assert np.shares_memory(got.values, store["scan/volume"])


def test_without_axes_the_dimensions_are_numbered(store: DataStore) -> None:
    store["volume"] = np.zeros((2, 3))
    assert store.to_xarray("volume").dims == ("volume_0", "volume_1")


def test_scalars_tables_and_datasets_convert_too(store: DataStore, frames: Callable[[], Any]) -> None:
    store.put("center", 295.0, unit="pixel")
    store["pattern"] = {"q": np.arange(3.0), "intensity": np.ones(3)}
    store["projections"] = frames()
    assert store.to_xarray("center").item() == 295.0
    assert list(store.to_xarray("pattern").data_vars) == ["q", "intensity"]
    assert store.to_xarray("projections").sizes == {"angle": 2, "row": 3, "column": 4}


def test_a_record_has_no_place_in_xarray(store: DataStore) -> None:
    store["settings"] = {"a": 1}
    with pytest.raises(DataError, match="'settings' is a record"):
        store.to_xarray("settings")


def test_a_group_becomes_a_tree(store: DataStore) -> None:
    store.put("scan/theta", np.zeros(4), axes=("angle",))
    store.put("scan/projections", np.zeros((4, 2, 3)), axes=("angle", "row", "column"))
    store.put("scan/dark", np.zeros((2, 2, 3)), axes=("exposure", "row", "column"))
    store.put("scan/flat", np.zeros((5, 2, 3)), axes=("exposure", "row", "column"))
    store["scan/more/pattern"] = {"q": np.arange(3.0)}
    store["scan/settings"] = {"a": 1}
    store["scanner"] = 1
    tree = store.to_xarray("scan")
    assert tree.name == "scan"
    assert tree["projections"].dims == ("angle", "row", "column")
    assert tree["dark"].dims == ("dark_exposure", "row", "column")
    assert tree["flat"].dims == ("flat_exposure", "row", "column")
    assert set(tree.data_vars) == {"theta", "projections", "dark", "flat"}
    assert tree["more/pattern/q"].shape == (3,)
    assert store.to_xarray()["scan/theta"].shape == (4,)
    assert store.to_xarray()["scanner"].item() == 1


def test_neither_object_nor_group_is_an_error(store: DataStore) -> None:
    store["scan/theta"] = 1
    with pytest.raises(MissingObjectError, match="no data object 'scam'"):
        store.to_xarray("scam")


def test_without_xarray_the_error_names_the_extra(store: DataStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xarray", None)
    store["x"] = 1
    with pytest.raises(DataError, match=r"pip install 'daisy-lab\[xarray\]'"):
        store.to_xarray("x")
