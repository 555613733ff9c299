"""What a lens does to straight lines, undone: radial distortion by a polynomial."""

from typing import Annotated, Final, Literal, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, log, parallel, progress
from daisy_lab._arrays import namespace, on_host
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct.geometry import _interpolate, _interpolate_cupy
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Pixel, Projections

__all__ = ["correct_distortion"]

_SAMPLES: Final = 1024
_BAND: Final = 64
# Pixels by which a place may miss the frame by rounding.
_OUTSIDE: Final = 1e-6


# Where a pixel comes from depends on its place on the whole detector, which a band of rows does not tell: frames whole.
@algorithm(splits={"angle": 0}, cuda=True)
def correct_distortion(
    projections: Projections,
    *,
    coefficients: Annotated[tuple[float, ...], Field(title="Coefficients", min_length=1)],
    xcenter: Annotated[Pixel | None, Field(title="Centre, column", allow_inf_nan=False)] = None,
    ycenter: Annotated[Pixel | None, Field(title="Centre, row", allow_inf_nan=False)] = None,
    method: Annotated[Literal["linear", "cubic"], Field(title="Interpolation")] = "linear",
) -> Projections:
    """Give the projections as a lens without distortion would have shown them.

    The value at distance r from the centre of distortion is taken from distance r (a0 + a1 r + a2 r^2 + ...) in
    the same direction. Correct projections, darks and flats alike, before anything else, or the transmission.

    Parameters
    ----------
    projections
        Frames of the detector, (angle, row, column), whole ones.
    coefficients
        a0, a1, a2, ... of the backward model, r in pixels, as discorpy and algotom give them; 1 alone changes
        nothing.
    xcenter
        Column of the centre of distortion, in pixels; without a value the middle of the detector.
    ycenter
        Row of the centre of distortion, in pixels; without a value the middle of the detector.
    method
        Interpolation between pixels: linear of four, or cubic of sixteen, which keeps more detail.

    Returns
    -------
    projections
        Corrected frames, float32, (angle, row, column). What lies outside the measured frame repeats its edge;
        how much that is goes to the log.

    Raises
    ------
    DataError
        If there is no frame, or an axis is missing.
    SettingError
        If a coefficient is not finite, or the polynomial would fold the frame over itself.

    Notes
    -----
    N. T. Vo, R. C. Atwood and M. Drakopoulos, Radial lens distortion correction with sub-pixel accuracy for X-ray
    micro-tomography, Opt. Express 23, 32859 (2015), backward model. cubic: R. G. Keys, Cubic convolution
    interpolation for digital image processing, IEEE Trans. ASSP 29, 1153 (1981).
    """
    require_axes(projections, "projections", ("angle", "row", "column"))
    if projections.size == 0:
        raise DataError(
            _("projections of shape {shape} hold nothing; check the dataset or the selected part").format(
                shape=projections.shape
            )
        )
    height, width = projections.shape[1:]
    center = (
        (height - 1) / 2 if ycenter is None else ycenter,
        (width - 1) / 2 if xcenter is None else xcenter,
    )
    places = _places((height, width), center, tuple(coefficients))
    xp = namespace(projections)
    corrected: Array = xp.empty(projections.shape, np.float32)
    twin = _interpolate if on_host(projections) else _interpolate_cupy
    interpolate = twin.interpolate_linear if method == "linear" else twin.interpolate_cubic
    bound = tuple(xp.asarray(part) for part in places)

    def fill(view: int) -> None:
        with np.errstate(over="ignore"):
            frame = xp.array(projections[view], dtype=np.float32, order="C")
        interpolate(frame, *bound, corrected[view])

    views = range(len(projections))
    if on_host(projections):
        parallel(fill, views, text="correct_distortion")
    else:
        for view in progress(views, text="correct_distortion"):
            fill(view)
    return corrected


class _Places(NamedTuple):
    """Where each pixel comes from: a row and a column, and how far it lies towards the next of each."""

    rows: Array
    columns: Array
    down: Array
    across: Array


def _places(shape: tuple[int, int], center: tuple[float, float], coefficients: tuple[float, ...]) -> _Places:
    """Work out where each pixel comes from, and say how many come from outside."""
    ends = [max(middle, length - 1 - middle) for length, middle in zip(shape, center, strict=True)]
    _check_monotonic(coefficients, float(np.hypot(ends[0], ends[1])))
    places = _Places(*(np.empty(shape, kind) for kind in (np.int32, np.int32, np.float32, np.float32)))
    across = np.arange(shape[1]) - center[1]

    def fill(start: int) -> int:
        band = slice(start, min(start + _BAND, shape[0]))
        down = (np.arange(shape[0])[band] - center[0])[:, np.newaxis]
        factor = np.polynomial.polynomial.polyval(np.hypot(across, down), np.asarray(coefficients))
        outside = _split(center[0] + factor * down, shape[0], places.rows[band], places.down[band])
        outside |= _split(center[1] + factor * across, shape[1], places.columns[band], places.across[band])
        return int(np.count_nonzero(outside))

    missing = sum(parallel(fill, range(0, shape[0], _BAND)))
    if missing:
        log(
            _("{missing} of {all} pixels lie outside the measured frame: they repeat its edge").format(
                missing=missing, all=shape[0] * shape[1]
            )
        )
    return places


def _split(place: Array, length: int, whole: Array, part: Array) -> Array:
    """Split places into whole pixels and parts, and give which lie outside."""
    inside = np.clip(place, 0, length - 1)
    whole[...] = inside
    part[...] = inside - whole
    return np.asarray(np.abs(place - inside) > _OUTSIDE)


def _check_monotonic(coefficients: tuple[float, ...], farthest: float) -> None:
    """Raise SettingError if places far out would come from nearer than places further in."""
    if not np.isfinite(coefficients).all():
        raise SettingError(
            _("a coefficient of {coefficients} is not finite; take those of the calibration").format(
                coefficients=coefficients
            )
        )
    radius = np.linspace(0, farthest, _SAMPLES)
    slope = np.polynomial.polynomial.polyval(
        radius, np.asarray(coefficients) * np.arange(1, len(coefficients) + 1)
    )
    if (slope <= 0).any():
        raise SettingError(
            _(
                "with the coefficients {coefficients} the frame folds over itself at {radius:.0f} pixels from the "
                "centre of distortion; they are those of the backward model, r in pixels, a0 near 1"
            ).format(coefficients=coefficients, radius=radius[int(np.argmax(slope <= 0))])
        )
