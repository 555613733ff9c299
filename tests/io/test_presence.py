from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.errors import FileError, FileFormatError, MissingFileError
from daisy_lab.io import open_file

if TYPE_CHECKING:
    from pathlib import Path


def test_missing_file_names_the_nearest(exchange: Path) -> None:
    with pytest.raises(MissingFileError, match=r"there is no file .*scam\.h5.*did you mean 'scan\.h5'"):
        open_file(exchange.with_name("scam.h5"))


def test_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"no folder .*nowhere either"):
        open_file(tmp_path / "nowhere" / "scan.h5")


def test_dangling_symbolic_link_names_its_target(tmp_path: Path) -> None:
    (tmp_path / "scan.h5").symlink_to("gone.h5")
    with pytest.raises(MissingFileError, match=r"symbolic link to gone\.h5"):
        open_file(tmp_path / "scan.h5")


def test_empty_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "scan.h5").touch()
    with pytest.raises(FileFormatError, match=r"scan\.h5 is empty"):
        open_file(tmp_path / "scan.h5")


def test_truncated_hdf5_tells_how_many_bytes_are_missing(exchange: Path) -> None:
    size = exchange.stat().st_size
    exchange.write_bytes(exchange.read_bytes()[:-100])
    with pytest.raises(FileFormatError, match=rf"truncated: it has {size - 100} of {size} bytes"):
        open_file(exchange)


def test_damaged_hdf5_is_told(exchange: Path) -> None:
    exchange.write_bytes(exchange.read_bytes()[:8] + bytes(200))
    with pytest.raises(FileFormatError, match="damaged"):
        open_file(exchange)


def test_text_named_h5_is_told_for_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "scan.h5").write_text("# angle\n1\n2\n")
    with pytest.raises(FileFormatError, match=r"named as HDF5.*begins with '# angle"):
        open_file(tmp_path / "scan.h5")


def test_text_named_tif_is_told_for_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "scan.tif").write_text("hello")
    with pytest.raises(FileFormatError, match="named as TIFF"):
        open_file(tmp_path / "scan.tif")


def test_unknown_content_shows_its_first_bytes(tmp_path: Path) -> None:
    (tmp_path / "scan.raw").write_bytes(b"\x00\x01\x02\x03")
    with pytest.raises(FileFormatError, match=r"none of HDF5, TIFF, text.*00 01 02 03"):
        open_file(tmp_path / "scan.raw")


def test_content_counts_and_not_the_ending(exchange: Path) -> None:
    assert open_file(exchange.rename(exchange.with_suffix(".dat"))).format == "data-exchange"


def test_hdf5_behind_a_user_block_is_recognized(tmp_path: Path) -> None:
    import h5py  # noqa: PLC0415 - this test alone

    with h5py.File(tmp_path / "block.h5", "w", userblock_size=1024) as file:
        file["a"] = np.arange(3)
    assert open_file(tmp_path / "block.h5")["a"][2] == 2


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="neither a file nor a folder"):
        open_file(tmp_path / "pipe")


@pytest.mark.parametrize("locked", ["file", "folder"])
def test_not_permitted_is_told(shared_folder: Path, locked: str) -> None:
    path = shared_folder / "folder" / "scan.h5"
    path.parent.mkdir()
    path.write_bytes(b"\x89HDF")
    (path if locked == "file" else path.parent).chmod(0)
    code = (
        "import os, sys\n"
        "from daisy_lab.io import open_file\n"
        "from daisy_lab.errors import FileError\n"
        "os.getuid() or os.setuid(65534)\n"
        "try:\n    open_file(sys.argv[1])\nexcept FileError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    path.parent.chmod(0o755)
    assert done.stdout.startswith(f"not permitted to read {path}")
