from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest

from daisy_lab.errors import FileError, FileFormatError, MissingObjectError
from daisy_lab.io import open_dataset, open_file
from daisy_lab.io._hdf5_file import open_readonly

if TYPE_CHECKING:
    from collections.abc import Callable


def test_every_numeric_dataset_comes_by_its_path(make: Callable[..., Path]) -> None:
    path = make(
        "any.h5", {"a/b": np.arange(6).reshape(2, 3), "c": 1.5, "text": "hello", "flags": np.array([True])}
    )
    with open_file(path) as file:
        assert file.format == "hdf5"
        assert set(file) == {"a/b", "c", "flags"}
        assert file["a/b"].axes == ("axis0", "axis1")
        assert file.metadata == {"text": "hello"}
        assert file["flags"][0]


def test_tables_and_text_arrays_are_left_out(make: Callable[..., Path]) -> None:
    table = np.zeros(3, dtype=[("x", "f4"), ("y", "f4")])
    assert set(
        open_file(make("t.h5", {"table": table, "words": np.array([b"a", b"b"]), "x": np.arange(2)}))
    ) == {"x"}


def test_nexus_axes_name_the_axes_of_the_signal(make: Callable[..., Path]) -> None:
    path = make("n.nxs", {"entry/data/counts": np.zeros((2, 3, 4)), "entry/data/energy": np.arange(2.0)})
    with h5py.File(path, "r+") as file:
        file["entry/data"].attrs.update(NX_class="NXdata", signal="counts", axes=["energy", ".", "x"])
    assert open_file(path)["entry/data/counts"].axes == ("energy", "axis1", "x")


def test_units_are_read_as_bytes_or_text(make: Callable[..., Path]) -> None:
    path = make("u.h5", {"a": np.arange(2), "b": np.arange(2)}, {"a": "mm"})
    with h5py.File(path, "r+") as file:
        file["b"].attrs["units"] = np.bytes_("keV")
    with open_file(path) as file:
        assert (file["a"].unit, file["b"].unit) == ("mm", "keV")


@pytest.mark.parametrize("codec", ["LZ4", "Blosc", "Bitshuffle", "Zstd"])
def test_codecs_are_loaded_when_a_dataset_needs_them(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "c.h5"
    write = (
        "import sys, h5py, hdf5plugin, numpy as np\n"
        "with h5py.File(sys.argv[1], 'w') as f:\n"
        "    f.create_dataset('a', data=np.arange(1000), chunks=(100,), **getattr(hdf5plugin, sys.argv[2])())\n"
    )
    read = (
        "import sys\n"
        "from daisy_lab.io import open_file\n"
        "assert 'hdf5plugin' not in sys.modules\n"
        "assert open_file(sys.argv[1])['a'][999] == 999\n"
        "assert 'hdf5plugin' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", write, str(path), codec], check=True)
    subprocess.run([sys.executable, "-c", read, str(path)], check=True)


def test_plain_files_do_not_load_the_codecs(exchange: Path) -> None:
    code = (
        "import sys; from daisy_lab.io import open_file; open_file(sys.argv[1])['projections'][0]; "
        "sys.exit('hdf5plugin' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(exchange)], check=False).returncode == 0


def test_a_corrupt_chunk_names_dataset_and_index(tmp_path: Path) -> None:
    path = tmp_path / "corrupt.h5"
    with h5py.File(path, "w") as file:
        values = np.random.default_rng(0).integers(0, 99, (4, 8, 8))
        dataset = file.create_dataset("scan/data", data=values, chunks=(1, 8, 8), compression="gzip")
        place = dataset.id.get_chunk_info(2)
    content = bytearray(path.read_bytes())
    content[place.byte_offset + 8 : place.byte_offset + 40] = bytes(32)
    path.write_bytes(content)
    lazy = open_file(path)["scan/data"]
    assert lazy[1].shape == (8, 8)
    with pytest.raises(FileFormatError, match=r"corrupt\.h5::scan/data cannot be read at \[2:3, 0:8, 0:8\]"):
        lazy[2]


def test_the_only_dataset_that_fits_is_taken_and_told(make: Callable[..., Path]) -> None:
    path = make("one.h5", {"entry/frames": np.zeros((5, 4, 6)), "entry/time": np.arange(5)})
    array = open_dataset(str(path), name="projections")
    assert array.axes == ("angle", "row", "column")
    assert array.notes == ("projections: took entry/frames, the only dataset that fits",)


def test_several_datasets_that_fit_are_not_guessed_between(make: Callable[..., Path]) -> None:
    path = make("two.h5", {"a": np.zeros((5, 4, 6)), "b": np.zeros((5, 4, 6))})
    with pytest.raises(MissingObjectError, match=r"no 'projections' .*it holds a, b"):
        open_dataset(str(path), name="projections")
    with pytest.raises(MissingObjectError, match=r"holds a, b; say which one is meant, as in .*two\.h5::a"):
        open_dataset(str(path))


def test_an_unnamed_dataset_keeps_its_own_labels(make: Callable[..., Path]) -> None:
    assert open_dataset(f"{make('a.h5', {'x': np.zeros((2, 3))})}::x").axes == ("axis0", "axis1")


def test_a_scan_being_written_by_another_program_is_told(exchange: Path) -> None:
    with h5py.File(exchange, "r+"):
        code = (
            "import sys\n"
            "from daisy_lab.errors import FileError\n"
            "from daisy_lab.io import open_file\n"
            "try:\n"
            "    open_file(sys.argv[1])\n"
            "except FileError as error:\n"
            "    print(error)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(exchange)], capture_output=True, text=True, check=True
        )
    assert "is being written by another program" in done.stdout


def test_a_file_system_without_locks_is_read_without_one() -> None:
    calls: list[dict[str, object]] = []

    def opener(_path: Path, _mode: str, **keywords: object) -> str:
        calls.append(keywords)
        if not keywords:
            raise OSError(
                errno.ENOSYS, "unable to lock file, errno = 38, error message = 'Function not implemented'"
            )
        return "opened"

    assert open_readonly(Path("scan.h5"), opener) == "opened"
    assert calls == [{}, {"locking": False}]


def test_another_failure_is_not_tried_again() -> None:
    def opener(_path: Path, _mode: str, **keywords: object) -> str:
        assert not keywords
        raise OSError(errno.EIO, "read failed")

    with pytest.raises(FileError, match="read failed"):
        open_readonly(Path("scan.h5"), opener)
