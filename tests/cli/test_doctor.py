"""`daisy doctor` finds what is wrong, and `daisy hub environments` and `values` tell what is offered."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from daisy_lab.cli import command

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have folders of one's own that can be written."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DAISY_LAB_SESSIONS", str(tmp_path / "s"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    monkeypatch.delenv("JUPYTER_RUNTIME_DIR", raising=False)
    return tmp_path


def looked(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, dict[str, Any]]]:
    code = command(["doctor", "--json", *options])
    return code, {found["what"]: found for found in json.loads(capsys.readouterr().out)}


def test_a_good_installation_is_well(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = looked(capsys)
    assert [name for name, one in found.items() if not one["good"]] == []
    assert code == 0
    assert {"numpy", "numba", "daisy-lab", "GPU", "home", "temporary", "sessions", "cache"} <= set(found)


def test_a_folder_that_cannot_be_made_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "file").write_text("", "utf-8")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(home / "file" / "numba"))
    code, found = looked(capsys)
    assert code == 1
    assert [name for name, one in found.items() if not one["good"]] == ["cache"]
    assert "mount a volume" in found["cache"]["told"]


def test_a_folder_with_too_long_a_name_for_sockets_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DAISY_LAB_SESSIONS", str(home / ("x" * 120)))
    code, found = looked(capsys)
    assert (code, found["sessions"]["good"]) == (1, False)
    assert "too long for sockets" in found["sessions"]["told"]


def test_a_sessions_folder_of_others_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "s").mkdir(mode=0o777)
    os.chmod(home / "s", 0o777)  # noqa: PTH101, S103 - on purpose
    code, found = looked(capsys)
    assert (code, found["sessions"]["good"]) == (1, False)


def test_a_device_is_missed_only_where_one_is_wanted(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _code, found = looked(capsys)
    if not found["GPU"]["told"].startswith("none"):
        pytest.skip("there is a CUDA device")
    code, found = looked(capsys, "--gpu")
    assert (code, found["GPU"]["good"]) == (1, False)


def test_people_read_one_line_for_each(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["doctor"]) == 0
    assert "all is well" in capsys.readouterr().out


def test_environments_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["hub", "environments"]) == 0
    said = capsys.readouterr().out
    assert "daisy-lab-ct" in said
    assert "optional" in said
    assert command(["hub", "environments", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ct"]["image"]["name"] == "daisy-lab-ct"


def test_values_are_written_for_both_charts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["hub", "values"]) == 0
    assert set(yaml.safe_load(capsys.readouterr().out)["environments"]) == {"ct", "lab", "pdf"}
    site = tmp_path / "site.yaml"
    site.write_text("global: { imageRegistry: registry.example.org/daisy }\n", "utf-8")
    assert command(["hub", "values", "--for", "z2jh", "--values", str(site)]) == 0
    single = yaml.safe_load(capsys.readouterr().out)["singleuser"]
    assert single["image"] == {"name": "registry.example.org/daisy/daisy-lab-ct", "tag": "0.1.0"}


@pytest.mark.parametrize(
    ("content", "said"),
    [("a: [", "is not YAML"), ("- a", "holds no values"), ("hubb: {}", "'hubb' is no value of the chart")],
)
def test_wrong_values_are_told(
    content: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "site.yaml"
    site.write_text(content, "utf-8")
    assert command(["hub", "values", "--for", "z2jh", "--values", str(site)]) == 3
    assert said in capsys.readouterr().err
