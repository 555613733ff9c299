"""What a camera makes of a beam: profile, gain, offset, photon and readout noise, stripes and zingers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["Detector"]

_OFFSET: Final = 100.0
_READOUT: Final = 3.0
_ZINGERS: Final = 2e-5
_HIGHEST: Final = 65535


class Detector:
    """A camera of `rows` by `size` pixels; its frames depend on the seed and on their number only."""

    def __init__(self, size: int, rows: int, seed: int, photons: float) -> None:
        self._seed = seed
        random = np.random.default_rng([seed, 2])
        across = np.linspace(-1, 1, size)
        down = np.linspace(-1, 1, rows)[:, np.newaxis] if rows > 1 else np.zeros((1, 1))
        profile = np.exp(-0.25 * across**2 - 0.35 * (down - 0.1) ** 2)
        gain = random.normal(1.0, 0.01, (rows, size))
        self._beam = (photons * profile * gain).astype(np.float32)
        self._offset = (_OFFSET + random.normal(0, 2, (rows, size))).astype(np.float32)
        # Weak stripes: the gain of some columns has changed since the flats were taken.
        change = np.ones(size)
        columns = random.choice(size, max(1, size // 40), replace=False)
        change[columns] += random.uniform(0.004, 0.012, len(columns)) * random.choice([-1, 1], len(columns))
        self._stripes = change.astype(np.float32)

    def dark(self, exposure: int) -> Array:
        """Give one frame without beam, uint16."""
        return self._read(np.zeros(self._beam.shape, np.float32), self._random(3, exposure))

    def flat(self, exposure: int) -> Array:
        """Give one frame with beam and without sample, uint16."""
        random = self._random(4, exposure)
        return self._read(random.poisson(self._beam), random)

    def counts(self, absorption: Array, first: int) -> Array:
        """Give the frames behind a sample, uint16, from its line integrals; `first` is their first number."""
        random = self._random(5, first)
        expected = np.exp(-absorption)
        expected *= self._beam * self._stripes
        frames = self._read(random.poisson(expected), random)
        hits = random.poisson(_ZINGERS * frames.size)
        where = tuple(random.integers(0, length, hits) for length in frames.shape)
        bright = frames[where] + random.uniform(5_000, 40_000, hits)
        frames[where] = np.minimum(bright, _HIGHEST).astype(np.uint16)
        return frames

    def _read(self, photons: Array, random: np.random.Generator) -> Array:
        """Add offset and readout noise, and count in 16 bits."""
        counts = random.standard_normal(photons.shape, np.float32)
        counts *= np.float32(_READOUT)
        counts += photons.astype(np.float32)
        counts += self._offset
        return np.clip(np.rint(counts, out=counts), 0, _HIGHEST).astype(np.uint16)

    def _random(self, purpose: int, frame: int) -> np.random.Generator:
        return np.random.Generator(np.random.SFC64([self._seed, purpose, frame]))
