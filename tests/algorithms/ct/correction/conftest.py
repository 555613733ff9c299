"""Who listens to a running algorithm, in tests."""

from __future__ import annotations

import numpy as np
import pytest


class Listener:
    def __init__(self) -> None:
        self.flag = np.zeros(1, np.uint8)
        self.workers = 2
        self.lines: list[str] = []

    def advance(self, done: float, total: float | None, text: str) -> None: ...

    def log(self, line: str) -> None:
        self.lines.append(line)

    def curve(self, name: str, value: float) -> None: ...


@pytest.fixture
def listener() -> Listener:
    return Listener()
