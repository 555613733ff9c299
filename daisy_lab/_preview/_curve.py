"""Lines over one axis, with no more points than a screen shows and every spike kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["thinned"]


def thinned(line: Array, start: int, points: int) -> tuple[Array, Array]:
    """Give positions and values, float64: all of them, or the smallest and the largest of each stretch.

    Parameters
    ----------
    line
        Values, (position,).
    start
        Position of the first.
    points
        Most points to give.
    """
    values = line.astype(np.float64)
    if len(values) <= points:
        return np.arange(start, start + len(values), dtype=np.float64), values
    length = -(-len(values) // max(points // 2, 1))
    stretches = -(-len(values) // length)
    # What is not a number is neither smallest nor largest; a stretch of nothing else gives its first.
    padded = np.full(stretches * length, np.nan)
    padded[: len(values)] = values
    table = padded.reshape(stretches, length)
    missing = np.isnan(table)
    least = np.where(missing, np.inf, table).argmin(axis=1)
    most = np.where(missing, -np.inf, table).argmax(axis=1)
    first = np.arange(stretches) * length
    places = np.stack([np.minimum(least, most) + first, np.maximum(least, most) + first], axis=1).reshape(-1)
    return places + float(start), values[places]
