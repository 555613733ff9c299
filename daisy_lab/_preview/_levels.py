"""Values to grey levels, and the range and the histogram that say which."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["histogram", "levels", "value_range"]

_SAMPLE: Final = 1 << 16
_COUNTED: Final = 1 << 19
_OUTLIERS: Final = (0.5, 99.5)


def value_range(values: Array) -> tuple[float, float]:
    """Give the two values between which most of an array lies, from a sample of it; 0 and 1 if it holds no number."""
    sample = _thinned(values, _SAMPLE)
    finite = sample[np.isfinite(sample)]
    if not len(finite):
        return 0.0, 1.0
    low, high = np.percentile(finite.astype(np.float64), _OUTLIERS)
    if low == high:
        low, high = float(finite.min()), float(finite.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    return float(low), float(high)


def levels(values: Array, low: float, high: float, bits: Literal[8, 16]) -> Array:
    """Give grey levels: 1 for `low` and below, the largest for `high` and above, 0 for what is not a number."""
    largest = (1 << bits) - 1
    span = high - low
    scale = np.float32((largest - 1) / span) if span > 0 else np.float32(0)
    # What is infinite lands at one of the ends; NaN survives until it is counted out.
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = (values - np.float32(low)) * scale
        np.clip(scaled, 0, largest - 1, out=scaled)
    scaled += np.float32(1.5)
    missing = np.isnan(scaled)
    if missing.any():
        scaled[missing] = 0
    return scaled.astype(np.uint8 if bits == 8 else "<u2")  # noqa: PLR2004 - bits of a level


def histogram(values: Array, bins: int) -> tuple[Array, float, float, int]:
    """Give counts in equal bins, their range, and how many values were counted; a sample where they are many."""
    sample = _thinned(values, _COUNTED)
    finite = sample[np.isfinite(sample)]
    if not len(finite):
        return np.zeros(bins, np.uint32), 0.0, 1.0, 0
    low, high = float(finite.min()), float(finite.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    counts, _edges = np.histogram(finite, bins=bins, range=(low, high))
    return counts.astype(np.uint32), low, high, len(finite)


def _thinned(values: Array, most: int) -> Array:
    """Give about `most` values, evenly taken, as numbers."""
    if values.ndim == 2 and values.size > most:  # noqa: PLR2004 - a plane
        # Of some lines only: the others are not fetched from the memory.
        across = isqrt(values.size // most)
        picked = values[:: -(-values.size // (most * across)), ::across].reshape(-1)
    else:
        flat = values.reshape(-1)
        step = max(1, flat.size // most)
        # An odd step does not run along one column.
        picked = flat[:: step + (step > 1 and step % 2 == 0)]
    return picked.astype(np.float32) if picked.dtype.kind in "bu" or picked.dtype.itemsize < 4 else picked  # noqa: PLR2004 - bytes
