"""A scan with known stripes: a generated solid, photon noise, and a detector with faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.samples._phantom import random_ellipsoids

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

ANGLES, ROWS, COLUMNS = 241, 2, 640


@dataclass(frozen=True)
class Scan:
    """Absorption, (angle, row, column): without any fault, and as the noise of a good detector leaves it."""

    exact: Array
    good: Array

    def with_gains(self, gains: Array) -> Array:
        """Give what a detector of these gains per column measures."""
        return (self.good - np.log(gains)).astype(np.float32)


@pytest.fixture(scope="session")
def scan() -> Scan:
    theta = np.arange(ANGLES) * (np.pi / ANGLES)
    exact = random_ellipsoids(COLUMNS, ROWS, 4).absorption(theta, ROWS, COLUMNS, (COLUMNS - 1) / 2)
    random = np.random.default_rng(0)
    photons = random.poisson(20_000 * np.exp(-exact)) + random.random(exact.shape)
    return Scan(exact, -np.log(photons / 20_000).astype(np.float32))
