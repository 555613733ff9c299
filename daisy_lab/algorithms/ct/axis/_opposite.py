"""Views that really are half a turn apart: a view from the opposite side is the mirrored view.

For each view the one at its angle + 180 degrees is interpolated between its neighbours in angle, whatever order and
spacing the angles have. A coarse axis is where the slopes of the pairs and of their mirror images correlate best in
the columns that both have. Near it the phases of the pairs' cross spectrum are compared, each frequency weighted by
its coherence (C. H. Knapp and G. C. Carter, IEEE Trans. Acoust. Speech Signal Process. 24, 320 (1976)): phase
correlation that does not trust frequencies of noise.
"""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import scipy.fft
import scipy.ndimage

from daisy_lab._algorithm import progress
from daisy_lab.algorithms.ct.axis._candidate import Candidate, best_of, top
from daisy_lab.algorithms.ct.axis._rows import between_opposite_edges
from daisy_lab.algorithms.ct.axis._wedge import mirror_series
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.axis._candidate import Search
    from daisy_lab.algorithms.ct.axis._rows import Rows
    from daisy_lab.vocabulary import Array

__all__ = ["Pairs", "by_opposite", "opposite_pairs"]

# Neighbours further apart than this many mean steps are not interpolated, nor stands one for what is further away.
_WIDE: Final = 4.0
_FAR: Final = 1.25
_SMOOTH: Final = 1.5
_REFINE: Final = 2.0
_FINE: Final = 0.02
_ROUNDS: Final = 3
_LEAST_OVERLAP: Final = 0.05
# Pairs compared; more add nothing but time.
_MOST_PAIRS: Final = 64
_SMOOTH_FREQUENCIES: Final = 9
_COHERENT: Final = 0.98
# Found on generated scans, in pixels: many pairs exactly opposite, interpolated, and with the last view for one beyond.
_ERRORS: Final = (0.01, 0.02, 0.03)
_MANY_PAIRS: Final = 16
_EQUAL: Final = 1e-9
_EXACT: Final = 1e-6


class Pairs(NamedTuple):
    """Numbers of views, and between which two others, and at which share of the way, their opposites lie."""

    view: Array
    before: Array
    after: Array
    share: Array
    missing: Array
    """How far the opposite lies beyond the last view, which then stands for it, rad."""

    def of(self, sinogram: Array) -> tuple[Array, Array]:
        """Give the views and their opposites, (pair, column)."""
        share = self.share[:, np.newaxis].astype(np.float32)
        return sinogram[self.view], sinogram[self.before] * (1 - share) + sinogram[self.after] * share


def opposite_pairs(theta: Array) -> Pairs:
    """Give the pairs that lie half a turn apart, each once; there may be none.

    A scan that ends one step before half a turn has none: its last view then stands for the opposite of the first,
    and the first for that of the last, so that what turned in between counts once in either direction.
    """
    order, place = _around(theta)
    step = float(place[-1]) / max(1, len(place) - 1)
    closed = 2 * pi - place[-1] <= _WIDE * step
    known, at = (np.append(order, order[0]), np.append(place, 2 * pi)) if closed else (order, place)
    early, late = place < pi, place >= pi - _FAR * step
    found = [_pair_up(order[early], place[early] + pi, known, at, step)]
    if len(found[0].view) == np.count_nonzero(found[0].missing):
        found.append(_pair_up(order[late], place[late] - pi, known, at, step))
    else:
        found[0] = Pairs._make(part[found[0].missing == 0] for part in found[0])
    view, *rest = (np.concatenate(parts) for parts in zip(*found, strict=True))
    thin = np.linspace(0, len(view) - 1, min(len(view), _MOST_PAIRS)).astype(int)
    before, after, share, missing = (part[thin] for part in rest)
    return Pairs(view[thin], before, after, share, missing)


def by_opposite(rows: Rows, search: Search) -> Candidate:
    """Find the axis from views half a turn apart.

    Raises
    ------
    DataError
        If no two views are half a turn apart, or the pairs do not resemble their mirror images.
    """
    pairs = opposite_pairs(rows.theta)
    if len(pairs.view) == 0:
        raise DataError(
            _(
                "no two of the {views} views are half a turn apart: the angles run from {first:.2f} to "
                "{last:.2f} degrees; use the method wedge or sharpness"
            ).format(
                views=len(rows.theta),
                first=np.rad2deg(rows.theta.min()),
                last=np.rad2deg(rows.theta.max()),
            )
        )
    both = [pairs.of(sinogram) for sinogram in progress(rows.sinograms)]
    views, mirrored = (np.concatenate(some) for some in zip(*both, strict=True))
    centers, fit = _resemblance(views, mirrored)
    best, confidence = best_of(centers, fit, search, rows.width)
    if fit[best] <= 0:
        raise DataError(
            _(
                "no view resembles the mirror image of the one half a turn away; check the angles and the "
                "flats, or give the rotation axis as a number"
            )
        )
    center = _refined(views, mirrored, float(centers[best]))
    return Candidate("opposite", center, confidence, _expected_error(pairs))


