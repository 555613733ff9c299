"""Follows rings around the beam: where along the radius the intensity has its peak, arc by arc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from daisy_lab.algorithms.azint._peaks import centroid, fitted
from daisy_lab.algorithms.azint._rays import points_at, rotation

if TYPE_CHECKING:
    from daisy_lab.algorithms.azint._geometry import Geometry
    from daisy_lab.vocabulary import Array

__all__ = ["Points", "follow"]

_ARC: Final = 2.0
"""Degree along a ring that are looked at together."""

_SHORTEST: Final = 4.0
"""Pixels along a ring that are: fewer leave gaps across it. A small ring has fewer arcs."""

_NARROWEST: Final = 2.2
"""Pixels to either side of a ring without which its peak cannot be told from the next one."""

_FEWEST: Final = 8
_SHARPEST: Final = 0.01
"""Part of a pixel within which no place is known."""


class Points(NamedTuple):
    """Places on rings."""

    places: Array
    """Metre along axis 1 and 2, (point, 2)."""
    rings: Array
    """Number of the ring, int, (point,)."""
    weights: Array
    """One over the standard error of the place along the radius, in pixels, (point,)."""


def follow(  # noqa: PLR0917 - all that is known
    image: Array,
    mask: Array,
    geometry: Geometry,
    pixel: tuple[float, float],
    angles: Array,
    reach: float,
) -> Points:
    """Give points on all rings that can be seen.

    Parameters
    ----------
    image
        Calibrant, (row, column).
    mask
        True where a pixel is ignored.
    geometry
        What is known so far.
    pixel
        Size along axis 1 and 2, metre.
    angles
        Two theta of the rings, rad, growing.
    reach
        How far from its place a ring is looked for, in pixels; less where the next one is near.
    """
    places = _centers(image.shape, pixel)
    matrix = rotation(geometry.rot1, geometry.rot2, geometry.rot3)
    local = np.stack(
        [places[0] - geometry.poni1, places[1] - geometry.poni2, np.full(image.shape, geometry.distance)]
    )
    first, second, third = np.tensordot(matrix, local, axes=1)
    angle, azimuth = np.arctan2(np.hypot(first, second), third), np.arctan2(first, second)
    good = ~mask & np.isfinite(image)
    step = float(np.median(np.abs(np.diff(angle, axis=1)).max(axis=1)))
    found: list[Points] = []
    for ring, center in enumerate(angles):
        width = min(reach * step, 0.45 * _gap(angles, ring))
        if width < _NARROWEST * step:
            continue
        near = good & (np.abs(angle - center) < width)
        if int(near.sum()) < _FEWEST * _FEWEST:
            continue
        found.append(
            _on_ring(ring, image[near], angle[near] - center, azimuth[near], (width, step), geometry, center)
        )
    kept = [one for one in found if len(one.rings)]
    if not kept:
        return Points(np.zeros((0, 2)), np.zeros(0, np.int64), np.zeros(0))
    return Points(*(np.concatenate(part) for part in zip(*kept, strict=True)))


def _centers(shape: tuple[int, ...], pixel: tuple[float, float]) -> Array:
    rows, columns = np.indices(shape, np.float64)
    return np.stack([(rows + 0.5) * pixel[0], (columns + 0.5) * pixel[1]])


def _gap(angles: Array, ring: int) -> float:
    """Give how far the nearest other ring is."""
    around = [
        abs(float(angles[other] - angles[ring])) for other in (ring - 1, ring + 1) if 0 <= other < len(angles)
    ]
    return min([*around, float(angles[ring])])


def _on_ring(  # noqa: PLR0917 - the pixels about one ring
    ring: int,
    values: Array,
    away: Array,
    azimuth: Array,
    scale: tuple[float, float],
    geometry: Geometry,
    center: float,
) -> Points:
    """Find the peak in every arc of one ring."""
    width, step = scale
    arcs = max(round(min(360 / _ARC, 2 * np.pi * center / step / _SHORTEST)), 1)
    arc = ((azimuth + np.pi) / (2 * np.pi) * arcs).astype(np.int64) % arcs
    count = max(round(2 * width / step), 6)
    place = np.clip(((away + width) / (2 * width) * count).astype(np.int64), 0, count - 1)
    cell = arc * count + place
    number = np.bincount(cell, minlength=arcs * count).reshape(arcs, count)
    # Pixels lie anywhere in their cell: their mean place counts, not the cell's middle.
    sums = np.bincount(cell, values.astype(np.float64), arcs * count).reshape(arcs, count)
    where = np.bincount(cell, away, arcs * count).reshape(arcs, count)
    full = (number > 0).mean(axis=1) > 0.9  # noqa: PLR2004 - nearly every cell
    mean = sums / np.maximum(number, 1)
    spot = where / np.maximum(number, 1)
    around = np.bincount(arc, azimuth, arcs) / np.maximum(np.bincount(arc, minlength=arcs), 1)
    offsets, used = [], []
    for one in np.flatnonzero(full):
        peak = centroid(spot[one], mean[one], number[one])
        if peak is not None and abs(peak) < 0.8 * width:
            offsets.append(peak)
            used.append(one)
    if not used:
        return Points(np.zeros((0, 2)), np.zeros(0, np.int64), np.zeros(0))
    shift, error = fitted(spot[used], mean[used], number[used], np.array(offsets))
    # Counts alone would promise more than pixels of finite size can keep.
    error = np.hypot(error, _SHARPEST * step)
    points = points_at(geometry, center + shift, around[used])
    on = np.isfinite(points).all(axis=1) & (np.abs(shift) < 0.8 * width)
    return Points(points[on], np.full(int(on.sum()), ring, np.int64), step / error[on])
