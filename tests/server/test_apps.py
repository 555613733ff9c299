"""Apps get their tile of the launcher from their manifest, at each request anew."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from daisy_lab.server._apps import find_tiles

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def apps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder of apps that is configured."""
    monkeypatch.setenv("DAISY_LAB_APPS", str(tmp_path))
    return tmp_path


def _app(apps: Path, name: str, manifest: str) -> Path:
    folder = apps / name
    folder.mkdir()
    (folder / "app.toml").write_text(manifest, encoding="utf-8")
    return folder


def test_jupyterlab_has_no_tile_in_its_own_launcher(apps: Path) -> None:
    assert "lab" not in {tile.name for tile in find_tiles("/")}


def test_an_app_has_a_tile_as_soon_as_its_manifest_is_there(apps: Path) -> None:
    before = {tile.name for tile in find_tiles("/")}
    _app(apps, "tomo", 'title = "Tomography"\ntitles = {zh_CN = "断层成像"}\nworkflow = "ct"\norder = 1\n')
    tile = find_tiles("/user/me/", "zh_CN")[0]
    assert (tile.name, tile.title, tile.url) == ("tomo", "断层成像", "/user/me/daisy-lab/app/tomo")
    assert {tile.name for tile in find_tiles("/")} == before | {"tomo"}


def test_a_damaged_manifest_has_no_tile_and_the_log_says_why(
    apps: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _app(apps, "bad", "title = ")
    with caplog.at_level(logging.WARNING):
        assert "bad" not in {tile.name for tile in find_tiles("/")}
    assert "app 'bad' is left out" in caplog.text
