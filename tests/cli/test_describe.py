from __future__ import annotations

import json
from typing import TYPE_CHECKING

from daisy_lab import Workflow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


def test_algorithms_are_listed_with_what_they_give(daisy: Callable) -> None:
    said = daisy("list", "algorithms")
    assert said.code == 0
    assert "ct.reconstruct" in said.out


def test_the_list_is_json_on_request(daisy: Callable) -> None:
    data = json.loads(daisy("list", "algorithms", "--json").out)
    assert {"ct.normalize", "ct.find_center"} <= {item["id"] for item in data["algorithms"]}
    assert data["broken"] == []


def test_workflows_are_listed(daisy: Callable) -> None:
    listed = json.loads(daisy("list", "workflows", "--json").out)["workflows"]
    assert {"ct", "pdf"} <= {item["name"] for item in listed}


def test_an_algorithm_shows_its_settings_with_units(daisy: Callable) -> None:
    said = daisy("show", "reconstruct")
    assert said.code == 0
    assert "pixel" in said.out
    assert "ramp | shepp" in said.out
    schema = json.loads(daisy("show", "ct.reconstruct", "--json").out)["settings"]
    assert schema["properties"]["center"]["unit"] == "pixel"


def test_an_algorithm_shows_along_which_axes_it_is_split(daisy: Callable) -> None:
    assert "piece by piece along: row\n" in daisy("show", "ct.circular_mask").out
    assert "piece by piece along: every axis" in daisy("show", "ct.minus_log").out
    assert "piece by piece along: no axis" in daisy("show", "ct.find_center").out
    assert json.loads(daisy("show", "ct.circular_mask", "--json").out)["splits"]["row"]["before"] == 0


def test_an_algorithm_shows_whether_it_computes_on_a_device(daisy: Callable) -> None:
    assert "on a CUDA device, too" in daisy("show", "ct.reconstruct").out
    assert "on a CUDA device, too" not in daisy("show", "ct.find_center").out
    assert json.loads(daisy("show", "ct.reconstruct", "--json").out)["cuda"] is True


def test_a_workflow_shown_as_json_is_a_workflow(daisy: Callable) -> None:
    shown = daisy("show", "ct", "--json").out
    assert Workflow.from_json(shown).to_json() == Workflow.load("ct").to_json()


def test_an_unknown_name_suggests_the_nearest(daisy: Callable) -> None:
    said = daisy("show", "reconstuct")
    assert said.code == 2
    assert "reconstruct" in said.err


def test_check_says_that_a_workflow_is_fine(daisy: Callable, scan: Path) -> None:
    assert "4 steps" in daisy("check", "ct").out
    assert daisy("check", "ct", scan).code == 0


def test_check_draws_the_way_from_what_is_missing(daisy: Callable, scan: Path) -> None:
    said = daisy("check", "ct", "--input", f"projections={scan}::/exchange/data")
    assert said.code == 2
    assert "> counts_to_absorption >" in said.err
    assert "> volume" in said.err


def test_a_damaged_workflow_file_is_told_with_its_place(daisy: Callable, tmp_path: Path) -> None:
    (tmp_path / "w.json").write_text(
        '{"format": "daisy-lab-workflow/1", "name": "w", "steps": [{}], "results": []}'
    )
    said = daisy("check", tmp_path / "w.json")
    assert said.code == 2
    assert "steps.0.algorithm" in said.err


def test_export_gives_python(daisy: Callable) -> None:
    said = daisy("export", "ct", "--set", "filter=hann")
    assert said.code == 0
    compile(said.out, "script", "exec")
    assert "filter='hann'" in said.out


def test_messages_are_chinese_on_request(daisy: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAISY_LAB_LANGUAGE", "zh_CN")
    assert "没有" in daisy("show", "reconstuct").err
