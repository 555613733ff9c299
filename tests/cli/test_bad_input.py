"""What a tired user gives at three in the morning: each has its exit code and one clear line, nothing is written."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest
from disks import small_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def changed(scan: Path, tmp_path: Path) -> Callable[[str, object], Path]:
    """Give a copy of the scan with one dataset replaced, or taken out."""

    def change(dataset: str, value: object) -> Path:
        path = tmp_path / "changed.h5"
        path.write_bytes(scan.read_bytes())
        with h5py.File(path, "r+") as file:
            del file[f"exchange/{dataset}"]
            if value is not None:
                file[f"exchange/{dataset}"] = value
        return path

    return change


@pytest.fixture
def output(tmp_path: Path) -> Iterator[Path]:
    """Give a path for the result, and see that a failed run leaves nothing there."""
    folder = tmp_path / "results"
    folder.mkdir()
    yield folder / "rec.h5"
    assert list(folder.iterdir()) == []


def test_a_truncated_file(daisy: Callable, scan: Path, tmp_path: Path, output: Path) -> None:
    path = tmp_path / "short.h5"
    path.write_bytes(scan.read_bytes()[:5000])
    said = daisy("run", "ct", path, "-o", output)
    assert said.code == 3
    assert "short.h5" in said.err
    assert "truncated" in said.err


def test_a_text_file_named_h5(daisy: Callable, tmp_path: Path, output: Path) -> None:
    path = tmp_path / "notes.h5"
    path.write_text("these are my notes of the night shift\n")
    said = daisy("run", "ct", path, "-o", output)
    assert said.code == 3
    assert "notes.h5" in said.err


def test_a_wrong_dataset_path_names_the_nearest(daisy: Callable, scan: Path, output: Path) -> None:
    said = daisy("run", "ct", scan, "--input", f"projections={scan}::/exchange/dat", "-o", output)
    assert said.code == 3
    assert "did you mean 'data'" in said.err


def test_a_missing_file_names_what_is_there(daisy: Callable, scan: Path, output: Path) -> None:
    said = daisy("run", "ct", scan.with_name("scam.h5"), "-o", output)
    assert said.code == 3
    assert "scan.h5" in said.err


def test_nothing_but_nan(daisy: Callable, changed: Callable, output: Path) -> None:
    said = daisy("run", "ct", changed("data", np.full((120, 12, 96), np.nan, np.float32)), "-o", output)
    assert said.code == 3
    assert "NaN" in said.err


def test_no_flats(daisy: Callable, changed: Callable, output: Path) -> None:
    said = daisy("run", "ct", changed("data_white", None), "-o", output)
    assert said.code == 2
    assert "'flat' is missing: flat > counts_to_absorption" in said.err


def test_an_empty_stack_of_flats(daisy: Callable, changed: Callable, output: Path) -> None:
    said = daisy("run", "ct", changed("data_white", np.zeros((0, 12, 96), np.uint16)), "-o", output)
    assert said.code == 2
    assert "'flat' is missing" in said.err
    assert "data_white is empty" in said.out


def test_angles_of_the_wrong_length(daisy: Callable, changed: Callable, output: Path) -> None:
    said = daisy("run", "ct", changed("theta", np.linspace(0, 180, 77)), "-o", output)
    assert said.code == 3
    assert "77" in said.err
    assert "120" in said.err


def test_an_empty_folder_of_images(daisy: Callable, scan: Path, tmp_path: Path, output: Path) -> None:
    (tmp_path / "frames").mkdir()
    said = daisy("run", "ct", scan, "--input", f"projections={tmp_path / 'frames'}", "-o", output)
    assert said.code == 3
    assert "frames" in said.err


def test_an_output_folder_that_is_not_there(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    said = daisy("run", "ct", scan, "-o", tmp_path / "nowhere" / "rec.h5")
    assert said.code == 3
    assert "nowhere" in said.err


def test_an_output_that_is_a_folder(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    said = daisy("run", "ct", scan, "-o", tmp_path)
    assert said.code == 3
    assert "folder" in said.err


def test_an_unknown_setting_names_the_nearest(daisy: Callable, scan: Path, output: Path) -> None:
    said = daisy("run", "ct", scan, "--set", "fliter=hann", "-o", output)
    assert said.code == 2
    assert "did you mean 'filter'" in said.err


def test_a_setting_out_of_bounds(daisy: Callable, scan: Path, output: Path) -> None:
    said = daisy("run", "ct", scan, "--set", "circular_mask.ratio=1.5", "-o", output)
    assert said.code == 2
    assert "ratio" in said.err
    assert "1.5" in said.err


def test_an_axis_outside_the_detector(daisy: Callable, scan: Path, output: Path) -> None:
    said = daisy("run", "ct", scan, "--set", "center=400", "-o", output)
    assert said.code == 2
    assert "400" in said.err


def test_an_axis_that_is_no_number_tells_of_auto(daisy: Callable, scan: Path, output: Path) -> None:
    said = daisy("run", "ct", scan, "--set", "center=middle", "-o", output)
    assert said.code == 2
    assert "center=auto" in said.err


def test_rows_outside_the_detector(daisy: Callable, scan: Path, output: Path) -> None:
    said = daisy("run", "ct", scan, "--rows", "50:60", "-o", output)
    assert said.code == 2
    assert "12" in said.err


@pytest.mark.parametrize("option", [("--memory", "lots"), ("--rows", "a:b"), ("--set", "center")])
def test_a_malformed_option_shows_how_to_write_it(
    daisy: Callable, scan: Path, output: Path, option: tuple[str, str]
) -> None:
    said = daisy("run", "ct", scan, *option, "-o", output)
    assert said.code == 2
    assert option[0] in said.err


def test_too_little_memory_says_how_much_is_needed(daisy: Callable, scan: Path, output: Path) -> None:
    said = daisy("run", "ct", scan, "--memory", "200kB", "-o", output)
    assert said.code == 4
    assert "allow at least" in said.err


def test_a_report_that_cannot_be_written_is_told_before_the_run(
    daisy: Callable, scan: Path, output: Path
) -> None:
    said = daisy("run", "ct", scan, "-o", output, "--report", output.parent / "no" / "r.json")
    assert said.code == 3
    assert "r.json" in said.err


def test_an_unwritable_folder(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("root may write everywhere: there is no unwritable folder")
    said = daisy("run", "ct", scan, "-o", folder / "rec.h5")
    assert said.code == 3


def test_a_full_disk_leaves_nothing_behind(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "128k") as disk:
        said = daisy("run", "ct", scan, "-o", disk / "rec.h5")
        assert said.code == 3
        assert "room" in said.err or "space" in said.err
        assert list(disk.iterdir()) == []


def test_an_error_is_one_line_without_a_traceback(scan: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "daisy_lab",
        "run",
        "ct",
        str(scan),
        "--set",
        "x=1",
        "-o",
        str(tmp_path / "r.h5"),
    ]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("\n") == 1
