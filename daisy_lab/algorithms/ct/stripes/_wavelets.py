"""Daubechies wavelets, and one step of the transform along one axis, symmetric at the ends.

A step takes the axis before the last or the last. Forward it halves the length: `out[i]` is the sum over r of
`taps[r] * values[2 i + r - (taps - 2)]`; backward it is the transpose of that without the ends, which gives the
values back exactly.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from daisy_lab._arrays import namespace, on_host
from daisy_lab.algorithms.ct.stripes import _wavelets_cupy, _wavelets_numba
from daisy_lab.algorithms.ct.stripes._sorted import mirrored

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["Wavelet", "daubechies", "double", "halve"]

Wavelet: TypeAlias = Literal[
    "db1", "db2", "db3", "db4", "db5", "db6", "db7", "db8", "db9", "db10",
    "db11", "db12", "db13", "db14", "db15", "db16", "db17", "db18", "db19", "db20",
]  # fmt: skip

_ORDERS = {name: order for order, name in enumerate(get_args(Wavelet), 1)}


@lru_cache
def daubechies(wavelet: Wavelet) -> tuple[Array, Array]:
    """Give the low-pass and high-pass taps of a Daubechies wavelet, least phase, float32.

    The squared modulus of the low-pass is `cos(x/2)^(2 n)` times a polynomial in `y = sin(x/2)^2`; each root y
    gives a pair of roots z and 1/z with `z + 1/z = 2 - 4 y`, of which the one in the unit circle is taken.
    """
    order = _ORDERS[wavelet]
    y = np.roots([comb(order - 1 + k, k) for k in reversed(range(order))])
    half = 1 - 2 * y
    root = np.sqrt(half * half - 1)
    z = np.where(np.abs(half + root) < 1, half + root, half - root)
    taps = np.real(np.poly(z)) if len(z) else np.ones(1)
    for _each in range(order):
        taps = np.convolve(taps, [1.0, 1.0])
    low = taps * (np.sqrt(2) / taps.sum())
    high = low[::-1] * (-1.0) ** np.arange(2 * order)
    return low.astype(np.float32), high.astype(np.float32)


def halve(values: Array, taps: Array, axis: int) -> Array:
    """Filter and take every second value along axis 1 or 2 of (row, column, angle)."""
    xp = namespace(values)
    source = _mirrored(values.shape[axis], len(taps))
    shape = list(values.shape)
    shape[axis] = (values.shape[axis] + len(taps) - 1) // 2
    result: Array = xp.empty(shape, np.float32)
    kernels = _wavelets_numba if on_host(values) else _wavelets_cupy
    step = kernels.halve_columns if axis == 1 else kernels.halve_angles
    step(values, xp.asarray(source), xp.asarray(taps), result)
    return result


def double(values: Array, taps: Array, axis: int, length: int) -> Array:
    """Put zeros between the values, filter, and keep the first `length` along axis 1 or 2 of (row, column, angle)."""
    xp = namespace(values)
    shape = list(values.shape)
    shape[axis] = length
    result: Array = xp.empty(shape, np.float32)
    kernels = _wavelets_numba if on_host(values) else _wavelets_cupy
    step = kernels.double_columns if axis == 1 else kernels.double_angles
    step(values, xp.asarray(taps), result)
    return result


def _mirrored(length: int, taps: int) -> Array:
    """Give the places that the taps meet: `taps - 2` before the first, mirrored about the outer edges."""
    needed = 2 * ((length + taps - 1) // 2 - 1) + taps
    return mirrored(np.arange(needed) - (taps - 2), length)
