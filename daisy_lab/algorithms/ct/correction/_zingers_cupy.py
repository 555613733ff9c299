"""CUDA twin of the search for zingers: a thread sorts the neighbourhood of its pixel, by the same network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._cuda import launch, load_kernel
from daisy_lab.algorithms.ct.correction._network import selection
from daisy_lab.algorithms.ct.correction._ranks import low_middle_high

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["clean"]

_HEAD: Final = r"""
#define EXCHANGE(low, high) { float s = fminf(v[low], v[high]); v[high] = fmaxf(v[low], v[high]); v[low] = s; }

__device__ bool finite(float value) { return value - value == 0.0f; }

/* Low, middle and high of the finite values among some, by insertion. */
__device__ __noinline__ void sorted_ranks(float *v, int length, float *ranks) {
    int count = 0;
    #pragma unroll 1
    for (int i = 0; i < length; ++i) {
        float value = v[i];
        if (!finite(value))
            continue;
        int place = count++;
        for (; place > 0 && v[place - 1] > value; --place)
            v[place] = v[place - 1];
        v[place] = value;
    }
    if (count) {
        ranks[0] = v[(count - 1) / 10];
        ranks[1] = 0.5f * v[(count - 1) / 2] + 0.5f * v[count / 2];
        ranks[2] = v[count - 1 - (count - 1) / 10];
    }
}

__device__ bool stands_out(float value, const float *ranks, float least, float most, float levels, float scale,
                           float noise, float difference, int kinds) {
    float above = fmaxf(levels * fmaxf((ranks[1] - ranks[0]) * scale, noise), difference);
    float below = fmaxf(levels * fmaxf((ranks[2] - ranks[1]) * scale, noise), difference);
    bool bright = value - ranks[1] > above && value - most > above && (kinds & 1);
    bool dark = ranks[1] - value > below && least - value > below && (kinds & 2);
    return (bright || dark) && finite(value);
}
"""

_BODY: Final = r"""
NETWORK

extern "C" __global__ void clean_NAME(const float *frames, float *out, int count, int rows, int columns,
                                      int padded_rows, int row_length, float levels, float scale, float noise,
                                      float difference, int kinds, unsigned int *replaced) {
    int column = blockIdx.x * blockDim.x + threadIdx.x, row = blockIdx.y * blockDim.y + threadIdx.y;
    int frame = blockIdx.z * blockDim.z + threadIdx.z;
    if (column >= columns || row >= rows || frame >= count)
        return;
    float v[LENGTH], ranks[3] = {0.0f, 0.0f, 0.0f};
    bool whole = true;
    int place = 0;
    for (int plane = 0; plane < PLANES; ++plane)
        for (int down = 0; down < SIZE; ++down) {
            long long line = ((long long)(frame + plane) * padded_rows + row + down) * row_length + column;
            for (int across = 0; across < SIZE; ++across) {
                v[place] = frames[line + across];
                whole = finite(v[place]) && whole;
                ++place;
            }
        }
    float value = v[LENGTH / 2], least = INFINITY, most = -INFINITY;
    if (PLANES > 1)
        for (int step = -1; step <= 1; step += 2) {
            float other = v[LENGTH / 2 + step * SIZE * SIZE];
            if (finite(other)) {
                least = fminf(least, other);
                most = fmaxf(most, other);
            }
        }
    if (whole) {
        network_NAME(v);
        ranks[0] = v[LOW];
        ranks[1] = v[MIDDLE];
        ranks[2] = v[HIGH];
    } else
        sorted_ranks(v, LENGTH, ranks);
    bool found = stands_out(value, ranks, least, most, levels, scale, noise, difference, kinds);
    if (found)
        atomicAdd(replaced, 1u);
    out[((long long)frame * rows + row) * columns + column] = found ? ranks[1] : value;
}
"""


def _network(name: str, exchanges: tuple[tuple[int, int], ...]) -> str:
    """Write a network: spelled out if it fits the registers, else as a table, which compiles much faster."""
    if len(exchanges) <= _SPELLED_OUT:
        steps = " ".join(f"EXCHANGE({first}, {second})" for first, second in exchanges)
        return f"__device__ void network_{name}(float *v) {{ {steps} }}"
    places = ", ".join(f"{first}, {second}" for first, second in exchanges)
    return f"""__constant__ unsigned char places_{name}[] = {{ {places} }};

__device__ void network_{name}(float *v) {{
    #pragma unroll 1
    for (int i = 0; i < {2 * len(exchanges)}; i += 2)
        EXCHANGE(places_{name}[i], places_{name}[i + 1])
}}"""


def _kernel(planes: int, size: int) -> str:
    """Write the kernel for one size of the neighbourhood."""
    length = planes * size * size
    low, middle, high = low_middle_high(length)
    exchanges = selection(length, (low, middle, high))
    words = {
        "NAME": f"{planes}_{size}",
        "NETWORK": _network(f"{planes}_{size}", exchanges),
        "LENGTH": length,
        "PLANES": planes,
        "SIZE": size,
        "LOW": low,
        "MIDDLE": middle,
        "HIGH": high,
    }
    text = _BODY
    for word, value in words.items():
        text = text.replace(word, str(value))
    return text


_SPELLED_OUT: Final = 200
"""Exchanges of a network that are written one by one."""

ZINGERS_SOURCE: Final = "#ifndef INFINITY\n#define INFINITY __int_as_float(0x7f800000)\n#endif\n" + "".join(
    [_HEAD, *(_kernel(planes, size) for planes, size in ((3, 3), (5, 5), (1, 3), (1, 5)))]
)


def clean(  # noqa: PLR0917 - the signature of the compiled loop
    frames: Array,
    out: Array,
    limits: tuple[np.float32, ...],
    kinds: int,
    planes: tuple[np.float32, ...],
    size: tuple[np.float32, ...],
) -> int:
    """Copy frames with what stands out replaced by the median around it, and count the replaced."""
    xp = namespace(out)
    replaced = xp.zeros(1, np.uint32)
    count, rows, columns = out.shape
    extent = (count, rows, columns, *frames.shape[1:])
    launch(
        load_kernel(xp, ZINGERS_SOURCE, f"clean_{len(planes)}_{len(size)}"),
        (columns, rows, count),
        (frames, out, *map(np.int32, extent), *limits, np.int32(kinds), replaced),
    )
    return int(replaced[0])
