"""Geometry in Fit2D's words: the beam on the detector, the distance along it, and the plane of the tilt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daisy_lab.algorithms.azint._geometry import Geometry

if TYPE_CHECKING:
    from daisy_lab.vocabulary import GeometryRecord

__all__ = ["from_fit2d"]


def from_fit2d(
    *,
    distance: float,
    center_column: float,
    center_row: float,
    tilt: float = 0.0,
    tilt_plane: float = 0.0,
    pixel_width: float,
    pixel_height: float,
    wavelength: float,
) -> GeometryRecord:
    """Give a geometry from the numbers that Fit2D shows.

    Parameters
    ----------
    distance
        From the sample to the detector along the beam, mm.
    center_column, center_row
        Where the beam meets the detector, pixel; 0 is the edge of the first one.
    tilt, tilt_plane
        Angle between the beam and the normal of the detector, and the direction of that tilt, degree.
    pixel_width, pixel_height
        Size of a pixel along the row and along the column, micrometre.
    wavelength
        Angstrom.

    Returns
    -------
    geometry
        As a .poni file has it; the conversion is pyFAI's.
    """
    # Loads all of pyFAI, which nobody needs to list algorithms.
    from pyFAI.integrator.azimuthal import AzimuthalIntegrator  # noqa: PLC0415

    made = AzimuthalIntegrator(wavelength=wavelength * 1e-10)
    made.setFit2D(
        distance,
        center_column,
        center_row,
        tilt=tilt,
        tiltPlanRotation=tilt_plane,
        pixelX=pixel_width,
        pixelY=pixel_height,
    )
    found = Geometry(
        distance=float(made.dist),
        poni1=float(made.poni1),
        poni2=float(made.poni2),
        rot1=float(made.rot1),
        rot2=float(made.rot2),
        rot3=float(made.rot3),
        wavelength=wavelength * 1e-10,
    )
    return found.record() | {"config": {"pixel1": pixel_height * 1e-6, "pixel2": pixel_width * 1e-6}}
