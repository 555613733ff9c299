# ruff: noqa: ANN401 - llvmlite has no types
"""Vector arithmetic in LLVM's own words, for the intrinsics of the compiled loops.

A vector of complex numbers holds their real parts, then their imaginary parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from llvmlite import ir

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["ALIGNMENT", "LANES", "Vectors", "aligned", "unit_of"]

LANES: Final = (4, 8)
"""Numbers of slices that a batch may have room for: 8 complex numbers fill the widest vector register."""

ALIGNMENT: Final = 32
"""Bytes at whose multiples whole vectors begin."""

_CACHE_LINE: Final = 64
_FLOAT: Final = ir.FloatType()
_INDEX: Final = ir.IntType(32)


def unit_of(lanes: int) -> tuple[float, ...]:
    """Give as many ones as there are lanes, by which the loops choose their vectors."""
    return tuple(np.ones(lanes, np.float32))


def aligned(shape: tuple[int, ...], dtype: type[np.generic]) -> Array:
    """Give zeros that begin at a cache line."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.zeros(size + _CACHE_LINE, np.uint8)
    start = -memory.ctypes.data % _CACHE_LINE
    return memory[start : start + size].view(dtype).reshape(shape)


class Vectors:
    """Writes instructions on vectors of `count` floats."""

    def __init__(self, builder: Any, count: int) -> None:
        self._builder = builder
        self._count = count
        self.add, self.subtract, self.multiply = builder.fadd, builder.fsub, builder.fmul

    def pick(self, first: Any, second: Any, lanes: list[int]) -> Any:
        """Give the vector of some elements of two others."""
        mask = ir.Constant(ir.VectorType(_INDEX, len(lanes)), [ir.Constant(_INDEX, lane) for lane in lanes])
        return self._builder.shuffle_vector(first, second, mask)

    def spread(self, vector: Any, lane: int) -> Any:
        """Give the vector that holds one element of another everywhere."""
        return self.pick(vector, vector, [lane] * self._count)

    def swap(self, vector: Any) -> Any:
        """Exchange real and imaginary parts."""
        half = self._count // 2
        return self.pick(vector, vector, [*range(half, self._count), *range(half)])

    def constant(self, value: float) -> Any:
        """Give the vector of one constant."""
        return ir.Constant(ir.VectorType(_FLOAT, self._count), [ir.Constant(_FLOAT, value)] * self._count)

    def halves(self, first: Any, second: Any) -> Any:
        """Give the vector that holds one number in its first half and another one in the second."""
        two = self._two(first, second)
        half = self._count // 2
        return self.pick(two, two, [0] * half + [1] * half)

    def pairs(self, even: Any, odd: Any) -> Any:
        """Give the vector that holds two numbers in turn."""
        two = self._two(even, odd)
        return self.pick(two, two, [0, 1] * (self._count // 2))

    def _two(self, first: Any, second: Any) -> Any:
        two = ir.Constant(ir.VectorType(_FLOAT, 2), ir.Undefined)
        two = self._builder.insert_element(two, first, ir.Constant(_INDEX, 0))
        return self._builder.insert_element(two, second, ir.Constant(_INDEX, 1))

    def pointer(self, address: Any, byte: int = 0) -> Any:
        """Give the pointer to a vector some bytes behind an address."""
        place = self._builder.add(address, ir.Constant(address.type, byte)) if byte else address
        return self._builder.inttoptr(place, ir.VectorType(_FLOAT, self._count).as_pointer())

    def load(self, address: Any, byte: int = 0, *, align: int = ALIGNMENT) -> Any:
        """Read a vector."""
        loaded = self._builder.load(self.pointer(address, byte))
        loaded.align = align
        return loaded

    def store(self, vector: Any, address: Any, byte: int = 0, *, align: int = ALIGNMENT) -> None:
        """Write a vector."""
        self._builder.store(vector, self.pointer(address, byte)).align = align

    def number(self, address: Any, byte: int) -> Any:
        """Read one number."""
        place = self._builder.add(address, ir.Constant(address.type, byte)) if byte else address
        loaded = self._builder.load(self._builder.inttoptr(place, _FLOAT.as_pointer()))
        loaded.align = 4
        return loaded

    def multiply_add(self, first: Any, second: Any, third: Any) -> Any:
        """Give first * second + third, fused where the processor can."""
        kind = first.type
        name = f"llvm.fmuladd.v{kind.count}f32"
        function = self._builder.module.globals.get(name)
        if function is None:
            function = ir.Function(self._builder.module, ir.FunctionType(kind, [kind] * 3), name)
        return self._builder.call(function, [first, second, third])

    def complex_product(self, vector: Any, real: Any, imag: Any) -> Any:
        """Give complex numbers times one complex number."""
        minus = self._builder.fsub(ir.Constant(_FLOAT, -0.0), imag)
        own = self.multiply(vector, self.halves(real, real))
        return self.multiply_add(self.swap(vector), self.halves(minus, imag), own)

    def conjugate(self, vector: Any) -> Any:
        """Give the conjugate complex numbers."""
        half = self._count // 2
        signs = [ir.Constant(_FLOAT, 1.0)] * half + [ir.Constant(_FLOAT, -1.0)] * half
        return self.multiply(vector, ir.Constant(ir.VectorType(_FLOAT, self._count), signs))
