"""A sample, or a stage, that moves while it is scanned: found from what rotation leaves alone.

The mass of each row, the sum over its columns, is the same in every view of a parallel beam, so its profile over the
rows shows how far a view moved up or down. The centre of mass follows a sinusoid, so what it strays from that shows
how far a view moved sideways.
"""

from functools import partial
from typing import Annotated, Final, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, log, parallel
from daisy_lab.algorithms.ct._angles import check_theta
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct._repair import fill_sinogram
from daisy_lab.algorithms.ct.geometry._profiles import profile_shifts
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Angles, Array, Axes, Projections, Unit

__all__ = ["Drift", "Shifts", "find_drift"]

Shifts = Annotated[Array, Axes("angle"), Unit("pixel")]

# Part of the detector's width, at either side, that is taken for air.
_AIR: Final = 0.04
# Absorption at the edges, as a part of the largest mean column, from which on the sample is cut off.
_CUT: Final = 0.1
_ROUNDS: Final = 8
_ROBUST: Final = 3.0
_LEAST_VIEWS: Final = 8
# Standard deviation in pixels from which on a shift is no more than noise.
_UNSURE: Final = 0.5


class Drift(NamedTuple):
    """How far each view moved."""

    row_shift: Shifts
    column_shift: Shifts


@algorithm
def find_drift(
    absorption: Projections,
    theta: Angles,
    *,
    limit: Annotated[float, Unit("pixel"), Field(title="Largest shift", gt=0, le=1000)] = 16.0,
) -> Drift:
    """Give how far the sample moved on the detector in each view, from what rotation leaves alone.

    Up and down: the mass of each row (the sum of its absorption over the columns) is the same in every view, so its
    profile over the rows is registered with the mean profile of all views. Sideways: the centre of mass of a view
    follows a sinusoid of the angle, and what it strays from that is the shift. The part of the motion that is
    itself such a sinusoid, or the same for all views, only moves the sample in the volume and is not found. If the
    sample reaches beyond the sides of the detector, the shifts along the columns are 0 and the log says so.

    Parameters
    ----------
    absorption
        Absorption along each ray, (angle, row, column), of a sample with air at both sides.
    theta
        Angle of each projection in rad.
    limit
        Largest shift that is looked for up and down, in pixels.

    Returns
    -------
    row_shift
        Rows by which each view lies further down than the mean, in pixels, (angle).
    column_shift
        Columns by which each view lies further right than the sinusoid, in pixels, (angle).

    Raises
    ------
    DataError
        If there are fewer than 8 views, the angles are not those of the projections, or a view shows
        no sample, or holds no number, at all.

    Notes
    -----
    Both are consistency conditions of the parallel-beam transform, moments of order 0 and 1: D. Ludwig, Comm. Pure
    Appl. Math. 19, 49 (1966); S. Helgason, Acta Math. 113, 153 (1965).
    """
    require_axes(absorption, "absorption", ("angle", "row", "column"))
    angles = check_theta(theta, absorption)
    if len(angles) < _LEAST_VIEWS or absorption.size == 0:
        raise DataError(
            _("find_drift needs at least {least} views, and the absorption has the shape {shape}").format(
                least=_LEAST_VIEWS, shape=absorption.shape
            )
        )
    moments = parallel(partial(_moments, absorption), range(len(absorption)), text="find_drift")
    mass, moment, shadow = (np.stack(part) for part in zip(*moments, strict=True))
    empty = int(np.count_nonzero(~np.isfinite(mass).all(axis=1)))
    if empty:
        raise DataError(
            _(
                "{empty} of {views} views hold no number at all; leave these views and their angles out"
            ).format(empty=empty, views=len(mass))
        )
    air, cut = _air(shadow / absorption.shape[1])
    if cut:
        log(
            _(
                "the sample reaches beyond the sides of the detector: shifts along the columns cannot be found and "
                "are 0, and those along the rows can be wrong by a good part of a pixel, as the mass in view changes"
            )
        )
    else:
        mass -= air[:, np.newaxis] * absorption.shape[2]
    row_shift = _row_shifts(mass, limit)
    column_shift = np.zeros(len(angles)) if cut else _column_shifts(mass, moment, row_shift, angles)
    return Drift(row_shift, column_shift)


