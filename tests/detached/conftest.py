"""A desk whose sessions must leave no thread, no open file and no socket behind."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desks import Desk, handles, threads, until

from daisy_lab import LocalEngine
from daisy_lab._bridge import Bridge

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # The folder of a test has too long a name for a socket.
    folder = Path(tempfile.mkdtemp(prefix="dl", dir="/tmp"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def desk(tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    before = threads(), handles()
    made = Desk(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(made.plugins))
    monkeypatch.setenv("GATE", str(made.gate))
    yield made
    made.close()
    until(lambda: threads() <= before[0] and handles() <= before[1], f"more than {before}")
    # Of one that was killed the next start removes it.
    assert len(list(runtime.glob("daisy-lab/*.sock"))) <= 1


@pytest.fixture
def bridge(tmp_path: Path) -> Iterator[Bridge]:
    before = threads()
    engine = LocalEngine(device="cpu")
    made = Bridge(engine, (tmp_path,))
    yield made
    made.close()
    engine.close()
    engine.store.close()
    until(lambda: threads() <= before, f"more than {before} threads")
