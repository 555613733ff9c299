from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest

from daisy_lab.errors import (
    FileError,
    FileFormatError,
    ForbiddenPathError,
    MissingFileError,
    MissingObjectError,
)
from daisy_lab.io import open_dataset, open_file, reopen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from daisy_lab.vocabulary import Array


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("outside") / "secret.h5"
    with h5py.File(path, "w") as file:
        file["data"] = np.arange(5.0)
    return path


def test_external_link_beside_the_file_is_followed(make: Callable[..., Path]) -> None:
    make("raw/a.h5", {"deep/x": np.arange(4)})
    path = make("scan.h5", {"link": h5py.ExternalLink("raw/a.h5", "/deep"), "own": np.arange(2)})
    with open_file(path) as scan:
        np.testing.assert_array_equal(scan["link/x"], np.arange(4))
        assert "raw/a.h5" in scan["link/x"].identity


def test_external_link_out_of_the_roots_is_forbidden(make: Callable[..., Path], outside: Path) -> None:
    path = make("scan.h5", {"link": h5py.ExternalLink(str(outside), "/data"), "own": np.arange(2)})
    with open_file(path) as scan:
        assert set(scan) == {"own"}
        with pytest.raises(ForbiddenPathError, match=r"secret\.h5 lies outside the allowed folders"):
            scan["link"]


def test_external_link_is_followed_into_the_roots_given(make: Callable[..., Path], outside: Path) -> None:
    path = make("scan.h5", {"link": h5py.ExternalLink(str(outside), "/data")})
    with open_file(path, roots=[path.parent, outside.parent]) as scan:
        assert scan["link"][4] == 4
        assert reopen(scan["link"].reference)[4] == 4


def test_the_file_itself_has_to_lie_in_the_roots(exchange: Path, outside: Path) -> None:
    with pytest.raises(ForbiddenPathError):
        open_file(exchange, roots=[outside.parent])
    with pytest.raises(ForbiddenPathError):
        open_dataset(f"{exchange}::exchange/data", roots=[outside.parent])


def test_dangling_external_link_leaves_the_rest_usable(make: Callable[..., Path]) -> None:
    path = make("scan.h5", {"link": h5py.ExternalLink("gone.h5", "/data"), "own": np.arange(2)})
    with open_file(path) as scan:
        assert scan["own"][1] == 1
        assert any("gone.h5, which is not there" in note for note in scan.notes)
        with pytest.raises(MissingFileError, match=r"links to gone\.h5"):
            scan["link"]


def test_external_link_to_a_missing_dataset_names_what_is_there(make: Callable[..., Path]) -> None:
    make("a.h5", {"present": np.arange(4)})
    path = make("scan.h5", {"link": h5py.ExternalLink("a.h5", "/presnt")})
    with open_file(path) as scan, pytest.raises(MissingObjectError, match="did you mean 'present'"):
        scan["link"]


