"""Small files with known answers, made as beamlines make them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import h5py
import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from daisy_lab.vocabulary import Array


class Make(Protocol):
    def __call__(
        self, name: str, datasets: dict[str, object], units: dict[str, str] | None = None
    ) -> Path: ...


def _frames(count: int, rows: int = 4, columns: int = 6, *, dtype: str = "uint16") -> Array:
    """Give frames whose every value tells its frame, row and column."""
    frame, row, column = np.meshgrid(np.arange(count), np.arange(rows), np.arange(columns), indexing="ij")
    return (frame * 100 + row * 10 + column).astype(dtype)


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """Give a folder that every user of the computer may enter; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="daisy-test-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path


@pytest.fixture
def frames() -> Callable[..., Array]:
    return _frames


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make an HDF5 file from paths and values; a link object stays a link."""

    def build(name: str, datasets: dict[str, object], units: dict[str, str] | None = None) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with h5py.File(path, "w") as file:
            for key, value in datasets.items():
                file[key] = value
            for key, unit in (units or {}).items():
                file[key].attrs["units"] = unit
        return path

    return build


@pytest.fixture
def exchange(make: Make) -> Path:
    """Give a Data Exchange scan of 5 projections, 2 flats, 3 darks, angles 0 to 180 in degrees."""
    return make(
        "scan.h5",
        {
            "exchange/data": _frames(5),
            "exchange/data_white": _frames(2),
            "exchange/data_dark": _frames(3),
            "exchange/theta": np.linspace(0, 180, 5),
            "measurement/sample/name": "phantom",
        },
        {"exchange/theta": "degrees", "exchange/data": "counts"},
    )
