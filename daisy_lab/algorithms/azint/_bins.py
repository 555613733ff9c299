"""What a user says about the bins of a pattern or a cake."""

from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.azint._binning import Binning
from daisy_lab.algorithms.azint._geometry import Geometry
from daisy_lab.algorithms.azint._positions import Flip, RadialUnit, Splitting
from daisy_lab.algorithms.azint._stack import mask_of, shape_of
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Axes, Degree, Frames, GeometryRecord, Mask, Unit

__all__ = ["Bins", "CakeBins", "bins", "cake_bins"]

Count = Annotated[int, Field(title="Radial bins", ge=1, le=1 << 20)]
RadialName = Annotated[RadialUnit, Field(title="Radial unit")]
Spacing = Annotated[Literal["linear", "log"], Field(title="Spacing of the bins")]
Limit = Annotated[float, Field(allow_inf_nan=False)]
Azimuth = Annotated[Degree, Field(ge=-360, le=360)]
Split = Annotated[Splitting, Field(title="Splitting of pixels")]
SolidAngle = Annotated[bool, Field(title="Correct the solid angle")]
FlipName = Annotated[Flip, Field(title="Flip of the frames")]
Polarization = Annotated[float, Field(title="Polarization", ge=-1, le=1)]


class Bins(NamedTuple):
    """The bins of a pattern."""

    binning: dict[str, Any]
    radius: Annotated[Array, Axes("bin")]


class CakeBins(NamedTuple):
    """The bins of a cake."""

    binning: dict[str, Any]
    radius: Annotated[Array, Axes("bin")]
    azimuth: Annotated[Array, Axes("azimuth_bin"), Unit("degree")]


@algorithm
def bins(  # noqa: PLR0913 - one argument per setting
    frames: Frames,
    geometry: GeometryRecord,
    mask: Mask | None = None,
    *,
    unit: RadialName = "q_A^-1",
    bins: Count = 2048,
    spacing: Spacing = "linear",
    radial_min: Limit | None = None,
    radial_max: Limit | None = None,
    azimuth_min: Azimuth | None = None,
    azimuth_max: Azimuth | None = None,
    splitting: Split = "bbox",
    solid_angle: SolidAngle = True,
    polarization: Polarization | None = None,
    flip: FlipName = "none",
) -> Bins:
    """Give the bins of a pattern: where they lie, and the record with which `integrate` fills them.

    Parameters
    ----------
    frames
        Frames, (frame, row, column), or some of them: only their size is looked at.
    geometry
        Where the detector stands: distance, poni1, poni2 in metre, rot1 to rot3 in rad, wavelength in metre, detector.
    mask
        Pixels to ignore, (row, column), True where ignored; the range begins and ends with the others.
    unit
        What the bins are even in: q in 1/angstrom or 1/nm, 2theta in degree or rad, or the distance to the beam in mm.
    bins
        How many bins.
    spacing
        linear has bins of one width, log has bins of one ratio.
    radial_min
        Where the first bin begins; at the first pixel if absent.
    radial_max
        Where the last bin ends; at the last pixel if absent.
    azimuth_min
        Where the sector begins, in degree: 0 along the rows, 90 along the columns. The whole ring if absent.
    azimuth_max
        Where the sector ends, above azimuth_min; beyond 180 it goes on at -180.
    splitting
        bbox shares a pixel among all bins that it touches; no gives it to the bin of its middle.
    solid_angle
        Whether pixels farther away, which see less of the beam, are corrected for it.
    polarization
        Polarization of the beam to correct for: 0.99 at a synchrotron (1 is horizontal, -1 vertical), 0 for a
        laboratory source without monochromator; no correction if absent.
    flip
        Whether rows, columns or both of the frames run against those of the geometry; `find_flip` finds out.

    Returns
    -------
    binning
        Everything above as a record.
    radius
        Middle of each bin, (bin,), in the unit asked for.

    Raises
    ------
    DataError
        If the geometry is incomplete or for another detector, the mask has another size or leaves nothing.
    SettingError
        If the range or the sector is empty.
    """
    made = Binning(
        Geometry.of(geometry),
        shape_of(frames),
        unit,
        bins,
        spacing,
        azimuth=_sector(azimuth_min, azimuth_max),
        splitting=splitting,
        solid_angle=solid_angle,
        polarization=polarization,
        flip=flip,
    ).resolved(mask_of(mask, shape_of(frames)), (radial_min, radial_max))
    return Bins(made.record(), made.centers())


