"""The loops of total-variation denoising on a CUDA device; each a twin of that in `_tv.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._cuda import launch, load_kernel

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["ascend", "measure", "relax"]

_SOURCE: Final = r"""
// A thread is one voxel (x, y) of plane z = first + blockIdx.z; `plane` is the size of one, `volume` that of all.

extern "C" __global__ void relax(const float* noisy, const float* field, float weight, float lowest, float* stack,
                                 int axes, int depth, int height, int width, int first)
{
    const int x = blockIdx.x * blockDim.x + threadIdx.x;
    const int y = blockIdx.y * blockDim.y + threadIdx.y;
    const int z = first + blockIdx.z * blockDim.z + threadIdx.z;
    if (x >= width || y >= height || z >= depth) return;
    const long long plane = (long long)height * width, volume = plane * depth;
    const long long here = z * plane + (long long)y * width + x;
    const float* across = field + (axes - 1) * volume;
    const float* down = field + (axes - 2) * volume;
    float sum = across[here];
    if (x > 0) sum -= across[here - 1];
    sum += down[here];
    if (y > 0) sum -= down[here - width];
    if (axes == 3) {
        sum += field[here];
        if (z > 0) sum -= field[here - plane];
    }
    stack[here] = fmaxf(noisy[here] + weight * sum, lowest);
}

extern "C" __global__ void ascend(const float* stack, float* field, float* ahead, float step, float momentum,
                                  int axes, int depth, int height, int width, int first)
{
    const int x = blockIdx.x * blockDim.x + threadIdx.x;
    const int y = blockIdx.y * blockDim.y + threadIdx.y;
    const int z = first + blockIdx.z * blockDim.z + threadIdx.z;
    if (x >= width || y >= height || z >= depth) return;
    const long long plane = (long long)height * width, volume = plane * depth;
    const long long here = z * plane + (long long)y * width + x;
    const float value = stack[here];
    float difference[3];
    difference[axes - 1] = x + 1 < width ? stack[here + 1] - value : 0.0f;
    difference[axes - 2] = y + 1 < height ? stack[here + width] - value : 0.0f;
    if (axes == 3) difference[0] = z + 1 < depth ? stack[here + plane] - value : 0.0f;
    float next[3], size = 0.0f;
    for (int axis = axes - 1; axis >= 0; --axis) {
        next[axis] = ahead[axis * volume + here] + step * difference[axis];
        size += next[axis] * next[axis];
    }
    const float scale = 1.0f / sqrtf(fmaxf(size, 1.0f));
    for (int axis = 0; axis < axes; ++axis) {
        const float now = next[axis] * scale;
        ahead[axis * volume + here] = now + momentum * (now - field[axis * volume + here]);
        field[axis * volume + here] = now;
    }
}

extern "C" __global__ void measure(const float* stack, const float* field, float* gap,
                                   int axes, int depth, int height, int width, int first)
{
    const int x = blockIdx.x * blockDim.x + threadIdx.x;
    const int y = blockIdx.y * blockDim.y + threadIdx.y;
    const int z = first + blockIdx.z * blockDim.z + threadIdx.z;
    if (x >= width || y >= height || z >= depth) return;
    const long long plane = (long long)height * width, volume = plane * depth;
    const long long here = z * plane + (long long)y * width + x;
    const float value = stack[here];
    const float to_x = x + 1 < width ? stack[here + 1] - value : 0.0f;
    const float to_y = y + 1 < height ? stack[here + width] - value : 0.0f;
    const float to_z = axes == 3 && z + 1 < depth ? stack[here + plane] - value : 0.0f;
    const float along = field[(axes - 1) * volume + here] * to_x + field[(axes - 2) * volume + here] * to_y
                      + field[here] * to_z;
    gap[here] = sqrtf(to_x * to_x + to_y * to_y + to_z * to_z) - along;
}
"""


def relax(  # noqa: PLR0917 - as its twin
    noisy: Array, field: Array, weight: float, lowest: float, stack: Array, first: int, last: int
) -> None:
    """Fill planes `first` to `last` of the stack from the dual variable."""
    _start("relax", (noisy, field, np.float32(weight), np.float32(lowest), stack), field, first, last)


def ascend(  # noqa: PLR0917 - as its twin
    stack: Array, field: Array, ahead: Array, step: float, momentum: float, first: int, last: int
) -> None:
    """Make one step along the stack's differences from `ahead`, into `field`, and put the next `ahead` beyond it."""
    _start("ascend", (stack, field, ahead, np.float32(step), np.float32(momentum)), field, first, last)


def measure(stack: Array, field: Array, gaps: Array, first: int, last: int) -> None:
    """Fill in, for each plane, the sum of what the dual variable falls short of the length of the differences."""
    gap = namespace(stack).empty(stack.shape, np.float32)
    _start("measure", (stack, field, gap), field, first, last)
    gaps[first:last] = gap[first:last].sum(axis=(1, 2), dtype=np.float64)


def _start(name: str, arguments: tuple[object, ...], field: Array, first: int, last: int) -> None:
    """Start one thread per voxel of some planes."""
    axes, depth, height, width = field.shape
    sizes = tuple(map(np.int32, (axes, depth, height, width, first)))
    launch(
        load_kernel(namespace(field), _SOURCE, name),
        (width, height, last - first),
        (*arguments, *sizes),
    )
