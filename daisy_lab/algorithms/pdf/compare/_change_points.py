"""The frames at which a series changes its course: the best division into pieces, each a straight drift.

All divisions are weighed at once by optimal partitioning, B. Jackson et al., IEEE Signal Process. Lett. 12 (2005) 105,
with the pruning of R. Killick, P. Fearnhead and I. A. Eckley, J. Am. Stat. Assoc. 107 (2012) 1590.
"""

from dataclasses import dataclass
from math import log as ln
from typing import Annotated, Final, Literal, NamedTuple, Self

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, check_cancelled, log
from daisy_lab.algorithms.pdf.compare._frames import measured
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Axes

__all__ = ["Changes", "change_points"]

_MOST: Final = 16
"""Principal components of the series that are looked at; the rest is noise and the same for every division."""
_SPARE: Final = 16
_LEAST_FRAMES: Final = 3


class Changes(NamedTuple):
    """Where a series changes."""

    piece: Annotated[Array, Axes("frame")]
    gain: Annotated[Array, Axes("frame")]
    changes: list[int]


@algorithm
def change_points(
    compared: Annotated[Array, Axes("frame", "distance")],
    *,
    trend: Annotated[Literal["linear", "constant"], Field(title="Course between changes")] = "linear",
    penalty: Annotated[float, Field(title="Penalty of a change", gt=0, allow_inf_nan=False)] = 5.0,
    shortest_piece: Annotated[int, Field(title="Frames of the shortest piece", ge=2)] = 3,
) -> Changes:
    """Give the frames at which a series of G(r) leaves its course: transitions, reactions, steps.

    The series is divided into pieces so that the sum of squares about the course of each piece, plus a penalty for
    each piece, is the least of all divisions.

    Parameters
    ----------
    compared
        G(r) of each frame, (frame, distance).
    trend
        `linear` lets each piece drift evenly, as peaks do with the temperature; `constant` takes any drift for
        changes.
    penalty
        What a change must gain, in units of the noise a free course takes up: below 3 noise makes changes, above 10
        small ones are missed.
    shortest_piece
        Frames between two changes at least.

    Returns
    -------
    piece
        Number of the piece each frame belongs to, (frame,); a frame without G(r) belongs to the one before.
    gain
        Share of the sum of squares that a single change before each frame would take away, (frame,).
    changes
        Number of the first frame of each new piece.

    Raises
    ------
    DataError
        If it is no series, or fewer than three frames have a G(r).

    Notes
    -----
    The noise is taken from second differences along the series, as the median over the frames, so that neither a drift
    nor a single jump counts. The penalty is `penalty` x (numbers of a course: 1 or 2) x noise x ln(frames).
    """
    values, good = measured(compared, _LEAST_FRAMES)
    numbers = 2 if trend == "linear" else 1
    scores = _scores(values - values.mean(axis=0))
    sums = _Sums.of(scores, linear=numbers == 2)  # noqa: PLR2004 - the two of a straight line
    price = penalty * numbers * max(_noise(scores), _rounding(scores)) * ln(len(scores))
    starts = _divided(sums, price, shortest_piece)
    piece = np.zeros(len(compared), np.int64)
    piece[good[starts]] = 1
    gain = np.zeros(len(compared))
    gain[good] = _gains(sums, shortest_piece)
    changes = [int(one) for one in good[starts]]
    log(_in_words(changes, gain))
    return Changes(np.cumsum(piece), gain, changes)


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums along the series from which the sum of squares of any piece follows at once."""

    squares: Array
    """(frame + 1,)"""
    values: Array
    """(frame + 1, component)"""
    moments: Array
    """Of number times value, (frame + 1, component)."""
    linear: bool

    @classmethod
    def of(cls, scores: Array, *, linear: bool) -> Self:
        number = np.arange(len(scores))[:, np.newaxis]
        return cls(_summed(np.sum(scores**2, axis=1)), _summed(scores), _summed(scores * number), linear)

    @property
    def frames(self) -> int:
        """Give the number of frames."""
        return len(self.squares) - 1

    def left(self, first: Array | int, end: Array | int) -> Array:
        """Give the sum of squares about the course of pieces [first, end), (piece,)."""
        first, end = np.atleast_1d(first), np.atleast_1d(end)
        count = end - first
        total = self.values[end] - self.values[first]
        left = self.squares[end] - self.squares[first] - np.sum(total**2, axis=1) / count
        if self.linear:
            middle = (first + end - 1) / 2
            slope = self.moments[end] - self.moments[first] - middle[:, np.newaxis] * total
            left = left - np.sum(slope**2, axis=1) * 12 / (count * (count**2 - 1.0))
        above: Array = np.maximum(left, 0)
        return above


def _in_words(changes: list[int], gain: Array) -> str:
    if not changes:
        return _("no change along the series")
    return _(
        "the series changes before frame {frames} (from 0); one change alone takes away {gain:.0%}"
    ).format(frames=", ".join(map(str, changes)), gain=float(gain.max()))


def _divided(sums: _Sums, price: float, least: int) -> list[int]:
    """Give the first frames of all pieces but the first."""
    total = sums.frames
    best = np.full(total + 1, np.inf)
    best[0] = -price
    before = np.zeros(total + 1, np.int64)
    open_starts = np.zeros(0, np.int64)
    for end in range(least, total + 1):
        check_cancelled()
        if np.isfinite(best[end - least]):
            open_starts = np.append(open_starts, end - least)
        reached = best[open_starts] + sums.left(open_starts, np.full(len(open_starts), end))
        chosen = int(np.argmin(reached))
        best[end], before[end] = reached[chosen] + price, open_starts[chosen]
        # A start that is already worse without another change never becomes the best one.
        open_starts = open_starts[reached <= best[end]]
    found, end = [], total
    while before[end] > 0:
        end = int(before[end])
        found.append(end)
    return found[::-1]


def _gains(sums: _Sums, least: int) -> Array:
    """Give the share of the sum of squares that one change before each frame takes away, (frame,)."""
    gains = np.zeros(sums.frames)
    at = np.arange(least, sums.frames - least + 1)
    whole = float(sums.left(0, sums.frames)[0])
    if len(at) and whole > 0:
        left = sums.left(np.zeros_like(at), at) + sums.left(at, np.full_like(at, sums.frames))
        gains[at] = 1 - left / whole
    return gains


def _noise(scores: Array) -> float:
    bends = scores[:-2] - 2 * scores[1:-1] + scores[2:]
    return float(np.median(np.sum(bends**2, axis=1))) / 6


def _rounding(scores: Array) -> float:
    """Give what rounding alone leaves of a frame: a series without noise is not divided at every frame."""
    return 1e-12 * float(np.mean(np.sum(scores**2, axis=1)))


def _scores(values: Array) -> Array:
    """Give the series along its principal components, (frame, component)."""
    if min(values.shape) <= 8 * _MOST:
        left, size, _right = np.linalg.svd(values, full_matrices=False)
        made: Array = (left * size)[:, :_MOST]
        return made
    # A few passes over the data find the leading ones, N. Halko et al., SIAM Rev. 53 (2011) 217; the seed is fixed.
    start = np.random.default_rng(0).normal(size=(values.shape[1], _MOST + _SPARE))
    basis = np.linalg.qr(values @ start)[0]
    for _pass in range(2):
        basis = np.linalg.qr(values @ (values.T @ basis))[0]
    left, size, _right = np.linalg.svd(basis.T @ values, full_matrices=False)
    found: Array = (basis @ left * size)[:, :_MOST]
    return found


def _summed(values: Array) -> Array:
    return np.concatenate([np.zeros_like(values[:1]), np.cumsum(values, axis=0)])
