"""Fits the position of the detector to points on rings, and says how well each ring fits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from daisy_lab.algorithms.azint._rays import beam_center, tilt, two_theta
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.algorithms.azint._follow import Points
    from daisy_lab.algorithms.azint._geometry import Geometry
    from daisy_lab.vocabulary import Array

__all__ = ["Fit", "refined", "report_of"]

_FEWEST: Final = 12
_OUTLIER: Final = 4.0


class Fit(NamedTuple):
    """A geometry that fits."""

    geometry: Geometry
    used: Points
    """The points that were believed."""
    errors: tuple[float, ...]
    """Standard errors of distance, poni1, poni2 (metre), rot1 and rot2 (rad); 0 for what was not fitted."""


def refined(
    geometry: Geometry, points: Points, angles: Array, pixel: tuple[float, float], *, tilted: bool
) -> Fit:
    """Give the geometry that fits best, and the points that were believed.

    Rotation about the beam changes no ring and stays. Points farther away than four robust standard deviations are
    left out, and the fit is done again.

    Parameters
    ----------
    geometry
        Where to begin.
    points
        Places on rings.
    angles
        Two theta of all rings, rad.
    pixel
        Size along axis 1 and 2, metre.
    tilted
        Whether the two tilts are fitted as well.

    Raises
    ------
    DataError
        If there are too few points.
    """
    # Loads in 0.2 s; whoever integrates does not need it.
    from scipy.optimize import least_squares  # noqa: PLC0415

    start = np.array([geometry.distance, geometry.poni1, geometry.poni2, geometry.rot1, geometry.rot2])
    free = 5 if tilted else 3
    scale = np.array([geometry.distance, pixel[0], pixel[1], 1e-2, 1e-2])[:free]
    used = points
    for _round in range(4):
        if len(used.rings) < _FEWEST:
            raise DataError(
                _(
                    "only {count} points on rings were found, too few to fit the geometry; check "
                    "calibrant and wavelength, "
                    "give a better start (distance, center), or points by hand"
                ).format(count=len(used.rings))
            )
        wanted, weights = angles[used.rings], used.weights / np.median(used.weights)

        def miss(
            moved: Array,
            start: Array = start,
            wanted: Array = wanted,
            weights: Array = weights,
            places: Array = used.places,
        ) -> Array:
            found: Array = weights * (two_theta(_with(start, moved, scale, geometry.rot3), places) - wanted)
            return found

        fit = least_squares(
            miss, np.zeros(free), x_scale="jac", loss="soft_l1", f_scale=_spread(miss(np.zeros(free)))
        )
        start = _with(start, fit.x, scale, geometry.rot3)[:5]
        rest = miss(np.zeros(free), start)
        good = np.abs(rest - np.median(rest)) < _OUTLIER * _spread(rest)
        if good.all():
            break
        used = type(used)(*(part[good] for part in used))
    distance, poni1, poni2, rot1, rot2 = map(float, start)
    errors = np.zeros(5)
    errors[:free] = _errors(np.asarray(fit.jac), fit.fun) * scale
    made = replace(geometry, distance=distance, poni1=poni1, poni2=poni2, rot1=rot1, rot2=rot2)
    return Fit(made, used, tuple(map(float, errors)))


def _errors(jacobian: Array, rest: Array) -> Array:
    """Give the standard errors of a fit, from its scatter."""
    free = max(len(rest) - jacobian.shape[1], 1)
    spread = np.linalg.pinv(jacobian.T @ jacobian) * float((rest**2).sum()) / free
    found: Array = np.sqrt(np.maximum(np.diag(spread), 0))
    return found


def _with(start: Array, moved: Array, scale: Array, rot3: float) -> Array:
    changed = start.copy()
    changed[: len(moved)] += moved * scale
    return np.append(changed, rot3)


def _spread(rest: Array) -> float:
    return max(1.4826 * float(np.median(np.abs(rest - np.median(rest)))), 1e-9)


def report_of(fit: Fit, angles: Array, spacings: Array, pixel: tuple[float, float]) -> dict[str, Any]:
    """Give what a user wants to know of a fit, as JSON data: residuals per ring, centre, tilt."""
    geometry, points = fit.geometry, fit.used
    parameters = [getattr(geometry, name) for name in ("distance", "poni1", "poni2", "rot1", "rot2", "rot3")]
    rest = two_theta(parameters, points.places) - angles[points.rings]
    per_pixel = min(pixel) / geometry.distance
    rings = []
    for ring in np.unique(points.rings):
        inside = rest[points.rings == ring]
        slope = np.cos(angles[ring]) ** 2 * per_pixel
        rings.append(
            {
                "ring": int(ring) + 1,
                "d": float(spacings[ring]),
                "two_theta": float(np.degrees(angles[ring])),
                "points": len(inside),
                "mean": float(np.degrees(inside.mean())),
                "rms": float(np.degrees(np.sqrt((inside**2).mean()))),
                "rms_pixel": float(np.sqrt((inside**2).mean()) / slope),
            }
        )
    center = beam_center(geometry)
    row, column = center[0] / pixel[0] - 0.5, center[1] / pixel[1] - 0.5
    spread = float(np.sqrt((rest**2).mean()))
    lines = [
        _("{points} points on {rings} rings, two theta differs by {rms:.2g} degree (RMS)").format(
            points=len(rest), rings=len(rings), rms=np.degrees(spread)
        ),
        _(
            "beam at row {row:.2f}, column {column:.2f}; distance {distance:.4f} mm along the "
            "normal; tilt {tilt:.4f} degree"
        ).format(row=row, column=column, distance=1e3 * geometry.distance, tilt=np.degrees(tilt(geometry))),
        _(
            "standard errors: distance {distance:.2g} mm, rot1 {rot1:.2g}, rot2 {rot2:.2g} degree; rot3 stays "
            "{rot3:.4g} degree, as rotation about the beam moves no ring"
        ).format(
            distance=1e3 * fit.errors[0],
            rot1=np.degrees(fit.errors[3]),
            rot2=np.degrees(fit.errors[4]),
            rot3=np.degrees(geometry.rot3),
        ),
    ]
    return {
        "rings": rings,
        "errors": {
            "distance": 1e3 * fit.errors[0],
            "poni1": 1e3 * fit.errors[1],
            "poni2": 1e3 * fit.errors[2],
            "rot1": float(np.degrees(fit.errors[3])),
            "rot2": float(np.degrees(fit.errors[4])),
        },
        "rms": float(np.degrees(spread)),
        "center_row": row,
        "center_column": column,
        "tilt": float(np.degrees(tilt(geometry))),
        "lines": lines,
    }
