"""Scans of a noisy generated solid whose rotation axis is known, whole, cut off, spoilt or tilted."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pytest

from daisy_lab._algorithm import monitored
from daisy_lab.samples._phantom import random_ellipsoids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from daisy_lab.vocabulary import Array


class TiltedScan(Protocol):
    def __call__(self, theta: Array, width: int, centers: Array, *, seed: int = 0) -> Array: ...


class Spoilt(Protocol):
    def __call__(self, scan: Array, seed: int = 7) -> Array: ...


@pytest.fixture(scope="session")
def tilted_scan() -> TiltedScan:
    """Absorption of a solid, each row with an axis of its own, and the noise of 20,000 photons."""

    def scan(theta: Array, width: int, centers: Array, *, seed: int = 0) -> Array:
        rows = len(centers)
        solid = random_ellipsoids(width, rows, seed)
        exact = np.stack(
            [solid.absorption(theta, rows, width, center)[:, row] for row, center in enumerate(centers)],
            axis=1,
        )
        photons = np.random.default_rng(seed).poisson(20_000 * np.exp(-exact))
        return -np.log(np.maximum(photons, 1) / 20_000).astype(np.float32)

    return scan


@pytest.fixture(scope="session")
def spoilt() -> Spoilt:
    """Give a scan five stripes and thirty zingers."""

    def spoil(scan: Array, seed: int = 7) -> Array:
        random = np.random.default_rng(seed)
        views, _rows, width = scan.shape
        bad = scan.copy()
        bad[:, :, random.integers(0, width, 5)] += 0.05
        bad[random.integers(0, views, 30), 0, random.integers(0, width, 30)] = -1.5
        return bad

    return spoil


class Listener:
    """Who listens to an algorithm: notes what it says, and may say stop after some reports."""

    def __init__(self, workers: int = 2, stop_after: int | None = None) -> None:
        self.flag = np.zeros(1, np.uint8)
        self.workers = workers
        self.lines: list[str] = []
        self.reports = 0
        self._stop_after = stop_after

    def advance(self, *_report: object) -> None:
        self.reports += 1
        if self._stop_after is not None and self.reports > self._stop_after:
            self.flag[0] = 1

    def log(self, line: str) -> None:
        self.lines.append(line)

    def curve(self, *_point: object) -> None:
        pass


@pytest.fixture
def listener() -> Callable[..., AbstractContextManager[Listener]]:
    @contextmanager
    def listening(workers: int = 2, stop_after: int | None = None) -> Iterator[Listener]:
        heard = Listener(workers, stop_after)
        with monitored(heard):
            yield heard

    return listening
