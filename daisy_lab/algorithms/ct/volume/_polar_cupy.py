"""The loops of ring removal on a CUDA device; each a twin of that in `_polar.py`.

A median is found bit by bit in the numbers' binary form, which takes no memory; it is the same value as that of the
twin, whatever the order in which the values come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._cuda import launch, load_kernel
from daisy_lab.algorithms.ct.volume._polar import CHANCE

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["find_residual", "find_rings", "subtract_rings"]

_SOURCE: Final = r"""
// Finite numbers as unsigned ones in the same order; the largest stands for what is none.
__device__ unsigned int key_of(float value)
{
    if (!(fabsf(value) < __uint_as_float(0x7f800000u))) return 0xffffffffu;
    if (value == 0.0f) value = 0.0f;
    const unsigned int bits = __float_as_uint(value);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

__device__ float value_of(unsigned int key)
{
    return __uint_as_float(key & 0x80000000u ? key & 0x7fffffffu : ~key);
}

// Weights of the four neighbours of a place `share` behind the second one.
__device__ void cubic(float share, float* weights)
{
    const float rest = 1.0f - share;
    weights[0] = -0.5f * share * rest * rest;
    weights[3] = -0.5f * rest * share * share;
    weights[1] = 1.0f + share * share * (1.5f * share - 2.5f);
    weights[2] = 1.0f - weights[1] - weights[0] - weights[3];
}

__device__ float sample(const float* image, int height, int width, double x, double y)
{
    if (!(x >= 0 && x <= width - 1 && y >= 0 && y <= height - 1)) return __uint_as_float(0x7fc00000u);
    const int left = (int)x, top = (int)y;
    float across[4], down[4], total = 0.0f;
    cubic((float)(x - left), across);
    cubic((float)(y - top), down);
    for (int i = 0; i < 4; ++i) {
        const float* line = image + (long long)min(max(top + i - 1, 0), height - 1) * width;
        const float part = across[0] * line[max(left - 1, 0)] + across[1] * line[left]
                         + across[2] * line[min(left + 1, width - 1)] + across[3] * line[min(left + 2, width - 1)];
        total += down[i] * part;
    }
    return total;
}

extern "C" __global__ void sample_polar(const float* image, int height, int width, double center_x, double center_y,
                                        const double* cosine, const double* sine, int half, int angles, int samples,
                                        unsigned int* keys)
{
    const int angle = blockIdx.x * blockDim.x + threadIdx.x;
    const int j = blockIdx.y * blockDim.y + threadIdx.y;
    if (angle >= angles || j >= samples) return;
    const double radius = j - half;
    const double x = center_x + radius * cosine[angle], y = center_y + radius * sine[angle];
    keys[(long long)j * angles + angle] = key_of(sample(image, height, width, x, y));
}

extern "C" __global__ void find_residual(const unsigned int* keys, int half, int angles, int radii, float* residual)
{
    const int angle = blockIdx.x * blockDim.x + threadIdx.x;
    const int radius = blockIdx.y * blockDim.y + threadIdx.y;
    if (angle >= angles || radius >= radii) return;
    const unsigned int* window = keys + (long long)radius * angles + angle;
    const unsigned int own = window[(long long)half * angles];
    float difference = __uint_as_float(0x7fc00000u);
    if (own != 0xffffffffu) {
        int count = 0;
        for (int k = 0; k <= 2 * half; ++k) count += window[(long long)k * angles] != 0xffffffffu;
        int rank = (count - 1) / 2;
        unsigned int median = 0;
        for (int bit = 31; bit >= 0; --bit) {
            const unsigned int prefix = median >> bit;
            int zeros = 0;
            for (int k = 0; k <= 2 * half; ++k) {
                const unsigned int key = window[(long long)k * angles];
                zeros += key != 0xffffffffu && (key >> bit) == prefix;
            }
            if (rank >= zeros) {
                rank -= zeros;
                median |= 1u << bit;
            }
        }
        difference = value_of(own) - value_of(median);
    }
    residual[(long long)radius * angles + angle] = difference;
}

// The value of a rank among the numbers from `start` on, or among their distances from `middle`.
__device__ float rank_value(const float* line, int angles, int start, int reach, int rank, int distances,
                               float middle)
{
    unsigned int found = 0;
    for (int bit = 31; bit >= 0; --bit) {
        const unsigned int prefix = found >> bit;
        int zeros = 0;
        for (int k = 0, at = start; k < reach; ++k) {
            const unsigned int key = key_of(distances ? fabsf(line[at] - middle) : line[at]);
            zeros += key != 0xffffffffu && (key >> bit) == prefix;
            at = at + 1 < angles ? at + 1 : 0;
        }
        if (rank >= zeros) {
            rank -= zeros;
            found |= 1u << bit;
        }
    }
    return value_of(found);
}

extern "C" __global__ void find_rings(const float* residual, const int* halves, double chance, int radii, int angles,
                                      int parts, float* rings)
{
    const int part = blockIdx.x * blockDim.x + threadIdx.x;
    const int radius = blockIdx.y * blockDim.y + threadIdx.y;
    if (part >= parts || radius >= radii) return;
    const float* line = residual + (long long)radius * angles;
    const int reach = min(2 * halves[radius] + 1, angles);
    int start = (int)((long long)part * angles / parts) - halves[radius];
    start = (start % angles + angles) % angles;
    int count = 0;
    for (int k = 0, at = start; k < reach; ++k) {
        count += key_of(line[at]) != 0xffffffffu;
        at = at + 1 < angles ? at + 1 : 0;
    }
    float ring = 0.0f;
    if (2 * count > reach) {
        const float middle = rank_value(line, angles, start, reach, (count - 1) / 2, 0, 0.0f);
        const float spread = rank_value(line, angles, start, reach, (count - 1) / 2, 1, middle);
        const double pixels = fmax(fmin((double)count, count * 6.283185307179586 * radius / angles), 1.0);
        const float limit = (float)(spread * (chance / sqrt(pixels)));
        const float share = limit / middle;
        if (fabsf(middle) > limit) ring = middle * (1.0f - share * share);
    }
    rings[(long long)part * radii + radius] = ring;
}

extern "C" __global__ void subtract_rings(const float* image, int height, int width, double center_x, double center_y,
                                          const float* rings, int parts, int radii, float* out)
{
    const int x = blockIdx.x * blockDim.x + threadIdx.x;
    const int y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= width || y >= height) return;
    const double radius = hypot(x - center_x, y - center_y);
    float ring = 0.0f;
    if (radius < radii - 1) {
        double turn = atan2(y - center_y, x - center_x) * (parts / 6.283185307179586);
        if (turn < 0) turn += parts;
        const int whole = (int)turn, inner = (int)radius;
        const float share = (float)(turn - whole);
        float weights[4];
        cubic((float)(radius - inner), weights);
        const float* near = rings + (long long)(whole % parts) * radii;
        const float* far = rings + (long long)((whole + 1) % parts) * radii;
        for (int k = 0; k < 4; ++k) {
            const int at = min(abs(inner + k - 1), radii - 1);
            ring += weights[k] * (near[at] + share * (far[at] - near[at]));
        }
    }
    const long long here = (long long)y * width + x;
    out[here] = image[here] - ring;
}
"""


def find_residual(  # noqa: PLR0917 - as its twin
    image: Array,
    center_x: float,
    center_y: float,
    cosine: Array,
    sine: Array,
    half: int,
    residual: Array,
    flag: Array,  # noqa: ARG001 - as its twin
) -> None:
    """Fill in what each sample differs from the median of those up to `half` pixels nearer and farther."""
    xp = namespace(image)
    radii, angles = residual.shape
    keys = xp.empty((radii + 2 * half, angles), np.uint32)
    sizes = (*map(np.int32, image.shape), np.float64(center_x), np.float64(center_y))
    counts = (np.int32(half), np.int32(angles))
    launch(
        load_kernel(xp, _SOURCE, "sample_polar"),
        (angles, len(keys)),
        (image, *sizes, cosine, sine, *counts, np.int32(len(keys)), keys),
    )
    launch(
        load_kernel(xp, _SOURCE, "find_residual"),
        (angles, radii),
        (keys, *counts, np.int32(radii), residual),
    )


def find_rings(residual: Array, halves: Array, rings: Array, flag: Array) -> None:  # noqa: ARG001 - as its twin
    """Fill in the median over the angles around the middle of each part of the turn."""
    parts, radii = rings.shape
    sizes = np.int32(radii), np.int32(residual.shape[1]), np.int32(parts)
    kernel = load_kernel(namespace(residual), _SOURCE, "find_rings")
    launch(kernel, (parts, radii), (residual, halves, np.float64(CHANCE), *sizes, rings))


def subtract_rings(  # noqa: PLR0917 - as its twin
    image: Array,
    center_x: float,
    center_y: float,
    rings: Array,
    out: Array,
    flag: Array,  # noqa: ARG001 - as its twin
) -> None:
    """Fill `out` with the image less the rings."""
    height, width = image.shape
    sizes = np.int32(height), np.int32(width), np.float64(center_x), np.float64(center_y)
    kernel = load_kernel(namespace(image), _SOURCE, "subtract_rings")
    launch(kernel, (width, height), (image, *sizes, rings, *map(np.int32, rings.shape), out))
