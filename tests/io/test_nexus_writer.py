from __future__ import annotations

from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest
from nexusformat.nexus import nxload

from daisy_lab.errors import DataError, FileError, MissingFileError, MissingObjectError
from daisy_lab.io import ResultWriter, open_file
from daisy_lab.io._nexus_layout import chunk_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from daisy_lab.vocabulary import Array


@pytest.fixture
def volume(frames: Callable[..., Array]) -> Array:
    return frames(5, 7, 8, dtype="float32")


@pytest.fixture
def result(tmp_path: Path, volume: Array) -> Path:
    with ResultWriter(tmp_path / "rec.h5") as writer:
        writer.create("theta", (3,), "f8", axes=("angle",), unit="rad")
        writer.write("theta", np.arange(3.0))
        position = np.arange(5) * 0.65
        writer.create(
            "volume",
            volume.shape,
            volume.dtype,
            axes=("row", "y", "x"),
            unit="1/pixel",
            default=True,
            axis_values={"row": (position, "um")},
        )
        for row in (3, 0):
            writer.write("volume", volume[row : row + 2], axis="row", start=row)
        writer.write("volume", volume[2:3], axis="row", start=2)
        writer.scalar("center", np.float64(295.02), "pixel")
        writer.scalar("method", "fbp")
        writer.record("workflow", '{"steps": []}')
        writer.record("ledger", "[]")
        return writer.finish()


def test_the_default_chain_leads_to_the_volume(result: Path, volume: Array) -> None:
    root = nxload(result)
    assert root.get_default().nxpath == "/entry/volume"
    data = root.plottable_data
    np.testing.assert_array_equal(data.nxsignal.nxvalue, volume)
    assert [axis.nxname for axis in data.nxaxes] == ["row", "y", "x"]
    assert data["row"].attrs["units"] == "um"
    assert data["x"].attrs["units"] == "pixel"
    np.testing.assert_allclose(data["row"].nxvalue, np.arange(5) * 0.65)


def test_the_result_says_how_it_came_about(result: Path) -> None:
    root = nxload(result)
    process = root["entry/process"]
    assert process.nxclass == "NXprocess"
    assert process["program"].nxvalue == "daisy-lab"
    assert process["workflow/data"].nxvalue == '{"steps": []}'
    assert process["ledger/data"].nxvalue == "[]"
    assert root["entry/parameters/center"].nxvalue == pytest.approx(295.02)
    assert root["entry/parameters/center"].attrs["units"] == "pixel"


def test_a_result_opens_by_its_own_names(result: Path, volume: Array) -> None:
    with open_file(result) as file:
        assert file["volume"].axes == ("row", "y", "x")
        assert file["volume"].unit == "1/pixel"
        np.testing.assert_array_equal(file["volume"][2:4], volume[2:4])
        assert file["entry/volume/volume"] is file["volume"]
        assert file["entry/parameters/center"][()] == pytest.approx(295.02)


def test_names_may_form_a_tree(tmp_path: Path) -> None:
    with ResultWriter(tmp_path / "tree.h5") as writer:
        writer.create("scan/image", (2, 3), "f4", axes=("row", "column"))
        writer.write("scan/image", np.ones((2, 3)))
        path = writer.finish()
    assert open_file(path)["scan/image"].axes == ("row", "column")
    assert nxload(path).plottable_data.nxpath == "/entry/scan/image"


def test_nothing_is_under_the_final_name_before_finish(tmp_path: Path) -> None:
    with ResultWriter(tmp_path / "rec.h5") as writer:
        writer.create("a", (2,), "f4")
        assert not (tmp_path / "rec.h5").exists()
        writer.write("a", np.zeros(2))
        writer.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["rec.h5"]


def test_leaving_without_finish_leaves_nothing(tmp_path: Path) -> None:
    with ResultWriter(tmp_path / "rec.h5") as writer:
        writer.create("a", (2,), "f4")
    assert list(tmp_path.iterdir()) == []


def test_an_exception_leaves_the_old_result(result: Path, tmp_path: Path, volume: Array) -> None:
    def fail() -> None:
        with ResultWriter(result) as writer:
            writer.create("a", (2,), "f4")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["rec.h5"]
    np.testing.assert_array_equal(open_file(result)["volume"], volume)


