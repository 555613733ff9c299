"""What a browser does to objects, and what it is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest

from daisy_lab import Session

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Browser

    from daisy_lab._bridge import Bridge


def test_several_names_go_and_come_back_as_one(bridge: Bridge, browser: Browser) -> None:
    store = bridge.engine.store
    for name in "abc":
        store.put(name, 1)
    assert browser.fail("objects.delete", names=["a", "gone"])["kind"] == "MissingObjectError"
    assert list(store) == ["a", "b", "c"]
    browser.get("objects.delete", names=["a", "b", "a"])
    assert list(store) == ["c"]
    browser.get("objects.undo")
    assert list(store) == ["a", "b", "c"]
    browser.get("objects.redo")
    assert list(store) == ["c"]


def test_a_session_remembers_that_several_names_went(tmp_path: Path) -> None:
    with Session("named", root=tmp_path, device="cpu") as session:
        for name in "abc":
            session.store.put(name, 1)
        session.store.delete("a", "b")
    with Session("named", root=tmp_path, device="cpu") as session:
        assert list(session.store) == ["c"]


def test_datasets_of_a_file_come_as_one_action(bridge: Bridge, browser: Browser, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "some.h5", "w") as file:
        file["entry/my data"] = np.arange(12.0).reshape(3, 4)
        file["entry/other"] = np.arange(3.0)
    assert {item["name"] for item in browser.get("files.look", path="some.h5")["datasets"]} == {
        "entry/my_data",
        "entry/other",
    }
    assert browser.get("files.load", path="some.h5", group="scan")["names"] == [
        "scan/entry/my_data",
        "scan/entry/other",
    ]
    assert browser.fail("files.load", path="some.h5", datasets={"x": "lost"})["kind"] == "MissingObjectError"
    bridge.engine.store.undo()
    assert list(bridge.engine.store) == []


def test_versions_are_told_and_restored(bridge: Bridge, browser: Browser) -> None:
    for value in (1.0, 2.0):
        bridge.engine.store.put("a", value, unit="pixel")
    told = browser.get("objects.versions", name="a")["versions"]
    assert [(item["version"], item["value"]) for item in told] == [(1, "1 pixel"), (2, "2 pixel")]
    browser.get("objects.restore", name="a", version=1)
    assert bridge.engine.store["a"] == 1.0
    assert browser.fail("objects.restore", name="a", version=9)["kind"] == "MissingObjectError"


@pytest.mark.parametrize("shape", [(), (1000,), (7, 5), (3, 4, 5)])
def test_the_difference_of_two_objects_is_numpys(
    bridge: Bridge, browser: Browser, shape: tuple[int, ...]
) -> None:
    random = np.random.default_rng(1)
    one, two = np.asarray(random.normal(size=shape)), np.asarray(random.normal(size=shape))
    bridge.engine.store.put("one", one.copy() if shape else float(one))
    bridge.engine.store.put("two", two.copy() if shape else float(two))
    told = browser.get("objects.compare", first="one", second="two")
    assert not told["same"]
    assert told["largest"] == pytest.approx(np.abs(one - two).max())
    assert told["rms"] == pytest.approx(np.sqrt(np.mean((one - two) ** 2)))
    assert browser.get("objects.compare", first="one", second="one")["same"]


def test_objects_of_other_shapes_are_told_apart_in_words(bridge: Bridge, browser: Browser) -> None:
    bridge.engine.store.put("one", np.zeros((2, 3), np.float32))
    bridge.engine.store.put("two", np.zeros(3, np.float32))
    told = browser.get("objects.compare", first="one", second="two")
    assert (told["largest"], told["text"]) == (None, "one is array 2 x 3 float32, two is array 3 float32")


@pytest.mark.parametrize(
    ("form", "path"), [("hdf5", "out.h5"), ("text", "out.txt"), ("tiff", "slices"), ("hdf5", "sub/out.h5")]
)
def test_an_object_is_saved_below_the_root_and_never_over_another(
    bridge: Bridge, browser: Browser, tmp_path: Path, form: str, path: str
) -> None:
    (tmp_path / "sub").mkdir()
    bridge.engine.store.put("a", np.arange(12, dtype=np.float32).reshape(3, 4))
    told = browser.get("objects.save", name="a", path=path, form=form)
    assert told["nbytes"] > 0
    assert (tmp_path / path).exists()
    assert browser.fail("objects.save", name="a", path=path, form=form)["kind"] == "FileError"
    outside = browser.fail("objects.save", name="a", path=f"../{path}", form=form)
    assert outside["kind"] == "ForbiddenPathError"
    assert outside["traceback"] == ""
