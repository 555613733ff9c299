"""Sinogram by sinogram: how the projections are cut for threads, or for a device, and what happens to gaps."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._algorithm import log, parallel, progress
from daisy_lab._arrays import namespace, on_host, to_host
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct._repair import fill_sinogram
from daisy_lab.algorithms.ct.stripes._sorted_numba import transpose
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.vocabulary import Array

__all__ = ["clean_rows"]

# Values that a device works on at once: enough to keep it busy, little beside its memory.
_DEVICE_VALUES: Final = 1 << 25


def clean_rows(absorption: Array, clean: Callable[[Array], Array], text: str) -> Array:
    """Apply `clean` to each sinogram, and give projections of the same axes, float32.

    Parameters
    ----------
    absorption
        Projections, (angle, row, column), of any number type. Values that are no finite numbers are interpolated
        from their neighbours in the same view first, and counted in the log; a row without any number stays.
    clean
        Takes contiguous sinograms, float32, (row, column, angle), which it may overwrite, and gives as many of
        the same shape. A row's result must not depend on the other rows.
    text
        What the progress shows.

    Raises
    ------
    DataError
        If there are not three axes, or no values.
    """
    require_axes(absorption, "absorption", ("angle", "row", "column"))
    if absorption.size == 0:
        raise DataError(
            _("absorption of shape {shape} holds nothing; check the dataset or the selected part").format(
                shape=absorption.shape
            )
        )
    result: Array = namespace(absorption).empty(absorption.shape, np.float32)
    if on_host(absorption):
        row = partial(_clean_row, absorption, clean, result)
        replaced = sum(parallel(row, range(absorption.shape[1]), text=text))
    else:
        block = partial(_clean_block, absorption, clean, result)
        replaced = sum(map(block, progress(_blocks(absorption.shape), text=text)))
    if replaced:
        log(
            _("{replaced} of {all} values are no finite numbers: interpolated from their neighbours").format(
                replaced=replaced, all=absorption.size
            )
        )
    return result


def _clean_row(absorption: Array, clean: Callable[[Array], Array], result: Array, row: int) -> int:
    """Fill one row of the result on the host, and count the values that were replaced."""
    sinogram, replaced = fill_sinogram(absorption[:, row])
    if replaced == sinogram.size:
        result[:, row] = sinogram
        return 0
    turned = np.empty((1, *sinogram.shape[::-1]), np.float32)
    transpose(sinogram, turned[0])
    transpose(clean(turned)[0], result[:, row])
    return replaced


def _clean_block(absorption: Array, clean: Callable[[Array], Array], result: Array, rows: slice) -> int:
    """Fill a block of rows of the result on a device, and count the values that were replaced."""
    xp = namespace(absorption)
    sinograms = xp.ascontiguousarray(xp.transpose(absorption[:, rows], (1, 2, 0)).astype(np.float32))
    bad = to_host(xp.count_nonzero(~xp.isfinite(sinograms), axis=(1, 2)))
    replaced = 0
    for row in np.flatnonzero(bad):
        # Rare: the gaps of this row are filled where the reference does it.
        filled, count = fill_sinogram(to_host(sinograms[row]).T)
        empty = count == filled.size
        replaced += 0 if empty else count
        # What holds no number at all must not disturb the others.
        sinograms[row] = 0 if empty else xp.asarray(np.ascontiguousarray(filled.T))
    cleaned = clean(sinograms)
    for row in np.flatnonzero(bad == absorption.shape[0] * absorption.shape[2]):
        cleaned[row] = np.nan
    result[:, rows] = xp.transpose(cleaned, (2, 0, 1))
    return replaced


def _blocks(shape: tuple[int, ...]) -> list[slice]:
    """Cut the rows into blocks of about `_DEVICE_VALUES` values."""
    step = max(1, _DEVICE_VALUES // (shape[0] * shape[2]))
    return [slice(start, min(start + step, shape[1])) for start in range(0, shape[1], step)]
