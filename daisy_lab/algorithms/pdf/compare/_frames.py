"""Which frames of a series can be compared: those that are measured, and enough of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["measured"]


def measured(gr: Array, least: int) -> tuple[Array, Array]:
    """Give the frames of G(r), (frame, r), without any NaN as float64, and their numbers.

    Raises
    ------
    DataError
        If it is no series, or fewer than `least` frames are left.
    """
    values = np.asarray(gr, np.float64)
    if values.ndim != 2 or values.shape[1] == 0:  # noqa: PLR2004 - (frame, r)
        raise DataError(_("G(r) has the shape {shape}; a series is (frame, r)").format(shape=values.shape))
    good = np.flatnonzero(np.isfinite(values).all(axis=1))
    if len(good) < least:
        raise DataError(
            _(
                "{good} of {all} frames have a G(r) without gaps, and {least} are needed; give more frames, or look "
                "at the patterns of the others"
            ).format(good=len(good), all=len(values), least=least)
        )
    return values[good], good
