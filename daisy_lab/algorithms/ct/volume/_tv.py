"""The loops of total-variation denoising: one step of the dual problem, and how far it is from the solution.

A `stack` is what is denoised together, (z, y, x), and `field` its dual variable, one number per axis and voxel: (axis,
z, y, x), with two axes (y, x) or three (z, y, x). Differences go to the next voxel, and are 0 at the far edge. Work is
done line by line with the functions at the top, each of which is one run of vector instructions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from daisy_lab.algorithms.ct._compiled import compiled

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["ascend", "measure", "relax"]

_READ = numba.types.Array(numba.float32, 3, "C", readonly=True)
_STACK = numba.float32[:, :, ::1]
_FIELD = numba.float32[:, :, :, ::1]
_LINE = numba.float32[::1]
_INPUT = numba.types.Array(numba.float32, 1, "C", readonly=True)
_F4, _I8 = numba.float32, numba.int64


@compiled(numba.void(_LINE, _LINE, _F4))
def _add(out: Array, line: Array, factor: np.float32) -> None:
    for x in range(len(line)):
        out[x] += factor * line[x]


@compiled(numba.void(_INPUT, _F4, _F4, _LINE))
def _finish(noisy: Array, weight: float, lowest: float, out: Array) -> None:
    for x in range(len(out)):
        out[x] = max(noisy[x] + weight * out[x], lowest)


@compiled(numba.void(_LINE, _LINE, _LINE, _F4, _LINE))
def _move(ahead: Array, here: Array, there: Array, step: float, out: Array) -> None:
    for x in range(len(there)):
        out[x] = ahead[x] + step * (there[x] - here[x])


@compiled(numba.void(numba.float32[:, ::1], _LINE))
def _shorten(vectors: Array, scale: Array) -> None:
    """Fill in what vectors are to be multiplied by so that none is longer than 1."""
    scale[:] = 0
    for axis in range(len(vectors) - 1, -1, -1):
        for x in range(len(scale)):
            scale[x] += vectors[axis, x] * vectors[axis, x]
    for x in range(len(scale)):
        scale[x] = _F4(1) / np.sqrt(max(scale[x], _F4(1)))


@compiled(numba.void(_LINE, _LINE, _F4, _LINE, _LINE))
def _put(vector: Array, scale: Array, momentum: float, field: Array, ahead: Array) -> None:
    for x in range(len(scale)):
        new = vector[x] * scale[x]
        ahead[x] = new + momentum * (new - field[x])
        field[x] = new


@compiled(numba.void(_READ, _FIELD, _F4, _F4, _STACK, _I8, _I8))
def relax(  # noqa: PLR0917 - numba takes arguments by position
    noisy: Array, field: Array, weight: float, lowest: float, stack: Array, first: int, last: int
) -> None:
    """Fill planes `first` to `last`: noisy + weight times the dual variable's divergence, not below `lowest`."""
    axes = field.shape[0]
    for z in range(first, last):
        for y in range(noisy.shape[1]):
            out, across = stack[z, y], field[axes - 1, z, y]
            out[:] = across
            _add(out[1:], across[:-1], _F4(-1))
            _add(out, field[axes - 2, z, y], _F4(1))
            if y > 0:
                _add(out, field[axes - 2, z, y - 1], _F4(-1))
            if axes == 3:  # noqa: PLR2004 - as many as a volume has
                _add(out, field[0, z, y], _F4(1))
                if z > 0:
                    _add(out, field[0, z - 1, y], _F4(-1))
            _finish(noisy[z, y], weight, lowest, out)


@compiled(numba.void(_STACK, _FIELD, _FIELD, _F4, _F4, _I8, _I8))
def ascend(  # noqa: PLR0917 - numba takes arguments by position
    stack: Array, field: Array, ahead: Array, step: float, momentum: float, first: int, last: int
) -> None:
    """Make one step along the stack's differences from `ahead`, into `field`, and put the next `ahead` beyond it."""
    axes = field.shape[0]
    depth, height, width = stack.shape
    vectors, scale = np.empty((axes, width), np.float32), np.empty(width, np.float32)
    for z in range(first, last):
        for y in range(height):
            line = stack[z, y]
            _move(ahead[axes - 1, z, y], line, line[1:], step, vectors[axes - 1])
            vectors[axes - 1, width - 1] = ahead[axes - 1, z, y, width - 1]
            _move(ahead[axes - 2, z, y], line, stack[z, min(y + 1, height - 1)], step, vectors[axes - 2])
            if axes == 3:  # noqa: PLR2004 - as many as a volume has
                _move(ahead[0, z, y], line, stack[min(z + 1, depth - 1), y], step, vectors[0])
            _shorten(vectors, scale)
            for axis in range(axes):
                _put(vectors[axis], scale, momentum, field[axis, z, y], ahead[axis, z, y])


@compiled(numba.void(_STACK, _FIELD, numba.float64[::1], _I8, _I8))
def measure(stack: Array, field: Array, gaps: Array, first: int, last: int) -> None:
    """Fill in, for each plane, the sum of what the dual variable falls short of the length of the differences."""
    axes = field.shape[0]
    depth, height, width = stack.shape
    for z in range(first, last):
        total = 0.0
        for y in range(height):
            below, behind = stack[z, min(y + 1, height - 1)], stack[min(z + 1, depth - 1), y]
            for x in range(width):
                here = stack[z, y, x]
                to_x = stack[z, y, min(x + 1, width - 1)] - here
                to_y = below[x] - here
                along = field[axes - 1, z, y, x] * to_x + field[axes - 2, z, y, x] * to_y
                square = to_x * to_x + to_y * to_y
                if axes == 3:  # noqa: PLR2004 - as many as a volume has
                    to_z = behind[x] - here
                    along += field[0, z, y, x] * to_z
                    square += to_z * to_z
                total += np.sqrt(square) - along
        gaps[z] = total