def _expected_error(pairs: Pairs) -> float:
    between = np.minimum(pairs.share, 1 - pairs.share).max()
    kind = 2 if pairs.missing.any() else int(between > 0)
    return _ERRORS[kind] * max(1.0, _MANY_PAIRS / len(pairs.view))


def _around(theta: Array) -> tuple[Array, Array]:
    """Give the views by their angles from behind the largest gap on, and how far each lies from the first.

    Equal angles, up to rounding, lie at one place: the first of them stands for all.
    """
    folded = np.mod(theta, 2 * pi)
    order = np.argsort(folded, kind="stable")
    gap = np.diff(folded[order], append=folded[order[0]] + 2 * pi)
    order = np.roll(order, -int(np.argmax(gap)) - 1)
    place = np.mod(folded[order] - folded[order[0]], 2 * pi)
    place[0] = 0.0
    first = np.concatenate([[True], np.diff(place) > _EQUAL])
    return order[first], place[first]


def _pair_up(view: Array, target: Array, known: Array, at: Array, step: float) -> Pairs:
    """Give the views whose target lies between known neighbours that are near."""
    if len(at) < 2:  # noqa: PLR2004 - a pair
        return Pairs(view[:0], view[:0], view[:0], target[:0], target[:0])
    after = np.clip(np.searchsorted(at, target, side="left"), 1, len(at) - 1)
    before = after - 1
    length = at[after] - at[before]
    share = (target - at[before]) / length
    beyond = np.maximum(np.maximum(share - 1, -share), 0) * length
    # One that is exactly opposite needs no other one.
    exact = np.minimum(np.abs(share), np.abs(share - 1)) * length < _EXACT
    good = exact | ((length <= _WIDE * step) & (beyond <= _FAR * step))
    share = np.clip(np.where(exact, np.round(share), share), 0, 1)
    missing = np.where(exact, 0.0, beyond)
    return Pairs(view[good], known[before[good]], known[after[good]], share[good], missing[good])


def _resemblance(views: Array, mirrored: Array) -> tuple[Array, Array]:
    """Give for every half column the correlation of slopes over the columns that a pair has in common."""
    width = views.shape[1]
    one, other = (
        scipy.ndimage.gaussian_filter1d(some, _SMOOTH, axis=1, order=1, mode="nearest")
        for some in (views, mirrored)
    )
    padded = int(scipy.fft.next_fast_len(2 * width, real=True))
    product = scipy.fft.rfft(one, padded, axis=1) * scipy.fft.rfft(other, padded, axis=1)
    common = -scipy.fft.irfft(product.sum(axis=0, dtype=np.complex128), padded)[: 2 * width - 1]
    total = np.arange(2 * width - 1)
    first, end = np.maximum(0, total - width + 1), np.minimum(width, total + 1)
    energy = [
        np.append(0, np.cumsum((some.astype(np.float64) ** 2).sum(axis=0)))[[end, first]]
        for some in (one, other)
    ]
    size = np.sqrt(np.prod([upper - lower for upper, lower in energy], axis=0))
    floor = 1e-6 * size.max() + np.finfo(float).tiny
    fit = np.where((end - first) >= _LEAST_OVERLAP * width, common / np.maximum(size, floor), 0.0)
    return total / 2, fit


def _refined(views: Array, mirrored: Array, center: float) -> float:
    """Give the axis near a coarse one from the phases of the coherent frequencies."""
    width = views.shape[1]
    # Slopes, because a window about an axis that is not quite right pulls values towards that axis.
    slopes = np.gradient(views, axis=1), -np.gradient(mirrored, axis=1)
    for _round in range(_ROUNDS):
        window = between_opposite_edges(width, center)
        padded = int(scipy.fft.next_fast_len(2 * width, real=True))
        frequency = 2 * pi * np.arange(1, padded // 2) / padded
        one, other = (scipy.fft.rfft(some * window, padded, axis=1)[:, 1 : padded // 2] for some in slopes)
        cross = (one * other).sum(axis=0, dtype=np.complex128) * np.exp(2j * frequency * center)
        power = np.prod([(np.abs(some) ** 2).sum(axis=0, dtype=np.float64) for some in (one, other)], axis=0)
        smooth = scipy.ndimage.uniform_filter1d(cross, _SMOOTH_FREQUENCIES, mode="nearest")
        level = scipy.ndimage.uniform_filter1d(np.sqrt(power), _SMOOTH_FREQUENCIES, mode="nearest")
        coherence = np.abs(smooth) ** 2 / np.maximum(level, np.finfo(float).tiny) ** 2
        coherence = np.minimum(coherence, _COHERENT)
        phase = cross / np.maximum(np.abs(cross), np.finfo(float).tiny)
        weighted = phase * coherence / (1 - coherence)
        shifts = np.arange(-_REFINE, _REFINE + _FINE / 2, _FINE)
        fit = mirror_series(np.conj(weighted), frequency, shifts).real
        center = float(np.clip(center + top(shifts, fit), 0, width - 1))
    return center
