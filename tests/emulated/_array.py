"""Arrays of the emulated device: NumPy arrays in a wrapper that behaves as CuPy's arrays do."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from emulated import _names, cuda

__all__ = ["asnumpy", "ndarray", "unwrap", "wrap"]

_PLAIN = {"shape", "dtype", "ndim", "size", "nbytes", "itemsize", "strides", "flags"}
_VIEWS = {"T", "mT", "real", "imag"}
_UFUNC_ARGUMENTS = {"out", "dtype", "casting"}


class ndarray(NDArrayOperatorsMixin):  # noqa: N801 - as CuPy names it
    """An array that lies on the emulated device."""

    __hash__ = None  # type: ignore[assignment] - arrays are compared element by element

    def __init__(self, values: Any) -> None:
        object.__setattr__(self, "_values", np.asarray(values))

    @property
    def values(self) -> Any:
        """The memory, after everything that the current stream was asked for before."""
        cuda.get_current_stream().flush()
        return self._values

    @property
    def device(self) -> Any:
        return cuda.Device(0)

    @property
    def data(self) -> Any:
        return _Pointer(self._values.ctypes.data)

    def get(self, stream: Any = None, order: str = "C", out: Any = None, blocking: bool = True) -> Any:  # noqa: FBT001, FBT002 - CuPy's form
        """Copy to the host; into `out` on a stream the copy waits until somebody waits for it."""
        if out is None:
            return np.array(self.values, order=order)
        if not isinstance(out, np.ndarray) or (out.shape, out.dtype) != (self.shape, self.dtype):
            raise ValueError("out must be a host array of the same shape and type")
        if not (self._values.flags.c_contiguous and out.flags.c_contiguous):
            raise ValueError("both arrays must be contiguous")
        where = stream or cuda.get_current_stream()
        where.enqueue(lambda: np.copyto(out, self._values))
        if blocking or stream is None:
            where.flush()
        return out

    def set(self, arr: Any, stream: Any = None) -> None:
        """Fill from the host; on a stream the copy waits until somebody waits for it."""
        if not isinstance(arr, np.ndarray) or (arr.shape, arr.dtype) != (self.shape, self.dtype):
            raise ValueError("arr must be a host array of the same shape and type")
        if not (self._values.flags.c_contiguous and arr.flags.c_contiguous):
            raise ValueError("both arrays must be contiguous")
        where = stream or cuda.get_current_stream()
        where.enqueue(lambda: np.copyto(self._values, arr))

    def __array__(self, *_args: Any, **_kwargs: Any) -> Any:
        raise TypeError("Implicit conversion to a NumPy array is not allowed: use .get() or to_host")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "__call__" and (unknown := kwargs.keys() - _UFUNC_ARGUMENTS):
            raise TypeError(f"CuPy's {ufunc.__name__} takes no {unknown}")
        if ufunc is not np.matmul and ufunc.__name__ not in _names.names_of("cupy"):
            raise TypeError(f"CuPy has no {ufunc.__name__}")
        return call(getattr(ufunc, method), inputs, kwargs)

    def __array_function__(self, function: Any, _types: Any, args: Any, kwargs: Any) -> Any:
        return _names.function_of("cupy", np, function.__name__)(*args, **kwargs)

    def __getitem__(self, index: Any) -> Any:
        return wrap(self.values[unwrap(index)])

    def __setitem__(self, index: Any, value: Any) -> None:
        self.values[unwrap(index)] = unwrap(value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in _PLAIN:  # known without waiting for the device
            return getattr(self._values, name)
        if name not in _names.names_of("cupy.ndarray"):
            raise AttributeError(f"CuPy's arrays have no {name}")
        if name in _VIEWS:
            return ndarray(getattr(self.values, name))

        def method(*args: Any, **kwargs: Any) -> Any:
            _names.check("cupy.ndarray", name, (self, *args), kwargs)
            return call(getattr(self.values, name), args, kwargs)

        return method

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in {"real", "imag", "shape"}:
            raise AttributeError(f"{name} cannot be set")
        setattr(self.values, name, unwrap(value))

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Any:
        return (wrap(value) for value in self.values)

    def __bool__(self) -> bool:
        return bool(self.values)

    def __int__(self) -> int:
        return int(self.values)

    def __index__(self) -> int:
        return int(self.values.__index__())

    def __float__(self) -> float:
        return float(self.values)

    def __complex__(self) -> complex:
        return complex(self.values)

    def __repr__(self) -> str:
        return f"emulated {self.values!r}"


class _Pointer:
    def __init__(self, ptr: int) -> None:
        self.ptr = ptr


def call(function: Any, args: Any, kwargs: Any) -> Any:
    """Call a function of NumPy or SciPy with arrays of the device."""
    out = kwargs.get("out", kwargs.get("output"))
    out = out[0] if isinstance(out, tuple) and len(out) == 1 else out
    result = function(*[unwrap(arg) for arg in args], **{name: unwrap(arg) for name, arg in kwargs.items()})
    if isinstance(out, ndarray):
        return out
    return wrap(result)


def unwrap(value: Any, *, host: bool = False) -> Any:
    """Give the memory of device arrays, also within lists; refuse host arrays unless `host`."""
    if isinstance(value, ndarray):
        return value.values
    if isinstance(value, np.ndarray) and not host:
        raise TypeError(f"Unsupported type {type(value)}: an array of the host among those of the device")
    if isinstance(value, (list, tuple)):
        return type(value)([unwrap(item, host=host) for item in value])
    return value


def wrap(value: Any) -> Any:
    """Put every array and NumPy number of a result on the device; CuPy gives arrays without axes, not numbers."""
    if isinstance(value, (np.ndarray, np.generic)) and not isinstance(value, np.void):
        return ndarray(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*[wrap(item) for item in value])
    if isinstance(value, (list, tuple)):
        return type(value)([wrap(item) for item in value])
    return value


def asnumpy(a: Any, stream: Any = None, order: str = "C", out: Any = None, *, blocking: bool = True) -> Any:
    """Give an array as one of the host."""
    return a.get(stream, order, out, blocking) if isinstance(a, ndarray) else np.asarray(a, order=order)
