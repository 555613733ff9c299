"""What one way of looking found, how far it is to be trusted, and what several of them say together.

Confidence runs from 0 to 1. One way alone: 1 - (next best fit) / (best fit), where the next best lies at least a few
pixels away; so a curve of noise, whose second peak is as high as the first, gives 0. Several ways: those within a
pixel of each other support each other, `1 - product(1 - confidence)`, and that is multiplied by their share of all
confidence; so a lonely voice of 0.9 against another of 0.9 keeps 0.45.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["METHODS", "Candidate", "Search", "agreed", "best_of", "top"]

METHODS: Final = ("wedge", "opposite", "overlap", "mass", "sharpness")
"""Ways of looking, in the order of tables."""
SAME: Final = 1.0
"""Two axes this close in pixels are the same."""
# A peak's own flanks: part of the width, and at least this many pixels.
_FLANK: Final = 0.02
_LEAST_FLANK: Final = 3.0
_AS_A_RULE: Final = 90
# Part of the detector that a curve covers at least, on either side of the search's middle.
_WIDE: Final = 0.25


@dataclass(frozen=True)
class Candidate:
    """The rotation axis as one way found it."""

    method: str
    center: float
    confidence: float
    error: float
    """How far off the axis usually is in pixels, if it is the right one at all."""


@dataclass(frozen=True)
class Search:
    """Where to look: within `reach` columns of `middle`."""

    middle: float
    reach: float

    def centers(self, step: float, width: int) -> Array:
        """Give multiples of a step on the detector, within reach and, to tell what chance gives, some beyond."""
        reach = max(self.reach, _WIDE * width)
        first = np.ceil(max(self.middle - reach, 0.0) / step)
        last = np.floor(min(self.middle + reach, width - 1.0) / step)
        return np.arange(first, last + 1) * step


def best_of(centers: Array, fit: Array, search: Search, width: int) -> tuple[int, float]:
    """Give the place of the best axis within reach, and the confidence in it.

    Parameters
    ----------
    centers, fit
        A curve, at least as wide as the search; higher is better, and 0 is what chance gives.
    search
        Where the axis may be.
    width
        Columns of the detector, in the unit of `centers`.

    Raises
    ------
    DataError
        If the best axis lies at the end of the search range: a better one may lie beyond.
    """
    inside = np.flatnonzero(np.abs(centers - search.middle) <= search.reach)
    if len(inside) == 0:
        inside = np.array([np.argmin(np.abs(centers - search.middle))])
    best = int(inside[np.argmax(fit[inside])])
    if best in {inside[0], inside[-1]}:
        raise DataError(
            _(
                "the rotation axis was looked for between columns {first:.0f} and {last:.0f} and fits best "
                "at the end of that range; widen the search, or give the rotation axis as a number"
            ).format(first=centers[inside[0]], last=centers[inside[-1]])
        )
    away = np.abs(centers - centers[best]) > max(_LEAST_FLANK, _FLANK * width)
    within = np.isin(np.arange(len(centers)), inside)
    rivals = [0.0, *fit[away & within]]
    if (away & ~within).any():
        # Beyond the search another peak may stand, but what is there as a rule is no peak.
        rivals.append(float(np.percentile(fit[away & ~within], _AS_A_RULE)))
    known = bool(away.any()) and fit[best] > 0
    return best, float(np.clip(1 - max(rivals) / fit[best], 0, 1)) if known else 0.0


def top(centers: Array, fit: Array) -> float:
    """Give where an evenly sampled curve is highest, between its points by a parabola."""
    if len(centers) < 3:  # noqa: PLR2004 - a parabola
        return float(centers[int(np.argmax(fit))])
    best = min(max(int(np.argmax(fit)), 1), len(centers) - 2)
    before, here, after = fit[best - 1 : best + 2]
    bend = 2 * here - before - after
    shift = 0.5 * (after - before) / bend if bend > 0 else 0.0
    return float(centers[best] + (centers[1] - centers[0]) * np.clip(shift, -1, 1))


def agreed(candidates: Sequence[Candidate]) -> Candidate:
    """Give the one with the least error among those that have most support, and the confidence of all together."""
    total = sum(item.confidence for item in candidates)
    groups = [
        [other for other in candidates if abs(other.center - item.center) <= SAME] for item in candidates
    ]
    group = max(groups, key=lambda some: sum(item.confidence for item in some))
    doubt = float(np.prod([1 - item.confidence for item in group]))
    share = sum(item.confidence for item in group) / total if total > 0 else 0.0
    best = min(group, key=lambda item: item.error)
    return replace(best, confidence=(1 - doubt) * share)
