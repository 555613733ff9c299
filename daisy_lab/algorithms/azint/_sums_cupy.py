"""CUDA twin of the sums over frames: the table turned to bins, and one block of threads per bin and frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._arrays import namespace
from daisy_lab.algorithms._cuda import launch, load_kernel
from daisy_lab.algorithms.azint._cache import digest, kept
from daisy_lab.algorithms.azint._walk import NONE, Sums, Valid, readable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.algorithms.azint._sums import Corrections
    from daisy_lab.algorithms.azint._table import Table
    from daisy_lab.vocabulary import Array

__all__ = ["add_up"]

_TEMPLATE: Final = r"""
template <typename Count>
__device__ void add_up(const Count *counts, const int *starts, const int *pixels, const float *parts,
                       const float *divisor, const float *offset, const float *noise, int noisy, double lowest,
                       double highest, double hole, double hole_end, int squares, double *signal, double *missing,
                       double *squared, int frames, int bins, long long size) {
    __shared__ double shared[5][128];
    int bin = blockIdx.x, lane = threadIdx.x;
    for (int frame = blockIdx.y; frame < frames; frame += gridDim.y) {
        const Count *image = counts + frame * size;
        double total[5] = {0.0, 0.0, 0.0, 0.0, 0.0};
        for (int entry = starts[bin] + lane; entry < starts[bin + 1]; entry += blockDim.x) {
            int pixel = pixels[entry];
            double part = parts[entry], value = (double)image[pixel];
            bool good = value >= lowest && value <= highest && (value < hole || value > hole_end);
            float count = good ? (float)image[pixel] : offset[pixel];
            total[0] += part * (double)count;
            if (!good)
                total[1] += part * (double)divisor[pixel];
            if (squares == 1 && good)
                total[2] += part * part * (double)fmaxf(count + (noisy ? noise[pixel] : 0.0f), 1.0f);
            if (squares == 2) {
                double rest = (double)(count - offset[pixel]), below = divisor[pixel];
                total[2] += part * part * rest * rest;
                total[3] += part * part * below * rest;
                if (!good)
                    total[4] += part * part * below * below;
            }
        }
        for (int kind = 0; kind < 5; kind++)
            shared[kind][lane] = total[kind];
        __syncthreads();
        for (int step = blockDim.x / 2; step > 0; step /= 2) {
            if (lane < step)
                for (int kind = 0; kind < 5; kind++)
                    shared[kind][lane] += shared[kind][lane + step];
            __syncthreads();
        }
        if (lane == 0) {
            long long place = (long long)frame * bins + bin;
            signal[place] = shared[0][0];
            missing[place] = shared[1][0];
            int kinds = squares == 2 ? 3 : squares;
            for (int kind = 0; kind < kinds; kind++)
                squared[((long long)frame * kinds + kind) * bins + bin] = shared[2 + kind][0];
        }
        __syncthreads();
    }
}
"""

_KERNEL: Final = """
extern "C" __global__ void add_up_{name}(const {count} *counts, const int *starts, const int *pixels,
                                         const float *parts, const float *divisor, const float *offset,
                                         const float *noise, int noisy, double lowest, double highest, double hole,
                                         double hole_end, int squares, double *signal, double *missing,
                                         double *squared, int frames, int bins, long long size) {{
    add_up(counts, starts, pixels, parts, divisor, offset, noise, noisy, lowest, highest, hole, hole_end, squares,
           signal, missing, squared, frames, bins, size);
}}
"""

_TYPES: Final = {
    "uint8": "unsigned char",
    "uint16": "unsigned short",
    "uint32": "unsigned int",
    "int8": "signed char",
    "int16": "short",
    "int32": "int",
    "float32": "float",
}

SUMS_SOURCE: Final = _TEMPLATE + "".join(
    _KERNEL.format(name=name, count=count) for name, count in _TYPES.items()
)

_THREADS: Final = 128
_FRAMES_AT_ONCE: Final = 1024
_KINDS: Final = (0, 1, 3)


def add_up(frames: Array, table: Table, corrections: Corrections, valid: Valid, squares: int = NONE) -> Sums:
    """Add up a stack that lies on a device, as the walk of the same name; a block of threads serves one bin."""
    xp = namespace(frames)
    kind = readable(np.dtype(frames.dtype))
    counts = xp.ascontiguousarray(frames, kind).reshape(len(frames), -1)
    turned = _by_bin(table)
    many, bins, kinds = len(counts), table.size, _KINDS[squares]
    sums = Sums(xp.zeros((many, bins)), xp.zeros((many, bins)), xp.zeros((many, max(kinds, 1), bins)))
    given = [xp.asarray(turned[name]) for name in ("starts", "pixels", "parts")]
    noisy = len(corrections.noise) > 0
    noise = corrections.noise if noisy else np.zeros(1, np.float32)
    images = [xp.asarray(one) for one in (corrections.divisor, corrections.offset, noise)]
    launch(
        load_kernel(xp, SUMS_SOURCE, f"add_up_{kind.name}"),
        (bins * _THREADS, min(many, _FRAMES_AT_ONCE)),
        (
            counts,
            *given,
            *images,
            np.int32(noisy),
            *map(np.float64, valid),
            np.int32(squares),
            *sums,
            np.int32(many),
            np.int32(bins),
            np.int64(counts.shape[1]),
        ),
        block=(_THREADS, 1),
    )
    return sums._replace(squares=sums.squares[:, :kinds])


def _by_bin(table: Table) -> Mapping[str, Array]:
    """Turn a table round: the pixels of each bin, one bin behind the other."""

    def make() -> Mapping[str, Array]:
        order = np.argsort(table.bins, kind="stable")
        pixels = np.repeat(np.arange(len(table.starts) - 1, dtype=np.int32), np.diff(table.starts))
        starts = np.zeros(table.size + 1, np.int32)
        starts[1:] = np.cumsum(np.bincount(table.bins, minlength=table.size))
        return {"starts": starts, "pixels": pixels[order], "parts": table.parts[order]}

    return kept(digest("by bin", table.key), make, disk=False)
