"""Small disks for tests: full, read-only, and writable again."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BALLAST = ".ballast"


@contextmanager
def small_disk(where: Path, size: str) -> Iterator[Path]:
    """Mount a disk of that size, as `3m`, at a folder; the test is skipped where that is not allowed."""
    where.mkdir(mode=0o700, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(where)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here: needs root and the right to mount")
    try:
        yield where
    finally:
        subprocess.run(["umount", "-l", str(where)], check=True)


def fill(disk: Path, *, leave: int = 0) -> None:
    """Take all room of a disk but so many bytes, until `make_room`."""
    facts = os.statvfs(disk)
    with (disk / _BALLAST).open("ab") as file:
        os.posix_fallocate(file.fileno(), file.tell(), facts.f_bavail * facts.f_frsize - leave)


def make_room(disk: Path) -> None:
    """Give back what `fill` has taken."""
    (disk / _BALLAST).unlink()


def close_for_writing(disk: Path) -> None:
    """Let a disk be read only from now on."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
