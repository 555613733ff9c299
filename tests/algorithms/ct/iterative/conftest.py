"""A solid seen from few, missing or noisy views, with the slice that it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.samples._phantom import random_ellipsoids

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.vocabulary import Array

WIDTH = 64
CENTER = 31.8


@dataclass
class Scan:
    """Absorption, angles, and the truth: pixel averages of the solid, (row, y, x)."""

    projections: Array
    theta: Array
    truth: Array
    center: float = CENTER

    def error(self, volume: Array) -> float:
        """Give the root of the mean squared error within the field of view, relative to the body's attenuation."""
        place = np.arange(WIDTH) - (WIDTH - 1) / 2
        inside = np.hypot(place, place[:, np.newaxis]) < WIDTH / 2 - 1
        body = np.median(self.truth[self.truth > 0])
        return float(np.sqrt(np.mean((volume - self.truth)[:, inside] ** 2)) / body)


@dataclass
class Listener:
    """Who listens to a run: keeps its curve and its log, and can stop it."""

    workers: int = 2
    flag: Array = field(default_factory=lambda: np.zeros(1, np.uint8))
    points: list[float] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def advance(self, done: float, total: float | None, text: str) -> None:
        pass

    def log(self, line: str) -> None:
        self.lines.append(line)

    def curve(self, name: str, value: float) -> None:
        assert name == "residual"
        self.points.append(value)


@cache
def _scan(views: int, degrees: float, photons: float, rows: int) -> Scan:
    solid = random_ellipsoids(WIDTH, rows, 3)
    theta = np.arange(views) * np.deg2rad(degrees) / views
    exact = solid.absorption(theta, rows, WIDTH, CENTER)
    if photons:
        counts = np.random.default_rng(0).poisson(photons * np.exp(-exact))
        exact = -np.log(np.maximum(counts, 1) / photons).astype(np.float32)
    return Scan(exact, theta, np.stack([solid.image(row, WIDTH) for row in range(rows)]))


@pytest.fixture
def solid() -> Callable[..., Scan]:
    """A solid of 64 columns; `photons` of a ray, 0 for no noise."""

    def scan(views: int, degrees: float = 180, photons: float = 0, rows: int = 1) -> Scan:
        return _scan(views, degrees, photons, rows)

    return scan


@pytest.fixture
def listener() -> Listener:
    return Listener()
