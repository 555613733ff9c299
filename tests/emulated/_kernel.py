"""CUDA kernels on the processor: the same source, compiled as C++, run block by block.

A launch is stricter than a device's. Arguments must have the types of the source; memory around each array is guarded
and read as not-a-number; and everything runs twice, with threads and blocks in opposite order: what differs is a race.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emulated._array import ndarray

__all__ = ["RawKernel"]

_HEADER = Path(__file__).with_name("cuda_on_host.h")
_GUARD = 1 << 14
_THREADS = 1024
_AXES = 65535
_lock = threading.Lock()

_TYPES = {
    "bool": "bool",
    "char": "int8",
    "signed char": "int8",
    "unsigned char": "uint8",
    "short": "int16",
    "unsigned short": "uint16",
    "int": "int32",
    "unsigned int": "uint32",
    "unsigned": "uint32",
    "long long": "int64",
    "unsigned long long": "uint64",
    "size_t": "uint64",
    "float": "float32",
    "double": "float64",
    "float2": "complex64",
    "double2": "complex128",
}


class RawKernel:
    """A function of a CUDA C source."""

    def __init__(self, code: str, name: str, options: tuple[str, ...] = (), backend: str = "nvrtc") -> None:
        self.code, self.name, self.options, self.backend = code, name, tuple(options), backend
        self._parameters = _parameters(code, name)
        self._atomic = "atomic" in code  # sums of floats depend on their order

    def __call__(
        self, grid: tuple[int, ...], block: tuple[int, ...], args: tuple[Any, ...], *, shared_mem: int = 0
    ) -> None:
        shape = [*_three(grid, "grid"), *_three(block, "block")]
        if max(shape[1:3]) > _AXES or np.prod(shape[3:]) > _THREADS:
            raise RuntimeError(f"CUDA_ERROR_INVALID_VALUE: grid {grid}, block {block} of {self.name}")
        if len(args) != len(self._parameters):
            raise TypeError(f"{self.name} takes {len(self._parameters)} arguments, {len(args)} are given")
        for arg, (kind, pointer, text) in zip(args, self._parameters, strict=True):
            _check(self.name, text, arg, kind, pointer)
        run = _compiled(self.code, self.name)
        regions = _regions([arg.values for arg in args if isinstance(arg, ndarray)])
        results = []
        for backward in (0, 1):
            guarded = [_Guarded(start, end, index) for index, (start, end) in enumerate(regions)]
            places = [_place(arg, guarded) for arg in args]
            pointers = (ctypes.c_void_p * len(args))(*[place.ctypes.data for place in places])
            with _lock:
                failed = run(pointers, (ctypes.c_uint * 6)(*shape), backward, shared_mem)
            if failed:
                raise RuntimeError(f"{self.name}: some threads ended while others wait at __syncthreads")
            for region in guarded:
                region.check(self.name)
            results.append([region.inner for region in guarded])
        if not self._atomic and any((a != b).any() for a, b in zip(*results, strict=True)):
            raise RuntimeError(f"{self.name}: the result depends on the order of threads or blocks")
        for (start, end), inner in zip(regions, results[0], strict=True):
            ctypes.memmove(start, inner.ctypes.data, end - start)


def _three(counts: tuple[int, ...], name: str) -> list[int]:
    if not isinstance(counts, tuple) or not 1 <= len(counts) <= 3 or min(counts) < 1:
        raise ValueError(f"{name} must be a tuple of 1 to 3 positive numbers, not {counts}")
    return [int(count) for count in counts] + [1] * (3 - len(counts))


def _check(name: str, text: str, arg: Any, kind: str | None, pointer: bool) -> None:  # noqa: FBT001 - private
    if pointer:
        if not isinstance(arg, ndarray):
            raise TypeError(f"{name}: {text} needs an array of the device, not {type(arg).__name__}")
        given = arg.dtype
    else:
        if not isinstance(arg, np.generic):
            raise TypeError(
                f"{name}: {text} needs a NumPy number of the exact type; CuPy passes a Python int as 64 bits and "
                f"a Python float as double, and the kernel would read garbage"
            )
        given = arg.dtype
    if kind is not None and np.dtype(kind) != given:
        raise TypeError(f"{name}: {text} is {kind}, the argument is {given}")


def _parameters(code: str, name: str) -> list[tuple[str | None, bool, str]]:
    """Read type, whether it is a pointer, and text of each parameter."""
    plain = re.sub(r"/\*.*?\*/|//[^\n]*", " ", code, flags=re.DOTALL)
    found = re.search(
        rf"__global__\s+(?:__launch_bounds__\s*\([^)]*\)\s*)?void\s+"
        rf"(?:__launch_bounds__\s*\([^)]*\)\s*)?{re.escape(name)}\s*\(([^)]*)\)",
        plain,
    )
    if found is None:
        raise ValueError(f"the source has no kernel {name}")
    parameters = []
    for text in filter(None, (part.strip() for part in found[1].split(","))):
        words = re.sub(r"\b(const|volatile|__restrict__)\b|\*", " ", text).split()[:-1]
        kind = " ".join(words)
        if "*" not in text and kind not in _TYPES:
            raise ValueError(f"{name}: the emulation does not know the type of {text}")
        parameters.append((_TYPES.get(kind), "*" in text, " ".join(text.split())))
    return parameters


class _Guarded:
    """A copy of a piece of memory, with a fence on both sides."""

    def __init__(self, start: int, end: int, index: int) -> None:
        self.start, self.end = start, end
        # A signalling not-a-number, another one for each piece: neither a copy nor a result of it looks the same.
        self._fence = np.full(_GUARD // 4, 0xFFA50000 + index, np.uint32).view(np.uint8)
        self._memory = np.concatenate([self._fence, np.empty(end - start, np.uint8), self._fence])
        self.inner = self._memory[_GUARD : _GUARD + end - start]
        ctypes.memmove(self.inner.ctypes.data, start, end - start)

    def check(self, name: str) -> None:
        if (self._memory[:_GUARD] != self._fence).any() or (self._memory[-_GUARD:] != self._fence).any():
            raise RuntimeError(f"{name} writes outside its arrays")


def _regions(arrays: list[Any]) -> list[tuple[int, int]]:
    """Give the pieces of memory that the arrays take, those that touch as one."""
    bounds = sorted(np.lib.array_utils.byte_bounds(array) for array in arrays if array.size)
    merged: list[tuple[int, int]] = []
    for start, end in bounds:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _place(arg: Any, guarded: list[_Guarded]) -> Any:
    """Give memory that holds the argument: the address of an array, or a number."""
    if not isinstance(arg, ndarray):
        return np.array(arg)
    address = arg.values.ctypes.data
    for region in guarded:
        if region.start <= address < region.end:
            return np.array(region.inner.ctypes.data + address - region.start, np.uint64)
    return np.array(0, np.uint64)  # an empty array


@cache
def _compiled(code: str, name: str) -> Any:
    """Compile a kernel into a library, kept for the next process, and give the function that runs a grid of it."""
    compiler = shutil.which("g++")
    if compiler is None:
        pytest.skip("no g++ to emulate CUDA kernels with")
    text = _translate(code, name)
    key = hashlib.sha256((_HEADER.read_text("utf-8") + text).encode()).hexdigest()[:24]
    folder = Path(tempfile.gettempdir()) / f"daisy-emulated-{os.getuid()}"
    library = folder / f"{key}.so"
    if not library.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        made = folder / f"{key}-{os.getpid()}.so"
        options = ["-O2", "-std=c++17", "-shared", "-fPIC", "-w", "-U_FORTIFY_SOURCE", "-ffp-contract=off"]
        done = subprocess.run(
            [compiler, *options, "-x", "c++", f"-I{_HEADER.parent}", "-", "-o", str(made)],
            input=text,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{name} does not compile:\n{done.stderr}")
        made.replace(library)
    run = ctypes.CDLL(str(library)).emulated_run
    run.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
    run.restype = ctypes.c_int
    return run


def _translate(code: str, name: str) -> str:
    """Write the C++ that runs the kernel over a grid."""
    code = re.sub(
        r"extern\s+__shared__\s+([\w ]+?)\s+(\w+)\s*\[\s*\]\s*;", r"\1 *\2 = (\1 *)emulated_shared;", code
    )
    values = []
    for index, (_kind, _pointer, text) in enumerate(_parameters(code, name)):
        kind = re.sub(r"\w+\s*$", "", text).replace("__restrict__", "")
        values.append(f"*({kind.strip()} *)args[{index}]")
    return f"""#include "cuda_on_host.h"
{code}
static void emulated_call(void **args) {{ {name}({", ".join(values)}); }}
extern "C" int emulated_run(void **args, const unsigned int *shape, int backward, size_t shared)
{{
    gridDim = {{shape[0], shape[1], shape[2]}};
    blockDim = {{shape[3], shape[4], shape[5]}};
    emulated_body = emulated_call;
    emulated_args = args;
    return emulated_grid({int("__syncthreads" in code)}, backward, shared);
}}
"""
