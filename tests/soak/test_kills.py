"""Kill -9 at twenty random moments: nothing half written, nothing left over, the same bits in the end."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab import open_file
from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.soak

KILLS = 20


def _command(scan: Path, output: Path, *options: str) -> list[str]:
    memory = ["--memory", "40MB", "--set", "center=127.5"]
    return [
        sys.executable,
        "-m",
        "daisy_lab",
        "run",
        "ct",
        str(scan),
        "-o",
        str(output),
        "-q",
        *memory,
        *options,
    ]


def _same(one: Path, other: Path) -> bool:
    with open_file(one) as first, open_file(other) as second:
        return np.array_equal(first["volume"][...], second["volume"][...])


@pytest.mark.parametrize("session", [False, True], ids=["without a session", "with a session"])
def test_twenty_kills_leave_nothing_behind(tmp_path: Path, session: bool) -> None:  # noqa: FBT001 - a parameter
    scan, folder = tmp_path / "scan.h5", tmp_path / "results"
    folder.mkdir()
    make_ct(scan, size=256, angles=180, rows=400, seed=6)
    environment = {**os.environ, "DAISY_LAB_SESSIONS": str(tmp_path / "sessions")}
    options = ["--session", "soak"] if session else []
    subprocess.run(_command(scan, tmp_path / "expected.h5"), check=True, env=environment)
    chance = random.Random(2)  # noqa: S311 - moments to kill at, no secret
    for _number in range(KILLS):
        process = subprocess.Popen(_command(scan, folder / "rec.h5", *options), env=environment)
        try:
            process.wait(chance.uniform(0.3, 5.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        if (folder / "rec.h5").exists():
            # The kill came after the last step, or not at all: then the file is whole.
            assert _same(folder / "rec.h5", tmp_path / "expected.h5")
            (folder / "rec.h5").unlink()
    subprocess.run(_command(scan, folder / "rec.h5", *options), check=True, env=environment)
    assert [path.name for path in folder.iterdir()] == ["rec.h5"]
    assert [path.name for path in (tmp_path / "sessions").iterdir()] == (["session-soak"] if session else [])
    assert _same(folder / "rec.h5", tmp_path / "expected.h5")