def test_a_reader_of_the_old_result_keeps_it_while_a_new_one_is_written(result: Path, volume: Array) -> None:
    with open_file(result) as old:
        assert old["volume"][0, 0, 0] == 0
        with ResultWriter(result) as writer:
            writer.create("volume", volume.shape, "f4", axes=("row", "y", "x"))
            writer.write("volume", -volume)
            writer.finish()
        np.testing.assert_array_equal(old["volume"], volume)
    np.testing.assert_array_equal(open_file(result)["volume"], -volume)


@pytest.mark.parametrize("content", [b"notes of the night shift", b"\x89HDF\r\n\x1a\nbroken"])
def test_a_file_that_is_no_result_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    raw = tmp_path / "raw.h5"
    raw.write_bytes(content)
    with pytest.raises(FileError, match="no result of Daisy Lab, and is not replaced"):
        ResultWriter(raw)
    assert raw.read_bytes() == content


def test_an_empty_file_is_taken_as_a_free_name(tmp_path: Path) -> None:
    (tmp_path / "new.h5").touch()
    with ResultWriter(tmp_path / "new.h5") as writer:
        writer.scalar("center", 1.0)
        assert writer.finish().stat().st_size


def test_an_existing_result_is_kept_when_asked(result: Path) -> None:
    with pytest.raises(FileError, match="is there already"):
        ResultWriter(result, overwrite=False)


def test_a_result_that_appears_meanwhile_is_kept_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "rec.h5"
    with ResultWriter(path, overwrite=False) as writer:
        writer.create("a", (1,), "f4")
        writer.write("a", np.zeros(1))
        path.write_text("somebody else's")
        with pytest.raises(FileError, match="is there already"):
            writer.finish()
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("rec.h5", "somebody else's")]


def test_a_new_result_is_written_without_overwrite(tmp_path: Path) -> None:
    with ResultWriter(tmp_path / "rec.h5", overwrite=False) as writer:
        writer.create("a", (1,), "f4")
        writer.write("a", np.zeros(1))
        writer.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["rec.h5"]


def test_a_hole_is_refused_and_named(tmp_path: Path, volume: Array) -> None:
    with ResultWriter(tmp_path / "rec.h5") as writer:
        writer.create("volume", volume.shape, "f4", axes=("row", "y", "x"))
        writer.write("volume", volume[:3], axis="row")
        writer.write("volume", volume[4:], axis="row", start=4)
        with pytest.raises(DataError, match=r"volume is not complete: 1 of 5 along row are missing, first 3"):
            writer.finish()
    assert list(tmp_path.iterdir()) == []


def test_blocks_may_be_cut_along_any_axis(tmp_path: Path, volume: Array) -> None:
    with ResultWriter(tmp_path / "rec.h5") as writer:
        writer.create("volume", volume.shape, "f4", axes=("row", "y", "x"))
        for start in range(0, 8, 3):
            writer.write("volume", volume[:, :, start : start + 3], axis="x", start=start)
        path = writer.finish()
    np.testing.assert_array_equal(open_file(path)["volume"], volume)


@pytest.mark.parametrize(
    ("shape", "axis", "start", "said"),
    [
        ((2, 7, 9), "row", 0, "does not fit"),
        ((2, 7, 8), "row", 4, "does not fit"),
        ((2, 7, 8), "row", -1, "does not fit"),
        ((7, 8), None, 0, "does not fit"),
        ((2, 7, 8), "angle", 0, "has no axis 'angle'; its axes are row, y, x"),
    ],
)
def test_a_block_that_does_not_fit_is_refused(
    tmp_path: Path, shape: tuple[int, ...], axis: str | None, start: int, said: str
) -> None:
    with ResultWriter(tmp_path / "rec.h5") as writer:
        writer.create("volume", (5, 7, 8), "f4", axes=("row", "y", "x"))
        with pytest.raises(DataError, match=said):
            writer.write("volume", np.zeros(shape), axis=axis, start=start)


