"""A whole turn, the axis anywhere on the detector: opposite views may share no more than a strip at its edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab.algorithms.ct.axis._candidate import Candidate
from daisy_lab.algorithms.ct.geometry import find_overlap

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.axis._rows import Rows
    from daisy_lab.vocabulary import Array

__all__ = ["by_overlap", "is_whole_turn"]

_LARGEST_GAP: Final = np.pi / 6
_LEAST_VIEWS: Final = 16
_ERROR: Final = 0.02


def is_whole_turn(theta: Array) -> bool:
    """Tell whether views go around a whole turn without a gap of 30 degrees."""
    folded = np.sort(np.mod(theta, 2 * np.pi))
    gap = np.diff(folded, append=folded[0] + 2 * np.pi)
    return bool(len(theta) >= _LEAST_VIEWS and gap.max() < _LARGEST_GAP)


def by_overlap(rows: Rows) -> Candidate:
    """Find the axis anywhere on the detector from the columns that opposite views of a whole turn share.

    Raises
    ------
    DataError
        If the angles do not cover a whole turn, or the views do not resemble their mirror images.
    """
    found = find_overlap(np.stack(rows.sinograms, axis=1), rows.theta)
    return Candidate("overlap", found.center, float(np.clip(found.correlation, 0, 1)), _ERROR)
