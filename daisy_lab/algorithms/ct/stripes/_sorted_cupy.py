"""Sorting and the running median on a device: the twins of `_sorted_numba.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._cuda import launch, load_kernel

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["median_lines", "sort_lines", "unsort_lines"]

# Longest line that a block of threads sorts in its shared memory of 48 KB, 8 bytes a value, and its threads.
_LONGEST: Final = 4096
_THREADS: Final = 512
# Columns that one thread slides its window over.
_RUN: Final = 32

_SORT_SOURCE: Final = r"""
// One block sorts one line: keys ordered like the floats, with the angle below them, so that no two are equal.
extern "C" __global__ void sort_lines(const unsigned int* lines, unsigned int* values, int* order, int angles,
                                      int room)
{
    __shared__ unsigned long long keys[4096];
    const long long line = (long long)blockIdx.x * angles;
    for (int i = threadIdx.x; i < room; i += blockDim.x) {
        unsigned long long key = 0xFFFFFFFFFFFFFFFFull;
        if (i < angles) {
            const unsigned int bits = lines[line + i];
            key = (bits & 0x80000000u) ? ~bits : (bits | 0x80000000u);
            key = (key << 32) | (unsigned int)i;
        }
        keys[i] = key;
    }
    __syncthreads();
    for (int size = 2; size <= room; size *= 2) {
        for (int step = size / 2; step > 0; step /= 2) {
            for (int pair = threadIdx.x; pair < room / 2; pair += blockDim.x) {
                const int first = 2 * step * (pair / step) + pair % step;
                const unsigned long long a = keys[first], b = keys[first + step];
                if ((a > b) == ((first & size) == 0)) {
                    keys[first] = b;
                    keys[first + step] = a;
                }
            }
            __syncthreads();
        }
    }
    for (int i = threadIdx.x; i < angles; i += blockDim.x) {
        const unsigned int key = (unsigned int)(keys[i] >> 32);
        values[line + i] = (key & 0x80000000u) ? (key ^ 0x80000000u) : ~key;
        order[line + i] = (int)(keys[i] & 0xFFFFFFFFull);
    }
}
"""

_UNSORT_SOURCE: Final = r"""
extern "C" __global__ void unsort_lines(const float* values, const int* order, float* lines, int angles, int count)
{
    const int rank = blockIdx.x * blockDim.x + threadIdx.x;
    if (rank >= angles) return;
    for (int line = blockIdx.y; line < count; line += gridDim.y) {
        const long long at = (long long)line * angles;
        lines[at + order[at + rank]] = values[at + rank];
    }
}
"""

_MEDIAN_SOURCE: Final = r"""
// A thread slides its window along `run` columns of one rank: neighbouring threads read neighbouring ranks.
extern "C" __global__ void median_lines(const float* values, const int* source, float* smooth, int columns,
                                        int ranks, int size, int run)
{
    const int rank = blockIdx.x * blockDim.x + threadIdx.x;
    const int first = (blockIdx.y * blockDim.y + threadIdx.y) * run;
    if (rank >= ranks || first >= columns) return;
    const long long offset = (long long)blockIdx.z * columns * ranks + rank;
    const float* from = values + offset;
    const int middle = size / 2;
    const int last = min(first + run, columns);
    float median = from[(long long)source[first] * ranks];
    int below = 0, reached = 0;
    for (int j = first; j < first + size; ++j) {
        const float value = from[(long long)source[j] * ranks];
        below += value < median;
        reached += value <= median;
    }
    for (int column = first; column < last; ++column) {
        if (column > first) {
            const float gone = from[(long long)source[column - 1] * ranks];
            const float come = from[(long long)source[column + size - 1] * ranks];
            below += (come < median) - (gone < median);
            reached += (come <= median) - (gone <= median);
        }
        while (below > middle || reached <= middle) {
            const bool down = below > middle;
            float next = 0.0f;
            int same = 0;
            for (int j = column; j < column + size; ++j) {
                const float value = from[(long long)source[j] * ranks];
                if (down ? value < median : value > median) {
                    if (same == 0 || (down ? value > next : value < next)) {
                        next = value;
                        same = 1;
                    } else {
                        same += value == next;
                    }
                }
            }
            median = next;
            if (down) {
                reached = below;
                below -= same;
            } else {
                below = reached;
                reached += same;
            }
        }
        smooth[offset + (long long)column * ranks] = median;
    }
}
"""


def sort_lines(lines: Array, values: Array, order: Array, flag: Array) -> None:  # noqa: ARG001 - it takes no time
    """Sort each line of (line, angle): in shared memory where it fits, else with the library's own sort."""
    xp = namespace(lines)
    count, angles = lines.shape
    if angles > _LONGEST:
        order[...] = xp.argsort(lines, axis=1, kind="stable")
        values[...] = xp.take_along_axis(lines, order.astype(np.int64), axis=1)
        return
    room = max(2, 1 << (angles - 1).bit_length())
    kernel = load_kernel(xp, _SORT_SOURCE, "sort_lines")
    arguments = (lines.view(np.uint32), values.view(np.uint32), order, np.int32(angles), np.int32(room))
    threads = min(_THREADS, room // 2)
    launch(kernel, (count * threads,), arguments, block=(threads,))


def unsort_lines(values: Array, order: Array, lines: Array) -> None:
    """Put each value back to the angle in `order`, (line, angle)."""
    count, angles = values.shape
    kernel = load_kernel(namespace(values), _UNSORT_SOURCE, "unsort_lines")
    arguments = (values, order, lines, np.int32(angles), np.int32(count))
    launch(kernel, (angles, min(count, 65535)), arguments, block=(256, 1))


def median_lines(values: Array, source: Array, smooth: Array, flag: Array) -> None:  # noqa: ARG001 - it takes no time
    """Take the running median across the columns of (row, column, rank); see `_sorted_numba.py`."""
    rows, columns, ranks = values.shape
    size = len(source) - columns + 1
    kernel = load_kernel(namespace(values), _MEDIAN_SOURCE, "median_lines")
    arguments = (values, source, smooth, *map(np.int32, (columns, ranks, size, _RUN)))
    launch(kernel, (ranks, -(-columns // _RUN), rows), arguments, block=(64, 4, 1))
