"""Zingers: single values far too bright, where a stray X-ray hit the sensor."""

from functools import partial
from statistics import NormalDist
from types import SimpleNamespace
from typing import Annotated, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from daisy_lab._algorithm import algorithm, log, parallel
from daisy_lab._arrays import namespace, on_host
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct.correction import _zingers, _zingers_cupy
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Projections

__all__ = ["remove_zingers"]

Neighbours = Literal["3-D", "2-D"]
Kind = Literal["bright", "dark", "both"]

_KINDS: Final = {
    "bright": _zingers.BRIGHT,
    "dark": _zingers.DARK,
    "both": _zingers.BRIGHT | _zingers.DARK,
}
_KEPT: Final = ("u1", "u2")
_BLOCK_FRAMES: Final = 8
_BLOCK_VALUES: Final = 1 << 19
_DEVICE_FRAMES: Final = 64


def _reach(settings: SimpleNamespace) -> int:
    return int(settings.size) // 2


def _reach_in_angle(settings: SimpleNamespace) -> int:
    return _reach(settings) if settings.neighbours == "3-D" else 0


@algorithm(splits={"angle": _reach_in_angle, "row": _reach, "column": _reach}, cuda=True)
def remove_zingers(
    projections: Projections,
    *,
    threshold: Annotated[float, Field(title="Threshold in noise levels", ge=0)] = 8.0,
    difference: Annotated[float, Field(title="Least difference", ge=0)] = 0.0,
    size: Annotated[Literal[3, 5], Field(title="Size of the neighbourhood")] = 3,
    neighbours: Annotated[Neighbours, Field(title="Neighbourhood")] = "3-D",
    kind: Annotated[Kind, Field(title="Kind")] = "bright",
) -> Projections:
    """Give the projections with zingers replaced by the median around them.

    A value is a zinger if it exceeds the median of its neighbourhood by more than `threshold` times the local
    noise and by more than `difference`. In 3-D it must exceed the same pixel in the projections before and after
    as far, too: a zinger lasts one exposure, an edge of the sample stays. Values that are no finite numbers count
    as absent and stay as they are; at the edges the neighbourhood is mirrored.

    Parameters
    ----------
    projections
        Radiographs, (angle, row, column): counts or transmission, where zingers are bright, or absorption, where
        they are dark.
    threshold
        How many times the noise a value must stand out. 8 changes about one good value in 40,000 in 3-D, one in
        1000 in 2-D with size 3. With 0 only the difference counts.
    difference
        How much a value must stand out at least, in the unit of the projections.
    size
        Width of the neighbourhood in pixels and, in 3-D, in projections. 5 is for zingers that cover more than 3
        pixels; it takes ten times as long.
    neighbours
        3-D looks at the projections before and after as well. 2-D looks at one projection alone; it also finds a
        pixel that is always bright.
    kind
        Which values may be replaced: too bright, too dark, or both.

    Returns
    -------
    projections
        Projections without zingers, (angle, row, column); counts of 8 or 16 bit stay such, all else is float32.

    Notes
    -----
    The noise is estimated from the other half of the neighbourhood, which a zinger does not touch: the distance
    from the median to the value below which a tenth lies (above, for dark ones), divided by what it is for
    one standard deviation of normal noise. For counts of a whole-number type it is at least one count.
    """
    require_axes(projections, "projections", ("angle", "row", "column"))
    xp = namespace(projections)
    planes = size if neighbours == "3-D" and len(projections) > 1 else 1
    search = _Search(
        _limits(projections, planes * size * size, threshold, difference), _KINDS[kind], planes, size
    )
    out: Array = xp.empty(projections.shape, _kept_type(projections))
    clean = partial(_clean_block, projections, search, out)
    replaced = sum(parallel(clean, _blocks(projections), text="remove_zingers"))
    if replaced:
        log(_("{replaced} of {all} values were zingers").format(replaced=replaced, all=projections.size))
    return out


class _Search(NamedTuple):
    """What stands out, and in how many frames, rows and columns."""

    limits: tuple[np.float32, ...]
    kinds: int
    planes: int
    size: int


def _limits(projections: Array, count: int, threshold: float, difference: float) -> tuple[np.float32, ...]:
    """Give noise levels, noise per distance of tenth and median, least noise and least difference.

    The mean of a rank is Blom's: G. Blom, "Statistical estimates and transformed beta-variables" (1958).
    """
    rank = (count - 1) // 10
    scale = -1 / NormalDist().inv_cdf((rank + 0.625) / (count + 0.25))
    least = 1.0 if projections.dtype.kind in "biu" else 0.0
    return np.float32(threshold), np.float32(scale), np.float32(least), np.float32(difference)


def _kept_type(projections: Array) -> np.dtype[np.generic]:
    native = projections.dtype.newbyteorder("=")
    return native if native.str[1:] in _KEPT else np.dtype(np.float32)


def _blocks(projections: Array) -> list[tuple[slice, slice]]:
    """Cut a stack into (frames, rows): small enough for the cache on the host, large enough for a device."""
    count, rows, columns = projections.shape
    if not on_host(projections):
        return [
            (slice(at, min(at + _DEVICE_FRAMES, count)), slice(rows))
            for at in range(0, count, _DEVICE_FRAMES)
        ]
    frames = max(1, min(count, _BLOCK_FRAMES))
    band = max(1, _BLOCK_VALUES // max(1, frames * columns))
    return [
        (slice(frame, min(frame + frames, count)), slice(row, min(row + band, rows)))
        for frame in range(0, count, frames)
        for row in range(0, rows, band)
    ]


def _clean_block(projections: Array, search: _Search, out: Array, block: tuple[slice, slice]) -> int:
    """Fill one block and tell how many values were replaced."""
    xp = namespace(out)
    frames = _with_neighbours(projections, search, block)
    target = out[block]
    cleaned = xp.empty(target.shape, np.float32)
    clean = _zingers.clean if on_host(out) else _zingers_cupy.clean
    planes, size = (tuple(np.ones(length, np.float32)) for length in (search.planes, search.size))
    replaced = clean(frames, cleaned, search.limits, search.kinds, planes, size)
    target[...] = cleaned
    return int(replaced)


def _with_neighbours(projections: Array, search: _Search, block: tuple[slice, slice]) -> Array:
    """Copy a block with its neighbours on every side, mirrored at the edges of the stack."""
    xp = namespace(projections)
    reach = search.size // 2
    count, rows, columns = projections.shape
    views = _mirrored(block[0], search.planes // 2, count)
    lines = xp.asarray(_mirrored(block[1], reach, rows))
    around = _mirrored(slice(columns), reach, columns)
    frames: Array = xp.zeros((len(views), len(lines), _zingers.row_length(columns, reach)), np.float32)
    # Counts beyond float32 become infinite, and so count as absent.
    with np.errstate(over="ignore"):
        for place, view in enumerate(views):
            frames[place, :, reach : reach + columns] = projections[int(view)][lines]
    for side in (*range(reach), *range(reach + columns, columns + 2 * reach)):
        frames[:, :, side] = frames[:, :, reach + int(around[side])]
    return frames


def _mirrored(part: slice, reach: int, length: int) -> npt.NDArray[np.intp]:
    """Give the places of a part and its neighbours; beyond an edge they are counted back from it."""
    places = np.abs(np.arange(part.start or 0, part.stop + 2 * reach) - reach)
    places = np.where(places >= length, 2 * (length - 1) - places, places)
    inside: npt.NDArray[np.intp] = np.clip(places, 0, length - 1)
    return inside
