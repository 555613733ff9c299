"""Phantoms with a known answer, a flat disc and a noisy generated solid; and who listens to an algorithm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import pytest

from daisy_lab.algorithms.ct import warm_up
from daisy_lab.samples._phantom import Phantom, random_ellipsoids

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array


class DiscScan(Protocol):
    def __call__(
        self, theta: Array, width: int, center: float, *, radius: float, x: float = 0, y: float = 0
    ) -> Array: ...


class SolidScan(Protocol):
    def __call__(
        self,
        theta: Array,
        width: int,
        center: float,
        *,
        seed: int = 0,
        rows: int = 2,
        size: int | None = None,
    ) -> Array: ...


def pytest_collection_finish() -> None:
    """No test waits for the compiler: those with a clock measure what they mean to, and none runs out of time."""
    warm_up()


class Listener:
    """Takes note of what an algorithm says, and stops it: at once, or after so many reports of progress."""

    def __init__(self, workers: int = 2, *, stop: bool = False, stop_after: int | None = None) -> None:
        self.flag = np.full(1, stop, np.uint8)
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
def listener() -> type[Listener]:
    return Listener


@pytest.fixture(scope="session")
def disc_scan() -> DiscScan:
    """Exact absorption of one row through a disc of attenuation 0.01 per pixel at (x, y), y upwards."""

    def scan(theta: Array, width: int, center: float, *, radius: float, x: float = 0, y: float = 0) -> Array:
        disc = Phantom(np.array([[x, y, 0, radius, radius, 1e6, 0, 0.01]], float))
        return disc.absorption(theta, 1, width, center)

    return scan


@pytest.fixture(scope="session")
def solid_scan() -> SolidScan:
    """Absorption of a generated solid with the noise of 20,000 photons."""

    def scan(
        theta: Array, width: int, center: float, *, seed: int = 0, rows: int = 2, size: int | None = None
    ) -> Array:
        exact = random_ellipsoids(size or width, rows, seed).absorption(theta, rows, width, center)
        photons = np.random.default_rng(seed).poisson(20_000 * np.exp(-exact))
        return -np.log(np.maximum(photons, 1) / 20_000).astype(np.float32)

    return scan
