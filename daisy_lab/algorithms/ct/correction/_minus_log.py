"""Beer and Lambert: from transmission to the attenuation summed along each ray."""

from functools import partial
from typing import Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import EACH, algorithm, log, parallel
from daisy_lab._arrays import namespace, on_host
from daisy_lab.algorithms.ct._frames import frame_blocks
from daisy_lab.algorithms.ct.correction import _counts, _counts_cupy
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Same

__all__ = ["minus_log", "tell_clipped"]


@algorithm(splits=EACH, cuda=True)
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
    xp = namespace(transmission)
    absorption: Array = xp.empty(transmission.shape, np.float32)
    # A single number has no frames: it is worked on as a stack of one.
    source, frames = xp.atleast_1d(transmission), xp.atleast_1d(absorption)
    take = partial(_take_log, source, np.float32(floor), frames)
    clipped = sum(parallel(take, frame_blocks(frames.shape), text="minus_log"))
    if clipped:
        tell_clipped(clipped, absorption.size, floor)
    return absorption


def tell_clipped(clipped: int, values: int, floor: float) -> None:
    """Say in the log how many values were too dark."""
    log(
        _("{clipped} of {all} values were not above {floor}: set to {floor}").format(
            clipped=clipped, all=values, floor=floor
        )
    )


def _take_log(transmission: Array, floor: np.float32, absorption: Array, block: slice) -> int:
    """Fill one block and tell how many values were too dark."""
    xp = namespace(absorption)
    # Numbers beyond float32 become infinite: the loop takes care of them.
    with np.errstate(over="ignore"):
        values = xp.ascontiguousarray(transmission[block], np.float32).ravel()
    out = absorption[block].reshape(-1)
    if on_host(absorption):
        return int(_counts.absorb(values, floor, out))
    return _counts_cupy.absorb(values, floor, out)
