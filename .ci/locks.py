"""Writes images/<name>/requirements.txt: each package of an image with its version and hashes, no addresses.

`python .ci/locks.py [NAME ...]` writes them anew from pyproject.toml and images/<name>/requirements.in, with uv; the
index is whatever this machine is configured for. What an image builds upon bounds its own versions.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "images"
PYTHON = "3.11"


class Lock(NamedTuple):
    """What one file holds."""

    extras: tuple[str, ...] = ()
    project: bool = True
    """What the project itself needs is part of it."""
    upon: str = ""
    """The lock whose versions hold here, too."""


LOCKS = {
    "base/requirements": Lock(),
    "ct/requirements": Lock(("apps",), upon="base/requirements"),
    "ct/requirements-cuda12": Lock(project=False, upon="ct/requirements"),
    "pdf/requirements": Lock(("apps",), upon="base/requirements"),
    "lab/requirements": Lock(("apps", "lab", "picture", "xarray"), upon="base/requirements"),
    "hub/requirements": Lock(upon="base/requirements"),
}


def main(wanted: list[str]) -> int:
    """Write the locks of these images, all by default."""
    uv = shutil.which("uv") or str(ROOT / ".venv" / "bin" / "uv")
    failed = 0
    for name, lock in LOCKS.items():
        if not wanted or name.partition("/")[0] in wanted:
            failed = failed or subprocess.run(command(uv, name, lock), check=False, cwd=ROOT).returncode
    return failed


def command(uv: str, name: str, lock: Lock) -> list[str]:
    """Give the command that writes one lock."""
    os.environ.setdefault("UV_SYSTEM_CERTS", "1")
    given = (
        ["pyproject.toml", *(part for extra in lock.extras for part in ("--extra", extra))]
        if lock.project
        else []
    )
    own = IMAGES / f"{name}.in"
    given += [str(own.relative_to(ROOT))] if own.is_file() else []
    bound = [f"--constraint=images/{lock.upon}.txt"] if lock.upon else []
    return [
        *(uv, "pip", "compile", "--quiet", "--generate-hashes", "--no-emit-index-url", "--no-header"),
        *("--no-annotate", "--only-binary=:all:", "--python-version", PYTHON, "--python-platform", "linux"),
        *given,
        *bound,
        *("--output-file", f"images/{name}.txt"),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
