"""A crystal whose curves are known, and the measured patterns of the shared folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.algorithms.pdf import CRYSTALS, Pairs
from daisy_lab.io import read_pattern

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab.vocabulary import Array


@dataclass(frozen=True)
class Known:
    """A pattern with its answer."""

    pairs: Pairs
    q: Array
    intensity: Array


@dataclass(frozen=True)
class Measured:
    """A measured pattern with its background and the folder of the curves that PDFgetX3 made of it."""

    x: Array
    intensity: Array
    background: Array | None
    sigma: Array | None
    folder: Path


@pytest.fixture(scope="session")
def nickel() -> Known:
    pairs = Pairs(CRYSTALS["Ni"], uiso=0.006, qdamp=0.06)
    q = 0.01 * np.arange(40, 2601)
    return Known(pairs, q, 40 * pairs.intensity(q, incoherent=True))


@pytest.fixture(scope="session")
def lab6(shared_data: Path) -> Measured:
    folder = shared_data / "pdf" / "LaB6"
    sample = read_pattern(folder / "LaB6_0p4mm_011_av10_monitor.xye")
    background = read_pattern(folder / "0p4mm_capillary_018_av17_monitor.xye")
    return Measured(sample.x, sample.y, background.columns[np.newaxis, :2], sample.sigma, folder)


def rw(found: Array, expected: Array) -> float:
    """Give the weighted residual with weights of 1, as PDFgetX3's users state it."""
    return float(np.sqrt(np.sum((found - expected) ** 2) / np.sum(expected**2)))


@pytest.fixture(name="rw", scope="session")
def _rw() -> object:
    return rw
