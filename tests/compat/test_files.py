"""LoadHDF5, LoadTIFs, SaveHDF5, SaveH5VDS on real files."""

from __future__ import annotations

import re
import shutil
import socket
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
import tifffile

import Daisy
from daisy_lab.errors import DataError, FileError, MissingFileError, MissingObjectError, SettingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from daisy_lab.compat._steps import Step

VOLUME = np.arange(5 * 3 * 4, dtype=np.float32).reshape(5, 3, 4)


class Work(Daisy.PyWorkflow):
    def execute(self) -> None:  # type: ignore[override]  # as scripts write it
        pass


@pytest.fixture
def step() -> Callable[..., Step]:
    def make(class_name: str, **settings: Any) -> Step:
        work = Work("work")
        work.initialize("PyWorkflowEngine", {"it": {"class_name": class_name, "init_paras": settings}}, {})
        data = work.engine.datastore
        data["volume"], data["number"] = VOLUME, 3.5
        return work.engine["it"]

    return make


def data_of(step: Step) -> Any:
    return step.get("DataStore").data()


def test_angles_are_loaded_as_they_are_in_the_file(step: Callable[..., Step], tmp_path: Path) -> None:
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["implements"] = "exchange"
        file["exchange/data"] = np.zeros((3, 2, 4))
        file["exchange/theta"] = np.array([0.0, 60.0, 120.0])
        file["exchange/theta"].attrs["units"] = "degrees"
    load = step("LoadHDF5", inputfile_name=str(tmp_path / "scan.h5"))
    load.execute(input_path="/exchange/theta", output_dataobj="theta")
    np.testing.assert_array_equal(data_of(load)["theta"], [0, 60, 120])


def test_a_loader_may_get_another_file_later(step: Callable[..., Step], tmp_path: Path) -> None:
    load = step("LoadHDF5")
    for number in range(2):
        with h5py.File(tmp_path / f"{number}.h5", "w") as file:
            file["x"] = [number]
        load.config({"inputfile_name": tmp_path / f"{number}.h5"})
        load.execute(input_path="x", output_dataobj=f"x{number}")
    assert [data_of(load)[f"x{number}"][0] for number in range(2)] == [0, 1]


def test_what_is_missing_is_told(step: Callable[..., Step], tmp_path: Path) -> None:
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["entry/tomo"] = [1]
    with pytest.raises(
        SettingError, match=r"it \(LoadHDF5\) has no 'inputfile_name'; write 'it': {'inputfile_name'"
    ):
        step("LoadHDF5").execute(input_path="/entry/tomo", output_dataobj="x")
    with pytest.raises(MissingFileError, match=r"did you mean 'scan\.h5'"):
        step("LoadHDF5", inputfile_name=tmp_path / "scn.h5").execute(input_path="/x", output_dataobj="x")
    with pytest.raises(MissingObjectError, match="tomo"):
        step("LoadHDF5", inputfile_name=tmp_path / "scan.h5").execute(
            input_path="/entry/tom", output_dataobj="x"
        )
    with pytest.raises(DataError, match="'/' names no dataset"):
        step("LoadHDF5", inputfile_name=tmp_path / "scan.h5").execute(input_path="/", output_dataobj="x")


def test_saving_adds_to_the_file_and_replaces_what_has_the_path(
    step: Callable[..., Step], tmp_path: Path
) -> None:
    target = tmp_path / "out.h5"
    with h5py.File(target, "w") as file:
        file["entry/tomo"] = [1, 2]
        file["entry/reco"] = [0]
    save = step("SaveHDF5", outputfile_name=str(target))
    save.execute(input_dataobj="volume", output_path="/entry/reco")
    save.execute(input_dataobj="number", output_path="/entry/center")
    with h5py.File(target) as file:
        np.testing.assert_array_equal(file["entry/reco"], VOLUME)
        assert file["entry/center"][()] == 3.5
        np.testing.assert_array_equal(file["entry/tomo"], [1, 2])
    assert [path.name for path in tmp_path.iterdir()] == ["out.h5"]


@pytest.mark.parametrize(
    ("path", "told"), [("/entry", "'/entry' is a group"), ("/entry/reco/x", "'/entry/reco' is a dataset")]
)
def test_a_path_that_is_taken_is_refused_and_the_file_stays(
    step: Callable[..., Step], tmp_path: Path, path: str, told: str
) -> None:
    target = tmp_path / "out.h5"
    with h5py.File(target, "w") as file:
        file["entry/reco"] = [0]
    before = target.read_bytes()
    with pytest.raises(DataError, match=told):
        step("SaveHDF5", outputfile_name=target).execute(input_dataobj="volume", output_path=path)
    assert target.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["out.h5"]


def test_what_a_killed_writer_left_is_removed(step: Callable[..., Step], tmp_path: Path) -> None:
    host = re.sub("[^A-Za-z0-9.]", "_", socket.gethostname())[:64]
    left = tmp_path / f".out.h5.daisy-{host}-1-1-abcd.part"
    left.write_bytes(b"half")
    step("SaveHDF5", outputfile_name=tmp_path / "out.h5").execute(input_dataobj="volume", output_path="/x")
    assert [path.name for path in tmp_path.iterdir()] == ["out.h5"]


def test_a_table_is_refused(step: Callable[..., Step], tmp_path: Path) -> None:
    save = step("SaveHDF5", outputfile_name=tmp_path / "out.h5")
    data_of(save)["table"] = {"q": np.ones(2), "i": np.ones(2)}
    with pytest.raises(DataError, match="a dataset holds numbers or text"):
        save.execute(input_dataobj="table", output_path="/table")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_hdf5_is_never_overwritten(step: Callable[..., Step], tmp_path: Path) -> None:
    target = tmp_path / "notes.txt"
    target.write_text("precious")
    with pytest.raises(FileError, match="not an HDF5 file"):
        step("SaveHDF5", outputfile_name=target).execute(input_dataobj="volume", output_path="/x")
    assert target.read_text() == "precious"


