"""Frames of a file that another process writes meanwhile."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections import deque
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest

from daisy_lab.errors import DataError, FileError, MissingObjectError
from daisy_lab.io import GrowingFrames, being_written

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(__file__).parent / "growing_writer.py"


class Writer:
    """The other process, driven one command for each look of the reader that found nothing."""

    def __init__(self, process: subprocess.Popen[str], *commands: str) -> None:
        self._process, self.commands = process, deque(commands)

    def pause(self, _seconds: float) -> None:
        if self.commands:
            self.tell(self.commands.popleft())

    def tell(self, command: str) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"


@contextmanager
def writer(path: Path, mode: str, *commands: str) -> Iterator[Writer]:
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), str(path), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        made = Writer(process, *commands)
        yield made
        assert process.stdin is not None
        process.stdin.close()


def read(
    path: Path | str, made: Writer, idle: float = 5, expected: int | None = None
) -> tuple[list[int], str]:
    """Give the first value of each frame, and why it ended; each look takes a second of the clock."""
    ticks = itertools.count()
    frames = GrowingFrames(
        path, idle=idle, expected=expected, pause=made.pause, clock=lambda: float(next(ticks))
    )
    found = []
    for block in frames.batches(4):
        assert all((frame == frame[0, 0]).all() for frame in block)
        found += block[:, 0, 0].tolist()
    return found, frames.ended


@pytest.mark.parametrize("mode", ["swmr", "closed each time"])
def test_frames_are_handed_out_while_another_process_appends(mode: str, tmp_path: Path) -> None:
    commands = ["create", "frame", "frame", "frame", "frame", "frame"]
    with writer(tmp_path / "scan.h5", mode, *commands) as made:
        found, ended = read(tmp_path / "scan.h5", made, idle=8)
        made.tell("end")
    assert found == [1, 2, 3, 4, 5]
    assert "no new frame came in 8 s after 5 frames" in ended


def test_the_end_is_when_the_writer_closes_the_file(tmp_path: Path) -> None:
    with writer(tmp_path / "scan.h5", "swmr", "create", "frame", "frame", "end") as made:
        found, ended = read(tmp_path / "scan.h5", made, idle=1000)
    assert found == [1, 2]
    assert "closed by its writer after 2 frames" in ended


def test_the_end_is_when_as_many_as_expected_have_arrived(tmp_path: Path) -> None:
    with writer(tmp_path / "scan.h5", "swmr", "create", *["frame"] * 9) as made:
        found, ended = read(tmp_path / "scan.h5", made, idle=1000, expected=3)
        made.tell("end")
    assert found == [1, 2, 3]
    assert "all 3 frames" in ended


def test_a_dataset_with_room_for_all_says_how_many_there_will_be(tmp_path: Path) -> None:
    with writer(tmp_path / "scan.h5", "4", "create", *["frame"] * 4) as made:
        found, ended = read(tmp_path / "scan.h5", made, idle=1000)
    assert found == [1, 2, 3, 4]
    assert "all 4 frames" in ended


def test_a_frame_that_is_half_written_waits(tmp_path: Path) -> None:
    with writer(tmp_path / "scan.h5", "swmr", "create", "frame", "half") as made:
        found, _ended = read(tmp_path / "scan.h5", made)
        assert found == [1]
        made.tell("end")


def test_a_file_that_never_comes_is_told(tmp_path: Path) -> None:
    with writer(tmp_path / "other.h5", "swmr") as made, pytest.raises(FileError, match=r"scan\.h5"):
        read(tmp_path / "scan.h5", made)


def test_a_file_without_a_frame_is_told(tmp_path: Path) -> None:
    with writer(tmp_path / "scan.h5", "swmr", "create") as made:
        with pytest.raises(DataError, match="no frame, and none came in 5 s"):
            read(tmp_path / "scan.h5", made)
        made.tell("end")


def test_a_dataset_that_is_no_stack_is_told(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["one"] = np.zeros((3, 4, 5))
        file["two"] = np.zeros((3, 4, 5))
        file["flat"] = np.zeros((4, 5))
    path = tmp_path / "scan.h5"
    with writer(tmp_path / "other.h5", "swmr") as made:
        with pytest.raises(MissingObjectError, match="2 stacks of frames: one, two"):
            read(path, made)
        with pytest.raises(DataError, match=r"shape \(4, 5\)"):
            read(f"{path}::flat", made)
        with pytest.raises(MissingObjectError, match="no dataset 'three'"):
            read(f"{path}::three", made)
        assert read(f"{path}::two", made)[0] == [0, 0, 0]


def test_patterns_grow_beside_their_first_column(tmp_path: Path) -> None:
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        file["entry/q"] = np.linspace(1, 2, 7)
        file.create_dataset(
            "entry/patterns", (2, 7), np.float64, maxshape=(None, 7), chunks=(1, 7), fillvalue=3
        )
        file["entry/patterns"][:] = 5.0
    growing = GrowingFrames(path, axes=2, idle=0.0)
    assert [len(block) for block in growing.batches(16)] == [2]
    np.testing.assert_array_equal(growing.column(("x", "q")), np.linspace(1, 2, 7))
    assert growing.source == {"path": str(path), "dataset": "entry/patterns"}
    with pytest.raises(MissingObjectError, match="0 first columns called r"):
        growing.column(("r",))
    with pytest.raises(DataError, match=r"\(frame, row, column\) is expected"):
        list(GrowingFrames(f"{path}::entry/patterns", idle=0.0).batches(1))


def test_only_the_single_writer_mode_says_that_a_file_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "scan.h5"
    assert not being_written(path)
    with h5py.File(path, "w", libver="latest") as file:
        file["x"] = np.arange(3)
        file.flush()
        # It may close the file and open it again.
        assert not being_written(path)
        file.swmr_mode = True
        assert being_written(path)
    assert not being_written(path)
