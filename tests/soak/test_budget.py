"""A scan eight times larger than the memory a run may take; the short form is in tests/engine."""

from __future__ import annotations

import json
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

MEMORY = 48_000_000


def _run(scan: Path, output: Path, *options: str) -> dict[str, object]:
    report = output.with_suffix(".json")
    command = [sys.executable, "-m", "daisy_lab", "run", "ct", str(scan), "-o", str(output)]
    subprocess.run([*command, "--report", str(report), *options], check=True)
    facts: dict[str, object] = json.loads(report.read_text())
    return facts


def test_a_scan_eight_times_the_budget_stays_inside_it(tmp_path: Path) -> None:
    scan = tmp_path / "scan.h5"
    make_ct(scan, size=256, angles=240, rows=3200, seed=4)
    assert scan.stat().st_size >= 8 * MEMORY
    facts = _run(scan, tmp_path / "blocks.h5", "--memory", str(MEMORY))
    whole = _run(scan, tmp_path / "whole.h5", "--memory", "12GB")
    assert facts["blocks"]["volume"] > 8  # type: ignore[index]
    assert whole["blocks"]["volume"] == 1  # type: ignore[index]
    with open_file(tmp_path / "blocks.h5") as one, open_file(tmp_path / "whole.h5") as other:
        for row in range(0, 3200, 50):
            assert np.array_equal(one["volume"][row : row + 50], other["volume"][row : row + 50])
    print(f"\nbudget {MEMORY / 1e6:.0f} MB, predicted {facts['predicted_peak_bytes'] / 1e6:.1f} MB,")  # type: ignore[operator]  # noqa: T201
    print(f"measured above the baseline {facts['peak_memory_bytes'] / 1e6:.1f} MB")  # type: ignore[operator]  # noqa: T201
    assert facts["peak_memory_bytes"] <= MEMORY  # type: ignore[operator]
