"""Calibration: from the image of a known powder to where the detector stands."""

from dataclasses import replace
from typing import Annotated, Any, Final, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, check_cancelled, log
from daisy_lab._arrays import to_host
from daisy_lab.algorithms.azint._calibrant import ring_angles
from daisy_lab.algorithms.azint._follow import Points, follow
from daisy_lab.algorithms.azint._geometry import Geometry, detector_of
from daisy_lab.algorithms.azint._pixels import guess_detector
from daisy_lab.algorithms.azint._rays import beam_center
from daisy_lab.algorithms.azint._refine import refined, report_of
from daisy_lab.algorithms.azint._stack import mask_of, shape_of
from daisy_lab.algorithms.azint._start import guess_center, guess_distance, profile_about
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import (
    Angstrom,
    Array,
    Axes,
    Frames,
    GeometryRecord,
    Mask,
    Micrometre,
    Millimetre,
    Pixel,
)

__all__ = ["Calibration", "calibrate", "ring_residuals"]

Size = Annotated[Micrometre, Field(gt=0)]

_REACHES: Final = (14.0, 10.0, 7.0, 6.0, 6.0)
"""Pixels about the expected place in which a ring is looked for, round after round."""


class Calibration(NamedTuple):
    """Where the detector stands, and how well that fits."""

    geometry: GeometryRecord
    report: dict[str, Any]


@algorithm
def calibrate(  # noqa: PLR0913 - one argument per setting
    frames: Frames,
    mask: Mask | None = None,
    points: Annotated[Array, Axes("point", "column")] | None = None,
    *,
    calibrant: Annotated[str, Field(title="Calibrant")] = "CeO2",
    wavelength: Annotated[Angstrom, Field(title="Wavelength", gt=0.001, lt=1000)],
    detector: Annotated[str, Field(title="Detector")] = "",
    pixel: Annotated[Size | None, Field(title="Size of a pixel")] = None,
    distance: Annotated[Millimetre, Field(gt=0)] | None = None,
    center_row: Pixel | None = None,
    center_column: Pixel | None = None,
    tilted: Annotated[bool, Field(title="Fit the tilt")] = True,
    lowest: Annotated[float, Field(title="Smallest value that counts")] = 0.0,
) -> Calibration:
    """Give where the detector stands, from the rings of a calibrant.

    Beam and distance are guessed from the image where they are not given, rings are followed around the beam, and
    distance, poni1, poni2, rot1 and rot2 are fitted to the points; five times, each time nearer to the rings. The image
    is taken as it lies in the file: the geometry is for frames in that order. Rotation about the beam (rot3) moves no
    ring, so no ring can say it; it stays 0.

    Parameters
    ----------
    frames
        Exposures of the calibrant, (frame, row, column); their mean is used.
    mask
        Pixels to ignore, (row, column), True where ignored.
    points
        Places on rings marked by hand, (point, 3): row, column and number of the ring, 1 for the innermost. They
        replace the guess.
    calibrant
        CeO2, LaB6, Ni, Si, AgBh (silver behenate) or another one of pyFAI's.
    wavelength
        Of the beam, in angstrom.
    detector
        Name in pyFAI's library, as Pilatus1M; recognised by the size of the frames if absent, where that is possible.
    pixel
        Size of a pixel in micrometre, where the library does not have the detector.
    distance
        Roughly, from sample to detector; found in the image if absent.
    center_row
        Roughly, where the beam meets the detector; found in the image if absent.
    center_column
        The same along the row.
    tilted
        Whether the tilt of the detector is fitted; it needs rings on more than one side of the beam.
    lowest
        Values below it are ignored, as 0 for a detector that marks gaps by -1.

    Returns
    -------
    geometry
        distance, poni1, poni2, rot1, rot2, rot3, wavelength and detector, as a .poni file has them.
    report
        Residuals per ring (degree and pixel), centre of the beam (pixel), tilt (degree), and standard errors of
        distance, poni1, poni2 (mm), rot1 and rot2 (degree), as the scatter of the points gives them.

    Raises
    ------
    DataError
        If no rings are found, or they do not fit.
    SettingError
        If the calibrant or the detector is not known.
    """
    shape = shape_of(frames)
    stack = to_host(frames)
    ignored = mask_of(mask, shape) | (stack < lowest).all(axis=0)
    image = np.asarray(stack.mean(axis=0, dtype=np.float64))
    ignored |= ~np.isfinite(image)
    name, config = guess_detector(detector, pixel, shape)
    made = detector_of(name, config, shape)
    if made.mask is not None:
        ignored |= np.asarray(made.mask) != 0
    size = float(made.pixel1), float(made.pixel2)
    angles, spacings = ring_angles(calibrant, wavelength)
    blank = Geometry(1.0, 0.0, 0.0, wavelength=wavelength * 1e-10, detector=name, config=config)
    given = (center_row, center_column, distance)
    if points is not None and len(points):
        start = _from_points(to_host(points), blank, angles, size, tilted=tilted)
    else:
        start = _guessed(image, ignored, blank, angles, size, given)
    return _fitted(image, ignored, start, (angles, spacings), size, tilted=tilted)


