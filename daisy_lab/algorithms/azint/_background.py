"""The scale of a background frame, from where the sample scatters least: before its first ring, and between rings.

What is left after subtraction is the sample's own scattering: never negative, and before the first ring it begins as
the square of sin(theta), both the thermal diffuse and the Compton part (B. E. Warren, X-ray Diffraction (1969),
chapters 1 and 11). The ratio of the two patterns, carried on to angle 0 by that law, is the scale; the lowest level
that the ratio has anywhere else is an upper limit, as nothing may become negative.
"""

from typing import Annotated, Final, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, log
from daisy_lab._arrays import to_host
from daisy_lab.algorithms.azint._bins import bins
from daisy_lab.algorithms.azint._integrate import integrate
from daisy_lab.algorithms.azint._positions import Flip
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Exposures, Frames, GeometryRecord, Mask

__all__ = ["find_bgscale"]

_FEWEST: Final = 8
"""Bins that a level must rest on."""

_WIDE: Final = 3.0
"""Standard errors within which a bin belongs to a level."""

_UNSURE: Final = 0.1
"""Relative standard error from which on a bin says nothing."""


_QUARTILE: Final = 0.31864
"""Lower quartile of the absolute value of a standard normal number."""


class Level(NamedTuple):
    """A scale and its standard error."""

    scale: float
    error: float


@algorithm
def find_bgscale(
    frames: Frames,
    geometry: GeometryRecord,
    background_frame: Exposures | None = None,
    mask: Mask | None = None,
    dark: Exposures | None = None,
    *,
    flip: Annotated[Flip, Field(title="Flip of the frames")] = "none",
) -> float:
    """Give the factor of the background frame with which it leaves nothing where the sample scatters nothing.

    Frames and background become patterns; their ratio before the first ring, carried on to angle 0, is the scale. It is
    never more than the lowest level of the ratio between rings, so that subtraction leaves nothing negative.

    Parameters
    ----------
    frames
        Some frames of the sample, (frame, row, column).
    geometry
        Where the detector stands.
    background_frame
        Exposures without the sample, (exposure, row, column); without any the scale is 1.
    mask
        Pixels to ignore, (row, column), True where ignored; the beam stop must be among them.
    dark
        Exposures with the beam off, (exposure, row, column), taken off both.
    flip
        Whether rows, columns or both of the frames run against those of the geometry.

    Returns
    -------
    bgscale
        Factor of the background; a sample with much small-angle scattering makes it too large: then give it by hand.

    Raises
    ------
    DataError
        If the background is nowhere above zero, or has another size.
    """
    if background_frame is None or not len(background_frame):
        return 1.0
    stack = to_host(frames)
    size = max(*stack.shape[1:], 64)
    made = bins(stack, geometry, mask, unit="2th_rad", bins=size, splitting="no", flip=flip)
    sample = _mean(stack, made.binning, mask, dark)
    empty = _mean(to_host(background_frame), made.binning, mask, dark)
    found = _level(np.sin(made.radius / 2) ** 2, sample, empty)
    log(
        _(
            "the background frame is taken {scale:.4f} times (standard error {error:.4f}); bgscale=1 leaves it"
        ).format(scale=found.scale, error=found.error)
    )
    return found.scale


def _mean(
    frames: Array, binning: dict[str, object], mask: Array | None, dark: Array | None
) -> tuple[Array, Array]:
    """Give mean pattern and standard error, as if values were counts."""
    found = integrate(frames, binning, mask, dark, error_model="poisson")
    return found.intensity.mean(axis=0), np.sqrt((found.sigma**2).mean(axis=0) / len(frames))


def _level(square: Array, sample: tuple[Array, Array], empty: tuple[Array, Array]) -> Level:
    """Give the scale from two patterns; `square` is that of sin(theta)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = sample[0] / empty[0]
        error = np.hypot(sample[1], ratio * empty[1]) / empty[0]
        good = (
            np.isfinite(ratio) & (empty[0] > 0) & (error > 0) & (error < _UNSURE * np.maximum(ratio, _UNSURE))
        )
    if int(good.sum()) < _FEWEST:
        raise DataError(
            _(
                "the background frame is hardly above zero anywhere, and no scale follows from it; check that frame "
                "and the mask, or give bgscale"
            )
        )
    error = error * _excess(ratio[good], error[good])
    lowest = _lowest(ratio[good], error[good])
    first = _before_rings(square[good], ratio[good], error[good], 1 / empty[0][good])
    return lowest if first is None or first.scale > lowest.scale else first


def _excess(ratio: Array, error: Array) -> float:
    """Give how many times larger the errors really are, from the lower quartile of the second differences.

    Values may be no counts but means of frames, or scaled; rings are in the larger differences.
    """
    bend = np.abs(np.diff(ratio, 2))
    expected = np.sqrt(error[:-2] ** 2 + 4 * error[1:-1] ** 2 + error[2:] ** 2)
    return max(float(np.quantile(bend / expected, 0.25)) / _QUARTILE, 1e-3)


def _lowest(ratio: Array, error: Array) -> Level:
    """Give the lowest level that several bins share: the weighted mean of those within their errors of it."""
    order = np.argsort(ratio)
    scale = float(np.median(ratio[order[:_FEWEST]]))
    weight = 1 / error**2
    for _round in range(50):
        near = np.abs(ratio - scale) < _WIDE * error
        if not near.any():
            near[order[:_FEWEST]] = True
        before, scale = scale, float((weight[near] * ratio[near]).sum() / weight[near].sum())
        if abs(scale - before) < 1e-9 * abs(scale):
            break
    return Level(scale, float(1 / np.sqrt(weight[near].sum())))


def _before_rings(square: Array, ratio: Array, error: Array, each: Array) -> Level | None:
    """Fit ratio = scale + (slope + bend * square) * square / background from inside outwards, until a ring comes.

    Gives None where no such rise is to be seen. The bend is that of Compton scattering, which levels off.
    """
    order = np.argsort(square)
    square, ratio, error = square[order] / square.max(), ratio[order], error[order]
    terms = np.column_stack([np.ones(len(square)), square * each[order], square**2 * each[order]])
    terms /= error[:, np.newaxis]
    known: list[Level] = []
    end = _FEWEST
    while end <= len(ratio):
        matrix = terms[:end, : 2 if end < 2 * _FEWEST else 3]
        solution, rest, rank, _singular = np.linalg.lstsq(matrix, ratio[:end] / error[:end], rcond=None)
        free = end - matrix.shape[1]
        if rank < matrix.shape[1] or solution[1] < 0 or rest[0] > free + _WIDE * np.sqrt(2 * free):
            break
        spread = np.linalg.inv(matrix.T @ matrix)
        known.append(Level(float(solution[0]), float(np.sqrt(spread[0, 0]))))
        end += max(_FEWEST // 2, end // 8)
    # Before the chi square says so, the tails of the first ring have already bent the fit: step back.
    return known[len(known) // 2] if known else None
