"""Compiled code is made when it is needed, kept where that can be, and runs where it cannot."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import daisy_lab
from daisy_lab.algorithms.ct._compiled import Loop, loops


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
        "rays = np.ones((16, 1, 16), np.float32)\n"
        "print(reconstruct(rays, theta, center=7.5, method='direct').shape)"
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


def test_importing_compiles_nothing_and_after_the_warm_up_nothing_is_compiled_any_more() -> None:
    # Those of the tests are ready, so that the next process finds all on disk.
    assert loops()
    code = (
        "import numpy as np\n"
        "from numba.core.event import install_recorder\n"
        "with install_recorder('numba:compile') as compiling:\n"
        "    from daisy_lab.algorithms.ct import reconstruct, warm_up\n"
        "    print(len(compiling.buffer))\n"
        "    warm_up()\n"
        "from daisy_lab.algorithms.ct._compiled import loops\n"
        "made = [loop.ready() for loop in loops()]\n"
        "ready = {loop: len(loop.signatures) for loop in made}\n"
        "print(*[loop.__name__ for loop in made if loop.stats.cache_misses or not loop.signatures])\n"
        "theta = np.linspace(0, np.pi, 16, endpoint=False)\n"
        "scan = np.ones((16, 9, 24), np.float32)\n"
        "for method in ('fbp', 'direct'):\n"
        "    for rows in (1, 9):\n"
        "        reconstruct(scan[:, :rows], theta, center=11.5, method=method)\n"
        "        reconstruct(scan[:, :rows], theta, np.full(rows, 11.0), center=11.5, method=method)\n"
        "assert ready == {loop: len(loop.signatures) for loop in made}\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert ended.stdout == "0\n\n", ended.stdout + ended.stderr


def _double(value: float) -> float:
    return 2 * value


_twice = Loop(_double, "float64(float64)")


def _quadruple(value: float) -> float:
    return float(_twice(_twice(value)))


def test_a_loop_that_calls_another_has_it_compiled() -> None:
    assert Loop(_quadruple, "float64(float64)")(3.0) == 12
