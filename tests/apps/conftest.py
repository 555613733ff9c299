"""A small scan with a known axis, a folder with it, and no widget left behind."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from ctdesk import Desk
from ipywidgets.widgets.widget import _instances

import daisy_lab.widgets  # noqa: F401 - first, for what libraries make once
from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def small_scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scan") / "scan.h5"
    make_ct(path, size=64, angles=91, rows=6, seed=1)
    return path


@pytest.fixture
def folder(tmp_path: Path, small_scan: Path) -> Path:
    shutil.copy(small_scan, tmp_path / "scan.h5")
    return tmp_path


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAISY_LAB_LANGUAGE", "en")


@pytest.fixture
def desk(folder: Path, built_widgets: None) -> Iterator[Desk]:
    before = set(_instances)
    with Desk(folder) as made:
        yield made
    for number in set(_instances) - before:
        _instances[number].close()


@pytest.fixture
def built_widgets() -> None:
    from daisy_lab.widgets._pictures import BundleError, bundle  # noqa: PLC0415

    try:
        bundle()
    except BundleError as error:
        pytest.skip(str(error))
