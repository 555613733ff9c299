"""Counts to transmission or absorption, block by block on the host or in one launch on a device."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import numpy as np

from daisy_lab._algorithm import algorithm, log, parallel
from daisy_lab._arrays import namespace, on_host, to_host
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct.correction import _counts, _counts_cupy
from daisy_lab.algorithms.ct.correction._counts import READ
from daisy_lab.algorithms.ct.correction._exposures import check_exposures, measure_beam
from daisy_lab.algorithms.ct.correction._minus_log import tell_clipped
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Axes, Projections

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.correction._exposures import Average, Beam

__all__ = ["Elapsed", "corrected", "even_times"]

Elapsed: TypeAlias = Annotated[Array, Axes("angle")]

_BLOCK_VALUES: Final = 1 << 19
_BLOCK_FRAMES: Final = 16
"""Frames of a block: the beam of a band of rows stays in the cache for all of them."""


@algorithm
def even_times(projections: Projections) -> Elapsed:
    """Give the part of the scan that had passed at each projection, for a scan at a steady pace.

    Parameters
    ----------
    projections
        Radiographs, (angle, row, column), in the order in which they were taken; only their number counts.

    Returns
    -------
    elapsed
        Middle of each exposure, (angle,), between 0 (begin of the scan) and 1 (its end).
    """
    require_axes(projections, "projections", ("angle", "row", "column"))
    return (np.arange(len(projections)) + 0.5) / max(1, len(projections))


def corrected(
    projections: Array,
    dark: Array,
    flats: tuple[Array, Array | None],
    elapsed: Array | None,
    *,
    average: Average,
    floor: float = 0.0,
) -> Array:
    """Give the transmission, or the absorption if there is a floor; what is missing or clipped goes to the log."""
    flat, flat_after = flats
    check_exposures(projections, dark=dark, flat=flat, flat_after=flat_after)
    xp = namespace(projections)
    share = xp.asarray(_share(len(projections), flat_after, elapsed))
    beam = measure_beam(dark, flat, flat_after, average)
    out: Array = xp.empty(projections.shape, np.float32)
    if on_host(projections):
        fill = partial(_fill, np.asarray(projections), beam, share, np.float32(floor), out)
        blocks = _blocks(projections.shape)
    else:
        fill = partial(_fill_on_device, projections, beam, share, np.float32(floor), out)
        blocks = [((0, len(projections)), (0, projections.shape[1]))]
    found = parallel(fill, blocks, text="counts_to_absorption" if floor else "normalize")
    _tell(np.sum(found, axis=0), projections.size, floor)
    return out


def _share(projections: int, flat_after: Array | None, elapsed: Array | None) -> Array:
    """Give the part of the flats after the scan in the beam at each projection, float32.

    Raises
    ------
    DataError
        If there is none though it is needed, or it is not a time between both flats for each projection.
    """
    if flat_after is None:
        return np.zeros(projections, np.float32)
    if elapsed is None:
        raise DataError(
            _(
                "flats from before and after the scan need 'elapsed', the part of the scan that had passed at "
                "each projection, and it is not there; add the step even_times for a scan at a steady pace"
            )
        )
    share = to_host(elapsed).astype(np.float32)
    if share.shape != (projections,):
        raise DataError(
            _("{asked} projections need {asked} times in 'elapsed', and it has the shape {there}").format(
                asked=projections, there=share.shape
            )
        )
    if not ((share >= 0) & (share <= 1)).all():
        raise DataError(
            _(
                "times in 'elapsed' go from 0 (flats before the scan) to 1 (flats after it), and these from "
                "{low} to {high}; subtract the time of the first flats and divide by the time between both"
            ).format(low=share.min(), high=share.max())
        )
    return share


def _blocks(shape: tuple[int, ...]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Cut a stack into (frames, rows): few frames, so that threads and cancel have many blocks to choose from."""
    count, rows, columns = shape
    frames = min(count, _BLOCK_FRAMES)
    band = max(1, _BLOCK_VALUES // max(1, frames * columns))
    return [
        ((frame, min(frame + frames, count)), (row, min(row + band, rows)))
        for frame in range(0, count, frames)
        for row in range(0, rows, band)
    ]


def _fill(  # noqa: PLR0917 - partial gives all but the last by position
    counts: Array,
    beam: Beam,
    share: Array,
    floor: np.float32,
    out: Array,
    block: tuple[tuple[int, int], tuple[int, int]],
) -> tuple[int, int]:
    """Fill one block. A value depends on its own pixel and frame only, so any block gives the same bits."""
    frames, rows = block
    start = frames[0], rows[0]
    if not counts.flags.c_contiguous or counts.dtype.str not in READ:
        # Counts that are infinite or beyond float32 become infinite: the loop takes care of them.
        with np.errstate(over="ignore", invalid="ignore"):
            counts = np.array(counts[slice(*frames), slice(*rows)], np.float32, order="C")
        start = 0, 0
    return _counts.correct(counts, start, *beam, share, floor, out, frames, rows)


def _fill_on_device(  # noqa: PLR0917 - as above
    counts: Array,
    beam: Beam,
    share: Array,
    floor: np.float32,
    out: Array,
    block: tuple[tuple[int, int], tuple[int, int]],
) -> tuple[int, int]:
    return _counts_cupy.correct(counts, (0, 0), *beam, share, floor, out, *block)


def _tell(found: Array, values: int, floor: float) -> None:
    missing, dark = found
    if missing:
        log(
            _("{missing} of {all} values of the projections are no finite numbers").format(
                missing=missing, all=values
            )
        )
    if dark:
        tell_clipped(int(dark), values, floor)
