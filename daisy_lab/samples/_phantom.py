"""A solid of ellipsoids with line integrals in closed form: the truth behind a generated CT scan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["COLUMNS", "Phantom", "random_ellipsoids"]

COLUMNS: Final = ("x", "y", "row", "half_x", "half_y", "half_row", "tilt", "attenuation")
"""Of the table: middle and half axes in pixels, tilt about the axis in rad, attenuation per pixel."""

_PEAK: Final = 2.0
_ATTEMPTS: Final = 100


@dataclass(frozen=True, eq=False)
class Phantom:
    """Ellipsoids whose attenuations add up; x to the right and y upwards from the axis, rows downwards."""

    table: Array
    """One ellipsoid per line, see COLUMNS; the first line is the body that holds all others."""

    def absorption(self, theta: Array, rows: int, width: int, center: float) -> Array:
        """Give the line integrals averaged over each pixel's width, float32, (angle, row, column).

        At height h an ellipsoid is an ellipse; a ray at angle theta through it has the length `2 a b sqrt(w^2
        - s^2) / w^2` with `w` its half width seen at theta, and the integral of that over s is elementary.
        """
        total = np.zeros((len(theta), rows, width), np.float32)
        for line in self.table:
            _add_ellipsoid(total, line, theta, center)
        return total

    def image(self, row: float, size: int, *, samples: int = 4) -> Array:
        """Give the attenuation per pixel of one row, (size, size), from `samples` squared points a pixel."""
        image = np.zeros((size * samples, size * samples), np.float32)
        place = (np.arange(size * samples) + 0.5) / samples - size / 2
        for line in self.table:
            image[_inside(line, row, place, 0.0)] += line[7]
        fine = image.reshape(size, samples, size, samples)
        return np.asarray(fine.mean(axis=(1, 3), dtype=np.float64), np.float32)

    def inside(self, row: float, size: int, *, margin: float = 2.0) -> Array:
        """Give where the body is, (size, size), without its outermost `margin` pixels."""
        return _inside(self.table[0], row, np.arange(size) - (size - 1) / 2, margin)

    @cached_property
    def peak(self) -> float:
        """Give about the largest line integral of the middle row."""
        half = int(np.ceil(self.table[0, 3:5].max())) + 1
        theta = np.linspace(0, np.pi, 24, endpoint=False)
        middle = self.table.copy()
        middle[:, 2] -= self.table[0, 2]
        return float(Phantom(middle).absorption(theta, 1, 2 * half + 1, half).max())


def random_ellipsoids(size: int, rows: int, seed: int) -> Phantom:
    """Make a body with tubes, pores, inclusions, rods and grains for `rows` by `size` pixels."""
    random = np.random.default_rng([seed, 1])
    middle = (rows - 1) / 2
    height = max(rows / 2, 1.0)
    # The body reaches beyond the field of view along the axis and stays within it across.
    half_x, half_y = size * random.uniform((0.39, 0.31), (0.42, 0.36))
    table = [[0.0, 0.0, middle, half_x, half_y, 1.7 * height, random.uniform(0, np.pi), 1.0]]
    for kind in _kinds(height):
        for _each in range(kind.count):
            _place(table, kind, size, height, random)
    drawn = np.array(table, np.float64)
    drawn[:, 7] *= _PEAK / Phantom(drawn).peak
    return Phantom(drawn)


@dataclass(frozen=True)
class _Kind:
    """What the body holds several of; sizes are parts of the detector's width."""

    count: int
    least: float
    most: float
    attenuation: tuple[float, float]
    """As parts of the body's own; below 0 is a hollow."""
    half_row: float = 0.0
    """Half height in rows; 0 for about as high as wide."""


