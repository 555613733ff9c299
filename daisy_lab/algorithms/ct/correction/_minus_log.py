"""Beer and Lambert: from transmission to the attenuation summed along each ray."""

from functools import partial
from typing import Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import EACH, algorithm, log, parallel
from daisy_lab.algorithms.ct._frames import frame_blocks
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Same

__all__ = ["minus_log"]


@algorithm(splits=EACH)
def minus_log(
    transmission: Same,
    *,
    floor: Annotated[float, Field(title="Smallest transmission", ge=1e-30, lt=1)] = 1e-6,
) -> Same:
    """Give the absorption along each ray: -log(transmission).

    What was not measured stays so: where the transmission is no finite number the absorption is NaN, which
    `find_center` and `reconstruct` interpolate from the neighbours.

    Parameters
    ----------
    transmission
        Fraction of the beam that passed, any axes.
    floor
        Transmission that stands for everything darker, for zero and for negative values; 1e-6 limits the
        absorption to 13.8.

    Returns
    -------
    absorption
        Line integral of the attenuation (no unit), float32, same axes.
    """
    absorption = np.empty(transmission.shape, np.float32)
    # A single number has no frames: it is worked on as a stack of one.
    frames = np.atleast_1d(absorption)
    take = partial(_take_log, np.atleast_1d(transmission), np.float32(floor), frames)
    clipped = sum(parallel(take, frame_blocks(frames.shape), text="minus_log"))
    if clipped:
        log(
            _("{clipped} of {all} values were not above {floor}: set to {floor}").format(
                clipped=clipped, all=absorption.size, floor=floor
            )
        )
    return absorption


def _take_log(transmission: Array, floor: np.float32, absorption: Array, block: slice) -> int:
    """Fill one block and tell how many values were too dark."""
    out = absorption[block]
    with np.errstate(over="ignore"):
        out[...] = transmission[block]
    dark = out < floor
    dark &= out > -np.inf
    count = int(np.count_nonzero(dark))
    if count:
        out[dark] = floor
    out[np.isinf(out)] = np.nan
    np.log(out, out=out)
    np.negative(out, out=out)
    return count
