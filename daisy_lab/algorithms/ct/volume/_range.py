"""The range of values that matters in a volume, found from its histogram.

The bits of a floating-point number, read as a whole number, count in the order of the values once those of negative
numbers are turned round. Its upper half is the bin of a first histogram with 65536 bins, its lower half that of a
second one within a single bin of the first: two looks give the exact value, and values far off stretch no bin.
"""

from functools import partial
from typing import Annotated, Any, Final, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, log, parallel
from daisy_lab._arrays import namespace, to_host
from daisy_lab.algorithms.ct._frames import frame_blocks, require_axes
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Volume

__all__ = ["ValueRange", "find_range"]

_HALF: Final = 16
_BINS: Final = 1 << _HALF
_SIGN: Final = 1 << 31


class ValueRange(NamedTuple):
    """The two ends of a range of values."""

    low: float
    high: float


@algorithm(cuda=True)
def find_range(
    volume: Volume,
    *,
    below: Annotated[float, Field(title="Part below, %", ge=0, lt=50)] = 0.1,
    above: Annotated[float, Field(title="Part above, %", ge=0, lt=50)] = 0.1,
) -> ValueRange:
    """Give the range that holds nearly all values of a volume, from its histogram.

    A few bright or dark pixels do not stretch the range, however far they are off, and what is not a finite number
    is left out. Some slices stand for the whole volume: use rows where all materials are seen. A volume of one value
    alone gets a range from it to the value plus one.

    Parameters
    ----------
    volume
        Slices, (row, y, x); some rows of the volume are enough.
    below
        Part of the values, in percent, that may lie below the range; 0 takes the smallest value.
    above
        Part of the values, in percent, that may lie above the range; 0 takes the largest value.

    Returns
    -------
    low
        Lower end of the range, in the volume's unit.
    high
        Upper end of the range.

    Raises
    ------
    DataError
        If there is no finite number.

    Notes
    -----
    The ends are values of the volume in single precision: its exact order statistics.
    """
    require_axes(volume, "volume", ("row", "y", "x"))
    blocks = frame_blocks(volume.shape)
    upper = np.sum([np.zeros(_BINS, np.int64), *parallel(partial(_count, volume), blocks)], axis=0)
    count = int(upper.sum())
    if not count:
        raise DataError(
            _(
                "the volume of shape {shape} holds no finite number, so it has no range; check the step before, "
                "or select other rows"
            ).format(shape=volume.shape)
        )
    ranks = int(below / 100 * (count - 1)), count - 1 - int(above / 100 * (count - 1))
    cells = tuple(int(np.searchsorted(np.cumsum(upper), rank, side="right")) for rank in ranks)
    lower = np.sum(parallel(partial(_count_within, volume, cells), blocks), axis=0)
    low, high = (
        _value(cell, int(np.searchsorted(np.cumsum(found), rank - int(upper[:cell].sum()), side="right")))
        for cell, rank, found in zip(cells, ranks, lower, strict=True)
    )
    if low == high:
        high = low + 1.0
    log(_("values from {low:.6g} to {high:.6g}").format(low=low, high=high))
    return ValueRange(low, high)


def _count(volume: Array, block: slice) -> Array:
    """Count the finite values of a block in the bins of the first histogram."""
    xp = namespace(volume)
    return to_host(xp.bincount(_keys(volume[block]) >> _HALF, minlength=_BINS))


def _count_within(volume: Array, cells: tuple[int, ...], block: slice) -> Array:
    """Count the finite values of a block within some bins of the first histogram."""
    xp = namespace(volume)
    keys = _keys(volume[block])
    upper, lower = keys >> _HALF, keys & (_BINS - 1)
    return np.stack([to_host(xp.bincount(lower[upper == cell], minlength=_BINS)) for cell in cells])


def _keys(part: Array) -> Any:  # noqa: ANN401 - an array of any library
    """Give the finite values of an array as whole numbers, int64, that have their order."""
    xp = namespace(part)
    with np.errstate(over="ignore"):
        values = xp.ascontiguousarray(part, np.float32).ravel()
    bits = values[xp.isfinite(values)].view(np.uint32).astype(np.int64)
    return xp.where(bits >= _SIGN, 2 * _SIGN - 1 - bits, bits + _SIGN)


def _value(upper: int, lower: int) -> float:
    """Give the value that has these two halves of a key."""
    key = (upper << _HALF) + lower
    bits = key - _SIGN if key >= _SIGN else 2 * _SIGN - 1 - key
    return float(np.array(bits, np.uint32).view(np.float32))
