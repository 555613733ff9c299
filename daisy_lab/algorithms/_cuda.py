"""CUDA kernels: compiled once for each library of device arrays, and launched over as many threads as there is work.

A twin of a numba kernel lives in `_name_cupy.py`: its CUDA C stands in a module-level string whose name ends in
`SOURCE` (the tests find it by that name, and compile it for real devices), and its wrapper has the same signature.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["OPTIONS", "Kernel", "launch", "load_kernel"]

OPTIONS: Final = ("--std=c++14",)
"""How every source is compiled."""

# Threads of a block along x, y and z, where a launch does not say: neighbours in memory stay side by side.
_BLOCKS: Final = ((256,), (32, 8), (32, 4, 2))


class Kernel(Protocol):
    """A compiled kernel. Numbers are passed as NumPy scalars of the exact type that the source names."""

    def __call__(
        self, grid: tuple[int, ...], block: tuple[int, ...], args: tuple[Any, ...], /, *, shared_mem: int = 0
    ) -> None:
        """Start `grid` blocks of `block` threads."""
        ...


@lru_cache(maxsize=256)
def load_kernel(xp: ModuleType, source: str, name: str) -> Kernel:
    """Give one function of a CUDA C source, compiled at its first launch.

    Parameters
    ----------
    xp
        Library of the device's arrays, as `namespace(array)` gives it.
    source
        CUDA C in which the function is `extern "C" __global__`.
    name
        Name of the function.
    """
    kernel: Kernel = xp.RawKernel(source, name, options=OPTIONS)
    return kernel


def launch(
    kernel: Kernel, counts: tuple[int, ...], args: tuple[Any, ...], *, block: tuple[int, ...] | None = None
) -> None:
    """Start at least `counts` threads along x, y and z; each asks itself whether it is one too many.

    Parameters
    ----------
    kernel
        What `load_kernel` gave.
    counts
        Threads along x (up to 2**31), y and z (up to 65535 blocks each); x is the axis that lies together in memory.
        Nothing is started where one of them is 0.
    args
        Arrays, and NumPy scalars of the types in the source: `numpy.int32(n)` for an `int`.
    block
        Threads of a block along each axis; a usual number if absent.
    """
    if min(counts) <= 0:
        return
    threads = block or _BLOCKS[len(counts) - 1]
    grid = tuple(-(-count // each) for count, each in zip(counts, threads, strict=True))
    kernel(grid, threads, args)