def test_external_link_to_a_text_file_is_reported(make: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("hello")
    path = make("scan.h5", {"link": h5py.ExternalLink("notes", "/x")})
    with open_file(path) as scan, pytest.raises(FileFormatError, match="not an HDF5 file"):
        scan["link"]


def test_soft_link_gives_the_same_data_under_both_names(make: Callable[..., Path]) -> None:
    path = make("scan.h5", {"a/x": np.arange(4), "b/y": h5py.SoftLink("../a/x"), "z": h5py.SoftLink("/a/x")})
    with open_file(path) as scan:
        assert set(scan) == {"a/x", "z"}
        assert scan["a/x"].identity == scan["z"].identity


def test_a_circle_of_links_is_reported(make: Callable[..., Path]) -> None:
    path = make("scan.h5", {"a": h5py.SoftLink("/b"), "b": h5py.SoftLink("/a"), "own": np.arange(2)})
    with open_file(path) as scan:
        assert set(scan) == {"own"}
        with pytest.raises(FileFormatError, match="circle of links"):
            scan["a"]


def test_a_group_that_contains_itself_ends(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "loop.h5", "w") as file:
        group = file.create_group("a/b")
        group["up"] = file["a"]
        group["x"] = np.arange(3)
    assert set(open_file(tmp_path / "loop.h5")) == {"a/b/x"}


def test_a_symbolic_link_to_the_file_is_resolved(
    exchange: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("links") / "today.h5"
    link.symlink_to(exchange)
    assert open_file(link)["projections"][4, 0, 0] == 400


def test_a_symbolic_link_out_of_the_roots_is_forbidden(exchange: Path, outside: Path) -> None:
    link = exchange.with_name("link.h5")
    link.symlink_to(outside)
    with pytest.raises(ForbiddenPathError, match=r"link\.h5 \(really .*secret\.h5\)"):
        open_file(link, roots=[exchange.parent])


def test_an_external_link_through_a_symbolic_link_is_checked(
    make: Callable[..., Path], outside: Path
) -> None:
    path = make("scan.h5", {"link": h5py.ExternalLink("inside.h5", "/data")})
    path.with_name("inside.h5").symlink_to(outside)
    with open_file(path) as scan, pytest.raises(ForbiddenPathError):
        scan["link"]


def test_dot_dot_in_a_link_does_not_escape(make: Callable[..., Path], outside: Path) -> None:
    path = make("scan.h5", {"own": np.arange(2)})
    up = os.path.relpath(outside, path.parent)
    with h5py.File(path, "r+") as file:
        file["link"] = h5py.ExternalLink(up, "/data")
    with open_file(path) as scan, pytest.raises(ForbiddenPathError):
        scan["link"]


@pytest.fixture
def parts(make: Callable[..., Path], frames: Callable[..., Array]) -> Path:
    """Give a scan whose projections are put together from two files."""
    whole = frames(6)
    layout = h5py.VirtualLayout((6, 4, 6), "uint16")
    for number in range(2):
        source = make(f"part{number}.h5", {"data": whole[number * 3 : number * 3 + 3]})
        layout[number * 3 : number * 3 + 3] = h5py.VirtualSource(source.name, "data", (3, 4, 6))
    path = make("scan.h5", {"own": np.arange(2)})
    with h5py.File(path, "r+") as file:
        file.create_virtual_dataset("exchange/data", layout, fillvalue=0)
    return path


def test_virtual_dataset_reads_through_its_sources(parts: Path, frames: Callable[..., Array]) -> None:
    np.testing.assert_array_equal(open_file(parts)["projections"], frames(6))


def test_virtual_dataset_with_missing_sources_is_refused(parts: Path) -> None:
    parts.with_name("part1.h5").unlink()
    with open_file(parts) as scan:
        assert scan["own"][1] == 1
        with pytest.raises(
            FileError, match=r"from 2 other datasets, of which 1 cannot be read: part1\.h5::data"
        ):
            scan["projections"]
    with pytest.raises(FileError, match="fill values"):
        open_dataset(f"{parts}::exchange/data", name="projections")


def test_virtual_dataset_with_a_missing_source_dataset_is_refused(parts: Path) -> None:
    with h5py.File(parts.with_name("part1.h5"), "r+") as file:
        del file["data"]
    with pytest.raises(FileError, match=r"1 cannot be read: part1\.h5::data"):
        open_file(parts)["projections"]


def test_virtual_dataset_with_a_truncated_source_is_refused(parts: Path) -> None:
    source = parts.with_name("part0.h5")
    source.write_bytes(source.read_bytes()[:-50])
    with pytest.raises(FileError, match=r"part0\.h5 is truncated"):
        open_file(parts)["projections"]


def test_virtual_dataset_with_a_short_source_is_refused(parts: Path, frames: Callable[..., Array]) -> None:
    with h5py.File(parts.with_name("part1.h5"), "w") as file:
        file["data"] = frames(2)
    with pytest.raises(FileError, match=r"has shape \(2, 4, 6\), less than is used of it"):
        open_file(parts)["projections"]


def test_virtual_dataset_with_a_selection_beyond_its_source_is_refused(make: Callable[..., Path]) -> None:
    make("short.h5", {"data": np.arange(4.0)})
    layout = h5py.VirtualLayout((3,), "f8")
    layout[:] = h5py.VirtualSource("short.h5", "data", (6,))[::2]
    path = make("scan.h5", {"own": np.arange(2)})
    with h5py.File(path, "r+") as file:
        file.create_virtual_dataset("v", layout)
    with pytest.raises(FileError, match="less than is used of it"):
        open_file(path)["v"]


def test_virtual_dataset_that_grows_with_numbered_files_is_read(make: Callable[..., Path]) -> None:
    path = make("scan.h5", {"own": np.arange(2)})
    for number in range(2):
        make(f"grow_{number}.h5", {"data": np.full((1, 4), number)})
    space = h5py.h5s.create_simple((2, 4), (h5py.h5s.UNLIMITED, 4))
    space.select_hyperslab((0, 0), (h5py.h5s.UNLIMITED, 1), stride=(1, 1), block=(1, 4))
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_virtual(space, b"grow_%b.h5", b"data", h5py.h5s.create_simple((1, 4)))
    with h5py.File(path, "r+") as file:
        h5py.h5d.create(file.id, b"grown", h5py.h5t.NATIVE_INT64, space, plist)
    np.testing.assert_array_equal(open_file(path)["grown"][:, 0], [0, 1])


def test_virtual_dataset_out_of_the_roots_is_forbidden(make: Callable[..., Path], outside: Path) -> None:
    layout = h5py.VirtualLayout((5,), "f8")
    layout[:] = h5py.VirtualSource(str(outside), "data", (5,))
    path = make("scan.h5", {"own": np.arange(2)})
    with h5py.File(path, "r+") as file:
        file.create_virtual_dataset("stolen", layout)
    with open_file(path) as scan, pytest.raises(ForbiddenPathError):
        scan["stolen"]


def test_virtual_dataset_of_the_same_file_is_read(make: Callable[..., Path]) -> None:
    path = make("scan.h5", {"a": np.arange(6.0)})
    with h5py.File(path, "r+") as file:
        layout = h5py.VirtualLayout((3,), "f8")
        layout[:] = h5py.VirtualSource(file["a"])[::2]
        file.create_virtual_dataset("even", layout)
    np.testing.assert_array_equal(open_file(path)["even"], [0, 2, 4])


def test_identity_of_a_virtual_dataset_changes_with_its_sources(parts: Path) -> None:
    before = open_file(parts)["projections"].identity
    os.utime(parts.with_name("part0.h5"), ns=(5, 5))
    assert open_file(parts)["projections"].identity != before


def test_moved_scan_finds_its_sources_beside_it(
    parts: Path, tmp_path: Path, frames: Callable[..., Array]
) -> None:
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for path in [parts, parts.with_name("part0.h5"), parts.with_name("part1.h5")]:
        shutil.move(path, moved / path.name)
    np.testing.assert_array_equal(open_file(moved / "scan.h5")["projections"][3:], frames(6)[3:])


def test_raw_data_stored_apart_are_checked(
    make: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    raw = tmp_path_factory.mktemp("raw") / "values.bin"
    np.arange(4, dtype="<i4").tofile(raw)
    path = make("scan.h5", {"own": np.arange(2)})
    with h5py.File(path, "r+") as file:
        file.create_dataset("apart", (4,), "<i4", external=[(str(raw), 0, 16)])
    with pytest.raises(ForbiddenPathError, match=r"values\.bin"):
        open_file(path)["apart"]
    assert open_file(path, roots=[path.parent, raw.parent])["apart"][3] == 3
    raw.unlink()
    with pytest.raises(FileError, match=r"keeps its values in .*values\.bin"):
        open_file(path, roots=[path.parent, raw.parent])["apart"]
