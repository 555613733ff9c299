"""Notices frames whose rows or columns run against those of the geometry: on the right side, rings are rings."""

from typing import Annotated, Final

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, log
from daisy_lab._arrays import to_host
from daisy_lab.algorithms.azint._geometry import Geometry
from daisy_lab.algorithms.azint._positions import flipped
from daisy_lab.algorithms.azint._rings import ring_numbers
from daisy_lab.algorithms.azint._stack import mask_of, shape_of
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Frames, GeometryRecord, Mask

__all__ = ["find_flip", "ring_blur"]

_FLIPS: Final = ("none", "rows", "columns", "both")


@algorithm
def find_flip(
    frames: Frames,
    geometry: GeometryRecord,
    mask: Mask | None = None,
    *,
    gain: Annotated[float, Field(title="Least gain in sharpness", gt=0, lt=1)] = 0.2,
) -> str:
    """Give the flip of the frames with which the rings are sharpest: none, rows, columns or both.

    A .poni file says nothing about the order in which the file of a frame has its rows; programs differ. The intensity
    along a ring varies little if the rings are where the geometry says; the flip with the least variation is taken if
    it is clearly less than without, and the log says so in words.

    Parameters
    ----------
    frames
        Some frames, (frame, row, column); their mean is looked at.
    geometry
        Where the detector stands, as a .poni file has it.
    mask
        Pixels to ignore, (row, column), True where ignored.
    gain
        By which part the variation along the rings must be less to be believed.

    Returns
    -------
    flip
        The setting `flip` of `bins`.

    Raises
    ------
    DataError
        If the geometry is incomplete or for another detector.
    """
    shape = shape_of(frames)
    blur = ring_blur(frames, Geometry.of(geometry), mask_of(mask, shape))
    best = min(_FLIPS, key=lambda flip: blur[flip])
    if best == "none" or blur[best] > (1 - gain) * blur["none"]:
        return "none"
    words = {
        "rows": _("the rows of the frames run against those of the geometry"),
        "columns": _("the columns of the frames run against those of the geometry"),
        "both": _("rows and columns of the frames run against those of the geometry"),
    }
    log(
        _(
            "{words}: flipped, {after:.0%} of the intensity varies along the rings, as it is "
            "{before:.0%}; flip={flip} is "
            "taken, flip=none leaves the frames as they are"
        ).format(words=words[best], after=blur[best], before=blur["none"], flip=best)
    )
    return best


def ring_blur(frames: Array, geometry: Geometry, mask: Array) -> dict[str, float]:
    """Give the part of the variance of the intensity that radius does not explain, for each flip.

    The square root of the intensity is taken, whose counting noise is the same everywhere.
    """
    image = np.asarray(to_host(frames).mean(axis=0, dtype=np.float64))
    inside = ~mask & np.isfinite(image) & (image >= 0)
    values = np.sqrt(image[inside])
    total = float(values.var()) if values.size else 0.0
    if total == 0:
        return dict.fromkeys(_FLIPS, 1.0)
    rings = ring_numbers(geometry, image.shape)
    found = {}
    for flip in _FLIPS:
        number = flipped(rings, flip)[inside]
        count, sums = np.bincount(number), np.bincount(number, values)
        explained = float((sums**2 / np.maximum(count, 1)).sum()) / len(values) - float(values.mean()) ** 2
        found[flip] = max(1 - explained / total, 0.0)
    return found
