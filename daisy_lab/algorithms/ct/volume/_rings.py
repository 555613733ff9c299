"""Rings about the rotation axis, left by detector columns that answer otherwise than their neighbours."""

from functools import partial
from math import ceil, hypot, pi
from typing import Annotated, Final

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, cancel_flag, check_cancelled, parallel, progress
from daisy_lab._arrays import companion, namespace, on_host
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct.volume import _polar, _polar_cupy
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Degree, Pixel, Volume

__all__ = ["remove_rings"]

# Parts of the turn in which a ring is looked for, per length of the shortest one.
_PARTS: Final = 2
# Pixels along an arc that a median is taken over at least, near the axis as well.
_ARC_PIXELS: Final = 32
# What interpolation has left of a ring is found the second time.
_ROUNDS: Final = 2


@algorithm(splits={"row": 0}, cuda=True)
def remove_rings(
    volume: Volume,
    *,
    width: Annotated[int, Field(title="Widest ring", ge=1, le=256)] = 5,
    arc: Annotated[Degree, Field(title="Shortest arc", gt=0, le=360)] = 60.0,
    limit: Annotated[float | None, Field(title="Highest ring", gt=0)] = None,
    center_x: Annotated[Pixel | None, Field(title="Axis along x")] = None,
    center_y: Annotated[Pixel | None, Field(title="Axis along y")] = None,
) -> Volume:
    """Give the volume without the rings about the rotation axis, by a median filter in polar coordinates.

    Each slice is seen in polar coordinates, where a ring is a straight stripe. What differs from the median along the
    radius, and does so along a whole arc, is a ring; it is interpolated back and subtracted. Use it on slices whose
    projections are no longer there, or for rings that stripe filters have left; these come first, as they cannot take a
    round object for a ring.

    Parameters
    ----------
    volume
        Slices, (row, y, x); before a circular mask or after it.
    width
        Width in pixels of the widest ring that is removed; round structures of the object that are thinner go, too.
    arc
        Length in degrees of the shortest piece of a ring that is removed. A longer one is safer for the object, a
        shorter one follows rings that change along the turn.
    limit
        Rings higher than this, in the volume's unit, are taken for a part of the object and stay; none: all go.
    center_x
        Pixel along x where the rotation axis lies; none: the middle, where `reconstruct` puts it. Needed for a part
        that was cut out.
    center_y
        The same along y.

    Returns
    -------
    volume
        The slices without rings, float32, (row, y, x).

    Raises
    ------
    SettingError
        If the rotation axis is no finite number.

    Notes
    -----
    After J. Sijbers and A. Postnov, Reduction of ring artefacts in high resolution micro-CT reconstructions, Phys. Med.
    Biol. 49, N247 (2004), with a median along the radius in place of their search for homogeneous rows. A ring that
    chance can explain, given the spread along its arc, is shrunk towards nothing. What is found is subtracted and
    looked for again, as interpolation takes a part of a thin ring's height.
    """
    require_axes(volume, "volume", ("row", "y", "x"))
    height, columns = volume.shape[1:]
    middle = (
        (columns - 1) / 2 if center_x is None else float(center_x),
        (height - 1) / 2 if center_y is None else float(center_y),
    )
    if not np.isfinite(middle).all():
        raise SettingError(
            _(
                "the rotation axis is given at x {x}, y {y}; give finite pixels, or none for the middle"
            ).format(x=middle[0], y=middle[1])
        )
    xp = namespace(volume)
    out: Array = xp.empty(volume.shape, np.float32)
    if out.size == 0:
        return out
    view = _Polar((height, columns), middle, arc, width)
    one = partial(_clean, volume, view, limit, out)
    rows = range(len(volume))
    if on_host(volume):
        parallel(one, rows, text="remove_rings")
    else:
        for row in progress(rows, text="remove_rings"):
            one(row)
    return out


class _Polar:
    """Radii and angles at which all slices are looked at."""

    def __init__(self, shape: tuple[int, int], middle: tuple[float, float], arc: float, width: int) -> None:
        height, columns = shape
        self.center = middle
        sides = (middle[0], columns - 1 - middle[0], middle[1], height - 1 - middle[1])
        # The largest circle that a slice shows some of; it never shows more than its diagonal.
        self.radii = 2 + int(min(max(map(abs, sides)), 2 * hypot(*shape)))
        self.parts = max(4, round(_PARTS * 360 / arc))
        self.angles = self.parts * ceil(pi * self.radii / self.parts)
        turn = np.arange(self.angles) * (2 * pi / self.angles)
        self.cosine, self.sine = np.cos(turn), np.sin(turn)
        # Half the arc, or more where the arc is short.
        least = _ARC_PIXELS * self.angles / (4 * pi * np.maximum(np.arange(self.radii), 1))
        self.halves = np.minimum(
            np.ceil(np.maximum(self.angles * arc / 720, least)), self.angles // 2
        ).astype(np.int32)
        self.half = ceil(1.5 * width)


def _clean(volume: Array, view: _Polar, limit: float | None, out: Array, row: int) -> None:
    """Fill in one slice without its rings."""
    xp = namespace(volume)
    loops = _polar if on_host(volume) else _polar_cupy
    flag = cancel_flag()
    with np.errstate(over="ignore"):
        measured = xp.array(volume[row], np.float32, order="C")
    rings = xp.zeros((view.parts, view.radii), np.float32)
    residual = xp.empty((view.radii, view.angles), np.float32)
    cosine, sine, halves = map(xp.asarray, (view.cosine, view.sine, view.halves))
    cleaned, found = measured, xp.empty_like(rings)
    for _round in range(_ROUNDS):
        loops.find_residual(cleaned, *view.center, cosine, sine, view.half, residual, flag)
        check_cancelled()
        loops.find_rings(residual, halves, found, flag)
        check_cancelled()
        rings += found
        kept = rings if limit is None else _below(rings, limit, 2 * view.half + 1)
        loops.subtract_rings(measured, *view.center, kept, out[row], flag)
        check_cancelled()
        cleaned = out[row]


def _below(rings: Array, limit: float, reach: int) -> Array:
    """Give the rings without those that are too high, and without their slopes to both sides."""
    highest = companion(rings, "ndimage").maximum_filter1d(abs(rings), reach, axis=1)
    found: Array = namespace(rings).where(highest > limit, np.float32(0), rings)
    return found
