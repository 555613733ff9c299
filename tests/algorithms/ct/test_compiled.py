"""Compiled code runs where nothing can be kept on disk, too."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import daisy_lab


def test_a_read_only_installation_without_a_home_reconstructs(tmp_path: Path) -> None:
    package = Path(daisy_lab.__file__).parent
    shutil.copytree(package, tmp_path / "daisy_lab", ignore=shutil.ignore_patterns("__pycache__"))
    # A file where numba wants a folder stops root, too, whom no permission stops.
    (tmp_path / "daisy_lab" / "algorithms" / "ct" / "fbp" / "__pycache__").touch()
    code = (
        "import logging, numpy as np, daisy_lab\n"
        "logging.basicConfig(level='INFO', format='%(message)s')\n"
        "from daisy_lab.algorithms.ct import reconstruct\n"
        f"assert daisy_lab.__file__.startswith({str(tmp_path)!r})\n"
        "theta = np.linspace(0, np.pi, 16, endpoint=False)\n"
        "print(reconstruct(np.ones((16, 1, 16), np.float32), theta, center=7.5).shape)"
    )
    environment = {"PYTHONPATH": str(tmp_path), "HOME": "/dev/null", "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
    )
    assert ended.stdout == "(1, 16, 16)\n", ended.stderr
    assert "set NUMBA_CACHE_DIR" in ended.stderr
