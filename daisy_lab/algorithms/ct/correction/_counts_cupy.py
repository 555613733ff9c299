"""CUDA twin of the pass over counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._cuda import launch, load_kernel

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["absorb", "correct"]

COUNTS_SOURCE: Final = r"""
__device__ float absorption(float transmission, float lowest, unsigned int *dark) {
    if (!(transmission - transmission == 0.0f))
        return nanf("");
    if (transmission < lowest) {
        atomicAdd(dark, 1u);
        transmission = lowest;
    }
    return -logf(transmission);
}

template <typename Count>
__device__ void correct(const Count *counts, const float *offset, const float *beam, const float *slope,
                        const float *share, int drifts, float lowest, float *out, int frames, int pixels,
                        unsigned int *found) {
    int pixel = blockIdx.x * blockDim.x + threadIdx.x;
    if (pixel >= pixels)
        return;
    float zero = offset[pixel], start = beam[pixel], change = drifts ? slope[pixel] : 0.0f;
    for (int frame = blockIdx.y * blockDim.y + threadIdx.y; frame < frames; frame += gridDim.y * blockDim.y) {
        long long place = (long long)frame * pixels + pixel;
        float count = (float)counts[place];
        if (!(count - count == 0.0f))
            atomicAdd(found, 1u);
        float value = (count - zero) / (drifts ? start + share[frame] * change : start);
        out[place] = lowest > 0.0f ? absorption(value, lowest, found + 1) : value;
    }
}

extern "C" __global__ void correct_uint16(const unsigned short *counts, const float *offset, const float *beam,
                                          const float *slope, const float *share, int drifts, float lowest,
                                          float *out, int frames, int pixels, unsigned int *found) {
    correct(counts, offset, beam, slope, share, drifts, lowest, out, frames, pixels, found);
}

extern "C" __global__ void correct_float32(const float *counts, const float *offset, const float *beam,
                                           const float *slope, const float *share, int drifts, float lowest,
                                           float *out, int frames, int pixels, unsigned int *found) {
    correct(counts, offset, beam, slope, share, drifts, lowest, out, frames, pixels, found);
}

extern "C" __global__ void absorb(const float *transmission, float lowest, float *out, long long values,
                                  unsigned int *dark) {
    long long step = (long long)gridDim.x * blockDim.x;
    for (long long place = (long long)blockIdx.x * blockDim.x + threadIdx.x; place < values; place += step)
        out[place] = absorption(transmission[place], lowest, dark);
}
"""

_FRAMES_AT_ONCE: Final = 64
_MOST_THREADS: Final = 1 << 24


def correct(  # noqa: PLR0913, PLR0917 - the signature of the compiled loop
    counts: Array,
    start: tuple[int, int],
    offset: Array,
    beam: Array,
    slope: Array,
    share: Array,
    floor: np.float32,
    out: Array,
    frames: tuple[int, int],
    rows: tuple[int, int],
) -> tuple[int, int]:
    """Fill a block of whole frames of `out`, as the loop of the same name; a thread serves one pixel."""
    xp = namespace(out)
    if start != (0, 0) or rows != (0, out.shape[1]):
        raise ValueError(start, rows)
    kind = "uint16" if counts.dtype == np.uint16 else "float32"
    source = xp.ascontiguousarray(counts, kind)
    filled = out[slice(*frames)]
    found = xp.zeros(2, np.uint32)
    pixels = out.shape[1] * out.shape[2]
    launch(
        load_kernel(xp, COUNTS_SOURCE, f"correct_{kind}"),
        (pixels, min(len(filled), _FRAMES_AT_ONCE)),
        (
            source,
            offset,
            beam,
            slope,
            share,
            np.int32(len(slope) > 0),
            floor,
            filled,
            np.int32(len(filled)),
            np.int32(pixels),
            found,
        ),
        block=(256, 1),
    )
    missing, dark = (int(number) for number in found)
    return missing, dark


def absorb(transmission: Array, floor: np.float32, out: Array) -> int:
    """Fill `out` with -log(transmission), as the loop of the same name."""
    xp = namespace(out)
    found = xp.zeros(1, np.uint32)
    launch(
        load_kernel(xp, COUNTS_SOURCE, "absorb"),
        (min(out.size, _MOST_THREADS),),
        (transmission, floor, out, np.int64(out.size), found),
    )
    return int(found[0])
