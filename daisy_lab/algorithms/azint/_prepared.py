"""What all frames of a stack have in common, and means of their sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from daisy_lab._algorithm import log
from daisy_lab._arrays import namespace
from daisy_lab.algorithms.azint._cache import digest, kept
from daisy_lab.algorithms.azint._stack import image_of, mask_of
from daisy_lab.algorithms.azint._sums import Corrections, weights
from daisy_lab.algorithms.azint._table import Table, without
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.algorithms.azint._binning import Binning
    from daisy_lab.algorithms.azint._walk import Sums
    from daisy_lab.vocabulary import Array

__all__ = ["Constants", "Prepared", "means", "prepared"]

_LEAST: Final = 1e-12
"""Part of its divisor that a bin must have left to count as measured: below it is rounding."""


class Constants(NamedTuple):
    """What the means of all frames need, per bin, float64, (bin,)."""

    whole: Array
    """Divisor."""
    taken: Array
    """What is taken off."""
    squared: Array | None = None
    """Squared divisor, for errors from the scatter along a ring."""


class Prepared(NamedTuple):
    """What all frames have in common."""

    table: Table
    corrections: Corrections
    constants: Constants


def prepared(
    binning: Binning, images: tuple[Array | None, ...], bgscale: float, error_model: str
) -> Prepared:
    """Give what does not depend on the frames; kept, so that one frame after another with the same images is quick.

    Parameters
    ----------
    binning
        Bins and geometry.
    images
        Mask, dark, flat and background frame.
    bgscale
        Factor of the background frame.
    error_model
        What the sums are for.

    Raises
    ------
    DataError
        If an image has another size than the bins were made for.
    """
    key = digest("prepared", binning, bgscale, *images)

    def make() -> dict[str, Array]:
        table, corrections = _corrections(binning, images, bgscale, key)
        offset = corrections.offset
        return {
            **table.arrays(),
            **corrections._asdict(),
            "whole": weights(table, corrections.divisor),
            "taken": weights(table, offset) if offset.any() else np.zeros(table.size),
        }

    found = kept(key, make, disk=False)
    table = binning.table_of(found, key)
    corrections = Corrections(found["divisor"], found["offset"], found["noise"])
    squared = None
    if error_model == "azimuthal":
        squared = kept(
            digest("squared", key),
            lambda: {"squared": weights(table, corrections.divisor, squared=True)},
            disk=False,
        )["squared"]
    return Prepared(table, corrections, Constants(found["whole"], found["taken"], squared))


def _corrections(
    binning: Binning, images: tuple[Array | None, ...], bgscale: float, key: str
) -> tuple[Table, Corrections]:
    """Give the table without what is ignored, and what is done to the counts of each pixel."""
    shape = binning.shape
    ignored = mask_of(images[0], shape)
    dark, flat, background = (
        image_of(image, name, shape)
        for image, name in zip(images[1:], ("dark", "flat", "background frame"), strict=True)
    )
    if flat is not None:
        ignored |= ~(flat > 0)
    divisor = binning.divisor() if flat is None else binning.divisor() * np.where(flat > 0, flat, 1)
    offset, noise = _taken_off(dark, background, bgscale, shape)
    ignored |= ~np.isfinite(offset)
    return without(binning.table(), ignored.ravel(), key), Corrections(
        np.ascontiguousarray(divisor, np.float32).ravel(),
        np.where(ignored, 0, offset).astype(np.float32).ravel(),
        noise,
    )


def _taken_off(
    dark: Array | None, background: Array | None, scale: float, shape: tuple[int, int]
) -> tuple[Array, Array]:
    """Give what is taken off each pixel, and the variance that it brings."""
    offset = np.zeros(shape) if dark is None else dark.copy()
    if background is not None and scale:
        offset += scale * (background if dark is None else background - dark)
    if dark is None and background is None:
        return offset, np.zeros(0, np.float32)
    noise = np.zeros(shape) if dark is None else dark.copy()
    if background is not None:
        noise += scale**2 * np.maximum(background, 0)
    return offset, np.nan_to_num(noise).astype(np.float32).ravel()


def means(sums: Sums, constants: Constants, error_model: str) -> tuple[Array, Array]:
    """Make means and their errors of sums, (frame, bin) each; NaN where nothing was measured."""
    xp = namespace(sums.signal)
    whole, taken = xp.asarray(constants.whole), xp.asarray(constants.taken)
    divisor = whole - sums.missing
    empty = divisor <= _LEAST * whole
    divisor[empty] = np.nan
    intensity = (sums.signal - taken) / divisor
    if bool(empty.all()):
        log(_("nothing was measured in any frame: all pixels are masked, outside the bins, or do not count"))
    if error_model == "none":
        return intensity, xp.full_like(intensity, np.nan)
    squares = sums.squares
    if constants.squared is None:
        variance = squares[:, 0]
    else:
        left = xp.asarray(constants.squared) - squares[:, 2]
        variance = squares[:, 0] - 2 * intensity * squares[:, 1] + intensity**2 * left
    return intensity, xp.sqrt(xp.maximum(variance, 0)) / divisor
