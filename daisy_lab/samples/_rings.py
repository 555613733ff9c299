"""What a flat detector sees of powder rings, by plain formulas: angle, polarisation and solid angle of each pixel.

The position of the detector is PONI's: distance, the point nearest to the sample, three rotations; J. Kieffer and
D. Karkoulis, J. Phys. Conf. Ser. 425 (2013) 202012.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.vocabulary import Array

__all__ = ["Place"]

_PARTS: Final = (-1 / 3, 0.0, 1 / 3)
"""Where in a pixel the rings are sampled, along rows and columns."""


@dataclass(frozen=True)
class Place:
    """Where a flat detector stands; lengths in metre, angles in rad."""

    shape: tuple[int, int]
    pixel: float
    distance: float
    poni1: float
    poni2: float
    rot1: float
    rot2: float
    rot3: float
    wavelength: float
    """Metre"""

    def rays(self, row: float = 0.0, column: float = 0.0) -> tuple[Array, Array, Array]:
        """Give two theta and azimuth in rad and the cosine of incidence, (row, column); off the centres by parts."""
        p1 = ((np.arange(self.shape[0]) + 0.5 + row) * self.pixel - self.poni1)[:, np.newaxis]
        p2 = ((np.arange(self.shape[1]) + 0.5 + column) * self.pixel - self.poni2)[np.newaxis, :]
        (c1, c2, c3), (s1, s2, s3) = (f([self.rot1, self.rot2, self.rot3]) for f in (np.cos, np.sin))
        length = self.distance
        up = p1 * c2 * c3 + p2 * (c3 * s1 * s2 - c1 * s3) - length * (c1 * c3 * s2 + s1 * s3)
        side = p1 * c2 * s3 + p2 * (c1 * c3 + s1 * s2 * s3) - length * (c1 * s2 * s3 - c3 * s1)
        ahead = p1 * s2 - p2 * c2 * s1 + length * c1 * c2
        away = np.sqrt(p1**2 + p2**2 + length**2)
        return np.arctan2(np.hypot(up, side), ahead), np.arctan2(up, side), length / away

    def q(self) -> Array:
        """Give Q of the middle of each pixel in 1/angstrom, (row, column)."""
        angle, _azimuth, _cosine = self.rays()
        found: Array = self._q(angle)
        return found

    def expected(self, pattern: Callable[[Array], Array], polarization: float) -> Array:
        """Give the mean counts of each pixel, float64, (row, column).

        Parameters
        ----------
        pattern
            Counts of a pixel that the beam meets at a right angle, unpolarised, by Q in 1/angstrom.
        polarization
            Share of horizontal polarisation less the vertical one, as pyFAI has it.
        """
        total = np.zeros(self.shape)
        for row in _PARTS:
            for column in _PARTS:
                angle, azimuth, cosine = self.rays(row, column)
                factor = 1 + np.cos(angle) ** 2 - polarization * np.cos(2 * azimuth) * np.sin(angle) ** 2
                total += pattern(self._q(angle)) * factor / 2 * cosine**3
        return total / len(_PARTS) ** 2

    def poni(self) -> str:
        """Give the place as the text of a PONI file."""
        config = {"pixel1": self.pixel, "pixel2": self.pixel, "max_shape": list(self.shape), "orientation": 3}
        return "\n".join(
            [
                "# Geometry of generated frames",
                "poni_version: 2.1",
                "Detector: Detector",
                f"Detector_config: {json.dumps(config)}",
                f"Distance: {self.distance!r}",
                f"Poni1: {self.poni1!r}",
                f"Poni2: {self.poni2!r}",
                f"Rot1: {self.rot1!r}",
                f"Rot2: {self.rot2!r}",
                f"Rot3: {self.rot3!r}",
                f"Wavelength: {self.wavelength!r}",
                "",
            ]
        )

    def _q(self, angle: Array) -> Array:
        q: Array = 4e-10 * np.pi / self.wavelength * np.sin(angle / 2)
        return q
