"""The program as a whole: its language, its pipes, its plug-ins."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest

from daisy_lab.cli import _picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMANDS = ("run", "sample", "sample ct", "list", "show", "check", "export", "picture")
ENGLISH = re.compile(r"\b(the|of|and|is|with|this|for|to)\b", re.IGNORECASE)


def test_help_is_chinese_on_request() -> None:
    """In a process of its own: help texts are made when the command line is imported."""
    code = (
        "from daisy_lab.cli import command\n"
        f"for name in {('', *COMMANDS)!r}: command([*name.split(), '--help'])\n"
        "command(['list']); command(['show', 'reconstruct']); command(['show', 'ct'])\n"
    )
    for columns in ("80", "120"):
        environment = {**os.environ, "DAISY_LAB_LANGUAGE": "zh_CN", "COLUMNS": columns}
        ended = subprocess.run(
            [sys.executable, "-c", code], check=False, capture_output=True, text=True, env=environment
        )
        assert not ended.stderr
        assert "选项" in ended.stdout
        told = [line for line in ended.stdout.splitlines() if ENGLISH.search(line)]
        assert told == []
        assert "…" not in ended.stdout, "a text was cut"


def test_each_command_says_what_its_options_take(daisy: Callable) -> None:
    for name in COMMANDS:
        said = daisy(*name.split(), "--help")
        assert said.code == 0
        options = [line for line in said.out.splitlines() if line.startswith("│ --")]
        assert options
        assert not any("<path>" in line or "<str>" in line for line in options)


def test_a_reader_that_goes_away_is_no_fault() -> None:
    ended = subprocess.run(
        ["sh", "-c", f"{sys.executable} -u -m daisy_lab show ct --json | head -c 1"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.stdout == "{"
    assert ended.stderr == ""


def test_a_full_disk_behind_the_output_is_told() -> None:
    ended = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m daisy_lab list --json > /dev/full"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode
    assert "Traceback" not in ended.stderr


def test_starting_does_not_import_what_few_need() -> None:
    heavy = ("tifffile", "numba", "scipy", "matplotlib", "xarray")
    code = f"import sys, daisy_lab.cli\nprint([name for name in {heavy!r} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_a_run_without_files_says_what_it_reads(daisy: Callable, tmp_path: Path) -> None:
    said = daisy("run", "ct", "-o", tmp_path / "rec.h5")
    assert said.code == 2
    assert "projections, dark, flat, theta" in said.err


@pytest.mark.parametrize(
    ("given", "told"),
    [("flt=x.tif", "did you mean 'flat'"), ("flat", "write NAME=PATH"), ("flat=", "write NAME=PATH")],
)
def test_an_input_that_nobody_reads_is_told(
    daisy: Callable, scan: Path, tmp_path: Path, given: str, told: str
) -> None:
    said = daisy("run", "ct", scan, "--input", given, "-o", tmp_path / "rec.h5")
    assert said.code == 2
    assert told in said.err


def test_a_scan_with_a_known_axis_and_no_number_gives_nan_and_says_so(
    daisy: Callable, scan: Path, tmp_path: Path
) -> None:
    path = tmp_path / "nan.h5"
    path.write_bytes(scan.read_bytes())
    with h5py.File(path, "r+") as file:
        shape = file["exchange/data"].shape
        del file["exchange/data"]
        file["exchange/data"] = np.full(shape, np.nan, np.float32)
    said = daisy("run", "ct", path, "--set", "center=48", "-o", tmp_path / "rec.h5")
    assert said.code == 0
    assert "rows hold no number: their slices are NaN" in said.out
    with h5py.File(tmp_path / "rec.h5") as file:
        assert np.isnan(file["entry/volume/volume"][0, 48, 48])


def test_a_picture_without_a_chinese_font_is_labelled_in_english(
    daisy: Callable, scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    daisy("run", "ct", scan, "-o", tmp_path / "rec.h5", "--rows", "0:2")
    monkeypatch.setenv("DAISY_LAB_LANGUAGE", "zh_CN")
    monkeypatch.setattr(_picture, "_CHINESE", ())
    said = daisy("picture", tmp_path / "rec.h5", "-o", tmp_path / "p.svg")
    assert said.code == 0, said.err
    assert said.err == ""


def test_a_part_of_the_result_is_not_compared_with_the_whole_truth(
    daisy: Callable, scan: Path, tmp_path: Path
) -> None:
    daisy("run", "ct", scan, "-o", tmp_path / "rec.h5", "--rows", "4:6")
    said = daisy("picture", tmp_path / "rec.h5", "-o", tmp_path / "p.png", "--scan", scan)
    assert said.code == 3
    assert "(12, 96, 96)" in said.err
