from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile

from daisy_lab.errors import DataError, FileError, FileFormatError
from daisy_lab.io import export_tiff, open_file, sweep_temporaries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from daisy_lab.vocabulary import Array


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
@pytest.mark.parametrize("dtype", ["float32", "uint16", "float64"])
def test_slices_hold_the_values_as_they_are(
    tmp_path: Path, frames: Callable[..., Array], axis: int, dtype: str
) -> None:
    volume = frames(3, 4, 5, dtype=dtype)
    folder = export_tiff(volume, tmp_path / "stack", axis=axis)
    names = sorted(path.name for path in folder.iterdir())
    assert names[0] == "slice_00000.tif"
    read = np.stack([tifffile.imread(folder / name) for name in names])
    assert read.dtype == dtype
    np.testing.assert_array_equal(read, np.moveaxis(volume, axis, 0))


def test_a_volume_in_a_file_is_exported_and_opens_again(exchange: Path, tmp_path: Path) -> None:
    lazy = open_file(exchange)["projections"]
    folder = export_tiff(lazy, tmp_path / "stack", prefix="frame")
    np.testing.assert_array_equal(open_file(folder)["projections"], lazy)


def test_a_mask_is_written_as_zeros_and_ones(tmp_path: Path) -> None:
    folder = export_tiff(np.eye(3, dtype=bool)[None], tmp_path / "stack")
    np.testing.assert_array_equal(tifffile.imread(folder / "slice_00000.tif"), np.eye(3))


def test_a_folder_with_files_is_refused(tmp_path: Path, frames: Callable[..., Array]) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(FileError, match=r"it holds notes\.txt; choose a new folder"):
        export_tiff(frames(2), tmp_path, overwrite=True)


def test_old_slices_are_replaced_only_when_asked(tmp_path: Path, frames: Callable[..., Array]) -> None:
    export_tiff(frames(9), tmp_path / "stack")
    with pytest.raises(FileError, match=r"holds slice_00000\.tif"):
        export_tiff(frames(2), tmp_path / "stack")
    export_tiff(frames(2), tmp_path / "stack", overwrite=True)
    assert len(list((tmp_path / "stack").iterdir())) == 2


def test_an_empty_folder_is_filled(tmp_path: Path, frames: Callable[..., Array]) -> None:
    (tmp_path / "stack").mkdir()
    assert len(list(export_tiff(frames(2), tmp_path / "stack").iterdir())) == 2


def test_a_file_as_target_is_refused(tmp_path: Path, frames: Callable[..., Array]) -> None:
    (tmp_path / "stack").touch()
    with pytest.raises(FileError, match="is there already"):
        export_tiff(frames(2), tmp_path / "stack")


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4, 5)])
def test_only_volumes_are_exported(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match="three axes"):
        export_tiff(np.zeros(shape), tmp_path / "stack")


def test_complex_values_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="complex128"):
        export_tiff(np.zeros((1, 2, 2), complex), tmp_path / "stack")


def test_an_unknown_axis_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no axis 3"):
        export_tiff(np.zeros((1, 2, 2)), tmp_path / "stack", axis=3)


def test_a_prefix_with_a_slash_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot begin"):
        export_tiff(np.zeros((1, 2, 2)), tmp_path / "stack", prefix="../x")


def test_a_failure_leaves_nothing(tmp_path: Path, exchange: Path) -> None:
    with open_file(exchange) as scan:
        lazy = scan["projections"]
    content = exchange.read_bytes()
    exchange.write_bytes(content[: len(content) // 2])
    os.utime(exchange, ns=(1, 1))
    with pytest.raises((FileError, FileFormatError)):
        export_tiff(lazy, tmp_path / "stack")
    assert not (tmp_path / "stack").exists()
    assert not list(tmp_path.glob(".*"))


def test_what_a_dead_exporter_leaves_is_swept(tmp_path: Path) -> None:
    left = tmp_path / ".stack.daisy-elsewhere-1-1-00ff.part"
    left.mkdir()
    (left / "slice_00000.tif").touch()
    os.utime(left, (0, 0))
    assert sweep_temporaries(tmp_path) == [left]
    assert not left.exists()
