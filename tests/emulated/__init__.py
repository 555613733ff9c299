"""A stand-in for CuPy where there is no CUDA device: the same rules, on the processor.

It computes with NumPy and SciPy, and runs CUDA kernels through a C++ compiler. It refuses whatever CuPy would: host
arrays among device arrays, names and arguments that CuPy does not have, silent copies to the host. See README.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from emulated import cuda
from emulated._array import asnumpy, ndarray, unwrap, wrap
from emulated._kernel import RawKernel
from emulated._names import function_of, names_of

__all__ = [
    "RawKernel",
    "array",
    "asanyarray",
    "asarray",
    "ascontiguousarray",
    "asnumpy",
    "cuda",
    "empty",
    "empty_like",
    "get_default_memory_pool",
    "get_default_pinned_memory_pool",
    "ndarray",
]

_GARBAGE = 0xFF


def array(obj: Any, dtype: Any = None, copy: bool = True, order: str = "K", ndmin: int = 0) -> ndarray:  # noqa: FBT001, FBT002 - CuPy's form
    """Copy an array of the host, or of this library, to the emulated device."""
    plain = unwrap(obj, host=True)
    return ndarray(np.array(plain, dtype=dtype, copy=copy or None, order=order, ndmin=ndmin, subok=False))


def asarray(a: Any, dtype: Any = None, order: str | None = None) -> ndarray:
    """Give the array itself if it is there already, otherwise a copy: never a view of host memory."""
    if isinstance(a, ndarray):
        made = np.asarray(a.values, dtype=dtype, order=order)
        return a if made is a.values else ndarray(made)
    return ndarray(np.array(unwrap(a, host=True), dtype=dtype, order=order or "K"))


def asanyarray(a: Any, dtype: Any = None, order: str | None = None) -> ndarray:
    return asarray(a, dtype, order)


def ascontiguousarray(a: Any, dtype: Any = None) -> ndarray:
    return asarray(a, dtype, "C")


def empty(shape: Any, dtype: Any = float, order: str = "C") -> ndarray:
    """Give memory full of garbage: not-a-number in every float."""
    made = np.empty(shape, dtype, order)
    made.reshape(-1, order="A").view(np.uint8)[...] = _GARBAGE
    return ndarray(made)


def empty_like(prototype: ndarray, dtype: Any = None, order: str = "K", shape: Any = None) -> ndarray:
    made = np.empty_like(prototype.values, dtype, order=order, shape=shape)
    made.reshape(-1, order="A").view(np.uint8)[...] = _GARBAGE
    return ndarray(made)


class _Pool:
    """Memory that would be kept for the next array; here there is none."""

    def free_all_blocks(self) -> None: ...

    def used_bytes(self) -> int:
        return 0

    def total_bytes(self) -> int:
        return 0

    def free_bytes(self) -> int:
        return 0

    def n_free_blocks(self) -> int:
        return 0


def get_default_memory_pool() -> _Pool:
    return _Pool()


def get_default_pinned_memory_pool() -> _Pool:
    return _Pool()


class _Part:
    """A namespace within the library: `linalg`, `fft`, `random`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return function_of(f"cupy.{self._name}", getattr(np, self._name), name)


_PARTS = {"fft", "linalg", "random"}


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Part(name) if name in _PARTS else function_of("cupy", np, name)


def __dir__() -> list[str]:
    return sorted(names_of("cupy"))


__all__ += ["unwrap", "wrap"]
