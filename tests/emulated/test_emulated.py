"""The stand-in for CuPy is as strict as CuPy, and runs kernels as a device does."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._arrays import companion, namespace, on_host, to_host
from daisy_lab.algorithms.ct._cuda import launch, load_kernel

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_SOURCE = r"""
extern "C" __global__ void scale(const float *in, float *out, int n, float factor)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = factor * in[i];
}

extern "C" __global__ void mirror(const float *in, float *out, int n)
{
    __shared__ float kept[64];
    int t = threadIdx.x, i = blockIdx.x * 64 + t;
    if (i < n) kept[t] = in[i];
    __syncthreads();
    int last = min(64, n - (int)blockIdx.x * 64) - 1;
    if (i < n) out[i] = kept[last - t];
}

extern "C" __global__ void total(const float *in, float *out, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) atomicAdd(out, in[i]);
}

extern "C" __global__ void turn(const float2 *in, float2 *out, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    float s, c;
    sincospif(0.5f, &s, &c);
    if (i < n) out[i] = make_float2(c * in[i].x - s * in[i].y, s * in[i].x + c * in[i].y);
}

extern "C" __global__ void partly(float *out, int n)
{
    extern __shared__ float kept[];
    if (threadIdx.x >= (unsigned int)n) return;
    kept[threadIdx.x] = 1.0f;
    __syncthreads();
    out[threadIdx.x] = kept[threadIdx.x];
}
"""

_RACE_SOURCE = r"""
extern "C" __global__ void race(float *out)
{
    out[0] = (float)threadIdx.x;
}
"""


def test_arrays_say_where_they_belong(device: ModuleType) -> None:
    array = device.asarray(np.arange(3.0))
    assert namespace(array) is device
    assert not on_host(array)
    assert isinstance(to_host(array), np.ndarray)
    assert to_host(device.asarray([1, 2])).tolist() == [1, 2]


def test_code_written_once_gives_the_same_on_both_sides(device: ModuleType) -> None:
    values = np.random.default_rng(0).random((5, 8), np.float32)
    array = device.asarray(values)

    def work(x: object) -> object:
        xp = namespace(x)
        smooth = companion(x, "ndimage").gaussian_filter(x, 1.0)
        spectrum = companion(x, "fft").rfft(smooth, axis=1)
        best = xp.where(smooth > smooth.mean(), smooth, 0)
        best[1:, ::2] += np.float32(1)
        return xp.abs(spectrum).sum(axis=1)[::-1] + best.max(axis=1)

    np.testing.assert_allclose(to_host(work(array)), work(values), rtol=1e-5)
    assert np.array_equal(to_host(array), values)


def test_results_stay_on_the_device_even_without_axes(device: ModuleType) -> None:
    array = device.asarray(np.arange(4.0))
    assert isinstance(array.sum(), device.ndarray)
    assert isinstance(array[2], device.ndarray)
    assert float(array[2]) == 2.0
    assert isinstance(np.sqrt(array), device.ndarray)
    assert isinstance(np.concatenate([array, array]), device.ndarray)


@pytest.mark.parametrize(
    "mix",
    [
        lambda x: x.array + x.host,
        lambda x: x.host * x.array,
        lambda x: x.device.add(x.array, x.host),
        lambda x: x.device.where(x.array > 1, x.host, x.array),
        lambda x: x.array.__setitem__(slice(0, 2), x.host[:2]),
        lambda x: np.asarray(x.array),
        lambda x: np.hypot(x.array, x.host),
        lambda x: x.device.sqrt(x.array, where=x.array > 1),
        lambda x: x.device.sum(x.array, where=x.array > 1),
        lambda x: x.array.sum(where=x.array > 1),
    ],
)
def test_a_silent_copy_or_an_argument_that_a_device_lacks_is_refused(
    device: ModuleType, mix: Callable[[SimpleNamespace], object]
) -> None:
    host = np.arange(3.0)
    with pytest.raises((TypeError, ValueError)):
        mix(SimpleNamespace(device=device, array=device.asarray(host), host=host))


def test_names_that_a_device_lacks_are_missing(device: ModuleType) -> None:
    with pytest.raises(AttributeError):
        device.errstate  # noqa: B018 - the question is whether it is there
    with pytest.raises(AttributeError):
        device.asarray([1.0]).ctypes  # noqa: B018 - as above


def test_names_are_those_of_the_real_library() -> None:
    pytest.importorskip("cupy")
    names = importlib.import_module("emulated._names")
    for module in names.MODULES:
        missing = names.names_of(module) - names.read_real(module).keys()
        # SciPy's parts differ from release to release; nothing of ours may rest on a name that went.
        assert not missing, module


@pytest.mark.parametrize("size", [1, 64, 130])
def test_a_kernel_does_what_its_source_says(device: ModuleType, size: int) -> None:
    values = np.arange(size, dtype=np.float32) + 1
    array, out = device.asarray(values), device.empty(size, np.float32)
    count = np.int32(size)
    launch(load_kernel(device, _SOURCE, "scale"), (size,), (array, out, count, np.float32(3)))
    assert np.array_equal(to_host(out), 3 * values)
    launch(load_kernel(device, _SOURCE, "mirror"), (size,), (array, out, count), block=(64,))
    expected = np.concatenate([values[start : start + 64][::-1] for start in range(0, size, 64)])
    assert np.array_equal(to_host(out), expected)
    total = device.zeros(1, np.float32)
    launch(load_kernel(device, _SOURCE, "total"), (size,), (array, total, count))
    assert float(total[0]) == values.sum()
    turned = device.empty(size, np.complex64)
    launch(load_kernel(device, _SOURCE, "turn"), (size,), (array.astype(np.complex64), turned, count))
    assert np.array_equal(to_host(turned), 1j * values)


def test_a_kernel_works_on_a_view_and_leaves_the_rest(device: ModuleType) -> None:
    array = device.asarray(np.arange(6, dtype=np.float32))
    launch(load_kernel(device, _SOURCE, "scale"), (2,), (array[:2], array[3:], np.int32(2), np.float32(10)))
    assert to_host(array).tolist() == [0, 1, 2, 0, 10, 5]


def test_nothing_is_launched_for_nothing(device: ModuleType) -> None:
    out = device.empty(0, np.float32)
    launch(load_kernel(device, _SOURCE, "scale"), (0,), (out, out, np.int32(0), np.float32(1)))


def test_a_kernel_is_loaded_once(device: ModuleType) -> None:
    assert load_kernel(device, _SOURCE, "scale") is load_kernel(device, _SOURCE, "scale")


@pytest.fixture
def emulated() -> ModuleType:
    return importlib.import_module("emulated")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (lambda a: (a, a, 3, np.float32(1)), "exact type"),
        (lambda a: (a, a, np.int64(3), np.float32(1)), "int32"),
        (lambda a: (a, a, np.int32(3), 1.0), "exact type"),
        (lambda a: (a, np.zeros(3, np.float32), np.int32(3), np.float32(1)), "array of the device"),
        (lambda a: (a.astype(np.float64), a, np.int32(3), np.float32(1)), "float32"),
        (lambda a: (a, a), "arguments"),
    ],
)
def test_arguments_of_another_type_are_refused(
    emulated: ModuleType, args: Callable[[Any], tuple[Any, ...]], message: str
) -> None:
    array = emulated.zeros(3, np.float32)
    with pytest.raises(TypeError, match=message):
        load_kernel(emulated, _SOURCE, "scale")((1,), (32,), args(array))


def test_a_kernel_that_writes_outside_is_caught(emulated: ModuleType) -> None:
    array, out = emulated.zeros(9, np.float32), emulated.zeros(8, np.float32)
    with pytest.raises(RuntimeError, match="outside"):
        load_kernel(emulated, _SOURCE, "scale")((1,), (32,), (array, out, np.int32(9), np.float32(1)))


def test_a_race_is_caught(emulated: ModuleType) -> None:
    with pytest.raises(RuntimeError, match="order of threads"):
        load_kernel(emulated, _RACE_SOURCE, "race")((1,), (32,), (emulated.zeros(1, np.float32),))


def test_threads_that_miss_a_barrier_are_caught(emulated: ModuleType) -> None:
    kernel = load_kernel(emulated, _SOURCE, "partly")
    out = emulated.zeros(32, np.float32)
    kernel((1,), (32,), (out, np.int32(32)), shared_mem=128)
    assert (to_host(out) == 1).all()
    with pytest.raises(RuntimeError, match="__syncthreads"):
        kernel((1,), (32,), (out, np.int32(7)), shared_mem=128)


def test_a_copy_on_a_stream_is_not_there_before_somebody_waits(emulated: ModuleType) -> None:
    copies, event = emulated.cuda.Stream(non_blocking=True), emulated.cuda.Event()
    work = emulated.cuda.Stream(non_blocking=True)
    array = emulated.zeros(3, np.float32)
    array.set(np.ones(3, np.float32), stream=copies)
    event.record(copies)
    with work:
        assert float(array.sum()) == 0
        work.wait_event(event)
        assert float(array.sum()) == 3
        array *= 2
        done = work.record()
    back = np.zeros(3, np.float32)
    copies.wait_event(done)
    array.get(stream=copies, out=back, blocking=False)
    assert back.sum() == 0
    copies.synchronize()
    assert back.sum() == 6


def test_new_memory_holds_no_number(emulated: ModuleType) -> None:
    assert np.isnan(to_host(emulated.empty((2, 3), np.float32))).all()
    assert np.isnan(to_host(emulated.empty_like(emulated.zeros(3)))).all()
