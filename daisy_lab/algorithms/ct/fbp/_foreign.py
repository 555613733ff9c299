"""Rows by a method of another library: damaged rows are repaired before, and what comes back is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from daisy_lab._algorithm import check_cancelled
from daisy_lab.algorithms.ct import peers
from daisy_lab.algorithms.ct._repair import fill_sinogram
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["fill_foreign"]


def fill_foreign(  # noqa: PLR0917 - what a recipe of another library takes
    method: str, projections: Array, theta: Array, centers: Array, options: dict[str, object], volume: Array
) -> list[int]:
    """Fill the volume, (row, y, x); give per row how many values were not finite.

    Raises
    ------
    DataError
        If the library gives something else than slices as large as ours.
    """
    recipe = peers.find(method).recipe
    clean = np.empty(projections.shape, np.float32)
    replaced: list[int] = []
    for row in range(len(volume)):
        check_cancelled()
        clean[:, row], count = fill_sinogram(projections[:, row])
        replaced.append(count)
    empty = [row for row, count in enumerate(replaced) if count == clean[:, row].size]
    clean[:, empty] = 0
    found = np.asarray(recipe(clean, theta, centers, **options))  # type: ignore[arg-type]  # settings by name
    if found.shape != volume.shape:
        raise DataError(
            _("{method} gave the shape {shape} where slices have {wanted}; it cannot be used here").format(
                method=method, shape=found.shape, wanted=volume.shape
            )
        )
    volume[...] = found
    volume[empty] = np.nan
    return replaced
