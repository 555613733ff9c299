"""The distortion correction's loops on a CUDA device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._cuda import launch, load_kernel

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["interpolate_cubic", "interpolate_linear"]

SOURCE: Final = r"""
__device__ float cubic(float before, float here, float after, float beyond, float part)
{
    const float first = 0.5f * (after - before);
    const float third = 0.5f * (beyond - before) + (here - after) * 1.5f;
    const float second = after - here - first - third;
    return here + part * (first + part * (second + part * third));
}

__device__ float along(const float* line, int column, int width, float part)
{
    return cubic(line[max(column - 1, 0)], line[column], line[min(column + 1, width - 1)],
                 line[min(column + 2, width - 1)], part);
}

extern "C" __global__
void interpolate_linear(const float* frame, const int* rows, const int* columns, const float* down,
                   const float* across, float* out, int height, int width)
{
    const int j = blockIdx.x * blockDim.x + threadIdx.x;
    const int i = blockIdx.y * blockDim.y + threadIdx.y;
    if (i >= height || j >= width) return;
    const long long cell = (long long)i * width + j;
    const int row = rows[cell], column = columns[cell];
    const int beside = min(column + 1, width - 1);
    const float* here = frame + (long long)row * width;
    const float* next = frame + (long long)min(row + 1, height - 1) * width;
    const float upper = here[column] + across[cell] * (here[beside] - here[column]);
    const float lower = next[column] + across[cell] * (next[beside] - next[column]);
    out[cell] = upper + down[cell] * (lower - upper);
}

extern "C" __global__
void interpolate_cubic(const float* frame, const int* rows, const int* columns, const float* down,
                  const float* across, float* out, int height, int width)
{
    const int j = blockIdx.x * blockDim.x + threadIdx.x;
    const int i = blockIdx.y * blockDim.y + threadIdx.y;
    if (i >= height || j >= width) return;
    const long long cell = (long long)i * width + j;
    const int row = rows[cell], column = columns[cell];
    const float part = across[cell];
    const float above = along(frame + (long long)max(row - 1, 0) * width, column, width, part);
    const float here = along(frame + (long long)row * width, column, width, part);
    const float below = along(frame + (long long)min(row + 1, height - 1) * width, column, width, part);
    const float beyond = along(frame + (long long)min(row + 2, height - 1) * width, column, width, part);
    out[cell] = cubic(above, here, below, beyond, down[cell]);
}
"""


def interpolate_linear(  # noqa: PLR0917 - as the kernel of the processor
    frame: Array, rows: Array, columns: Array, down: Array, across: Array, out: Array
) -> None:
    """Fill `out` with the frame at (rows + down, columns + across), linear between four pixels."""
    _start("interpolate_linear", (frame, rows, columns, down, across, out))


def interpolate_cubic(  # noqa: PLR0917 - as the kernel of the processor
    frame: Array, rows: Array, columns: Array, down: Array, across: Array, out: Array
) -> None:
    """Fill `out` with the frame at (rows + down, columns + across), cubic between sixteen pixels."""
    _start("interpolate_cubic", (frame, rows, columns, down, across, out))


def _start(name: str, arrays: tuple[Array, ...]) -> None:
    height, width = arrays[0].shape
    kernel = load_kernel(namespace(arrays[0]), SOURCE, name)
    launch(kernel, (width, height), (*arrays, np.int32(height), np.int32(width)))
