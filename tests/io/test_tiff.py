from __future__ import annotations

import os
import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile

from daisy_lab.errors import DataError, FileError, FileFormatError, ForbiddenPathError
from daisy_lab.io import open_dataset, open_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from daisy_lab.vocabulary import Array


@pytest.fixture
def folder(tmp_path: Path, frames: Callable[..., Array]) -> Callable[..., Path]:
    """Make a folder of 12 images, named so that alphabetic order is wrong."""

    def build(dtype: str = "uint16", **options: object) -> Path:
        path = tmp_path / "scan"
        path.mkdir()
        for number, image in enumerate(frames(12, dtype=dtype)):
            tifffile.imwrite(path / f"img_{number}.tif", image, **options)
        return path

    return build


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"compression": "zlib"},
        {"byteorder": ">"},
        {"rowsperstrip": 1},
        {"tile": (16, 16)},
        {"bigtiff": True},
    ],
    ids=["plain", "zlib", "big-endian", "strips", "tiles", "bigtiff"],
)
@pytest.mark.parametrize(
    "index",
    [
        np.s_[...],
        np.s_[3],
        np.s_[:, 2],
        np.s_[:, 1:3, ::2],
        np.s_[::-3, ::2],
        np.s_[10:11, -1, 4],
        np.s_[4:4],
    ],
    ids=str,
)
def test_any_slice_of_a_folder_is_read_in_natural_order(
    folder: Callable[..., Path], frames: Callable[..., Array], options: dict[str, object], index: object
) -> None:
    with open_file(folder(**options)) as scan:
        assert scan.format == "tiff"
        np.testing.assert_array_equal(scan["projections"][index], frames(12)[index])


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32", "float32", "float64"])
def test_values_keep_their_type(
    folder: Callable[..., Path], frames: Callable[..., Array], dtype: str
) -> None:
    lazy = open_file(folder(dtype))["projections"]
    assert lazy.dtype == dtype
    np.testing.assert_array_equal(lazy, frames(12, dtype=dtype))


@pytest.mark.parametrize(
    "options", [{}, {"compression": "zlib"}, {"imagej": True}, {"metadata": None}], ids=str
)
def test_a_file_of_many_pages_is_a_stack(
    tmp_path: Path, frames: Callable[..., Array], options: dict[str, object]
) -> None:
    tifffile.imwrite(tmp_path / "stack.tif", frames(12), photometric="minisblack", **options)
    with open_file(tmp_path / "stack.tif") as scan:
        assert scan["projections"].axes == ("angle", "row", "column")
        np.testing.assert_array_equal(scan["projections"][2:9:3, 1], frames(12)[2:9:3, 1])


def test_rows_of_plain_images_are_free_and_of_compressed_ones_are_not(folder: Callable[..., Path]) -> None:
    path = folder()
    assert dict(open_file(path)["projections"].chunks) == {"angle": 1, "row": 1, "column": 1}
    for image in path.iterdir():
        tifffile.imwrite(image, tifffile.imread(image), compression="zlib")
    assert dict(open_file(path)["projections"].chunks) == {"angle": 1, "row": 4, "column": 6}


def test_a_single_image_is_an_image_and_one_flat(tmp_path: Path, frames: Callable[..., Array]) -> None:
    tifffile.imwrite(tmp_path / "flat.tif", frames(1)[0])
    assert open_file(tmp_path / "flat.tif")["image"].shape == (4, 6)
    flat = open_dataset(str(tmp_path / "flat.tif"), name="flat")
    assert flat.axes == ("exposure", "row", "column")
    np.testing.assert_array_equal(flat, frames(1))


def test_a_folder_is_labelled_as_what_it_is_used_as(folder: Callable[..., Path]) -> None:
    assert open_dataset(str(folder()), name="dark").axes == ("exposure", "row", "column")


def test_a_single_image_is_no_projections(tmp_path: Path, frames: Callable[..., Array]) -> None:
    tifffile.imwrite(tmp_path / "flat.tif", frames(1)[0])
    with pytest.raises(DataError, match=r"shape \(4, 6\), but projections needs"):
        open_dataset(str(tmp_path / "flat.tif"), name="projections")


def test_an_image_of_another_shape_is_named(
    folder: Callable[..., Path], frames: Callable[..., Array]
) -> None:
    path = folder()
    tifffile.imwrite(path / "img_7.tif", frames(1, 5, 6)[0])
    with pytest.raises(FileFormatError, match=r"img_7\.tif is \(5, 6\) uint16, but img_0\.tif is \(4, 6\)"):
        open_file(path)


def test_an_image_of_another_type_is_named(folder: Callable[..., Path], frames: Callable[..., Array]) -> None:
    path = folder()
    tifffile.imwrite(path / "img_7.tif", frames(1, dtype="float32")[0])
    with pytest.raises(FileFormatError, match=r"img_7\.tif is \(4, 6\) float32"):
        open_file(path)


