"""A small scan with a known answer, made once, and the command line as a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from daisy_lab.cli import command
from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scan") / "scan.h5"
    make_ct(path, size=96, angles=120, rows=12, seed=3)
    return path


@pytest.fixture
def daisy(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    monkeypatch.setenv("DAISY_LAB_SESSIONS", str(tmp_path / "sessions"))
    monkeypatch.setenv("DAISY_LAB_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: object) -> Said:
        capsys.readouterr()
        code = command([str(argument) for argument in arguments])
        return Said(code, *capsys.readouterr())

    return call
