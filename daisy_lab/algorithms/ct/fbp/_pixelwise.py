"""All rows of a reconstruction from pixel to pixel: a thread per row, or, of few rows, per part of a slice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._algorithm import cancel_flag, check_cancelled, parallel
from daisy_lab._arrays import on_host
from daisy_lab.algorithms.ct._repair import fill_sinogram
from daisy_lab.algorithms.ct.fbp._direct import BAND, Geometry, Region, back_project, filter_sinogram
from daisy_lab.algorithms.ct.fbp._pixelwise_cupy import fill_pixelwise as fill_on_device

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.vocabulary import Array

__all__ = ["fill_pixelwise"]

# Below this many rows threads share each slice; the bits are the same either way.
_FEW: Final = 8


def fill_pixelwise(
    projections: Array, plan: Callable[[int], Geometry], volume: Array, region: Region
) -> list[int]:
    """Fill the volume, (row, y, x), with a region of each slice; give per row how many values were not finite.

    `plan` gives a row's geometry.
    """
    if not on_host(projections):
        return fill_on_device(projections, plan, volume, region)
    if len(volume) < _FEW:
        return [
            _fill(projections[:, row], plan(row), volume[row], region, share=True)
            for row in range(len(volume))
        ]
    return parallel(
        lambda row: _fill(projections[:, row], plan(row), volume[row], region),
        range(len(volume)),
        text="reconstruct",
    )


def _fill(
    projections: Array, geometry: Geometry, image: Array, region: Region, *, share: bool = False
) -> int:
    """Fill one slice of the volume; give how many values of its sinogram were not finite."""
    sinogram, replaced = fill_sinogram(projections)
    if replaced == sinogram.size:
        image[...] = np.nan
        return replaced
    filtered = filter_sinogram(sinogram, geometry, check_cancelled)
    flag = cancel_flag()
    middle = geometry.center - geometry.first

    def project(lines: range) -> None:
        back_project(
            filtered,
            geometry.cosine,
            geometry.sine,
            middle,
            image,
            geometry.width,
            (region.top, region.left),
            lines.start,
            lines.stop,
            flag,
        )
        check_cancelled()

    if share:
        step = max(BAND, -(-region.height // (8 * BAND)) * BAND)
        parallel(
            project, [range(top, min(top + step, region.height)) for top in range(0, region.height, step)]
        )
    else:
        project(range(region.height))
    return replaced
