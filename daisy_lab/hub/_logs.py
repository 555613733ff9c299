"""The end of a log."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["tail"]

_MOST_READ = 16 << 10


def tail(path: Path, most: int = 25) -> list[str]:
    """Give the last lines of a file, nothing where it is not there."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _MOST_READ))
            return file.read().decode("utf-8", "replace").splitlines()[-most:]
    except OSError:
        return []