@algorithm
def ring_residuals(report: dict[str, Any]) -> Annotated[Array, Axes("ring", "column")]:
    """Give how well each ring fits as a table.

    Parameters
    ----------
    report
        What `calibrate` says of its fit.

    Returns
    -------
    rings
        One row per ring: number, lattice spacing (angstrom), two theta (degree), points, mean and RMS difference
        (degree), RMS difference (pixel).

    Raises
    ------
    DataError
        If it is no such report.
    """
    columns = ("ring", "d", "two_theta", "points", "mean", "rms", "rms_pixel")
    try:
        return np.array([[float(ring[column]) for column in columns] for ring in report["rings"]])
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            _("this is no report of a calibration ({error}); give the report that `calibrate` made").format(
                error=error
            )
        ) from None


def _guessed(  # noqa: PLR0917 - what is known
    image: Array,
    mask: Array,
    blank: Geometry,
    angles: Array,
    size: tuple[float, float],
    given: tuple[float | None, float | None, float | None],
) -> Geometry:
    """Give a start from the image, or from what the user knows."""
    row, column, distance = given
    if row is None or column is None:
        found = guess_center(image, mask)
        row, column = found[0] if row is None else row, found[1] if column is None else column
    if distance is None:
        radius, intensity = profile_about(image, mask, (row, column))
        away = guess_distance(radius, intensity, angles) * min(size)
    else:
        away = distance * 1e-3
    log(
        _("start: beam at row {row:.1f}, column {column:.1f}, distance {distance:.2f} mm").format(
            row=row, column=column, distance=1e3 * away
        )
    )
    return replace(blank, distance=away, poni1=(row + 0.5) * size[0], poni2=(column + 0.5) * size[1])


def _from_points(
    points: Array, blank: Geometry, angles: Array, size: tuple[float, float], *, tilted: bool
) -> Geometry:
    """Give a start from places marked by hand: a circle through those of one ring, then a fit to all."""
    rings = points[:, 2].astype(np.int64) - 1
    if points.shape[1] != 3 or rings.min() < 0 or rings.max() >= len(angles):  # noqa: PLR2004 - row, column, ring
        raise DataError(
            _(
                "points must be rows of row, column and number of the ring (1 to {last}); they have the shape {shape}"
            ).format(last=len(angles), shape=points.shape)
        )
    places = (points[:, :2] + 0.5) * np.array(size)
    common = np.bincount(rings).argmax()
    on = places[rings == common]
    if len(on) < 3:  # noqa: PLR2004 - what a circle needs
        raise DataError(
            _("mark three points on one ring at least, and some on others; {count} is too few").format(
                count=len(on)
            )
        )
    matrix = np.column_stack([2 * on, np.ones(len(on))])
    middle1, middle2, constant = np.linalg.lstsq(matrix, (on**2).sum(axis=1), rcond=None)[0]
    radius = np.sqrt(max(constant + middle1**2 + middle2**2, 0))
    start = replace(
        blank, distance=radius / np.tan(angles[common]), poni1=float(middle1), poni2=float(middle2)
    )
    marked = Points(
        np.repeat(places, 12 // len(places) + 1, axis=0), np.repeat(rings, 12 // len(places) + 1), np.ones(0)
    )
    marked = marked._replace(weights=np.ones(len(marked.rings)))
    return refined(start, marked, angles, size, tilted=tilted and len(points) > 2 * 5).geometry


def _fitted(
    image: Array,
    mask: Array,
    start: Geometry,
    rings: tuple[Array, Array],
    size: tuple[float, float],
    *,
    tilted: bool,
) -> Calibration:
    """Follow and fit in turn."""
    angles, spacings = rings
    current = start
    fit = None
    for number, reach in enumerate(_REACHES):
        check_cancelled()
        inner = angles[: 6 if number == 0 else len(angles)]
        found = follow(image, mask, current, size, inner, reach)
        fit = refined(
            current, found, angles, size, tilted=tilted and (number > 0 or len(np.unique(found.rings)) > 1)
        )
        current = fit.geometry
    assert fit is not None  # noqa: S101 - there are rounds
    report = report_of(fit, angles, spacings, size)
    for line in report["lines"]:
        log(line)
    _doubt(current, image.shape, size, report)
    return Calibration(current.record(), report)


def _doubt(
    geometry: Geometry, shape: tuple[int, ...], size: tuple[float, float], report: dict[str, Any]
) -> None:
    """Refuse a fit that can be none, and say what is doubtful of one that may be."""
    worst = max(one["rms_pixel"] for one in report["rings"])
    if worst > 3 or geometry.distance <= 0:  # noqa: PLR2004 - pixels
        raise DataError(
            _(
                "the rings do not fit: one is off by {worst:.1f} pixels (RMS); check calibrant and "
                "wavelength, give distance "
                "and center_row, center_column, or mark points by hand"
            ).format(worst=worst)
        )
    center = beam_center(geometry)
    outside = not (0 <= center[0] <= shape[0] * size[0] and 0 <= center[1] <= shape[1] * size[1])
    if outside or len(report["rings"]) < 3:  # noqa: PLR2004 - few rings
        log(
            _(
                "the beam is beside the detector or few rings are seen: distance, tilt and beam depend on each other; "
                "tilted=False keeps the detector upright"
            )
        )
