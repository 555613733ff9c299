"""Inputs stored frame by frame: decoded once in a run of many blocks, and not at all before they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

from daisy_lab import LocalEngine, Session, Workflow
from daisy_lab._engine._unpack import decodes_again, unpack
from daisy_lab.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

MEMORY = 40_000_000


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    path = tmp_path / "frames.h5"
    data = np.random.default_rng(0).integers(900, 1100, (60, 400, 300), dtype=np.uint16)
    with h5py.File(path, "w") as file:
        for name, part in (("data", data), ("data_white", data[:4] + 900), ("data_dark", data[:4] // 50)):
            file.create_dataset(f"exchange/{name}", data=part, chunks=(1, 400, 300), compression="gzip")
        file["exchange/theta"] = np.arange(60) * 3.0
    return path


def test_frames_unpacked_give_the_same_bits_and_leave_nothing(frames: Path, tmp_path: Path) -> None:
    workflow = Workflow.load("ct").with_settings({"center": 149.5})
    with Session() as session:
        session.open(frames)
        whole = workflow.run(session.engine).result()["volume"]
    with Session() as session:
        session.open(frames)
        run = session.run_to_file(workflow, tmp_path / "out.h5", memory=MEMORY)
        run.result()
        assert run.report["blocks"]["volume"] > 2
        assert list(session.directory.arrays.iterdir()) == []
    with h5py.File(tmp_path / "out.h5") as file:
        assert np.array_equal(file["entry/volume/volume"][...], whole)


class Counted:
    """A lazy array stored frame by frame, which counts the frames it decodes."""

    axes = ("angle", "row", "column")
    unit, identity, reference = "", "counted", {"kind": "counted"}

    def __init__(self, values: Any) -> None:
        self._values = values
        self.shape, self.dtype = values.shape, values.dtype
        self.chunks = {"angle": 1, "row": values.shape[1], "column": values.shape[2]}
        self.decoded = 0

    def __getitem__(self, index: Any) -> Any:
        part = self._values[index]
        self.decoded += part.shape[0]
        return part


def test_many_blocks_decode_each_frame_about_once() -> None:
    stack = Counted(np.random.default_rng(1).random((40, 600, 200), dtype=np.float32))
    store_and_engine = LocalEngine()
    store_and_engine.store.put("transmission", stack)
    store_and_engine.store.put("theta", np.linspace(0, np.pi, 40, endpoint=False), axes=("angle",))
    workflow = Workflow("w").add("ct.minus_log", into="absorption", transmission="transmission")
    workflow.add("ct.reconstruct", into="volume", projections="absorption", theta="theta", center=99.5)
    run = workflow.run(store_and_engine, memory=30_000_000)
    run.result()
    blocks = run.report["blocks"]["volume"]
    assert blocks > 5
    # The pilot looks at a few rows, too; without unpacking it would be every frame for every block.
    assert stack.decoded <= 40 * 6 < 40 * blocks


def test_only_chunks_much_longer_than_a_block_are_unpacked() -> None:
    class Stored:
        chunks = {"angle": 1, "row": 64}  # noqa: RUF012 - never changed

    assert decodes_again(Stored(), "row", 32)
    assert not decodes_again(Stored(), "row", 33)
    assert not decodes_again(Stored(), "angle", 1)
    assert not decodes_again(np.zeros(3), "row", 1)


def test_without_room_on_the_disk_the_run_goes_on() -> None:
    class Full:
        def create(self, *_facts: Any) -> None:
            message = "no room"
            raise FileError(message)

    class Stored:
        shape, dtype = (4, 4), np.dtype(np.float32)

    assert unpack(Stored(), "projections", Full()) is None  # type: ignore[arg-type]
