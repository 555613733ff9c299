"""Apps get their tile from their manifest, at each request anew."""

from __future__ import annotations

import base64
import logging
from typing import TYPE_CHECKING

import pytest

from daisy_lab.server._apps import find_tiles

if TYPE_CHECKING:
    from pathlib import Path

_SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


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


def test_without_apps_there_is_no_tile(apps: Path) -> None:
    assert find_tiles("/") == []


def test_an_app_has_a_tile_as_soon_as_its_manifest_is_there(apps: Path) -> None:
    folder = _app(apps, "ct", 'title = "Tomography"\npath = "voila/render/ct.ipynb"\nicon = "ct.svg"\n')
    (folder / "ct.svg").write_bytes(_SVG)
    (tile,) = find_tiles("/user/me/")
    assert (tile.name, tile.title, tile.url) == ("ct", "Tomography", "/user/me/voila/render/ct.ipynb")
    assert tile.icon == f"data:image/svg+xml;base64,{base64.b64encode(_SVG).decode()}"
    _app(apps, "pdf", 'title = "PDF"\npath = "voila/render/pdf.ipynb"\n')
    assert [tile.name for tile in find_tiles("/")] == ["ct", "pdf"]


def test_a_title_is_in_the_language_that_is_asked_for(apps: Path) -> None:
    _app(apps, "ct", 'title = "Tomography"\npath = "ct"\n[titles]\nzh_CN = "断层成像"\n')
    assert [find_tiles("/", language)[0].title for language in ("", "zh_CN", "fr")] == [
        "Tomography",
        "断层成像",
        "Tomography",
    ]


@pytest.mark.parametrize(
    "manifest",
    [
        "title = ",
        'path = "x"',
        'title = "A"\npath = "https://elsewhere.example/x"',
        'title = "A"\npath = "//elsewhere.example/x"',
        'title = "A"\npath = "/x"',
        'title = "A"\npath = "a/../../x"',
        'title = "A"\npath = "javascript:alert(1)"',
        'title = "A"\npath = "x"\nicon = "../secret.svg"',
        'title = "A"\npath = "x"\nicon = "page.html"',
        'title = "A"\npath = "x"\nicon = "missing.svg"',
    ],
)
def test_a_damaged_manifest_has_no_tile_and_the_log_says_why(
    apps: Path, manifest: str, caplog: pytest.LogCaptureFixture
) -> None:
    (apps / "secret.svg").write_bytes(_SVG)
    _app(apps, "bad", manifest)
    _app(apps, "good", 'title = "Good"\npath = "x"\n')
    with caplog.at_level(logging.WARNING):
        assert [tile.name for tile in find_tiles("/")] == ["good"]
    assert "app 'bad' has no tile" in caplog.text


def test_a_package_names_its_app_by_an_entry_point_and_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "some_apps" / "ct"
    package.mkdir(parents=True)
    (tmp_path / "some_apps" / "__init__.py").write_text("raise RuntimeError('imported')")
    (package / "app.toml").write_text('title = "Tomography"\npath = "ct"\n')
    facts = tmp_path / "some_apps-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: some-apps\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[daisy_lab.apps]\nct = some_apps.ct\nlost = not_there.at_all\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [tile.title for tile in find_tiles("/")] == ["Tomography"]
