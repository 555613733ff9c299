"""Who listens to an algorithm in these tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


class Listener:
    """Takes note of lines and points, and stops the work after so many reports of progress."""

    def __init__(self, workers: int = 2, stop_after: int | None = None) -> None:
        self.flag = np.zeros(1, np.uint8)
        self.workers = workers
        self.lines: list[str] = []
        self.points: list[tuple[str, float]] = []
        self._left = stop_after

    def advance(self, _done: float, _total: float | None, _text: str) -> None:
        if self._left is not None:
            self._left -= 1
            self.flag[0] = self._left <= 0

    def log(self, line: str) -> None:
        self.lines.append(line)

    def curve(self, name: str, value: float) -> None:
        self.points.append((name, value))


@pytest.fixture
def listener() -> Callable[..., Listener]:
    return Listener