@algorithm
def cake_bins(  # noqa: PLR0913 - one argument per setting
    frames: Frames,
    geometry: GeometryRecord,
    mask: Mask | None = None,
    *,
    unit: RadialName = "q_A^-1",
    bins: Count = 500,
    azimuth_bins: Annotated[int, Field(title="Azimuthal bins", ge=1, le=1 << 16)] = 360,
    spacing: Spacing = "linear",
    radial_min: Limit | None = None,
    radial_max: Limit | None = None,
    azimuth_min: Azimuth | None = None,
    azimuth_max: Azimuth | None = None,
    splitting: Split = "bbox",
    solid_angle: SolidAngle = True,
    polarization: Polarization | None = None,
    flip: FlipName = "none",
) -> CakeBins:
    """Give the bins of a cake, azimuth against radius, and the record with which `cake` fills them.

    Parameters
    ----------
    frames
        Frames, (frame, row, column), or some of them: only their size is looked at.
    geometry
        Where the detector stands: distance, poni1, poni2 in metre, rot1 to rot3 in rad, wavelength in metre, detector.
    mask
        Pixels to ignore, (row, column), True where ignored.
    unit
        What the radial bins are even in: q in 1/angstrom or 1/nm, 2theta in degree or rad, or the distance in mm.
    bins
        How many bins along the radius.
    azimuth_bins
        How many bins around the beam.
    spacing
        linear has radial bins of one width, log has bins of one ratio.
    radial_min
        Where the first bin begins; at the first pixel if absent.
    radial_max
        Where the last bin ends; at the last pixel if absent.
    azimuth_min
        Where the cake begins, in degree: 0 along the rows, 90 along the columns. -180 if absent.
    azimuth_max
        Where the cake ends; 180 if absent.
    splitting
        bbox shares a pixel among all bins that it touches; no gives it to the bin of its middle.
    solid_angle
        Whether pixels farther away, which see less of the beam, are corrected for it.
    polarization
        Polarization of the beam to correct for, 0.99 at a synchrotron; no correction if absent.
    flip
        Whether rows, columns or both of the frames run against those of the geometry.

    Returns
    -------
    binning
        Everything above as a record.
    radius
        Middle of each radial bin, (bin,), in the unit asked for.
    azimuth
        Middle of each azimuthal bin, (azimuth_bin,).

    Raises
    ------
    DataError
        If the geometry is incomplete or for another detector, the mask has another size or leaves nothing.
    SettingError
        If the range or the sector is empty.
    """
    made = Binning(
        Geometry.of(geometry),
        shape_of(frames),
        unit,
        bins,
        spacing,
        azimuth=_sector(azimuth_min, azimuth_max),
        azimuth_bins=azimuth_bins,
        splitting=splitting,
        solid_angle=solid_angle,
        polarization=polarization,
        flip=flip,
    ).resolved(mask_of(mask, shape_of(frames)), (radial_min, radial_max))
    return CakeBins(made.record(), made.centers(), np.asarray(made.azimuths()))


def _sector(first: float | None, last: float | None) -> tuple[float, float] | None:
    if first is None and last is None:
        return None
    low, high = -180.0 if first is None else first, 180.0 if last is None else last
    if not 0 < high - low <= 360:  # noqa: PLR2004 - a turn
        raise SettingError(
            _(
                "the sector goes from {low} to {high} degree; azimuth_max must be above azimuth_min, by at most 360"
            ).format(low=low, high=high)
        )
    return low, high
