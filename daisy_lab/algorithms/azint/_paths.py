"""Where the rings of a calibrant lie on a detector, to be drawn over a picture of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from daisy_lab.algorithms.azint._calibrant import ring_angles
from daisy_lab.algorithms.azint._geometry import Geometry
from daisy_lab.algorithms.azint._rays import points_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.vocabulary import Array

__all__ = ["RingPath", "ring_paths"]

_POINTS: Final = 180
_ANGSTROM: Final = 1e-10


class RingPath(NamedTuple):
    """One ring."""

    number: int
    """1 for the innermost."""
    q: float
    """1/angstrom."""
    points: Array
    """Row and column around the ring, in pixels from the corner of the detector, (point, 2); NaN where it is beside."""


def ring_paths(
    geometry: Mapping[str, Any], calibrant: str, shape: tuple[int, int], flip: str = "none"
) -> list[RingPath]:
    """Give the rings that touch a detector, from the innermost.

    Parameters
    ----------
    geometry
        Where the detector stands, as a .poni file has it.
    calibrant
        Name in pyFAI's table.
    shape
        Rows and columns of a frame.
    flip
        Whether rows, columns or both of the frames run against those of the geometry.

    Raises
    ------
    DataError
        If the geometry has no wavelength.
    SettingError
        If the calibrant is not known.
    """
    where = Geometry.of(geometry)
    detector = where.integrator(shape).detector
    size = np.array([detector.pixel1, detector.pixel2])
    angles, spacings = ring_angles(calibrant, where.require_wavelength() / _ANGSTROM)
    around = np.linspace(-np.pi, np.pi, _POINTS + 1)
    found = []
    for number, (angle, spacing) in enumerate(zip(angles, spacings, strict=True), 1):
        places = points_at(where, np.full(len(around), angle), around) / size
        if flip in {"rows", "both"}:
            places[:, 0] = shape[0] - places[:, 0]
        if flip in {"columns", "both"}:
            places[:, 1] = shape[1] - places[:, 1]
        on = ((places >= 0) & (places <= np.array(shape))).all(axis=1)
        if on.any():
            found.append(RingPath(number, float(2 * np.pi / spacing), np.where(on[:, None], places, np.nan)))
    return found
