# ruff: noqa: ANN401 - llvmlite has no types
"""The vector instruction that reads a sample from a grid: the transpose of the one that spreads a sample.

Numba's cache looks only at the file of a compiled function: after a change here, touch `_gather.py`.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from daisy_lab.algorithms.ct.fbp import TAPS, UNIFORM, WEIGHTS

__all__ = ["gather_sample"]

_ALIGNMENT: Final = 32
_FLOAT: Final = ir.FloatType()
_INDEX: Final = ir.IntType(32)


def _pick(builder: Any, vector: Any, lanes: list[int]) -> Any:
    """Give the vector of some elements of another."""
    mask = ir.Constant(ir.VectorType(_INDEX, len(lanes)), [ir.Constant(_INDEX, lane) for lane in lanes])
    return builder.shuffle_vector(vector, vector, mask)


def _pairs(builder: Any, even: Any, odd: Any, length: int) -> Any:
    """Give the vector even, odd, even, odd ..."""
    two = ir.Constant(ir.VectorType(_FLOAT, 2), ir.Undefined)
    two = builder.insert_element(two, even, ir.Constant(_INDEX, 0))
    two = builder.insert_element(two, odd, ir.Constant(_INDEX, 1))
    return _pick(builder, two, [0, 1] * (length // 2))


def _pointer(builder: Any, address: Any, byte: int, length: int) -> Any:
    """Give the pointer to a vector some bytes behind an address."""
    place = builder.add(address, ir.Constant(address.type, byte)) if byte else address
    return builder.inttoptr(place, ir.VectorType(_FLOAT, length).as_pointer())


def _load(builder: Any, pointer: Any) -> Any:
    loaded = builder.load(pointer)
    loaded.align = _ALIGNMENT
    return loaded


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
    base = _load(builder, _pointer(builder, row, 0, WEIGHTS))
    slope = _load(builder, _pointer(builder, row, 4 * WEIGHTS, WEIGHTS))
    return _multiply_add(builder, slope, _pairs(builder, part, part, WEIGHTS), base)


def _gather_sample(
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
    """Write one sample of all slices, the weighted sum of the cells around it times a complex factor.

    Cells, value, across and down are addresses: of the first cell, the sample, and the rows of the table for both
    axes, whose parts say how far on the way to the next row. Own and swapped are what (real, imaginary) and
    (imaginary, real) are multiplied by.
    """
    count = 2 * len(lanes)

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        line, stride, value, own, swapped, across, across_part, down, down_part, _lanes = args
        columns, rows = _weights(builder, across, across_part), _weights(builder, down, down_part)
        columns = [_pick(builder, columns, [tap] * count) for tap in range(TAPS)]
        total = None
        for tap in range(TAPS):
            cells = [
                _load(builder, _pointer(builder, line, 4 * count * column, count)) for column in range(TAPS)
            ]
            part = builder.fmul(cells[0], columns[0])
            for cell, weight in zip(cells[1:], columns[1:], strict=True):
                part = _multiply_add(builder, cell, weight, part)
            weight = _pick(builder, rows, [tap] * count)
            total = (
                builder.fmul(part, weight) if total is None else _multiply_add(builder, part, weight, total)
            )
            line = builder.add(line, stride)
        factors = [
            _pairs(builder, builder.extract_value(pair, 0), builder.extract_value(pair, 1), count)
            for pair in (own, swapped)
        ]
        turned = _pick(builder, total, [lane ^ 1 for lane in range(count)])
        sample = _multiply_add(builder, turned, factors[1], builder.fmul(total, factors[0]))
        builder.store(sample, _pointer(builder, value, 0, count)).align = 4
        return context.get_dummy_value()

    pair = UNIFORM(types.float32, 2)
    integer, number = types.int64, types.float32
    signature = types.void(integer, integer, integer, pair, pair, integer, number, integer, number, lanes)
    return signature, generate


gather_sample: Any = intrinsic(_gather_sample)
