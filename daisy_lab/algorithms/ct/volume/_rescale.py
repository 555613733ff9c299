"""From floating-point values to the 8 or 16 bits that viewers and segmentation programs take."""

from functools import partial
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import EACH, algorithm, log, parallel
from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._frames import frame_blocks
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Same

__all__ = ["rescale"]


@algorithm(splits=EACH, cuda=True)
def rescale(
    volume: Same,
    *,
    low: Annotated[float, Field(title="Value of black")],
    high: Annotated[float, Field(title="Value of white")],
    bits: Annotated[Literal[8, 16], Field(title="Bits")] = 8,
) -> Same:
    """Give the volume as whole numbers: 0 for `low`, 255 (8 bits) or 65535 (16 bits) for `high`.

    Values between are rounded to the nearest whole number, values beyond are clipped, and what is not a number
    becomes 0; how many there are goes to the log.

    Parameters
    ----------
    volume
        Values, any axes.
    low
        Value that becomes 0; everything below does, too. `find_range` finds one.
    high
        Value that becomes the largest whole number; everything above does, too. `find_range` finds one.
    bits
        8 for viewers, 16 where grey values are measured later on.

    Returns
    -------
    volume
        Whole numbers, uint8 or uint16, same axes. `value = low + number / largest * (high - low)` gives the values
        back.

    Raises
    ------
    SettingError
        If `high` is not above `low`, or one of them is no finite number.
    """
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise SettingError(
            _(
                "the range is asked for from {low} to {high}; give two finite numbers, the second one larger, or "
                "find them with find_range"
            ).format(low=low, high=high)
        )
    xp = namespace(volume)
    kind = np.dtype(np.uint8 if bits == 8 else np.uint16)  # noqa: PLR2004 - a byte
    numbers: Array = xp.empty(volume.shape, kind)
    # A single number has no frames: it is worked on as a stack of one.
    frames = xp.atleast_1d(numbers)
    fill = partial(_fill, xp.atleast_1d(volume), (float(low), float(high)), frames)
    counts = parallel(fill, frame_blocks(frames.shape), text="rescale")
    _tell(np.sum(counts, axis=0) if counts else np.zeros(3, int), numbers.size)
    return numbers


def _fill(volume: Array, span: tuple[float, float], numbers: Array, block: slice) -> Array:
    """Fill one block; count the values below and above the range, and those that are no numbers."""
    xp = namespace(volume)
    largest = np.iinfo(numbers.dtype).max
    # Double precision: the nearest number is the same one whatever the type of the values.
    values = volume[block].astype(np.float64)
    values -= span[0]
    values *= largest / (span[1] - span[0])
    missing = xp.isnan(values)
    count = [values < 0, values > largest, missing]
    values[missing] = 0
    xp.clip(values, 0, largest, out=values)
    xp.rint(values, out=values)
    numbers[block] = values.astype(numbers.dtype)
    return np.array([int(xp.count_nonzero(mask)) for mask in count])


def _tell(counts: Array, size: int) -> None:
    below, above, missing = map(int, counts)
    if below or above:
        log(
            _("{below} values below and {above} above the range were clipped, of {all}").format(
                below=below, above=above, all=size
            )
        )
    if missing:
        log(_("{missing} of {all} values are no numbers: set to 0").format(missing=missing, all=size))
