"""A result says in which container image it was made, as exactly as that is known, and `daisy show` tells it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tifffile

from daisy_lab import io
from daisy_lab.cli import command

if TYPE_CHECKING:
    from pathlib import Path

DIGEST = "sha256:" + "0123456789abcdef" * 4
TAGGED = "registry.example.org/daisy/daisy-lab-ct:0.1.0"


def written(path: Path) -> Path:
    with io.ResultWriter(path) as writer:
        writer.create("volume", (2, 3, 3), "f4", axes=("row", "y", "x"))
        writer.write("volume", np.ones((2, 3, 3), "f4"))
        return writer.finish()


def shown(capsys: pytest.CaptureFixture[str], path: Path, *options: str) -> str:
    assert command(["show", str(path), *options]) == 0
    return capsys.readouterr().out


CASES = {
    "digest": (f"{TAGGED}@{DIGEST}", f"{TAGGED}@{DIGEST}", DIGEST, f"container image: {TAGGED}@{DIGEST}\n"),
    "tag": (TAGGED, TAGGED, "", "by its name alone: no digest was told"),
    "none": ("", "", "", "container image: none was told"),
    "damaged": ("what is\nthis", "", "", "container image: none was told"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_result_says_its_image(
    case: tuple[str, str, str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told, image, digest, words = case
    monkeypatch.setenv("DAISY_LAB_IMAGE", told)
    path = written(tmp_path / "r.h5")
    facts: dict[str, Any] = json.loads(shown(capsys, path, "--json"))
    assert (facts["program"], facts["image"], facts["image_digest"]) == ("daisy-lab", image, digest)
    assert facts["arrays"] == {"volume": [2, 3, 3]}
    assert words in shown(capsys, path)


def test_a_curve_and_a_tiff_say_their_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    curve = (np.arange(3.0), np.ones(3))
    plain = io.write_pdf_curve(tmp_path / "plain.gr", "gr", *curve, settings={"qmax": 20.0})
    assert "container image" not in plain.read_text("utf-8")
    monkeypatch.setenv("DAISY_LAB_IMAGE", f"{TAGGED}@{DIGEST}")
    path = io.write_pdf_curve(tmp_path / "a.gr", "gr", *curve, settings={"qmax": 20.0})
    assert f"# container image {TAGGED}@{DIGEST}\n" in path.read_text("utf-8")
    assert io.read_pattern(path).settings["qmax"] == io.read_pattern(plain).settings["qmax"]
    folder = io.export_tiff(np.ones((1, 4, 4), "f4"), tmp_path / "slices")
    with tifffile.TiffFile(folder / "slice_00000.tif") as file:
        assert DIGEST in str(file.pages[0].tags["Software"].value)


def test_what_is_no_result_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["sample", "ct", str(tmp_path / "s.h5"), "--size", "16"]) == 0
    capsys.readouterr()
    assert command(["show", str(tmp_path / "s.h5")]) != 0
    assert "no result of Daisy Lab" in capsys.readouterr().err


def test_the_report_and_the_doctor_say_the_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DAISY_LAB_IMAGE", TAGGED)
    scan, report = tmp_path / "s.h5", tmp_path / "report.json"
    assert command(["sample", "ct", str(scan), "--size", "16"]) == 0
    assert command(["run", "ct", str(scan), "-o", str(tmp_path / "r.h5"), "--report", str(report)]) == 0
    assert json.loads(report.read_text("utf-8"))["image"] == {"reference": TAGGED, "digest": ""}
    capsys.readouterr()
    command(["doctor", "--json"])
    found = {one["what"]: one["told"] for one in json.loads(capsys.readouterr().out)}
    assert found["image"] == f"{TAGGED}, digest not told"
