"""Builds packages offline with setuptools and unpacks their wheels into a folder: an installation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
FILE = re.compile(r'^```\w+ title="(?P<path>[^"]+)"\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)


def build(package: Path, site: Path) -> None:
    """Build the package in place and unpack its wheel into `site`."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BUILD, str(package)],
        cwd=package,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = package.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder in which the packages beside this file are installed."""
    site = tmp_path_factory.mktemp("site")
    for package in sorted(path.parent for path in Path(__file__).parent.glob("*/pyproject.toml")):
        copy = tmp_path_factory.mktemp("build") / package.name
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
        build(copy, site)
    return site


@pytest.fixture
def install_page(tmp_path: Path) -> Callable[[str], Path]:
    """Install the package that a how-to page shows, from its blocks with a title; gives the folder."""

    def install(page: str) -> Path:
        package, site = tmp_path / "package", tmp_path / "site"
        files = FILE.findall((ROOT / "docs" / "how-to" / page).read_text("utf-8"))
        assert files, f"{page} shows no file"
        for name, text in files:
            path = package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        build(package, site)
        return site

    return install


@pytest.fixture(scope="session")
def run_with() -> Callable[[Path, str], str]:
    """Run Python code in its own process, which sees what is installed in a folder; gives what it prints."""

    def run(site: Path, code: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(site), "DAISY_LAB_LANGUAGE": "en"}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
