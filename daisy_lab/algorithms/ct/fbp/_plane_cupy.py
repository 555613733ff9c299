"""CUDA kernels of the gridding reconstruction: 8 slices at once, every cell gathered by one thread.

Gathering needs no atomic sums, so that the bits do not depend on the device's schedule; one weight serves 8 slices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial

from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._cuda import launch, load_kernel
from daisy_lab.algorithms.ct.fbp._tiles import TILE, Tiles
from daisy_lab.algorithms.ct.fbp._vectors import TAPS

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["SLICES", "add_sums", "gather", "kernel_terms", "take_columns", "weigh", "write_slices"]

SLICES: Final = 8
"""Slices that are computed together: always as many, so that no transform has another shape for fewer."""

_TERMS: Final = 9
_TURN: Final = (32, 8, 1)

PLANE_SOURCE: Final = r"""
#define SLICES 8
#define TILE 16
#define TERMS 9
#define REACH 2.5f

/* Multiply spectra (slice, view, frequency) by filter, weight and phase; write them with the slices together. */
extern "C" __global__ void weigh(const float2 *spectra, const double *views, const float *ramp,
                                 const float2 *phases, int own, float2 *out, int count, int frequencies)
{
    int k = blockIdx.x * blockDim.x + threadIdx.x, view = blockIdx.y * blockDim.y + threadIdx.y;
    if (k >= frequencies || view >= count)
        return;
    const double *line = views + 5 * (long long)view;
    double turn = line[2] * k * 0.15915494309189535;
    turn -= rint(turn);
    float s, c;
    sincospif((float)(2.0 * turn), &s, &c);
    float factor = (float)line[3] * ramp[k], sign = (float)line[4];
    float real = factor * c, imag = factor * s;
    float2 *target = out + ((long long)view * frequencies + k) * SLICES;
    for (int slice = 0; slice < SLICES; slice++) {
        float2 v = spectra[((long long)slice * count + view) * frequencies + k];
        if (own) {
            float2 p = phases[k * SLICES + slice];
            v = make_float2(v.x * p.x - v.y * p.y, v.x * p.y + v.y * p.x);
        }
        target[slice] = make_float2(real * v.x - imag * v.y, sign * (real * v.y + imag * v.x));
    }
}

/* The smooth kernel at a distance in cells: a polynomial of its square. */
__device__ float weight_at(float distance, const float *terms)
{
    float z = distance * distance * (1.0f / (REACH * REACH)), sum = terms[TERMS - 1];
#pragma unroll
    for (int i = TERMS - 2; i >= 0; i--)
        sum = fmaf(sum, z, terms[i]);
    return distance > -REACH && distance <= REACH ? sum : 0.0f;
}

