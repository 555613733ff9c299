from __future__ import annotations

import json
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest
import tifffile

from daisy_lab import open_file
from daisy_lab.samples.ct import read_truth

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_sample_is_reconstructed_at_its_true_axis(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    said = daisy("run", "ct", scan, "-o", tmp_path / "rec.h5", "--report", tmp_path / "report.json")
    assert said.code == 0, said.err
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["truth"]["center_error"] == pytest.approx(0, abs=0.1)
    assert report["truth"]["relative_rmse"] < 0.2
    assert report["values"]["center"] == report["truth"]["center_found"]
    assert report["settings"]["3 ct.reconstruct"]["center"] == report["values"]["center"]
    assert report["output"] == str(tmp_path / "rec.h5")
    assert report["seconds"] > 0
    assert report["peak_memory_bytes"] > 0


def test_the_result_file_carries_its_workflow_and_ledger(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    daisy("run", "ct", scan, "-o", tmp_path / "rec.h5", "--set", "center=48", "--set", "filter=hann")
    with h5py.File(tmp_path / "rec.h5") as file:
        workflow = json.loads(file["entry/process/workflow/data"][()])
        ledger = json.loads(file["entry/process/ledger/data"][()])
    assert [step["algorithm"] for step in workflow["steps"]] == [
        "ct.counts_to_absorption",
        "ct.reconstruct",
        "ct.circular_mask",
    ]
    assert workflow["steps"][1]["settings"] == {"center": 48.0, "filter": "hann"}
    assert ledger[1]["settings"]["filter"] == "hann"


def test_a_workflow_exported_from_a_result_makes_it_again(
    daisy: Callable, scan: Path, tmp_path: Path
) -> None:
    daisy("run", "ct", scan, "-o", tmp_path / "rec.h5", "--set", "filter=cosine")
    assert daisy("export", tmp_path / "rec.h5", "--as", "json", "-o", tmp_path / "made.json").code == 0
    assert daisy("run", tmp_path / "made.json", scan, "-o", tmp_path / "again.h5").code == 0
    with open_file(tmp_path / "rec.h5") as one, open_file(tmp_path / "again.h5") as other:
        assert np.array_equal(one["volume"][...], other["volume"][...])


def test_rows_are_those_rows_of_the_whole(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    daisy("run", "ct", scan, "-o", tmp_path / "whole.h5", "--set", "center=48")
    daisy("run", "ct", scan, "-o", tmp_path / "part.h5", "--set", "center=48", "--rows", "3:7")
    with open_file(tmp_path / "whole.h5") as whole, open_file(tmp_path / "part.h5") as part:
        assert part["volume"].shape == (4, 96, 96)
        assert np.array_equal(part["volume"][...], whole["volume"][3:7])


def test_inputs_may_lie_apart(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    with h5py.File(scan) as file:
        frames = tmp_path / "frames"
        frames.mkdir()
        for number, frame in enumerate(file["exchange/data"][...]):
            tifffile.imwrite(frames / f"frame_{number}.tif", frame)
        tifffile.imwrite(tmp_path / "flat.tif", file["exchange/data_white"][...])
        tifffile.imwrite(tmp_path / "dark.tif", file["exchange/data_dark"][...])
        np.savetxt(tmp_path / "angles.txt", file["exchange/theta"][...])
    apart = [
        f"projections={frames}",
        f"flat={tmp_path / 'flat.tif'}",
        f"dark={tmp_path / 'dark.tif'}",
        f"theta={tmp_path / 'angles.txt'}",
    ]
    options = [part for text in apart for part in ("--input", text)]
    said = daisy("run", "ct", *options, "--set", "angle_unit=degree", "-o", tmp_path / "apart.h5")
    assert said.code == 0, said.err
    daisy("run", "ct", scan, "-o", tmp_path / "together.h5")
    with open_file(tmp_path / "apart.h5") as one, open_file(tmp_path / "together.h5") as other:
        assert np.allclose(one["volume"][...], other["volume"][...], atol=1e-6)


def test_a_dataset_inside_a_file_can_be_named(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    names = {"projections": "data", "flat": "data_white", "dark": "data_dark", "theta": "theta"}
    options = [
        part for name, path in names.items() for part in ("--input", f"{name}={scan}::/exchange/{path}")
    ]
    assert daisy("run", "ct", *options, "-o", tmp_path / "rec.h5").code == 0


def test_an_angle_guess_is_told(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    assert "degree" in daisy("run", "ct", scan, "-o", tmp_path / "rec.h5").out


def test_the_volume_is_written_as_tiff_too(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    daisy("run", "ct", scan, "-o", tmp_path / "rec.h5", "--rows", "0:3", "--tiff", tmp_path / "slices")
    slices = sorted((tmp_path / "slices").glob("*.tif"))
    with open_file(tmp_path / "rec.h5") as result:
        assert np.array_equal(np.stack([tifffile.imread(path) for path in slices]), result["volume"][...])


def test_a_plan_is_said_without_running(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    said = daisy("run", "ct", scan, "-o", tmp_path / "rec.h5", "--plan")
    assert said.code == 0
    assert "peak memory" in said.out
    assert not (tmp_path / "rec.h5").exists()


def test_a_session_keeps_results_between_commands(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    run = ("run", "ct", scan, "-o", tmp_path / "rec.h5", "--session", "mine", "--report", tmp_path / "r.json")
    daisy(*run)
    with open_file(tmp_path / "rec.h5") as result:
        volume, center = result["volume"][...], result["entry/parameters/center"][()]
        ledger = json.loads(result.metadata["entry/process/ledger/data"])
    assert daisy(*run).code == 0
    assert json.loads((tmp_path / "r.json").read_text())["steps"] == {}
    with open_file(tmp_path / "rec.h5") as result:
        assert np.array_equal(result["volume"][...], volume)
        assert result["entry/parameters/center"][()] == center
        assert json.loads(result.metadata["entry/process/ledger/data"]) == ledger


def test_the_tooth_is_found_at_its_axis(daisy: Callable, shared_data: Path, tmp_path: Path) -> None:
    tooth = shared_data / "tomo" / "tooth.h5"
    said = daisy("run", "ct", tooth, "-o", tmp_path / "tooth_rec.h5", "--report", tmp_path / "r.json")
    assert said.code == 0, said.err
    report = json.loads((tmp_path / "r.json").read_text())
    known = json.loads((shared_data / "tomo" / "tooth_ref.json").read_text())["centre_vo"]["0"][0]
    assert report["values"]["center"] == pytest.approx(known, abs=1)
    with open_file(tmp_path / "tooth_rec.h5") as result:
        image = result["volume"][0]
    assert np.percentile(image, 99) > 5 * image[:60, 280:360].std()


def test_a_sample_says_its_truth(daisy: Callable, tmp_path: Path) -> None:
    options = ("--size", "48", "--angles", "20", "--rows", "3", "--seed", "5")
    said = daisy("sample", "ct", tmp_path / "s.h5", *options)
    truth = read_truth(tmp_path / "s.h5")
    assert said.code == 0
    assert truth is not None
    assert f"{truth.center:.3f}" in said.out


def test_a_picture_is_drawn_beside_the_truth(daisy: Callable, scan: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    daisy("run", "ct", scan, "-o", tmp_path / "rec.h5")
    assert daisy("picture", tmp_path / "rec.h5", "-o", tmp_path / "p.png", "--scan", scan).code == 0
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("options", [(), ("--session", "mine")])
def test_rows_keep_their_numbers_in_the_file(
    daisy: Callable, scan: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    daisy("run", "ct", scan, "-o", tmp_path / "part.h5", "--rows", "3:7", "--set", "center=48", *options)
    with h5py.File(tmp_path / "part.h5") as file:
        assert file["entry/volume/row"][...].tolist() == [3, 4, 5, 6]