def _kinds(height: float) -> tuple[_Kind, ...]:
    """Give hollow tubes, inclusions, pores, thin rods and fine grains."""
    return (
        _Kind(3, 0.05, 0.09, (-0.7, -0.4), 4.0 * height),
        _Kind(6, 0.025, 0.05, (-1.0, -0.6)),
        _Kind(5, 0.04, 0.09, (0.5, 1.2)),
        _Kind(4, 0.008, 0.015, (0.8, 2.0), 4.0 * height),
        _Kind(20, 0.006, 0.016, (1.0, 3.0)),
    )


def _place(
    table: list[list[float]], kind: _Kind, size: int, height: float, random: np.random.Generator
) -> None:
    """Add one ellipsoid inside the body; a hollow without room beside the others is left out."""
    half = size * random.uniform(kind.least, kind.most, 3)
    along = kind.half_row or max(half[2], 0.1 * height)
    tilt, attenuation = random.uniform(0, np.pi), random.uniform(*kind.attenuation)
    row = table[0][2] + random.uniform(-1, 1) * height
    for _attempt in range(_ATTEMPTS):
        radius = 0.62 * np.sqrt(random.uniform(0, 1)) * table[0][4]
        angle = random.uniform(0, 2 * np.pi)
        x, y = radius * np.cos(angle), radius * np.sin(angle)
        # Two hollows in one place would leave less than nothing.
        free = all(
            np.hypot(x - other[0], y - other[1]) > half[:2].max() + max(other[3:5])
            for other in table[1:]
            if other[7] < 0
        )
        if free or attenuation > 0:
            table.append([x, y, row, half[0], half[1], along, tilt, attenuation])
            return


def _add_ellipsoid(total: Array, line: Array, theta: Array, center: float) -> None:
    """Add one ellipsoid to the rows and columns that it reaches."""
    _views, rows, width = total.shape
    x, y, middle, half_x, half_y, half_row, tilt, attenuation = line
    scale = 1 - ((np.arange(rows) - middle) / half_row) ** 2
    touched = np.flatnonzero(scale > 0)
    if len(touched) == 0:
        return
    band = slice(int(touched[0]), int(touched[-1]) + 1)
    scale = np.sqrt(scale[band])
    seen = np.sqrt((half_x * np.cos(theta - tilt)) ** 2 + (half_y * np.sin(theta - tilt)) ** 2)
    shadow = center + x * np.cos(theta) + y * np.sin(theta)
    count = min(width, int(2 * seen.max() * scale.max()) + 3)
    first = np.clip(np.floor(shadow - count / 2 + 0.5).astype(int), 0, width - count)
    # Sine of the ellipse's parameter at the edges of the pixels; beyond the ellipse it stays at -1 or 1.
    edge = (first[:, np.newaxis] + np.arange(count + 1) - 0.5 - shadow[:, np.newaxis]).astype(np.float32)
    inverse = (1 / (seen[:, np.newaxis] * scale)).astype(np.float32)
    sine = np.clip(edge[:, np.newaxis, :] * inverse[:, :, np.newaxis], -1, 1)
    area = sine * np.sqrt(1 - sine * sine) + np.arcsin(sine)
    share = np.diff(area, axis=2)
    share *= (attenuation * half_x * half_y * scale * scale).astype(np.float32)[:, np.newaxis]
    for view, start in enumerate(first):
        total[view, band, start : start + count] += share[view]


def _inside(line: Array, row: float, place: Array, margin: float) -> Array:
    """Give which points of a square grid lie in an ellipsoid shrunk by `margin`, at one height."""
    x, y, middle, half_x, half_y, half_row, tilt, _attenuation = line
    scale = np.sqrt(max(0.0, 1 - ((row - middle) / half_row) ** 2))
    a, b = half_x * scale - margin, half_y * scale - margin
    if min(a, b) <= 0:
        return np.zeros((len(place), len(place)), bool)
    across, up = place - x, (-place - y)[:, np.newaxis]
    along = (across * np.cos(tilt) + up * np.sin(tilt)) / a
    aside = (up * np.cos(tilt) - across * np.sin(tilt)) / b
    return np.asarray(along**2 + aside**2 <= 1)
