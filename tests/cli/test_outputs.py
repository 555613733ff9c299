"""Nothing measured is lost: an output is never an input, and never takes the place of a file made elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h5py
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def raw(scan: Path, tmp_path: Path) -> Path:
    """Give a scan that must be there, unchanged, after the test."""
    path = tmp_path / "raw.h5"
    path.write_bytes(scan.read_bytes())
    yield path
    assert path.read_bytes() == scan.read_bytes()


@pytest.mark.parametrize("link", ["raw.h5", "soft.h5", "hard.h5"])
def test_the_input_is_no_output_by_any_name(daisy: Callable, raw: Path, link: str) -> None:
    output = raw.with_name(link)
    if link == "soft.h5":
        output.symlink_to(raw)
    elif link == "hard.h5":
        output.hardlink_to(raw)
    for given in ([raw], ["--input", f"projections={raw}::/exchange/data"]):
        said = daisy("run", "ct", *given, "-o", output)
        assert said.code == 3
        assert "it is what is read" in said.err


def test_another_scan_is_not_replaced_by_a_result(daisy: Callable, scan: Path, raw: Path) -> None:
    said = daisy("run", "ct", scan, "-o", raw)
    assert said.code == 3
    assert "no result of Daisy Lab" in said.err


def test_a_result_is_made_anew(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    for _again in range(2):
        assert daisy("run", "ct", scan, "-o", tmp_path / "rec.h5", "--rows", "0:2").code == 0


def test_a_result_that_is_read_is_not_replaced(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    result = tmp_path / "rec.h5"
    daisy("run", "ct", scan, "-o", result, "--rows", "0:2")
    said = daisy("run", "ct", scan, "--input", f"theta={result}", "-o", result)
    assert said.code == 3
    assert "it is what is read" in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "ct", "SCAN", "-o", "OUT", "--report", "RAW"),
        ("export", "ct", "-o", "RAW"),
        ("sample", "ct", "RAW.copy"),
    ],
)
def test_texts_and_samples_do_not_replace_data(
    daisy: Callable, scan: Path, raw: Path, arguments: tuple[str, ...]
) -> None:
    foreign = raw.with_name("raw.h5.copy")
    with h5py.File(foreign, "w") as file:
        file["data"] = 1
    names = {"SCAN": scan, "OUT": raw.with_name("rec.h5"), "RAW": raw, "RAW.copy": foreign}
    said = daisy(*(names.get(one, one) for one in arguments))
    assert said.code == 3
    assert "is not replaced" in said.err
    assert h5py.File(foreign)["data"][()] == 1
    assert not raw.with_name("rec.h5").exists()


def test_one_name_for_two_outputs_is_refused(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    said = daisy("run", "ct", scan, "-o", tmp_path / "a", "--report", tmp_path / "a")
    assert said.code == 3
    assert "two outputs" in said.err


def test_a_folder_with_files_is_told_before_the_run(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    (tmp_path / "slices").mkdir()
    (tmp_path / "slices" / "mine.tif").touch()
    said = daisy("run", "ct", scan, "-o", tmp_path / "rec.h5", "--tiff", tmp_path / "slices")
    assert said.code == 3
    assert "mine.tif" in said.err
    assert not (tmp_path / "rec.h5").exists()


def test_a_picture_has_a_known_ending(daisy: Callable, raw: Path) -> None:
    said = daisy("picture", raw, "-o", raw.with_name("p.h5"))
    assert said.code == 2
    assert ".png" in said.err


def test_an_export_into_no_folder_says_to_make_it(daisy: Callable, tmp_path: Path) -> None:
    said = daisy("export", "ct", "-o", tmp_path / "no" / "script.py")
    assert said.code == 3
    assert "make it first" in said.err


def test_an_export_is_written_whole(daisy: Callable, tmp_path: Path) -> None:
    assert daisy("export", "ct", "-o", tmp_path / "script.py").code == 0
    assert [path.name for path in tmp_path.iterdir() if path.name != "sessions"] == ["script.py"]
    compile((tmp_path / "script.py").read_text(), "script", "exec")
