"""Where the pixels lie: radius and azimuth of their nearest and farthest corner, and what their counts are divided by.

pyFAI computes them from the geometry; they are kept, as this takes seconds for a large detector.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from daisy_lab.algorithms.azint._cache import digest, kept
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.algorithms.azint._geometry import Geometry
    from daisy_lab.vocabulary import Array

__all__ = ["Flip", "RadialUnit", "Reach", "Splitting", "azimuth_of", "divisor_of", "flipped", "radius_of"]

RadialUnit: TypeAlias = Literal["q_A^-1", "q_nm^-1", "2th_deg", "2th_rad", "r_mm"]
Splitting: TypeAlias = Literal["bbox", "no"]
Flip: TypeAlias = Literal["none", "rows", "columns", "both"]

_FLIPS: Final[Mapping[str, tuple[slice, slice]]] = {
    "none": (slice(None), slice(None)),
    "rows": (slice(None, None, -1), slice(None)),
    "columns": (slice(None), slice(None, None, -1)),
    "both": (slice(None, None, -1), slice(None, None, -1)),
}


class Reach(NamedTuple):
    """Where pixels begin and end, float64, (row, column) each."""

    low: Array
    high: Array


def flipped(image: Array, flip: str) -> Array:
    """Give an image of the detector as it lies in the frames, or the other way round."""
    return np.ascontiguousarray(image[_FLIPS[flip]])


def radius_of(geometry: Geometry, shape: tuple[int, int], unit: RadialUnit, splitting: Splitting) -> Reach:
    """Give where each pixel begins and ends in radius, in the unit asked for; about the beam it begins below 0.

    Raises
    ------
    DataError
        If q is asked for without a wavelength, or the detector has another shape.
    """
    if unit.startswith("q"):
        geometry.require_wavelength()
    return _reach(geometry, shape, unit, splitting)


def azimuth_of(geometry: Geometry, shape: tuple[int, int], splitting: Splitting) -> Reach:
    """Give where each pixel begins and ends in azimuth, degree: 0 along the rows, 90 along the columns."""
    return _reach(geometry, shape, "chi_deg", splitting)


def _reach(geometry: Geometry, shape: tuple[int, int], unit: str, splitting: str) -> Reach:
    def make() -> Mapping[str, Array]:
        integrator = geometry.integrator(shape)
        center = integrator.center_array(shape, unit=unit, scale=True)
        if splitting == "no":
            return {"low": center, "high": center}
        delta = integrator.delta_array(shape, unit=unit, scale=True)
        return {"low": center - delta, "high": center + delta}

    found = kept(digest("reach", geometry, shape, unit, splitting), make)
    return Reach(found["low"], found["high"])


def divisor_of(
    geometry: Geometry,
    shape: tuple[int, int],
    *,
    solid_angle: bool,
    polarization: float | None,
) -> Array:
    """Give what the counts of each pixel are divided by, float32, (row, column).

    Parameters
    ----------
    geometry
        Where the detector stands.
    shape
        Of a frame.
    solid_angle
        Whether pixels that are seen under a smaller angle are corrected for it.
    polarization
        Of the beam: 1 horizontal, 0 none, -1 vertical; None leaves the correction out.

    Raises
    ------
    SettingError
        If the polarization is beyond -1 and 1.
    """
    if polarization is not None and not -1 <= polarization <= 1:
        raise SettingError(
            _(
                "polarization is {value}; it goes from -1 (vertical) to 1 (horizontal), 0.99 at a synchrotron"
            ).format(value=polarization)
        )

    def make() -> Mapping[str, Array]:
        integrator = geometry.integrator(shape)
        divisor = np.ones(shape, np.float32)
        if polarization is not None:
            divisor *= integrator.polarization(shape, polarization)
        if solid_angle:
            divisor *= integrator.solidAngleArray(shape)
        return {"divisor": divisor}

    return kept(digest("divisor", geometry, shape, solid_angle, polarization), make)["divisor"]