/* One part of a tile: each thread adds what the samples of some views give to its cell, for all slices. */
extern "C" __global__ __launch_bounds__(256, 4) void gather(
    const float4 *__restrict__ spectra, const float *__restrict__ rays, const float *__restrict__ kernel,
    const int *__restrict__ parts, const int *__restrict__ passing, float2 *plane, float2 *sums,
    int frequencies, int cells)
{
    const int *part = parts + 8 * blockIdx.x;
    /* The threads that go together have 8 x 4 cells: a view passes all of them or few of them. */
    int t = threadIdx.x, across = (t >> 5 & 1) * 8 + (t & 7), down = (t >> 6) * 4 + (t >> 3 & 3);
    int x = part[0] + across, y = part[1] + down, rows = cells / 2 + 1;
    float terms[TERMS];
#pragma unroll
    for (int i = 0; i < TERMS; i++)
        terms[i] = kernel[i];
    float place_x = (float)(part[4] * x + part[2]), place_y = (float)(part[4] * y + part[3]);
    float4 sum[SLICES / 2];
#pragma unroll
    for (int i = 0; i < SLICES / 2; i++)
        sum[i] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    if (y < rows) {
        for (int hit = part[5]; hit < part[6]; hit++) {
            int view = passing[hit];
            /* Steps as the sum of two floats, and their reciprocals. */
            const float *ray = rays + 6 * view;
            float x0 = (place_x - REACH) * ray[4], x1 = (place_x + REACH) * ray[4];
            float y0 = (place_y - REACH) * ray[5], y1 = (place_y + REACH) * ray[5];
            float near = fmaxf(fmaxf(fminf(x0, x1), fminf(y0, y1)) - 0.01f, 0.0f);
            float far = fminf(fminf(fmaxf(x0, x1), fmaxf(y0, y1)) + 0.01f, (float)(frequencies - 1));
            if (near > far)
                continue;
            int first = (int)ceilf(near), last = (int)floorf(far);
            const float4 *value = spectra + ((long long)view * frequencies + first) * (SLICES / 2);
            for (int k = first; k <= last; k++, value += SLICES / 2) {
                float step = (float)k;
                float from_x = fmaf(-step, ray[1], fmaf(-step, ray[0], place_x));
                float from_y = fmaf(-step, ray[3], fmaf(-step, ray[2], place_y));
                float weight = weight_at(from_x, terms) * weight_at(from_y, terms);
#pragma unroll
                for (int i = 0; i < SLICES / 2; i++) {
                    float4 v = value[i];
                    sum[i].x = fmaf(weight, v.x, sum[i].x);
                    sum[i].y = fmaf(weight, v.y, sum[i].y);
                    sum[i].z = fmaf(weight, v.z, sum[i].z);
                    sum[i].w = fmaf(weight, v.w, sum[i].w);
                }
            }
        }
    }
    float sign = (float)part[4];
    int target = part[7];
    if (target < 0 && y >= rows)
        return;
    long long stride = target < 0 ? (long long)rows * cells : TILE * TILE;
    float2 *out = target < 0 ? plane + (long long)y * cells + x + cells / 2
                             : sums + (long long)target * SLICES * TILE * TILE + t;
#pragma unroll
    for (int i = 0; i < SLICES / 2; i++) {
        out[2 * i * stride] = make_float2(sum[i].x, sign * sum[i].y);
        out[(2 * i + 1) * stride] = make_float2(sum[i].z, sign * sum[i].w);
    }
}

/* Add the parts of a tile, always in the same order. */
extern "C" __global__ void add_sums(const int *tiles, const float2 *sums, float2 *plane, int cells)
{
    const int *tile = tiles + 4 * blockIdx.x;
    int t = threadIdx.x, across = (t >> 5 & 1) * 8 + (t & 7), down = (t >> 6) * 4 + (t >> 3 & 3);
    int x = tile[0] + across + cells / 2, y = tile[1] + down, rows = cells / 2 + 1, slice = blockIdx.y;
    if (y >= rows)
        return;
    float2 total = make_float2(0.0f, 0.0f);
    for (int part = tile[2]; part < tile[3]; part++) {
        float2 v = sums[((long long)part * SLICES + slice) * TILE * TILE + t];
        total.x += v.x;
        total.y += v.y;
    }
    plane[((long long)slice * rows + y) * cells + x] = total;
}

/* Exchange the axes of (slice, down, across), only for the columns that a slice has. */
extern "C" __global__ void take_columns(const float2 *plane, float2 *out, int rows, int cells, int width)
{
    __shared__ float2 kept[32][33];
    const float2 *source = plane + (long long)blockIdx.z * rows * cells;
    float2 *target = out + (long long)blockIdx.z * width * rows;
    int x = blockIdx.x * 32 + threadIdx.x, left = width / 2;
    int column = x < left ? cells - left + x : x - left;
    for (int i = threadIdx.y; i < 32; i += 8) {
        int y = blockIdx.y * 32 + i;
        if (x < width && y < rows)
            kept[i][threadIdx.x] = source[(long long)y * cells + column];
    }
    __syncthreads();
    int y = blockIdx.y * 32 + threadIdx.x;
    for (int i = threadIdx.y; i < 32; i += 8) {
        int at = blockIdx.x * 32 + i;
        if (at < width && y < rows)
            target[(long long)at * rows + y] = kept[threadIdx.x][i];
    }
}

