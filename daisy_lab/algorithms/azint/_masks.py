"""Masks: what must not be counted, from the detector, thresholds, drawn shapes, and the frames themselves."""

from typing import Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, log
from daisy_lab._arrays import to_host
from daisy_lab.algorithms.azint._clip import clip_rings, gather
from daisy_lab.algorithms.azint._geometry import Geometry
from daisy_lab.algorithms.azint._positions import Flip, divisor_of, flipped
from daisy_lab.algorithms.azint._rings import rings_of
from daisy_lab.algorithms.azint._shapes import draw
from daisy_lab.algorithms.azint._stack import mask_of, shape_of
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Frames, GeometryRecord, Mask

__all__ = ["mask_detector", "mask_pixels", "mask_rings"]

Bound = Annotated[float, Field(allow_inf_nan=False)]
FlipOf = Annotated[Flip, Field(title="Flip of the frames")]


@algorithm
def mask_detector(
    frames: Frames,
    geometry: GeometryRecord,
    mask: Mask | None = None,
    *,
    gaps: Annotated[bool, Field(title="Gaps of the detector")] = True,
    lowest: Annotated[Bound | None, Field(title="Smallest value that counts")] = None,
    highest: Annotated[Bound | None, Field(title="Largest value that counts")] = None,
    shapes: Annotated[str, Field(title="Drawn shapes")] = "[]",
    flip: FlipOf = "none",
) -> Mask:
    """Give the mask of gaps, thresholds and drawn shapes, together with one that is there already.

    Parameters
    ----------
    frames
        Some frames, (frame, row, column). A pixel beyond the thresholds in all of them is masked.
    geometry
        Where the detector stands, and which one it is.
    mask
        A mask to go on from, (row, column), True where ignored.
    gaps
        Whether gaps between modules, as the library of detectors has them, are masked.
    lowest
        Values below it are masked, as 0 for a detector that marks gaps by -1.
    highest
        Values above it are masked, as 65534 for 16 bits.
    shapes
        Beam stop and other shapes as JSON: [{"kind": "circle", "center": [row, column], "radius": 20}]; there are
        polygon (points), rectangle (corners) and circle; "keep": true takes pixels out of the mask.
    flip
        Whether rows, columns or both of the frames run against those of the geometry.

    Returns
    -------
    mask
        True where a pixel is ignored, (row, column).

    Raises
    ------
    DataError
        If the geometry is for another detector, or the mask has another size.
    SettingError
        If the shapes cannot be read.
    """
    shape = shape_of(frames)
    out = mask_of(mask, shape)
    if gaps:
        detector = Geometry.of(geometry).integrator(shape).detector
        if detector.mask is not None:
            out |= flipped(np.asarray(detector.mask) != 0, flip)
    image = to_host(frames)
    beyond = np.ones(shape, np.bool_)
    for frame in image:
        good = np.isfinite(frame) if frame.dtype.kind == "f" else np.ones(shape, np.bool_)
        good &= (frame >= lowest) if lowest is not None else True
        good &= (frame <= highest) if highest is not None else True
        beyond &= ~good
    out = draw(shapes, out | beyond)
    log(_("{part:.2%} of the pixels are masked").format(part=float(out.mean())))
    return out


@algorithm
def mask_pixels(
    frames: Frames,
    mask: Mask | None = None,
    *,
    hot: Annotated[float, Field(title="Hot from", gt=1)] = 3.0,
    dead: Annotated[float, Field(title="Dead up to", ge=0, lt=1)] = 0.1,
    noise: Annotated[float, Field(title="Noise levels", gt=0)] = 6.0,
    part: Annotated[float, Field(title="Part of the frames", gt=0, le=1)] = 0.9,
) -> Mask:
    """Give the mask of pixels that count too much or nothing in nearly all frames of a stack.

    A pixel is compared with the median of the 5 x 5 around it, in each frame.

    Parameters
    ----------
    frames
        Frames, (frame, row, column); ten or more tell a hot pixel from a passing event.
    mask
        A mask to go on from, (row, column), True where ignored.
    hot
        Times the median around it from which on a pixel is hot.
    dead
        Times the median around it up to which a pixel is dead.
    noise
        How many times the counting noise of the median the difference must be as well.
    part
        In which part of the frames this must be so.

    Returns
    -------
    mask
        True where a pixel is ignored, (row, column).
    """
    # Takes 0.2 s to load, and only this needs it.
    from scipy.ndimage import median_filter  # noqa: PLC0415

    shape = shape_of(frames)
    out = mask_of(mask, shape)
    high, low = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for frame in to_host(frames):
        values = np.where(out, 0, frame).astype(np.float32)
        around = median_filter(values, size=5, mode="mirror")
        least = noise * np.sqrt(np.maximum(around, 1))
        high += (values > hot * around) & (values - around > least)
        low += (values < dead * around) & (around - values > least)
    enough = part * len(frames)
    found_hot, found_dead = high >= enough, low >= enough
    log(
        _("{hot} hot and {dead} dead pixels").format(
            hot=int((found_hot & ~out).sum()), dead=int((found_dead & ~out).sum())
        )
    )
    return out | found_hot | found_dead


@algorithm
def mask_rings(  # noqa: PLR0913 - one argument per setting
    frames: Frames,
    geometry: GeometryRecord,
    mask: Mask | None = None,
    *,
    threshold: Annotated[float, Field(title="Threshold in standard deviations", gt=0)] = 5.0,
    passes: Annotated[int, Field(title="Most passes", ge=1, le=100)] = 30,
    sectors: Annotated[int, Field(title="Arcs of a ring", ge=1, le=360)] = 16,
    spots: Annotated[bool, Field(title="Keep diffraction spots")] = True,
    part: Annotated[float, Field(title="Part of the frames", gt=0, le=1)] = 0.5,
    flip: FlipOf = "none",
) -> Mask:
    """Give the mask of pixels that stand out from their ring.

    The values of each ring, one pixel wide, are clipped at threshold standard deviations from their mean, again and
    again until none is left to clip; where there is more than counting noise, at as many robust standard deviations
    from their median. What belongs to a diffraction spot, and so has bright neighbours, can stay.

    Parameters
    ----------
    frames
        Some frames, (frame, row, column).
    geometry
        Where the detector stands.
    mask
        A mask to go on from, (row, column), True where ignored.
    threshold
        How many standard deviations of its ring a pixel may be away from the mean.
    passes
        How often a ring is clipped at most.
    sectors
        Into how many arcs a ring is cut; each is clipped by itself, so that texture does not hide what stands out.
    spots
        Whether bright pixels stay where those around are bright, too: spots and textured rings. A hot pixel exceeds
        its third brightest neighbour by a factor of two and by the counting noise.
    part
        In which part of the frames a pixel must stand out.
    flip
        Whether rows, columns or both of the frames run against those of the geometry.

    Returns
    -------
    mask
        True where a pixel is ignored, (row, column).

    Raises
    ------
    DataError
        If the geometry is for another detector, or the mask has another size.
    """
    shape = shape_of(frames)
    out = mask_of(mask, shape)
    where = Geometry.of(geometry)
    rings = rings_of(where, shape, flip, sectors)
    divisor = flipped(divisor_of(where, shape, solid_angle=True, polarization=None), flip)
    found = np.zeros(shape, np.int32)
    for frame in to_host(frames):
        found += clip_rings(gather(frame, divisor, rings, out), (threshold, passes), spots=spots)
    standing = found >= max(part * len(frames), 1)
    log(_("{count} pixels stand out from their ring").format(count=int(standing.sum())))
    return out | standing
