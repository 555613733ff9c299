"""Compiled code runs where nothing can be kept on disk, too."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import daisy_lab
import daisy_lab.algorithms.ct
from daisy_lab.algorithms.ct._compiled import loops


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
    # What is compiled is the point, not how well.
    environment["NUMBA_OPT"] = "0"
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


def test_after_the_import_nothing_is_compiled_any_more() -> None:
    # This process has imported it, so that the next one finds everything on disk.
    assert loops()
    code = (
        "import numpy as np\n"
        "from daisy_lab.algorithms.ct import reconstruct\n"
        "from daisy_lab.algorithms.ct._compiled import loops\n"
        "ready = {loop: len(loop.signatures) for loop in loops()}\n"
        "assert all(ready.values()), 'a loop without a signature is compiled at its first call'\n"
        "new = [loop.__name__ for loop in loops() if loop.stats.cache_misses]\n"
        "theta = np.linspace(0, np.pi, 16, endpoint=False)\n"
        "scan = np.ones((16, 9, 24), np.float32)\n"
        "for method in ('fbp', 'direct'):\n"
        "    for rows in (1, 9):\n"
        "        reconstruct(scan[:, :rows], theta, center=11.5, method=method)\n"
        "        reconstruct(scan[:, :rows], theta, np.full(rows, 11.0), center=11.5, method=method)\n"
        "assert ready == {loop: len(loop.signatures) for loop in loops()}\n"
        "print(len(ready), *new)"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert ended.stdout == f"{len(loops())}\n", ended.stdout + ended.stderr
