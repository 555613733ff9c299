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

__all__ = ["TAPS", "UNIFORM", "WEIGHTS", "spread_sample", "transpose_tile"]

TAPS: Final = 5
"""Grid cells that a sample reaches along each axis."""

WEIGHTS: Final = 8
"""Numbers that the weights of one place take in the table: as many differences to the next place follow."""

UNIFORM: Final[Any] = types.UniTuple
"""The type of a tuple of equal types."""

_ALIGNMENT: Final = 32
_FLOAT: Final = ir.FloatType()
_INDEX: Final = ir.IntType(32)


def _pick(builder: Any, first: Any, second: Any, lanes: list[int]) -> Any:
    """Give a vector made of some elements of two others."""
    mask = ir.Constant(ir.VectorType(_INDEX, len(lanes)), [ir.Constant(_INDEX, lane) for lane in lanes])
    return builder.shuffle_vector(first, second, mask)


def _pairs(builder: Any, even: Any, odd: Any, length: int) -> Any:
    """Give the vector even, odd, even, odd ..."""
    two = ir.Constant(ir.VectorType(_FLOAT, 2), ir.Undefined)
    two = builder.insert_element(two, even, ir.Constant(_INDEX, 0))
    two = builder.insert_element(two, odd, ir.Constant(_INDEX, 1))
    return _pick(builder, two, two, [0, 1] * (length // 2))


def _pointer(builder: Any, address: Any, byte: int, length: int) -> Any:
    """Give the pointer to a vector some bytes behind an address."""
    place = builder.add(address, ir.Constant(address.type, byte)) if byte else address
    return builder.inttoptr(place, ir.VectorType(_FLOAT, length).as_pointer())


def _load(builder: Any, pointer: Any, align: int = 4) -> Any:
    loaded = builder.load(pointer)
    loaded.align = align
    return loaded


def _store(builder: Any, vector: Any, pointer: Any, align: int = 4) -> None:
    builder.store(vector, pointer).align = align


def _multiply_add(builder: Any, first: Any, second: Any, third: Any) -> Any:
    """Give first * second + third, fused where the processor can."""
    kind = first.type
    name = f"llvm.fmuladd.v{kind.count}f32"
    function = builder.module.globals.get(name)
    if function is None:
        function = ir.Function(builder.module, ir.FunctionType(kind, [kind] * 3), name)
    return builder.call(function, [first, second, third])


def _weights(builder: Any, row: Any, part: Any) -> Any:
    """Give the weights of a place between two rows of the table."""
    base = _load(builder, _pointer(builder, row, 0, WEIGHTS), _ALIGNMENT)
    slope = _load(builder, _pointer(builder, row, 4 * WEIGHTS, WEIGHTS), _ALIGNMENT)
    return _multiply_add(builder, slope, _pairs(builder, part, part, WEIGHTS), base)


def _spread_sample(
    _context: Any,
    _cells: Any,
    _stride: Any,
    _value: Any,
    _own: Any,
    _swapped: Any,
    _across: Any,
    _across_part: Any,
    _down: Any,
    _down_part: Any,
    lanes: Any,
) -> Any:
    """Add one sample of all slices, times a complex factor, to the cells around it.

    Cells, value, across and down are addresses: of the first cell, the sample, and the rows of the
    table for both axes, whose parts say how far on the way to the next row. Own and swapped are what (real,
    imaginary) and (imaginary, real) are multiplied by.
    """
    count = 2 * len(lanes)

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        line, stride, value, own, swapped, across, across_part, down, down_part, _lanes = args
        factors = [
            _pairs(builder, builder.extract_value(pair, 0), builder.extract_value(pair, 1), count)
            for pair in (own, swapped)
        ]
        sample = _load(builder, _pointer(builder, value, 0, count))
        turned = _pick(builder, sample, sample, [lane ^ 1 for lane in range(count)])
        product = _multiply_add(builder, turned, factors[1], builder.fmul(sample, factors[0]))
        columns, rows = _weights(builder, across, across_part), _weights(builder, down, down_part)
        columns = [_pick(builder, columns, columns, [tap] * count) for tap in range(TAPS)]
        for tap in range(TAPS):
            scaled = builder.fmul(product, _pick(builder, rows, rows, [tap] * count))
            for column in range(TAPS):
                pointer = _pointer(builder, line, 4 * count * column, count)
                cell = _load(builder, pointer, _ALIGNMENT)
                _store(builder, _multiply_add(builder, scaled, columns[column], cell), pointer, _ALIGNMENT)
            line = builder.add(line, stride)
        return context.get_dummy_value()

    pair = UNIFORM(types.float32, 2)
    integer, number = types.int64, types.float32
    signature = types.void(integer, integer, integer, pair, pair, integer, number, integer, number, lanes)
    return signature, generate


spread_sample: Any = intrinsic(_spread_sample)


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
        rows = []
        for _row in range(count):
            rows.append(_load(builder, _pointer(builder, source, 0, count)))
            source = builder.add(source, source_stride)
        rest = builder.fsub(rows[0], rows[0])
        for row in rows[1:]:
            rest = builder.fadd(rest, builder.fsub(row, row))
        half = count // 2
        low = [lane for pair in range(half) for lane in (pair, count + pair)]
        for _stage in range(count.bit_length() - 1):
            rows = [
                _pick(builder, rows[row], rows[row + half], [lane + part for lane in low])
                for row in range(half)
                for part in (0, half)
            ]
        scale = builder.fmul(
            _load(builder, _pointer(builder, factors, 0, count)), _pairs(builder, factor, factor, count)
        )
        for row in rows:
            _store(builder, builder.fmul(row, scale), _pointer(builder, target, 0, count))
            target = builder.add(target, target_stride)
        while rest.type.count > 1:
            left = rest.type.count // 2
            parts = [_pick(builder, rest, rest, list(range(at, at + left))) for at in (0, left)]
            rest = builder.fadd(*parts)
        return builder.extract_element(rest, ir.Constant(_INDEX, 0))

    integer, number = types.int64, types.float32
    return number(integer, integer, integer, integer, integer, number, lanes), generate


transpose_tile: Any = intrinsic(_transpose_tile)
