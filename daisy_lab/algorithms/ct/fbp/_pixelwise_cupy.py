"""Back-projection from pixel to pixel on a CUDA device: a thread per pixel, all views one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab._algorithm import progress
from daisy_lab._arrays import companion, namespace, to_host
from daisy_lab.algorithms.ct._cuda import launch, load_kernel
from daisy_lab.algorithms.ct._repair import fill_sinogram

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.algorithms.ct.fbp._direct import Geometry, Region

__all__ = ["fill_pixelwise"]

_ONE: Final = 2.0**32
# Views that are transformed together; fixed, so that no block plan changes the shape of a transform.
_VIEWS: Final = 256

PIXELS_SOURCE: Final = r"""
/* Places in fixed point, 32 bits after the point: `start`, and steps along a line and from line to line. */
extern "C" __global__ void back_project(const float *__restrict__ filtered, const long long *__restrict__ steps,
                                        float *image, int views, int length, int height, int width)
{
    int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= width || y >= height)
        return;
    float sum = 0.0f;
    for (int view = 0; view < views; view++) {
        const long long *step = steps + 3 * view;
        long long place = step[0] + x * step[1] + y * step[2];
        const float *value = filtered + (long long)view * length + (place >> 32);
        float part = (float)(int)((place & 0xFFFFFFFFLL) >> 8) * 5.9604644775390625e-8f;
        sum += value[0] + part * (value[1] - value[0]);
    }
    image[(long long)y * width + x] = sum;
}
"""


def fill_pixelwise(
    projections: Any,  # noqa: ANN401 - a device array
    plan: Callable[[int], Geometry],
    volume: Any,  # noqa: ANN401 - a device array
    region: Region,
) -> list[int]:
    """Fill the volume, (row, y, x), on the device; give per row how many values were not finite."""
    return [
        _fill(projections[:, row], plan(row), volume[row], region)
        for row in progress(range(len(volume)), text="reconstruct")
    ]


def _fill(sinogram: Any, geometry: Geometry, image: Any, region: Region) -> int:  # noqa: ANN401 - device arrays
    xp = namespace(sinogram)
    replaced = 0
    values = sinogram.astype(np.float32)
    if not bool(xp.isfinite(values).all()):
        # Rare: repaired on the host, by the rule that holds there.
        filled, replaced = fill_sinogram(to_host(sinogram))
        if replaced == filled.size:
            image[...] = np.nan
            return replaced
        values = xp.asarray(filled)
    filtered = _filter(values, geometry)
    kernel = load_kernel(xp, PIXELS_SOURCE, "back_project")
    sizes = [np.int32(size) for size in (*filtered.shape, region.height, region.width)]
    steps = xp.asarray(_steps(geometry, region))
    launch(kernel, (region.width, region.height), (filtered, steps, image, *sizes))
    return replaced


def _steps(geometry: Geometry, region: Region) -> Any:  # noqa: ANN401 - an array
    """Give for each view where the first pixel lies in the filtered view, and the steps of column and line."""
    half = (geometry.width - 1) / 2
    start = geometry.center - geometry.first + half * (geometry.sine - geometry.cosine)
    steps = np.rint(np.stack([start, geometry.cosine, -geometry.sine], axis=1) * _ONE).astype(np.int64)
    # Whole steps to the region's corner: the same places as in the whole slice, bit by bit.
    steps[:, 0] += region.left * steps[:, 1] + region.top * steps[:, 2]
    return steps


def _filter(sinogram: Any, geometry: Geometry) -> Any:  # noqa: ANN401 - device arrays
    """Give the filtered, weighted views over all columns that the slice reaches."""
    xp, fft = namespace(sinogram), companion(sinogram, "fft")
    spectrum, weights = xp.asarray(geometry.spectrum), xp.asarray(geometry.weights)
    # Columns left of the detector lie at the end of the period.
    columns = xp.asarray(np.arange(geometry.first, geometry.first + geometry.length) % geometry.padded)
    filtered = xp.empty((len(sinogram), geometry.length), np.float32)
    for start in range(0, len(sinogram), _VIEWS):
        part = slice(start, start + _VIEWS)
        weighted = sinogram[part] * weights[part, np.newaxis]
        transformed = fft.rfft(weighted, geometry.padded, axis=1)
        transformed *= spectrum
        filtered[part] = fft.irfft(transformed, geometry.padded, axis=1)[:, columns]
    return filtered
