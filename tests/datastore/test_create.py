from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab._datastore import DataStore, Directory, Put, release_pages
from daisy_lab.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


def _files(root: Path) -> list[str]:
    return sorted(path.suffix for path in root.glob("*/arrays/*"))


@pytest.mark.parametrize("dtype", ["f4", "M8[s]", "U3", ">i2"])
def test_a_created_buffer_is_stored_without_a_copy(store: DataStore, dtype: str) -> None:
    buffer = store.create((4, 5), dtype)
    assert (buffer.shape, buffer.dtype, buffer.flags.writeable) == ((4, 5), np.dtype(dtype), True)
    assert (buffer == np.zeros((4, 5), dtype)).all()
    buffer[1] = np.ones(5).astype(dtype)
    expected = buffer.copy()
    store.put("volume", buffer, axes=("y", "x"))
    got = store["volume"]
    assert np.shares_memory(buffer, got)
    np.testing.assert_array_equal(got, expected)
    assert store.resident == 0


def test_a_created_buffer_is_read_only_once_stored(store: DataStore) -> None:
    buffer = store.create(10, "f4")
    store["x"] = buffer
    with pytest.raises(ValueError, match="read-only"):
        buffer[0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        store["x"].setflags(write=True)


def test_a_view_of_a_created_buffer_means_a_copy(store: DataStore) -> None:
    buffer = store.create(10, "f4")
    view = buffer[:5]
    store["part"] = view
    store["all"] = buffer
    view[0] = 9
    assert store["all"][0] == store["part"][0] == 0


def test_a_buffer_never_stored_leaves_no_file(store: DataStore, sessions: Path) -> None:
    buffer = store.create(10, "f4")
    assert _files(sessions) == [".part"]
    del buffer
    gc.collect()
    assert _files(sessions) == []


def test_a_refused_buffer_can_be_stored_later(store: DataStore, sessions: Path) -> None:
    buffer = store.create(10, "f4")
    with pytest.raises(DataError):
        store.put_many({"a": Put(buffer), "b": Put(object())})
    gc.collect()  # the error's traceback holds the buffer, too
    buffer[:] = 3
    assert _files(sessions) == [".part"]
    store["a"] = buffer
    assert np.shares_memory(buffer, store["a"])
    assert _files(sessions) == [".raw"]


def test_a_buffer_goes_into_the_given_directory() -> None:
    with Directory.open() as directory, DataStore(directory) as store:
        store["x"] = store.create((2, 2), "f8")
        assert {path.name for path in directory.arrays.iterdir()} == store.files()


def test_an_empty_buffer_needs_no_file(store: DataStore, sessions: Path) -> None:
    buffer = store.create((0, 5), "f4")
    store["x"] = buffer
    assert store["x"].shape == (0, 5)
    assert not sessions.exists()


@pytest.mark.parametrize(("shape", "dtype"), [((2, -1), "f4"), ((2,), object)])
def test_a_buffer_without_bytes_is_refused(store: DataStore, shape: tuple[int, ...], dtype: type) -> None:
    with pytest.raises(DataError, match="cannot create an array"):
        store.create(shape, dtype)


def test_pages_given_back_to_the_system_keep_their_values(store: DataStore) -> None:
    buffer = store.create(100_000, "u1")
    buffer[:] = 7
    release_pages(buffer)
    assert (buffer == 7).all()
    store["x"] = buffer
    release_pages(store["x"])
    release_pages(np.zeros(3))
    assert (store["x"] == 7).all()
