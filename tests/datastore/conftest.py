"""Each test gets sessions of its own, and must leave none of them behind."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._datastore import DataStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


@pytest.fixture(autouse=True)
def sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    root = tmp_path / "sessions"
    monkeypatch.setenv("DAISY_LAB_SESSIONS", str(root))
    yield root
    if _left(root):
        gc.collect()  # a store dropped without being closed goes with its last reference
    assert _left(root) == []


def _left(root: Path) -> list[str]:
    if not root.exists():
        return []
    return [entry.name for entry in root.iterdir() if not entry.name.startswith("session-")]


@pytest.fixture
def store() -> Iterator[DataStore]:
    with DataStore() as made:
        yield made


class Frames:
    """A dataset as open_file gives it: of frames that stay where they are until sliced."""

    def __init__(self, values: np.ndarray[Any, Any]) -> None:
        self._values = values
        self.shape = values.shape
        self.dtype = values.dtype
        self.axes = ("angle", "row", "column")
        self.unit = "counts"
        self.identity = "file:scan.h5:/exchange/data"
        self.reference: Mapping[str, object] = {"path": "scan.h5", "dataset": "/exchange/data"}
        self.chunks = {"angle": 1, "row": 1, "column": values.shape[2]}

    def __getitem__(self, index: Any) -> np.ndarray[Any, Any]:
        return self._values[index]


@pytest.fixture
def frames() -> Callable[[], Frames]:
    return lambda: Frames(np.arange(24, dtype=np.uint16).reshape(2, 3, 4))