def test_pages_of_different_shape_are_named(tmp_path: Path, frames: Callable[..., Array]) -> None:
    with tifffile.TiffWriter(tmp_path / "mixed.tif") as tif:
        tif.write(frames(1)[0])
        tif.write(frames(1, 5, 6)[0])
    with pytest.raises(FileFormatError, match=r"page 2 is \(5, 6\)"):
        open_file(tmp_path / "mixed.tif")


def test_a_colour_image_is_refused(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "rgb.tif", np.zeros((4, 6, 3), "uint8"), photometric="rgb")
    with pytest.raises(DataError, match=r"shape \(4, 6, 3\), as colour has"):
        open_file(tmp_path / "rgb.tif")


def test_an_empty_folder_says_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("hello")
    with pytest.raises(FileError, match=r"holds no TIFF images \(\.tif, \.tiff\); it holds readme\.txt"):
        open_file(tmp_path)


@pytest.mark.parametrize("options", [{}, {"compression": "zlib"}], ids=str)
def test_a_truncated_image_is_named(
    folder: Callable[..., Path], frames: Callable[..., Array], options: dict[str, object]
) -> None:
    path = folder()
    image = path / "img_3.tif"
    tifffile.imwrite(image, frames(1)[0], **options)
    image.write_bytes(image.read_bytes()[:-10])
    with pytest.raises(FileFormatError, match=r"img_3\.tif.* truncated"):
        open_file(path)


def test_a_header_without_pages_is_reported(tmp_path: Path) -> None:
    (tmp_path / "bad.tif").write_bytes(b"II*\x00\x08\x00\x00\x00\x00\x00")
    with pytest.raises(FileFormatError, match=r"bad\.tif begins as TIFF but holds no image"):
        open_file(tmp_path / "bad.tif")


def test_a_damaged_compressed_page_is_named_when_read(folder: Callable[..., Path]) -> None:
    path = folder(compression="zlib")
    image = path / "img_5.tif"
    with tifffile.TiffFile(image) as tif:
        offset, count = tif.pages.first.dataoffsets[0], tif.pages.first.databytecounts[0]
    content = bytearray(image.read_bytes())
    content[offset : offset + count] = bytes(count)
    image.write_bytes(content)
    lazy = open_file(path)["projections"]
    assert lazy[4].shape == (4, 6)
    with pytest.raises(FileFormatError, match=r"img_5\.tif .*cannot be decoded"):
        lazy[5]


def test_a_text_file_among_the_images_is_named(folder: Callable[..., Path]) -> None:
    path = folder()
    (path / "img_9.tif").write_text("not an image")
    with pytest.raises(FileFormatError, match=r"img_9\.tif is named as TIFF"):
        open_file(path)


def test_an_image_changed_after_opening_is_reported(folder: Callable[..., Path]) -> None:
    path = folder()
    lazy = open_file(path)["projections"]
    os.utime(path / "img_2.tif", ns=(1, 1))
    assert lazy[1].shape == (4, 6)
    with pytest.raises(FileError, match=r"img_2\.tif was changed"):
        lazy[2]


def test_hidden_files_are_no_images(folder: Callable[..., Path]) -> None:
    path = folder()
    (path / "._img_0.tif").write_bytes(b"\x00\x05\x16\x07")
    assert len(open_file(path)["projections"]) == 12


def test_a_missing_number_is_told(folder: Callable[..., Path]) -> None:
    path = folder()
    (path / "img_4.tif").unlink()
    assert any("missing between img_3.tif and img_5.tif" in note for note in open_file(path).notes)


def test_a_link_among_the_images_is_checked(
    folder: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory, frames: Callable[..., Array]
) -> None:
    path = folder()
    secret = tmp_path_factory.mktemp("outside") / "secret.tif"
    tifffile.imwrite(secret, frames(1)[0])
    (path / "img_12.tif").symlink_to(secret)
    with pytest.raises(ForbiddenPathError, match=r"img_12\.tif"):
        open_file(path)
    assert len(open_file(path, roots=[path, secret.parent])["projections"]) == 13


def test_a_stack_is_itself_after_pickling(folder: Callable[..., Path]) -> None:
    lazy = open_file(folder())["projections"]
    again = pickle.loads(pickle.dumps(lazy))  # noqa: S301 - our own bytes
    assert (again.identity, again.axes) == (lazy.identity, lazy.axes)
    np.testing.assert_array_equal(again[:, 1], lazy[:, 1])


def test_identity_changes_with_any_image(folder: Callable[..., Path]) -> None:
    path = folder()
    before = open_file(path)["projections"].identity
    os.utime(path / "img_11.tif", ns=(1, 1))
    assert open_file(path)["projections"].identity != before
