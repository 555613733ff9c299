"""The projector's and the back-projector's loops on a CUDA device: the same cells and weights as on a processor.

Both gather: one thread is one sample of a view, or one cell of the plane, and adds what it needs in a fixed order.
Nothing is added to by two threads, so the bits do not depend on the device's schedule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._cuda import launch, load_kernel
from daisy_lab.algorithms.ct.fbp import MARGIN, TABLE_ROWS, TAPS, WEIGHTS

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["gather_cells", "gather_views"]

GATHER_SOURCE: Final = (
    f"""
#define TAPS {TAPS}
#define ROWS {TABLE_ROWS}
#define WEIGHTS {WEIGHTS}
#define MARGIN {MARGIN}
"""
    r"""
#define REST (4294967296LL / ROWS)

/* Where the first frequency of a view lies, and how far the next one is, in cells with 32 bits after the point. */
struct Line { long long x, y, move_x, move_y; };

__device__ Line line_of(const double *view, int columns)
{
    const double one = 4294967296.0, first = TAPS / 2.0 - 1.0;
    Line line;
    line.x = (long long)((columns / 2 - first) * one);
    line.y = (long long)((MARGIN - first) * one);
    line.move_x = (long long)rint(view[0] * one);
    line.move_y = (long long)rint(view[1] * one);
    return line;
}

/* The weight of one of the cells around a place. */
__device__ float weight_of(const float *table, long long place, int tap)
{
    const float *row = table + ((place / REST) & (ROWS - 1)) * (2 * WEIGHTS);
    const float part = (float)(int)(place & (REST - 1)) / (float)REST;
    return row[tap] + part * row[WEIGHTS + tap];
}

/* Each sample of all views: the weighted sum of the cells around it. */
extern "C" __global__ void gather_views(const float2 *plane, const double *views, const float *table,
                                        float2 *spectra, int count, int frequencies, int lanes, int columns)
{
    const int at = blockIdx.x * blockDim.x + threadIdx.x, view = blockIdx.y * blockDim.y + threadIdx.y;
    if (at >= frequencies * lanes || view >= count) return;
    const int k = at / lanes, lane = at - k * lanes;
    const Line line = line_of(views + 5 * (long long)view, columns);
    const long long x = line.x + k * line.move_x, y = line.y + k * line.move_y;
    const float2 *cell = plane + ((y >> 32) * columns + (x >> 32)) * lanes + lane;
    float across[TAPS];
    for (int tap = 0; tap < TAPS; tap++) across[tap] = weight_of(table, x, tap);
    float real = 0.0f, imag = 0.0f;
    for (int down = 0; down < TAPS; down++) {
        float row_real = 0.0f, row_imag = 0.0f;
        for (int tap = 0; tap < TAPS; tap++) {
            const float2 value = cell[((long long)down * columns + tap) * lanes];
            row_real += across[tap] * value.x;
            row_imag += across[tap] * value.y;
        }
        const float weight = weight_of(table, y, down);
        real += weight * row_real;
        imag += weight * row_imag;
    }
    spectra[(long long)view * frequencies * lanes + at] = make_float2(real, imag);
}

/* The first and last frequency for which a place lies in the cells that reach `cell`, and not beyond those given. */
__device__ void narrow(long long place, long long move, int cell, int *first, int *last)
{
    const double from = (double)(((long long)(cell - TAPS + 1) << 32) - place);
    const double to = (double)(((long long)(cell + 1) << 32) - place);
    if (move == 0) {
        if (from > 0.0 || to <= 0.0) *last = -1;
        return;
    }
    const double one = from / (double)move, other = to / (double)move;
    *first = max(*first, (int)fmax(floor(fmin(one, other)), 0.0));
    *last = (int)fmin((double)*last, ceil(fmax(one, other)));
}

/* Each cell of the plane: the weighted sum of the samples around it. */
extern "C" __global__ void gather_cells(const float2 *spectra, const double *views, const float *table, float2 *plane,
                                        int count, int frequencies, int lanes, int columns, int rows)
{
    const int at = blockIdx.x * blockDim.x + threadIdx.x, down = blockIdx.y * blockDim.y + threadIdx.y;
    if (at >= columns * lanes || down >= rows) return;
    const int across = at / lanes, lane = at - across * lanes;
    float real = 0.0f, imag = 0.0f;
    for (int view = 0; view < count; view++) {
        const Line line = line_of(views + 5 * (long long)view, columns);
        int first = 0, last = frequencies - 1;
        narrow(line.x, line.move_x, across, &first, &last);
        narrow(line.y, line.move_y, down, &first, &last);
        const float2 *sample = spectra + ((long long)view * frequencies + first) * lanes + lane;
        for (int k = first; k <= last; k++, sample += lanes) {
            const long long x = line.x + k * line.move_x, y = line.y + k * line.move_y;
            const int tap_x = across - (int)(x >> 32), tap_y = down - (int)(y >> 32);
            if (tap_x < 0 || tap_x >= TAPS || tap_y < 0 || tap_y >= TAPS) continue;
            const float weight = weight_of(table, x, tap_x) * weight_of(table, y, tap_y);
            real += weight * sample->x;
            imag += weight * sample->y;
        }
    }
    plane[((long long)down * columns + across) * lanes + lane] = make_float2(real, imag);
}
"""
)


def gather_views(spectra: Array, views: Array, table: Array, plane: Array) -> None:
    """Fill spectra (angle, frequency, lane) from the plane (down, across, lane), without phases and weights."""
    count, frequencies, lanes = spectra.shape
    sizes = map(np.int32, (count, frequencies, lanes, plane.shape[1]))
    kernel = load_kernel(namespace(plane), GATHER_SOURCE, "gather_views")
    launch(kernel, (frequencies * lanes, count), (plane, views, table, spectra, *sizes))


def gather_cells(spectra: Array, views: Array, table: Array, plane: Array) -> None:
    """Fill the plane (down, across, lane) from spectra (angle, frequency, lane) with their phases and weights."""
    count, frequencies, lanes = spectra.shape
    sizes = map(np.int32, (count, frequencies, lanes, plane.shape[1], plane.shape[0]))
    kernel = load_kernel(namespace(plane), GATHER_SOURCE, "gather_cells")
    launch(kernel, (plane.shape[1] * lanes, plane.shape[0]), (spectra, views, table, plane, *sizes))
