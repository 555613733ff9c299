"""Dark and flat correction: what the sample let through, without the beam's profile and the offset."""

from functools import partial
from typing import NamedTuple

import numpy as np

from daisy_lab._algorithm import algorithm, log, parallel
from daisy_lab.algorithms.ct._frames import frame_blocks, require_axes
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Exposures, Projections

__all__ = ["normalize"]


@algorithm(splits={"angle": 0, "row": 0, "column": 0})
def normalize(projections: Projections, dark: Exposures, flat: Exposures) -> Projections:
    """Give the transmission of the sample: (projections - dark) / (flat - dark).

    The mean over all dark and over all flat exposures is used. A pixel whose flat does not exceed its dark is
    dead: it cannot measure, its transmission is set to 1 (no attenuation) and the number of dead pixels goes
    to the log. A value that is not a number in the projections stays none, is counted in the log, and is
    interpolated by `reconstruct`.

    Parameters
    ----------
    projections
        Radiographs of the sample as counted, (angle, row, column); any number type.
    dark
        Exposures with the beam off, (exposure, row, column). With no exposure at all the dark signal counts
        as 0.
    flat
        Exposures with the beam on and the sample out, (exposure, row, column).

    Returns
    -------
    transmission
        Fraction of the beam that passed, float32, (angle, row, column); slightly above 1 or below 0 by noise.

    Raises
    ------
    DataError
        If there is no flat, or the frames differ in size.
    """
    _check(projections, dark, flat)
    correction = _correction(dark, flat)
    transmission = np.empty(projections.shape, np.float32)
    fill = partial(_fill, projections, correction, transmission)
    missing = sum(parallel(fill, frame_blocks(projections.shape), text="normalize"))
    if missing:
        log(
            _("{missing} of {all} values of the projections are no finite numbers").format(
                missing=missing, all=projections.size
            )
        )
    return transmission


class _Correction(NamedTuple):
    """What is done to each pixel: `(counts - offset) * gain`, and 1 where it is dead."""

    offset: Array
    gain: Array
    dead: Array


def _correction(dark: Array, flat: Array) -> _Correction:
    """Work out offset and gain of each pixel from the mean frames, and tell how many are dead."""
    offset = _mean(dark) if len(dark) else np.zeros(flat.shape[1:])
    beam = _mean(flat) - offset
    dead = ~(np.isfinite(beam) & (beam > 0))
    if dead.any():
        log(
            _("{dead} of {all} pixels are dead (flat not above dark): their transmission is set to 1").format(
                dead=int(dead.sum()), all=dead.size
            )
        )
    gain = np.divide(1.0, beam, out=np.zeros_like(beam), where=~dead)
    return _Correction(np.where(dead, 0.0, offset).astype(np.float32), gain.astype(np.float32), dead)


def _fill(projections: Array, correction: _Correction, transmission: Array, block: slice) -> int:
    """Fill one block of frames, and count the values that are not finite.

    A value depends on its own pixel only, so any block gives the same bits.
    """
    out = transmission[block]
    # Counts that are infinite or beyond float32 stay infinite, or become NaN: `minus_log` takes care of them.
    with np.errstate(over="ignore", invalid="ignore"):
        # Assigning casts in small buffers: no copy of the block, whatever its number type and byte order.
        out[...] = projections[block]
        out -= correction.offset
        out *= correction.gain
    missing = 0 if projections.dtype.kind in "biu" else int(np.count_nonzero(~np.isfinite(out)))
    out[:, correction.dead] = 1.0
    return missing


def _mean(exposures: Array) -> Array:
    """Average exposures in double precision one by one: the sum does not depend on the block's shape."""
    total = np.zeros(exposures.shape[1:])
    for exposure in exposures:
        total += exposure
    return total / len(exposures)


def _check(projections: Array, dark: Array, flat: Array) -> None:
    require_axes(projections, "projections", ("angle", "row", "column"))
    require_axes(dark, "dark", ("exposure", "row", "column"))
    require_axes(flat, "flat", ("exposure", "row", "column"))
    if projections.size == 0:
        raise DataError(
            _("projections of shape {shape} hold nothing; check the dataset or the selected part").format(
                shape=projections.shape
            )
        )
    if len(flat) == 0:
        raise DataError(
            _(
                "normalize needs flats (beam on, sample out), and there are 0 exposures; name the dataset or "
                "the file that holds them, or start from transmission if the data are already corrected"
            )
        )
    for name, frames in (("dark", dark), ("flat", flat)):
        if len(frames) and frames.shape[1:] != projections.shape[1:]:
            raise DataError(
                _(
                    "{name} frames are {there} pixels (row, column), the projections are {asked}; use the "
                    "frames taken with the same detector settings, or crop both alike"
                ).format(name=name, there=frames.shape[1:], asked=projections.shape[1:])
            )
