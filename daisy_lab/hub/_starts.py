"""How long starts took: what the next one may take."""

from __future__ import annotations

import json
import statistics
from contextlib import suppress
from typing import TYPE_CHECKING

from daisy_lab.hub._settings import write_private

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Starts"]

_KEPT = 20


class Starts:
    """The seconds that the last starts of each environment took, in a file.

    Parameters
    ----------
    path
        The file; a damaged one is as good as none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, environment: str, seconds: float) -> None:
        """Add one start."""
        all_of_them = self._read()
        of_this = [*all_of_them.get(environment, []), round(seconds, 2)]
        all_of_them[environment] = of_this[-_KEPT:]
        with suppress(OSError):  # a full disk must not keep a server from starting
            write_private(self._path, json.dumps(all_of_them))

    def estimate(self, environment: str) -> float | None:
        """Give the median, or nothing before the first start."""
        seconds = self._read().get(environment)
        return statistics.median(seconds) if seconds else None

    def _read(self) -> dict[str, list[float]]:
        try:
            held = json.loads(self._path.read_text("utf-8"))
            return {str(name): [float(second) for second in seconds] for name, seconds in held.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}
