# ruff: noqa: ANN401 - llvmlite has no types
"""Vector instructions for the compiled loops, where LLVM does not find them by itself.

It fears negative indices and overlapping arrays. These intrinsics take addresses and write whole vectors; the type of
a tuple picks their length. Every lane does the same operations whatever the length.

Numba's cache looks only at the file of a compiled function: after a change here, touch `_spread.py`.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from daisy_lab.algorithms.ct._compiled import UNIFORM
from daisy_lab.algorithms.ct.fbp._simd import Vectors

__all__ = ["TAPS", "WEIGHTS", "prefetch", "spread_sample", "transpose_tile", "weights_at"]

TAPS: Final = 5
"""Grid cells that a sample reaches along each axis."""

WEIGHTS: Final = 8
"""Numbers that the weights of one place take in the table: as many differences to the next place follow."""


def weights_at(builder: Any, row: Any, part: Any) -> Any:
    """Give the weights of a place between two rows of the table."""
    v = Vectors(builder, WEIGHTS)
    return v.multiply_add(v.load(row, 4 * WEIGHTS), v.halves(part, part), v.load(row))


def _spread_sample(
    _context: Any,
    _cells: Any,
    _stride: Any,
    _value: Any,
    _factor: Any,
    _sign: Any,
    _across: Any,
    _across_part: Any,
    _down: Any,
    _down_part: Any,
    lanes: Any,
) -> Any:
    """Add one sample of all slices, times a complex factor, to the cells around it.

    Cells, value, across and down are addresses: of the first cell, the sample, and the rows of the
    table for both axes, whose parts say how far on the way to the next row. Where the sign is -1, the conjugate is
    added.
    """
    count = 2 * len(lanes)

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        line, stride, value, factor, sign, across, across_part, down, down_part, _lanes = args
        v = Vectors(builder, count)
        real, imag = (builder.extract_value(factor, part) for part in (0, 1))
        minus = builder.fsub(ir.Constant(ir.FloatType(), -0.0), imag)
        sample = v.load(value)
        own = v.halves(real, builder.fmul(sign, real))
        swapped = v.halves(minus, builder.fmul(sign, imag))
        product = v.multiply_add(v.swap(sample), swapped, v.multiply(sample, own))
        columns, rows = weights_at(builder, across, across_part), weights_at(builder, down, down_part)
        columns = [v.spread(columns, tap) for tap in range(TAPS)]
        for tap in range(TAPS):
            scaled = v.multiply(product, v.spread(rows, tap))
            for column in range(TAPS):
                cell = v.load(line, 4 * count * column)
                v.store(v.multiply_add(scaled, columns[column], cell), line, 4 * count * column)
            line = builder.add(line, stride)
        return context.get_dummy_value()

    pair = UNIFORM(types.float32, 2)
    integer, number = types.int64, types.float32
    signature = types.void(integer, integer, integer, pair, number, integer, number, integer, number, lanes)
    return signature, generate


spread_sample: Any = intrinsic(_spread_sample)


def _prefetch(_context: Any, _address: Any, _stride: Any) -> Any:
    """Ask for as many cells as there are taps, a stride apart, ahead of their use; any address will do."""

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        address, stride = args
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        name = "llvm.prefetch.p0"
        function = builder.module.globals.get(name)
        if function is None:
            kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
            function = ir.Function(builder.module, kind, name)
        # To read, into the nearest cache, data.
        flags = [ir.Constant(number, flag) for flag in (0, 3, 1)]
        for _tap in range(TAPS):
            builder.call(function, [builder.inttoptr(address, byte), *flags])
            address = builder.add(address, stride)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


prefetch: Any = intrinsic(_prefetch)


def _transpose_tile(
    _context: Any,
    _source: Any,
    _source_stride: Any,
    _target: Any,
    _target_stride: Any,
    _factors: Any,
    _factor: Any,
    lanes: Any,
) -> Any:
    """Copy a square tile with its axes exchanged, times a factor and the vector at an address.

    The vector goes along the rows of the target. Gives the sum of every value minus itself: 0, unless one is
    not finite.
    """
    count = len(lanes)

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        source, source_stride, target, target_stride, factors, factor, _lanes = args
        v = Vectors(builder, count)
        rows = []
        for _row in range(count):
            rows.append(v.load(source, align=4))
            source = builder.add(source, source_stride)
        rest = v.subtract(rows[0], rows[0])
        for row in rows[1:]:
            rest = v.add(rest, v.subtract(row, row))
        half = count // 2
        low = [lane for pair in range(half) for lane in (pair, count + pair)]
        for _stage in range(count.bit_length() - 1):
            rows = [
                v.pick(rows[row], rows[row + half], [lane + part for lane in low])
                for row in range(half)
                for part in (0, half)
            ]
        scale = v.multiply(v.load(factors, align=4), v.halves(factor, factor))
        for row in rows:
            v.store(v.multiply(row, scale), target, align=4)
            target = builder.add(target, target_stride)
        return _sum(builder, v, rest)

    integer, number = types.int64, types.float32
    return number(integer, integer, integer, integer, integer, number, lanes), generate


transpose_tile: Any = intrinsic(_transpose_tile)


def _sum(builder: Any, v: Vectors, vector: Any) -> Any:
    """Give the sum of a vector's elements."""
    while vector.type.count > 1:
        left = vector.type.count // 2
        parts = [v.pick(vector, vector, list(range(at, at + left))) for at in (0, left)]
        vector = builder.fadd(*parts)
    return builder.extract_element(vector, ir.Constant(ir.IntType(32), 0))
