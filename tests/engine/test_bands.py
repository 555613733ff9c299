"""A band around the row that is looked at is decoded once; what is cheap to read is not kept."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
import tifffile

from daisy_lab import open_file
from daisy_lab._algorithm import monitored
from daisy_lab._engine import Run
from daisy_lab._engine._bands import Bands
from daisy_lab.errors import CancelledError, MissingFileError

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab.io import FileArray

AXES = ("angle", "row", "column")
SHAPE = (12, 40, 8)
ROW_BYTES = 12 * 8 * 2


class Counting:
    """A lazy array that says what was read of it."""

    def __init__(self, base: FileArray) -> None:
        self._base = base
        self.shape, self.dtype, self.axes = base.shape, base.dtype, AXES
        self.chunks, self.identity, self.nbytes = base.chunks, base.identity, base.nbytes
        self.reads: list[tuple[slice, ...]] = []
        self.fault: Exception | None = None

    def __getitem__(self, index: tuple[slice, ...]) -> Any:
        self.reads.append(index)
        if self.fault is not None:
            raise self.fault
        return self._base[index]

    def rows(self) -> int:
        """Give how many rows of all frames were read."""
        read = [(one[1].stop - one[1].start) * (one[0].stop - one[0].start) for one in self.reads]
        return int(sum(read)) // SHAPE[0]


def stored(folder: Path, **options: Any) -> Counting:
    path = folder / "scan.h5"
    values = np.arange(np.prod(SHAPE), dtype=np.uint16).reshape(SHAPE)
    with h5py.File(path, "w") as file:
        file.create_dataset("data", data=values, **options)
    return Counting(open_file(path)["data"])


@pytest.fixture
def frames(tmp_path: Path) -> Counting:
    return stored(tmp_path, chunks=(1, 40, 8), compression="gzip")


def row(at: int, last: int | None = None) -> dict[str, tuple[int, int]]:
    return {"row": (at, at + 1 if last is None else last)}


def expected(at: int, last: int | None = None) -> Any:
    values = np.arange(np.prod(SHAPE), dtype=np.uint16).reshape(SHAPE)
    return values[:, at : at + 1 if last is None else last]


def test_a_row_is_read_with_the_rows_around_it(frames: Counting) -> None:
    bands = Bands(8 * ROW_BYTES)
    piece = bands.read("projections", frames, AXES, row(20))
    np.testing.assert_array_equal(piece.value, expected(20))
    assert piece.start == {"row": 20}
    assert frames.rows() == 8


@pytest.mark.parametrize("at", [16, 18, 20, 23])
def test_neighbouring_rows_come_from_memory(frames: Counting, at: int) -> None:
    bands = Bands(8 * ROW_BYTES)
    bands.read("projections", frames, AXES, row(20))
    frames.reads.clear()
    np.testing.assert_array_equal(bands.read("projections", frames, AXES, row(at)).value, expected(at))
    assert not frames.reads


@pytest.mark.parametrize("at", [0, 39])
def test_a_band_at_the_edge_is_as_long(frames: Counting, at: int) -> None:
    bands = Bands(8 * ROW_BYTES)
    np.testing.assert_array_equal(bands.read("projections", frames, AXES, row(at)).value, expected(at))
    assert frames.rows() == 8


def test_a_part_of_columns_and_angles_comes_from_the_band(frames: Counting) -> None:
    bands = Bands(8 * ROW_BYTES)
    ranges = {"angle": (2, 9), "row": (20, 22), "column": (1, 5)}
    piece = bands.read("projections", frames, AXES, ranges)
    np.testing.assert_array_equal(piece.value, expected(20, 22)[2:9, :, 1:5])
    assert piece.start == {"angle": 2, "row": 20, "column": 1}


def test_a_part_larger_than_all_bands_is_read_as_it_is(frames: Counting) -> None:
    bands = Bands(2 * ROW_BYTES, count=2)
    np.testing.assert_array_equal(
        bands.read("projections", frames, AXES, row(10, 20)).value, expected(10, 20)
    )
    assert bands.nbytes == 0


def test_a_single_frame_is_read_as_it_is(frames: Counting) -> None:
    bands = Bands()
    bands.read("projections", frames, AXES, {"angle": (3, 4), "row": (5, 6)})
    assert bands.nbytes == 0


@pytest.mark.parametrize("options", [{}, {"chunks": (12, 1, 8), "compression": "gzip"}])
def test_files_whose_rows_are_cheap_need_no_band(tmp_path: Path, options: dict[str, Any]) -> None:
    bands = Bands()
    array = stored(tmp_path, **options)
    np.testing.assert_array_equal(bands.read("projections", array, AXES, row(7)).value, expected(7))
    assert bands.nbytes == 0


def test_compressed_images_are_decoded_once_too(tmp_path: Path) -> None:
    values = np.arange(np.prod(SHAPE), dtype=np.uint16).reshape(SHAPE)
    for number, image in enumerate(values):
        tifffile.imwrite(tmp_path / f"image_{number:03}.tif", image, compression="zlib")
    stack = open_file(tmp_path)["projections"]
    bands = Bands(8 * ROW_BYTES)
    for at in (20, 22):
        np.testing.assert_array_equal(bands.read("projections", stack, AXES, row(at)).value, expected(at))
    assert bands.nbytes == 8 * ROW_BYTES


def test_a_band_holds_whole_chunks(tmp_path: Path) -> None:
    array = stored(tmp_path, chunks=(3, 8, 8), compression="gzip")
    Bands(10 * ROW_BYTES).read("projections", array, AXES, row(20))
    assert {(one[1].start % 8, one[1].stop % 8) for one in array.reads} == {(0, 0)}


def test_the_bytes_held_are_bounded(frames: Counting) -> None:
    bands = Bands(4 * ROW_BYTES, count=2)
    for at in (2, 12, 22, 32):
        bands.read("projections", frames, AXES, row(at))
    assert bands.nbytes == 8 * ROW_BYTES
    frames.reads.clear()
    bands.read("projections", frames, AXES, row(32))
    assert not frames.reads
    bands.clear()
    assert bands.nbytes == 0


def test_progress_is_told_while_a_band_is_read(frames: Counting) -> None:
    run = Run("look")
    told: list[tuple[float, str]] = []
    run.on_change(lambda changed: told.append((changed.done, changed.text)))
    with monitored(run):
        Bands(8 * ROW_BYTES).read("projections", frames, AXES, row(20))
    assert told[-1][1] == "reading projections, row 16 to 23"


def test_a_band_that_was_called_off_goes_on_where_it_stopped(
    frames: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daisy_lab._engine._bands._PIECE", 1)
    bands = Bands(8 * ROW_BYTES)
    run = Run("look")
    run.on_change(lambda changed: changed.flag.__setitem__(0, changed.done >= 4))
    with monitored(run), pytest.raises(CancelledError):
        bands.read("projections", frames, AXES, row(20))
    done = len(frames.reads)
    assert 0 < done < 12
    # Another row of the same band, as under a slider that moves.
    np.testing.assert_array_equal(bands.read("projections", frames, AXES, row(18)).value, expected(18))
    assert len(frames.reads) == 12


def test_two_looks_at_once_decode_once(frames: Counting) -> None:
    bands = Bands(8 * ROW_BYTES)
    threads = [
        threading.Thread(target=bands.read, args=("projections", frames, AXES, row(at)))
        for at in (19, 20, 21)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert frames.rows() == 8


def test_a_fault_of_the_file_is_told_and_leaves_nothing(frames: Counting) -> None:
    bands = Bands()
    frames.fault = MissingFileError("gone")
    with pytest.raises(MissingFileError):
        bands.read("projections", frames, AXES, row(3))
    assert bands.nbytes == 0
