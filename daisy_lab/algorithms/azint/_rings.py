"""The ring of each pixel, one pixel wide: for what looks along rings pixel by pixel and not for their mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from daisy_lab.algorithms.azint._cache import digest, kept
from daisy_lab.algorithms.azint._positions import azimuth_of, flipped, radius_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.algorithms.azint._geometry import Geometry
    from daisy_lab.vocabulary import Array

__all__ = ["Rings", "ring_numbers", "rings_of"]


_SHORTEST: Final = 48
"""Pixels of an arc."""


class Rings(NamedTuple):
    """Pixels in the order of their rings: those of ring n stand at `starts[n]:starts[n + 1]`, as they lie in memory."""

    order: Array
    """Pixels, int32."""
    starts: Array
    """int32, (ring + 1,)."""


def ring_numbers(geometry: Geometry, shape: tuple[int, int], flip: str = "none") -> Array:
    """Give the number of each pixel's ring, int32, (row, column)."""
    angle = radius_of(geometry, shape, "2th_rad", "no").low
    detector = geometry.integrator(shape).detector
    pixel = min(detector.pixel1, detector.pixel2)
    # Beyond a right angle a ring on a flat detector has no radius: even angles go on there.
    near = np.minimum(angle, np.pi / 3)
    radius = geometry.distance / pixel * (np.tan(near) + 4 * (angle - near))
    return flipped(np.floor(np.nan_to_num(radius)).astype(np.int32), flip)


def rings_of(geometry: Geometry, shape: tuple[int, int], flip: str = "none", sectors: int = 1) -> Rings:
    """Give all pixels in the order of their rings, or of arcs of them; kept.

    Parameters
    ----------
    geometry, shape
        Where the detector stands, and its size.
    flip
        Of the frames.
    sectors
        Arcs of a ring; small rings have fewer, so that an arc is never shorter than some pixels.
    """

    def make() -> Mapping[str, Array]:
        numbers = _arcs(geometry, shape, flip, sectors).ravel()
        order = np.argsort(numbers, kind="stable").astype(np.int32)
        return {
            "order": order,
            "starts": np.concatenate([[0], np.cumsum(np.bincount(numbers))]).astype(np.int32),
        }

    found = kept(digest("rings", geometry, shape, flip, sectors), make)
    return Rings(found["order"], found["starts"])


def _arcs(geometry: Geometry, shape: tuple[int, int], flip: str, sectors: int) -> Array:
    """Give the number of each pixel's arc, int32, (row, column)."""
    rings = ring_numbers(geometry, shape, flip)
    if sectors == 1:
        return rings
    turn = (flipped(azimuth_of(geometry, shape, "no").low, flip) / 360) % 1
    arcs = np.clip(2 * np.pi * rings / _SHORTEST, 1, sectors).astype(np.int32)
    return np.asarray(rings * sectors + (turn * arcs).astype(np.int32), np.int32)
