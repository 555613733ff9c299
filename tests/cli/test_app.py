"""`daisy app` lists the apps, and says in words what it cannot serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from daisy_lab.cli import command

if TYPE_CHECKING:
    from pathlib import Path


def test_without_a_name_the_apps_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["app"]) == 0
    said = capsys.readouterr().out
    assert "CT reconstruction" in said
    assert "Workbench" in said


def test_a_damaged_app_is_listed_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "app.toml").write_text('titel = "Bad"\n')
    monkeypatch.setenv("DAISY_LAB_APPS", str(tmp_path))
    assert command(["app"]) == 0
    assert "'titel' is no key of a manifest" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["cs"], 2, "no app 'cs'; there are ct, lab, pdf; did you mean 'ct'?"),
        (["lab"], 2, "'lab' is no page of its own"),
        (["ct", "gone.h5"], 3, "gone.h5 is not there"),
        (["ct", "--root", "gone"], 3, "gone is no folder"),
    ],
)
def test_what_cannot_be_served_is_said(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("voila")
    assert command(["app", *arguments]) == code
    assert said in capsys.readouterr().err


def test_a_file_outside_the_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("voila")
    (tmp_path / "root").mkdir()
    (tmp_path / "scan.h5").touch()
    assert command(["app", "ct", str(tmp_path / "scan.h5"), "--root", str(tmp_path / "root")]) == 3
    assert "name a folder above both with --root" in capsys.readouterr().err
