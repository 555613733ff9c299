"""An app is a folder with a manifest; a damaged one is named with its file, its key and what to do."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from daisy_lab._manifests import ManifestError, MissingAppError, find_app, find_apps, search_apps

if TYPE_CHECKING:
    from pathlib import Path

_SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


@pytest.fixture
def apps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder of apps that a site has configured."""
    monkeypatch.setenv("DAISY_LAB_APPS", str(tmp_path))
    return tmp_path


def _app(apps: Path, name: str, manifest: str) -> Path:
    folder = apps / name
    folder.mkdir()
    (folder / "app.toml").write_text(manifest, encoding="utf-8")
    return folder


def test_the_apps_of_a_checkout_are_found_and_complete(apps: Path) -> None:
    found = {app.name: app for app in find_apps()}
    assert {"ct", "lab"} <= set(found)
    for app in found.values():
        assert app.icon is not None
        assert app.title("zh_CN") != app.title("")
        assert app.description("zh_CN") != app.description("")
    assert (found["ct"].path, found["lab"].path) == ("daisy-lab/app/ct", "lab")


def test_a_site_replaces_an_app_of_the_same_name(apps: Path) -> None:
    _app(apps, "ct", 'title = "Ours"\nworkflow = "ct"\n')
    assert find_app("ct").title() == "Ours"


def test_smaller_orders_come_first(apps: Path) -> None:
    _app(apps, "z", 'title = "Z"\npath = "z"\norder = 1\n')
    _app(apps, "a", 'title = "A"\npath = "a"\norder = 2\n')
    assert [app.name for app in find_apps()][:2] == ["z", "a"]


def test_words_are_in_the_language_that_is_asked_for(apps: Path) -> None:
    _app(
        apps,
        "x",
        'title = "T"\npath = "x"\ndescription = "D"\n[titles]\nzh_CN = "题"\n[descriptions]\nzh_CN = "述"\n',
    )
    app = find_app("x")
    assert [app.title(language) for language in ("", "en", "zh_CN")] == ["T", "T", "题"]
    assert [app.description(language) for language in ("", "zh_CN")] == ["D", "述"]


@pytest.mark.parametrize(
    ("written", "size"),
    [('"16 GB"', 16 * 10**9), ('"2 GiB"', 2 << 30), ('"512M"', 512 * 10**6), ("1000", 1000)],
)
def test_memory_is_written_as_people_say_it(apps: Path, written: str, size: int) -> None:
    _app(apps, "x", f'title = "X"\npath = "x"\n[[sizes]]\nmemory = {written}\n')
    assert find_app("x").manifest.sizes[0].memory == size


def test_an_icon_becomes_an_address_that_needs_no_request(apps: Path) -> None:
    folder = _app(apps, "x", 'title = "X"\npath = "x"\nicon = "x.svg"\n')
    (folder / "x.svg").write_bytes(_SVG)
    assert find_app("x").icon == f"data:image/svg+xml;base64,{base64.b64encode(_SVG).decode()}"


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ("title = ", "is not TOML"),
        ('path = "x"', "'title' is missing: add it"),
        ('title = "A"', "exactly one of 'notebook', 'workflow' and 'path'; this one has nothing"),
        ('title = "A"\npath = "x"\nworkflow = "ct"', "this one has path, workflow"),
        ('title = "A"\nkind = "lab"\nworkflow = "ct"', "of no use where kind is"),
        ('titel = "A"\npath = "x"', "'titel' is no key of a manifest"),
        ('titel = "A"\npath = "x"', "did you mean 'title'?"),
        ('title = "A"\npath = "https://elsewhere.example/x"', "'path': must lie below this server's address"),
        ('title = "A"\npath = "//elsewhere.example/x"', "'path': must lie below"),
        ('title = "A"\npath = "/x"', "'path': must lie below"),
        ('title = "A"\npath = "a/../../x"', "'path': must lie below"),
        ('title = "A"\npath = "javascript:alert(1)"', "'path': must lie below"),
        (
            'title = "A"\nnotebook = "../other.ipynb"',
            "'notebook': must be the name of a file beside the manifest",
        ),
        ('title = "A"\nnotebook = "gone.ipynb"', "'notebook' names 'gone.ipynb', which is not beside it"),
        ('title = "A"\nworkflow = "gone.json"', "'workflow' names 'gone.json'"),
        ('title = "A"\npath = "x"\nicon = "../secret.svg"', "'icon': must be the name of a file beside"),
        ('title = "A"\npath = "x"\nicon = "page.html"', "'icon' must be an SVG or PNG file"),
        ('title = "A"\npath = "x"\nicon = "missing.svg"', "'icon' must be an SVG or PNG file"),
        ('title = "A"\npath = "x"\nformats = ["h5"]', "must be the end of a file's name, as '.h5'"),
        (
            'title = "A"\npath = "x"\n[[sizes]]\nmemory = "much"',
            "'sizes.0.memory': must be an amount of memory",
        ),
        ('title = "A"\npath = "x"\n[[sizes]]\ncores = 2', "'sizes.0.cores' is no key of a manifest"),
        ('title = "A"\npath = "x"\n[[sizes]]\n[[sizes]]', "each with a name of its own"),
    ],
)
def test_a_damaged_manifest_is_told_and_the_others_appear(apps: Path, manifest: str, said: str) -> None:
    (apps / "secret.svg").write_bytes(_SVG)
    folder = _app(apps, "bad", manifest)
    _app(apps, "good", 'title = "Good"\npath = "x"\n')
    found = search_apps()
    assert "good" in {app.name for app in found.apps}
    (damaged,) = found.damaged
    assert damaged.name == "bad"
    assert str(folder / "app.toml") in damaged.reason
    assert said in damaged.reason
    with pytest.raises(ManifestError) as raised:
        find_app("bad")
    assert str(raised.value) == damaged.reason


def test_a_link_out_of_the_folder_is_no_icon(apps: Path) -> None:
    (apps / "secret.svg").write_bytes(_SVG)
    folder = _app(apps, "bad", 'title = "A"\npath = "x"\nicon = "x.svg"\n')
    (folder / "x.svg").symlink_to(apps / "secret.svg")
    assert [damaged.name for damaged in search_apps().damaged] == ["bad"]


def test_a_missing_app_names_the_nearest(apps: Path) -> None:
    with pytest.raises(MissingAppError, match="no app 'lob'; there are ct, lab, pdf; did you mean 'lab'"):
        find_app("lob")


def test_a_package_names_its_app_by_an_entry_point_and_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "some_apps" / "tomo"
    package.mkdir(parents=True)
    (tmp_path / "some_apps" / "__init__.py").write_text("raise RuntimeError('imported')")
    (package / "app.toml").write_text('title = "Tomography"\npath = "tomo"\n')
    facts = tmp_path / "some_apps-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: some-apps\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(
        "[daisy_lab.apps]\ntomo = some_apps.tomo\nlost = not_there.at_all\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert find_app("tomo").title() == "Tomography"
    assert [damaged.name for damaged in search_apps().damaged] == ["lost"]
