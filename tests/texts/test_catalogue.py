"""The Chinese catalogue holds every text of the code, and `.ci/texts.py` tells when it does not."""

from __future__ import annotations

import importlib.util
import json
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def texts() -> ModuleType:
    spec = importlib.util.spec_from_file_location("texts_check", ROOT / ".ci" / "texts.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Give a package of one file, which says two texts."""
    folder = tmp_path / "lab"
    folder.mkdir()
    code = '_("no {name} here").format(name=1)\n_("cancelled")\n'
    (folder / "a.py").write_text(code, "utf-8")
    return folder


def catalogue(folder: Path, *entries: tuple[str, str]) -> Path:
    path = folder / "lab.po"
    lines = ['msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n']
    lines += [f'msgid "{text}"\nmsgstr "{translated}"\n' for text, translated in entries]
    path.write_text("\n".join(lines), "utf-8")
    return path


GOOD = (("no {name} here", "没有 {name}"), ("cancelled", "已取消"))


def test_the_catalogue_of_this_repository_is_complete(texts: ModuleType) -> None:
    assert texts.faults(texts.PACKAGE, texts.CATALOGUE) == []


def test_a_complete_catalogue_has_no_fault(texts: ModuleType, package: Path) -> None:
    assert texts.faults(package, catalogue(package, *GOOD)) == []


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        (GOOD[:1], "lab/a.py: not in the catalogue: 'cancelled'"),
        ((GOOD[0], ("cancelled", "")), "lab/a.py: not translated: 'cancelled'"),
        ((*GOOD, ("gone", "没了")), "obsolete, nothing says it any more: 'gone'"),
        ((("no {name} here", "没有 {nmae}"), GOOD[1]), "other {placeholders}"),
        ((("no {name} here", "没有 {name"), GOOD[1]), "other {placeholders}"),
    ],
)
def test_a_fault_is_told(texts: ModuleType, package: Path, entries: Any, told: str) -> None:
    (fault,) = texts.faults(package, catalogue(package, *entries))
    assert told in fault


@pytest.mark.parametrize("argument", ['f"no {x}"', "text", '"a" + b', '"no {x}".format(x=1)'])
def test_what_no_catalogue_can_hold_is_told(texts: ModuleType, package: Path, argument: str) -> None:
    (package / "b.py").write_text(f"_({argument})\n", "utf-8")
    assert any("lab/b.py:1" in fault and "no literal text" in fault for fault in texts.not_literal(package))


def test_a_text_cut_over_two_lines_is_one_text(texts: ModuleType, package: Path) -> None:
    (package / "b.py").write_text('_(\n    "one "\n    "two"\n)\n', "utf-8")
    assert "one two" in texts.used_texts(package)
    assert list(texts.not_literal(package)) == []


def test_update_keeps_translations_adds_what_is_new_and_drops_what_is_gone(
    texts: ModuleType, package: Path
) -> None:
    path = catalogue(package, GOOD[1], ("gone", "没了"))
    dropped = texts.update(package, path)
    assert dropped == ["dropped: 'gone' -> '没了'"]
    assert texts.faults(package, path) == ["lab/a.py: not translated: 'no {name} here'"]
    written = path.read_text("utf-8")
    assert written.index("no {name} here") < written.index("cancelled")
    assert "a.py:" not in written


def test_update_twice_changes_nothing(texts: ModuleType, package: Path) -> None:
    path = catalogue(package, *GOOD)
    texts.update(package, path)
    once = path.read_bytes()
    texts.update(package, path)
    assert path.read_bytes() == once


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Give a page that says a text, one that counts, one that is no literal, and one of its settings."""
    folder = tmp_path / "page"
    (folder / "src" / "views").mkdir(parents=True)
    (folder / "schema").mkdir()
    code = "trans.__('It\\'s done');\nthis.trans._n(\n  '%1 run',\n  '%1 runs',\n  n\n);\ntrans.__(word);\n"
    (folder / "src" / "views" / "a.tsx").write_text(code, "utf-8")
    (folder / "schema" / "b.json").write_text(
        '{"title": "Views", "properties": {"x": {"title": "X"}}}', "utf-8"
    )
    return folder


def test_texts_of_the_page_and_its_settings_are_found(texts: ModuleType, page: Path) -> None:
    said = [(one.text, one.single) for one in texts.page_texts(page)]
    assert said == [("It's done", None), ("%1 runs", "%1 run"), (None, None), ("Views", None), ("X", None)]


def test_a_text_of_the_page_that_is_no_literal_is_told_with_its_line(texts: ModuleType, page: Path) -> None:
    assert [one.where for one in texts.page_texts(page) if one.text is None] == ["page/src/views/a.tsx:7"]


def test_the_catalogue_of_the_page_has_what_is_translated(texts: ModuleType, page: Path) -> None:
    path = catalogue(page, ("%1 runs", "%1 个运行"), ("Views", "视图"), ("elsewhere", "别处"))
    made = json.loads(texts.page_catalogue(page, path))
    assert made.pop("")["language"] == "zh-CN"
    assert made == {"%1 run": ["%1 个运行", "%1 个运行"], "Views": ["视图"]}


def test_a_numbered_place_must_be_kept(texts: ModuleType) -> None:
    assert texts.placeholders("%1 of {name}, 50 %") == {"%1", "name"}


def test_jupyterlab_finds_the_catalogue_of_the_page(texts: ModuleType) -> None:
    (found,) = entry_points(group="jupyterlab.locale", name="daisy_lab")
    folder = Path(str(found.load().__file__)).parent
    assert folder / "locale" / "zh_CN" / "LC_MESSAGES" / "daisy_lab.json" == texts.PAGE_CATALOGUE
    assert texts.PAGE_CATALOGUE.read_text("utf-8") == texts.page_catalogue(texts.PAGE, texts.CATALOGUE)
