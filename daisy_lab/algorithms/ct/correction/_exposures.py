"""What dark and flat exposures say of each pixel: its offset, the beam on it, and how that drifts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from daisy_lab._algorithm import check_cancelled, log, parallel
from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct.correction._network import selection
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["Average", "Beam", "check_exposures", "measure_beam"]

Average: TypeAlias = Literal["mean", "median"]

_BAND_VALUES: Final = 1 << 16
_EXACT: Final = ("u1", "i1", "u2", "i2", "f2", "f4")


class Beam(NamedTuple):
    """What is done to the counts of each pixel: `(counts - offset) / (beam + share * slope)`, float32.

    The beam of a dead pixel is NaN. The slope has no rows if there were no flats after the scan.
    """

    offset: Array
    beam: Array
    slope: Array


def measure_beam(dark: Array, flat: Array, flat_after: Array | None, average: Average) -> Beam:
    """Work out offset, beam and drift of each pixel, and tell how many pixels are dead."""
    xp = namespace(flat)
    offset = _averaged(dark, average) if len(dark) else xp.zeros(flat.shape[1:])
    beam = _averaged(flat, average) - offset
    slope = xp.zeros((0, flat.shape[2])) if flat_after is None else _averaged(flat_after, average) - offset
    # Infinite or beyond float32: such a pixel cannot measure.
    with np.errstate(over="ignore", invalid="ignore"):
        offset, beam, slope = (part.astype(np.float32) for part in (offset, beam, slope))
        alive = xp.isfinite(beam) & (beam > 0) & xp.isfinite(offset)
        if flat_after is not None:
            alive &= xp.isfinite(slope) & (slope > 0)
            slope = slope - beam
    dead = alive.size - int(xp.count_nonzero(alive))
    if dead:
        log(
            _(
                "{dead} of {all} pixels are dead (flat not above dark): what they would measure is missing"
            ).format(dead=dead, all=alive.size)
        )
        beam = xp.where(alive, beam, np.float32(np.nan))
    return Beam(offset, beam, slope)


def check_exposures(projections: Array, **exposures: Array | None) -> None:
    """Raise DataError unless there are projections and flats, all frames of one size."""
    require_axes(projections, "projections", ("angle", "row", "column"))
    given = {name: frames for name, frames in exposures.items() if frames is not None}
    for name, frames in given.items():
        require_axes(frames, name, ("exposure", "row", "column"))
    if projections.size == 0:
        raise DataError(
            _("projections of shape {shape} hold nothing; check the dataset or the selected part").format(
                shape=projections.shape
            )
        )
    for name, frames in given.items():
        if len(frames) == 0 and name != "dark":
            raise DataError(
                _(
                    "there are 0 exposures in {name}, and flats (beam on, sample out) are needed; name the dataset "
                    "or the file that holds them, or start from transmission if the data are already corrected"
                ).format(name=name)
            )
        if len(frames) and frames.shape[1:] != projections.shape[1:]:
            raise DataError(
                _(
                    "{name} frames are {there} pixels (row, column), the projections are {asked}; use the "
                    "frames taken with the same detector settings, or crop both alike"
                ).format(name=name, there=frames.shape[1:], asked=projections.shape[1:])
            )


def _averaged(exposures: Array, average: Average) -> Array:
    """Average exposures pixel by pixel, float64; NaN where one of them is."""
    return _mean(exposures) if average == "mean" or len(exposures) == 1 else _median(exposures)


def _mean(exposures: Array) -> Array:
    """Sum in double precision one by one: the result does not depend on the block's shape."""
    total: Array = namespace(exposures).zeros(exposures.shape[1:])
    for exposure in exposures:
        check_cancelled()
        total += exposure
    return total / len(exposures)


def _median(exposures: Array) -> Array:
    """Sort whole bands of rows by a network: each comparison is one pass over a band of two exposures."""
    xp = namespace(exposures)
    count, rows, columns = exposures.shape
    median: Array = xp.empty((rows, columns))
    middle = ((count - 1) // 2, count // 2)
    step = max(1, _BAND_VALUES // max(1, columns))

    def fill(row: int) -> None:
        band = exposures[:, row : row + step].astype(_working_type(exposures))
        spare = xp.empty_like(band[0])
        for low, high in selection(count, middle):
            check_cancelled()
            xp.minimum(band[low], band[high], out=spare)
            xp.maximum(band[low], band[high], out=band[high])
            band[low] = spare
        median[row : row + step] = (band[middle[0]].astype(np.float64) + band[middle[1]]) / 2

    parallel(fill, range(0, rows, step))
    return median


def _working_type(exposures: Array) -> Any:  # noqa: ANN401 - a type of numbers
    return np.float32 if exposures.dtype.newbyteorder("=").str[1:] in _EXACT else np.float64