def test_writing_what_was_not_created_names_the_nearest(tmp_path: Path) -> None:
    with ResultWriter(tmp_path / "rec.h5") as writer:
        writer.create("volume", (1,), "f4")
        with pytest.raises(MissingObjectError, match="did you mean 'volume'"):
            writer.write("volum", np.zeros(1))


@pytest.mark.parametrize("name", ["volume", "process", "volume/part", ""])
def test_a_taken_name_is_refused(tmp_path: Path, name: str) -> None:
    with ResultWriter(tmp_path / "rec.h5") as writer:
        writer.create("volume", (1,), "f4")
        with pytest.raises(DataError, match="cannot be used"):
            writer.create(name, (1,), "f4")


def test_axis_values_of_a_wrong_number_are_refused(tmp_path: Path) -> None:
    with ResultWriter(tmp_path / "rec.h5") as writer, pytest.raises(DataError, match="axis x is given"):
        writer.create("a", (2, 3), "f4", axes=("y", "x"), axis_values={"x": (np.zeros(2), "mm")})


def test_a_signal_that_is_its_own_axis_is_written_once(tmp_path: Path) -> None:
    with ResultWriter(tmp_path / "rec.h5") as writer:
        writer.create("q", (4,), "f8", axes=("q",), unit="1/angstrom")
        writer.write("q", np.arange(4.0))
        path = writer.finish()
    np.testing.assert_array_equal(open_file(path)["q"], np.arange(4.0))


def test_single_values_and_empty_arrays_are_written(tmp_path: Path) -> None:
    with ResultWriter(tmp_path / "rec.h5") as writer:
        writer.create("one", (), "f8")
        writer.write("one", np.float64(2.5))
        writer.create("none", (0, 4, 4), "f4", axes=("row", "y", "x"))
        path = writer.finish()
    with open_file(path) as file:
        assert file["one"][()] == 2.5
        assert file["none"].shape == (0, 4, 4)


def test_a_scalar_that_is_none_is_refused(tmp_path: Path) -> None:
    with (
        ResultWriter(tmp_path / "rec.h5") as writer,
        pytest.raises(DataError, match="no single number or text"),
    ):
        writer.scalar("what", object())


def test_a_finished_writer_says_so(tmp_path: Path) -> None:
    with ResultWriter(tmp_path / "rec.h5") as writer:
        writer.finish()
        with pytest.raises(FileError, match="finished or given up"):
            writer.record("ledger", "[]")


@pytest.mark.parametrize(
    "shape",
    [(2000, 2048, 2048), (3, 100, 200), (10, 1, 2_000_000), (4, 5000, 10), (2, 3, 640, 640), (5, 1025, 1025)],
)
def test_chunks_hold_whole_slices_or_tiles_of_one_megabyte(shape: tuple[int, ...]) -> None:
    chunk = chunk_of(shape, 4)
    assert chunk is not None
    nbytes = int(np.prod(chunk)) * 4
    assert nbytes <= 1 << 20
    assert nbytes >= min(1 << 18, int(np.prod(shape[-3:])) * 4)
    assert chunk[-3] == 1 or chunk[-2:] == shape[-2:]
    padded = [-(-length // part) * part for length, part in zip(shape[-2:], chunk[-2:], strict=True)]
    assert int(np.prod(padded)) <= 1.02 * int(np.prod(shape[-2:]))


def test_chunks_are_in_the_file_and_uncompressed(result: Path) -> None:
    with h5py.File(result) as file:
        dataset = file["entry/volume/volume"]
        assert dataset.chunks == (5, 7, 8)
        assert dataset.compression is None


def test_a_folder_as_target_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="it is a folder"):
        ResultWriter(tmp_path)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"there is no folder .*nowhere; make it first"):
        ResultWriter(tmp_path / "nowhere" / "rec.h5")


def test_a_file_in_the_way_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="cannot write"):
        ResultWriter(tmp_path / "file" / "rec.h5")


def test_more_than_the_disk_has_is_refused_at_once(tmp_path: Path) -> None:
    with (
        ResultWriter(tmp_path / "rec.h5") as writer,
        pytest.raises(FileError, match=r"volume needs \S+ TB, the disk has"),
    ):
        writer.create("volume", (1 << 30, 2048, 2048), "f4")
    assert list(tmp_path.iterdir()) == []