def _moments(absorption: Array, view: int) -> tuple[Array, Array, Array]:
    """Give mass and first moment of each row about the detector's middle, and the sum over the rows."""
    frame, replaced = fill_sinogram(absorption[view])
    if replaced == frame.size:
        frame = np.full_like(frame, np.nan)
    columns = np.arange(frame.shape[1]) - (frame.shape[1] - 1) / 2
    return frame.sum(axis=1, dtype=np.float64), frame @ columns, frame.sum(axis=0, dtype=np.float64)


def _air(shadow: Array) -> tuple[Array, bool]:
    """Give what stands for air in each view, from both sides, and whether the sample is cut off there."""
    width = shadow.shape[1]
    side = max(1, round(_AIR * width))
    left, right = np.median(shadow[:, :side], axis=1), np.median(shadow[:, width - side :], axis=1)
    peak = float(shadow.mean(axis=0).max())
    return np.minimum(left, right), max(float(left.mean()), float(right.mean())) > _CUT * peak


def _row_shifts(mass: Array, limit: float) -> Array:
    """Give how far each view lies further down; 0 where nothing shows it."""
    found = profile_shifts(mass, limit)
    if found is None or found[1] > _UNSURE:
        log(
            _(
                "shifts along the rows cannot be found and are 0: with {rows} rows the mass of the sample hardly "
                "changes from row to row"
            ).format(rows=mass.shape[1])
        )
        return np.zeros(len(mass))
    shifts, deviation = found
    log(
        _("shifts along the rows: {rms:.2f} pixels rms, known to about {deviation:.2f}").format(
            rms=float(np.sqrt(np.mean(shifts**2))), deviation=deviation
        )
    )
    return shifts


def _column_shifts(mass: Array, moment: Array, row_shift: Array, theta: Array) -> Array:
    """Give how far the centre of mass of each view lies off the sinusoid through all."""
    rows = mass.shape[1]
    # The same part of the sample in each view: a window that moves along, and fades out at its ends.
    fade = max(1.0, float(np.abs(row_shift).max()) + 1)
    place = np.arange(rows) - row_shift[:, np.newaxis]
    inner = fade if rows > 4 * fade else 0.0
    end = np.minimum(place, rows - 1 - place) - inner
    window = np.clip(0.5 + end / fade, 0, 1) if inner else np.ones_like(mass)
    total = (window * mass).sum(axis=1)
    if not (total > 0).all():
        raise DataError(
            _(
                "{empty} of {views} views show no sample: their absorption is not above that of the air at both "
                "sides; check flats and rows, or leave these views out"
            ).format(empty=int((total <= 0).sum()), views=len(total))
        )
    center = (window * moment).sum(axis=1) / total
    waves = np.stack([np.ones_like(theta), np.cos(theta), np.sin(theta)], axis=1)
    weight = np.ones_like(center)
    left = center
    for _round in range(_ROUNDS):
        root = np.sqrt(weight)
        left = center - waves @ np.linalg.lstsq(waves * root[:, np.newaxis], center * root, rcond=None)[0]
        size = 1.4826 * float(np.median(np.abs(left))) * _ROBUST
        # A few views that are far off do not bend the sinusoid of all others.
        weight = np.minimum(
            1.0, max(size, np.finfo(float).eps) / np.maximum(np.abs(left), np.finfo(float).eps)
        )
    log(_("shifts along the columns: {rms:.2f} pixels rms").format(rms=float(np.sqrt(np.mean(left**2)))))
    return np.asarray(left)
