"""The wavelet transform on a device, one whole array for each tap: the twin of `_wavelets_numba.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daisy_lab._arrays import namespace

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["double_angles", "double_columns", "halve_angles", "halve_columns"]


def halve_columns(values: Array, source: Array, taps: Array, result: Array) -> None:
    """Filter along the columns and keep every second."""
    extended = namespace(values).take(values, source, axis=1)
    end = 2 * result.shape[1] - 1
    result[...] = 0
    for tap in range(len(taps)):
        result += taps[tap] * extended[:, tap : tap + end : 2]


def halve_angles(values: Array, source: Array, taps: Array, result: Array) -> None:
    """Filter along the angles and keep every second."""
    extended = namespace(values).take(values, source, axis=2)
    end = 2 * result.shape[2] - 1
    result[...] = 0
    for tap in range(len(taps)):
        result += taps[tap] * extended[:, :, tap : tap + end : 2]


def double_columns(values: Array, taps: Array, result: Array) -> None:
    """Put zeros between the columns, and filter."""
    pairs = len(taps) // 2
    result[...] = 0
    for odd in range(2):
        part = result[:, odd::2]
        for pair in range(pairs):
            part += taps[2 * (pairs - 1 - pair) + odd] * values[:, pair : pair + part.shape[1]]


def double_angles(values: Array, taps: Array, result: Array) -> None:
    """Put zeros between the angles, and filter."""
    pairs = len(taps) // 2
    result[...] = 0
    for odd in range(2):
        part = result[:, :, odd::2]
        for pair in range(pairs):
            part += taps[2 * (pairs - 1 - pair) + odd] * values[:, :, pair : pair + part.shape[2]]
