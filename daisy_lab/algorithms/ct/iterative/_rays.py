"""The loops over the rays of a batch between a projection and the back-projection that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from daisy_lab._arrays import namespace, on_host, to_host
from daisy_lab.algorithms.ct._compiled import compiled

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["energy", "misfit", "ratio"]

_READ = numba.types.Array(numba.float32, 3, "C", readonly=True)
_LINE = numba.types.Array(numba.float32, 2, "A", readonly=True)
_RAYS = numba.float32[:, :, ::1]


def energy(rays: Array) -> Array:
    """Give the sum of the squares of each row's rays, (angle, column, lane), float64, (lane,)."""
    xp = namespace(rays)
    total = np.zeros(rays.shape[2])
    for view in rays:
        line = view.astype(xp.float64)
        line *= line
        total += to_host(line.sum(axis=0))
    return total


def misfit(rays: Array, data: Array, weights: Array) -> Array:
    """Put the weighted difference to the data in place of the rays, and give the sum of its squares unweighted.

    Parameters
    ----------
    rays, data
        As projected and as measured, (angle, column, lane).
    weights
        Weight of each ray, (angle, column).

    Returns
    -------
    squares
        float64, (lane,).
    """
    if on_host(rays):
        squares = np.zeros(rays.shape[2])
        _misfit(rays, data, weights, squares)
        return squares
    xp = namespace(rays)
    xp.subtract(data, rays, out=rays)
    squares = to_host(xp.sum(xp.square(rays), axis=(0, 1), dtype=xp.float64))
    rays *= weights[:, :, xp.newaxis]
    return squares


def ratio(rays: Array, data: Array, floor: Array) -> Array:
    """Put the data over the rays in their place, and give the sum of their squared differences.

    Parameters
    ----------
    rays, data
        As projected and as measured, (angle, column, lane).
    floor
        What is added to both, float32, (lane,): the ratio stays near 1 where next to nothing is measured.

    Returns
    -------
    squares
        float64, (lane,).
    """
    if on_host(rays):
        squares = np.zeros(rays.shape[2])
        _ratio(rays, data, floor, squares)
        return squares
    xp = namespace(rays)
    squares = to_host(xp.sum(xp.square(data - rays), axis=(0, 1), dtype=xp.float64))
    floor = xp.asarray(floor)
    xp.maximum(rays, np.float32(0), out=rays)
    xp.divide(data + floor, rays + floor, out=rays)
    return squares


@compiled(numba.void(_RAYS, _READ, _LINE, numba.float64[::1]))
def _misfit(rays: Array, data: Array, weights: Array, squares: Array) -> None:
    for view in range(rays.shape[0]):
        for column in range(rays.shape[1]):
            weight = weights[view, column]
            for lane in range(rays.shape[2]):
                rest = data[view, column, lane] - rays[view, column, lane]
                squares[lane] += numba.float64(rest) * rest
                rays[view, column, lane] = weight * rest


@compiled(
    numba.void(_RAYS, _READ, numba.types.Array(numba.float32, 1, "C", readonly=True), numba.float64[::1])
)
def _ratio(rays: Array, data: Array, floor: Array, squares: Array) -> None:
    zero = numba.float32(0.0)
    for view in range(rays.shape[0]):
        for column in range(rays.shape[1]):
            for lane in range(rays.shape[2]):
                ray, value = rays[view, column, lane], data[view, column, lane]
                rest = value - ray
                squares[lane] += numba.float64(rest) * rest
                rays[view, column, lane] = (value + floor[lane]) / (max(ray, zero) + floor[lane])