/* Undo the kernel, and write columns (slice, x, cell) as slices (slice, y, x). */
extern "C" __global__ void write_slices(const float *columns, const float *down, const float *across,
                                        float *volume, int cells, int width)
{
    __shared__ float kept[32][33];
    const float *source = columns + (long long)blockIdx.z * width * cells;
    float *target = volume + (long long)blockIdx.z * width * width;
    int middle = width - 1 - width / 2, y = blockIdx.x * 32 + threadIdx.x;
    int cell = middle - y < 0 ? middle - y + cells : middle - y;
    for (int i = threadIdx.y; i < 32; i += 8) {
        int x = blockIdx.y * 32 + i;
        if (x < width && y < width)
            kept[i][threadIdx.x] = source[(long long)x * cells + cell];
    }
    __syncthreads();
    int x = blockIdx.y * 32 + threadIdx.x;
    for (int i = threadIdx.y; i < 32; i += 8) {
        int line = blockIdx.x * 32 + i;
        if (x < width && line < width)
            target[(long long)line * width + x] = kept[threadIdx.x][i] * (down[line] * across[x]);
    }
}
"""


def weigh(spectra: Any, views: Any, ramp: Any, phases: Any | None, out: Any) -> None:  # noqa: ANN401 - device arrays
    """Filter, weigh and shift spectra (slice, angle, frequency) into (angle, frequency, slice).

    `phases`, (frequency, slice), moves each row's own axis to 0.
    """
    _slices, count, frequencies = spectra.shape
    args = (spectra, views, ramp, spectra if phases is None else phases)
    sizes = (np.int32(phases is not None), out, np.int32(count), np.int32(frequencies))
    launch(_loaded(spectra, "weigh"), (frequencies, count), (*args, *sizes))


def gather(spectra: Any, rays: Any, terms: Any, tiles: Tiles, plane: Any, sums: Any) -> None:  # noqa: ANN401, PLR0917 - device arrays, as the kernel takes them
    """Gather weighed spectra (angle, frequency, slice) into the half plane (slice, down, across)."""
    sizes = (np.int32(spectra.shape[1]), np.int32(plane.shape[2]))
    threads = TILE * TILE
    launch(
        _loaded(spectra, "gather"),
        (len(tiles.parts) * threads,),
        (spectra, rays, terms, tiles.parts, tiles.views, plane, sums, *sizes),
        block=(threads,),
    )


def add_sums(tiles: Tiles, plane: Any, sums: Any) -> None:  # noqa: ANN401 - device arrays
    """Add what the parts of the tiles in the middle and at the edge gave."""
    threads = TILE * TILE
    launch(
        _loaded(plane, "add_sums"),
        (len(tiles.sums) * threads, SLICES),
        (tiles.sums, sums, plane, np.int32(plane.shape[2])),
        block=(threads, 1),
    )


def take_columns(plane: Any, out: Any) -> None:  # noqa: ANN401 - device arrays
    """Copy the columns that a slice has: (slice, down, across) to (slice, x, down)."""
    slices, rows, cells = plane.shape
    width = out.shape[1]
    sizes = (np.int32(rows), np.int32(cells), np.int32(width))
    counts = (-(-width // 32) * 32, -(-rows // 32) * 8, slices)
    launch(_loaded(plane, "take_columns"), counts, (plane, out, *sizes), block=_TURN)


def write_slices(columns: Any, down: Any, across: Any, volume: Any) -> None:  # noqa: ANN401 - device arrays
    """Write transformed columns (slice, x, cell) into slices (slice, y, x)."""
    slices, width, _width = volume.shape
    sizes = (np.int32(columns.shape[2]), np.int32(width))
    counts = (-(-width // 32) * 32, -(-width // 32) * 8, slices)
    launch(_loaded(columns, "write_slices"), counts, (columns, down, across, volume, *sizes), block=_TURN)


def _loaded(array: Any, name: str) -> Any:  # noqa: ANN401 - a device array, a kernel
    return load_kernel(namespace(array), PLANE_SOURCE, name)


def kernel_terms(table: Array) -> Array:
    """Give the polynomial of the squared distance, in parts of the reach, that stands for the tabulated kernel.

    A device has no room to look up a table for every thread at once; the polynomial is exact to 1e-6.
    """
    rows = len(table)
    distance = np.arange(TAPS) - (TAPS / 2 - 1) - np.arange(rows)[:, np.newaxis] / rows
    square = (distance / (TAPS / 2)) ** 2
    fit = Chebyshev.fit(square.ravel(), table[:, :TAPS].ravel(), _TERMS - 1, domain=[0, 1])
    return np.asarray(fit.convert(kind=Polynomial).coef, np.float32)