def test_a_folder_that_is_not_there_is_told(step: Callable[..., Step], tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="there is no folder"):
        step("SaveHDF5", outputfile_name=tmp_path / "no" / "out.h5").execute(
            input_dataobj="volume", output_path="/x"
        )


def test_a_virtual_dataset_joins_block_files(step: Callable[..., Step], tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    save = step("SaveH5VDS", outputfile_name=str(folder / "reco.h5"), block_length="2")
    save.execute(input_dataobj="volume", output_path="/entry/volume")
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "reco.entry-volume.0000.h5",
        "reco.entry-volume.0001.h5",
        "reco.entry-volume.0002.h5",
        "reco.h5",
    ]
    with h5py.File(folder / names[2]) as file:
        np.testing.assert_array_equal(file["entry/volume"], VOLUME[4:])
    # The folder can be moved as a whole.
    shutil.move(folder, tmp_path / "there")
    with h5py.File(tmp_path / "there" / "reco.h5") as file:
        assert file["entry/volume"].is_virtual
        np.testing.assert_array_equal(file["entry/volume"][...], VOLUME)
    load = step("LoadHDF5", inputfile_name=tmp_path / "there" / "reco.h5")
    load.execute(input_path="/entry/volume", output_dataobj="back")
    np.testing.assert_array_equal(data_of(load)["back"], VOLUME)


def test_a_virtual_dataset_is_replaced_as_a_whole(step: Callable[..., Step], tmp_path: Path) -> None:
    save = step("SaveH5VDS", outputfile_name=tmp_path / "reco.h5", block_length=2)
    save.execute(input_dataobj="volume", output_path="/entry/volume")
    data_of(save)["volume"] = VOLUME[:3] + 1
    save.execute(input_dataobj="volume", output_path="/entry/volume")
    with h5py.File(tmp_path / "reco.h5") as file:
        np.testing.assert_array_equal(file["entry/volume"][...], VOLUME[:3] + 1)


def test_a_number_is_not_cut_into_blocks(step: Callable[..., Step], tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be cut into blocks; save it with SaveHDF5"):
        step("SaveH5VDS", outputfile_name=tmp_path / "reco.h5").execute(
            input_dataobj="number", output_path="/x"
        )


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    for number in (1, 2, 10):
        tifffile.imwrite(folder / f"tomo_{number}.tif", np.full((2, 3), number, np.uint16))
    for number, place in (("a", 7), ("b", 3)):
        tifffile.imwrite(folder / f"dark_{number}_{place:03d}.tiff", np.full((2, 3), place, np.uint16))
    (folder / "notes.txt").write_text("no image")
    return folder


def test_images_of_a_folder_are_stacked_in_natural_order(step: Callable[..., Step], images: Path) -> None:
    load = step("LoadTIFs", input_path=str(images))
    load.execute(startswith="tomo_", output_dataobj="tomo")
    stack = data_of(load)["tomo"]
    assert stack.shape == (3, 2, 3)
    assert stack.dtype == np.uint16
    assert stack[:, 0, 0].tolist() == [1, 2, 10]


def test_images_are_ordered_by_the_number_in_a_part_of_their_names(
    step: Callable[..., Step], images: Path
) -> None:
    load = step("LoadTIFs", input_path=str(images))
    load.execute(startswith="dark_", seperator="_", idx=2, output_dataobj="dark")
    assert data_of(load)["dark"][:, 0, 0].tolist() == [3, 7]


def test_a_name_without_a_number_there_is_told_with_its_parts(
    step: Callable[..., Step], images: Path
) -> None:
    load = step("LoadTIFs", input_path=str(images))
    with pytest.raises(SettingError, match=r"no number in part 1; its parts are 0: dark, 1: a, 2: 007"):
        load.execute(startswith="dark_a", seperator="_", idx=1, output_dataobj="dark")


def test_a_folder_without_such_images_is_told_with_what_it_holds(
    step: Callable[..., Step], images: Path
) -> None:
    with pytest.raises(
        FileError, match=r"no TIFF image whose name begins with 'flat_'; it holds .*tomo_1\.tif"
    ):
        step("LoadTIFs", input_path=images).execute(startswith="flat_", output_dataobj="flat")
    with pytest.raises(MissingFileError):
        step("LoadTIFs", input_path=images / "no").execute(output_dataobj="flat")
    with pytest.raises(FileError, match="is a file, and LoadTIFs reads a folder"):
        step("LoadTIFs").execute(input_path=str(images / "tomo_1.tif"), output_dataobj="flat")


def test_images_that_differ_are_told_by_name(step: Callable[..., Step], images: Path) -> None:
    tifffile.imwrite(images / "tomo_3.tif", np.zeros((2, 4), np.uint16))
    with pytest.raises(DataError, match=r"tomo_3\.tif is \(2, 4\) uint16, but tomo_1\.tif is \(2, 3\)"):
        step("LoadTIFs", input_path=images).execute(startswith="tomo_", output_dataobj="tomo")


def test_a_file_of_several_pages_is_told(step: Callable[..., Step], images: Path) -> None:
    tifffile.imwrite(images / "many.tif", np.zeros((3, 2, 3), np.uint16), photometric="minisblack")
    with pytest.raises(FileError, match=r"many\.tif is no single TIFF image"):
        step("LoadTIFs", input_path=images).execute(startswith="many", output_dataobj="tomo")
