"""From a point on a flat detector to the angle of its ray and back, by plain formulas with few parameters.

The frame and the order of rotations are pyFAI's: axis 1 along the columns, 2 along the rows, 3 along the beam.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab.algorithms.azint._geometry import Geometry
    from daisy_lab.vocabulary import Array

__all__ = ["beam_center", "points_at", "rotation", "tilt", "two_theta"]


def rotation(rot1: float, rot2: float, rot3: float) -> Array:
    """Give the matrix that turns coordinates of the detector into those of the laboratory."""
    cos1, cos2, cos3 = np.cos([rot1, rot2, rot3])
    sin1, sin2, sin3 = np.sin([rot1, rot2, rot3])
    return np.array(
        [
            [cos2 * cos3, cos3 * sin1 * sin2 - cos1 * sin3, -(cos1 * cos3 * sin2 + sin1 * sin3)],
            [cos2 * sin3, cos1 * cos3 + sin1 * sin2 * sin3, -(-cos3 * sin1 + cos1 * sin2 * sin3)],
            [sin2, -cos2 * sin1, cos1 * cos2],
        ]
    )


def two_theta(parameters: Sequence[float] | Array, points: Array) -> Array:
    """Give the angle between beam and ray, rad, (point,).

    Parameters
    ----------
    parameters
        distance, poni1, poni2 in metre, rot1, rot2, rot3 in rad.
    points
        Places on the detector in metre, (point, 2).
    """
    distance, poni1, poni2, *turns = parameters
    local = np.stack([points[:, 0] - poni1, points[:, 1] - poni2, np.full(len(points), distance)])
    first, second, third = rotation(*turns) @ local
    return np.asarray(np.arctan2(np.hypot(first, second), third))


def points_at(geometry: Geometry, angle: Array, azimuth: Array) -> Array:
    """Give where rays meet the detector, metre, (point, 2); NaN where they do not.

    Parameters
    ----------
    geometry
        Where the detector stands.
    angle, azimuth
        Between beam and ray, and around the beam, rad, (point,).
    """
    rays = np.stack([np.sin(angle) * np.sin(azimuth), np.sin(angle) * np.cos(azimuth), np.cos(angle)])
    local = rotation(geometry.rot1, geometry.rot2, geometry.rot3).T @ rays
    scale = np.where(local[2] > 0, geometry.distance / np.where(local[2] > 0, local[2], 1), np.nan)
    return np.stack([local[0] * scale + geometry.poni1, local[1] * scale + geometry.poni2], axis=1)


def beam_center(geometry: Geometry) -> tuple[float, float]:
    """Give where the direct beam meets the detector, metre along axis 1 and 2."""
    (center,) = points_at(geometry, np.zeros(1), np.zeros(1))
    return float(center[0]), float(center[1])


def tilt(geometry: Geometry) -> float:
    """Give the angle between the beam and the normal of the detector, rad."""
    return float(np.arccos(np.clip(np.cos(geometry.rot1) * np.cos(geometry.rot2), -1, 1)))
