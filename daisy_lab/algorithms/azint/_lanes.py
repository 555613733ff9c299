# ruff: noqa: ANN401 - llvmlite has no types
"""Vector instructions of the walks over frames, where LLVM does not find them by itself.

A lane is a frame; in a window, where there is one frame only, it is a bin. Addresses come in, whole vectors are
written; the type of a tuple says how many lanes there are. Numba's cache looks only at the file of a compiled function:
after a change here, touch `_walk.py` and `_single.py`.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

__all__ = ["WINDOW", "add_scaled", "add_square", "add_square_window", "add_window", "extremes", "turn"]

_SINGLE: Final = ir.FloatType()
_DOUBLE: Final = ir.DoubleType()
_STEP: Final = 8

WINDOW: Final = 4
"""Bins that are added to at once."""


def _vector(builder: Any, address: Any, kind: Any, align: int) -> Any:
    return builder.load(builder.inttoptr(address, kind.as_pointer()), align=align)


def _at(builder: Any, address: Any, byte: int) -> Any:
    return builder.add(address, ir.Constant(address.type, byte)) if byte else address


def _spread(builder: Any, value: Any, count: int) -> Any:
    number = ir.IntType(32)
    one = builder.insert_element(ir.Constant(ir.VectorType(_DOUBLE, count), ir.Undefined), value, number(0))
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(number, count), [number(0)] * count))


def _fused(builder: Any, first: Any, second: Any, third: Any) -> Any:
    kind = first.type
    name = f"llvm.fmuladd.v{kind.count}f64"
    function = builder.module.globals.get(name)
    if function is None:
        function = ir.Function(builder.module, ir.FunctionType(kind, [kind] * 3), name)
    return builder.call(function, [first, second, third])


def _each(  # noqa: PLR0917 - operands of an instruction
    builder: Any, target: Any, source: Any, factor: Any, lanes: int, change: Any
) -> None:
    """Add factor * change(source) to target, double to double, a few lanes at a time."""
    step = min(_STEP, lanes)
    wide, narrow = ir.VectorType(_DOUBLE, step), ir.VectorType(_SINGLE, step)
    scale = _spread(builder, builder.fpext(factor, _DOUBLE) if factor.type == _SINGLE else factor, step)
    for first in range(0, lanes, step):
        place = _at(builder, target, 8 * first)
        values = builder.fpext(_vector(builder, _at(builder, source, 4 * first), narrow, 4), wide)
        total = _fused(builder, scale, change(builder, values), _vector(builder, place, wide, 8))
        builder.store(total, builder.inttoptr(place, wide.as_pointer()), align=8)


def _add_scaled(_context: Any, _target: Any, _source: Any, _factor: Any, lanes: Any) -> Any:
    """Add float32 values at an address, times a factor, to the float64 sums at another one."""

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        target, source, factor, _lanes = args
        _each(builder, target, source, factor, len(lanes), lambda _builder, values: values)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.float64, lanes), generate


def _add_square(_context: Any, _target: Any, _source: Any, _factor: Any, lanes: Any) -> Any:
    """Add the squares of float32 values, times a factor, to the float64 sums."""

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        target, source, factor, _lanes = args
        square = lambda builder, values: builder.fmul(values, values)  # noqa: E731 - one of two changes
        _each(builder, target, source, factor, len(lanes), square)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.float64, lanes), generate


def _turn(_context: Any, _source: Any, _stride: Any, _last: Any, _target: Any, value: Any, lanes: Any) -> Any:
    """Copy a square, as many pixels as lanes, from frames that lie a stride apart to where lanes stand side by side.

    Counts become float32; `value` is any number of their type. Lanes behind the last frame repeat it.
    """
    count, number = len(lanes), types.int64
    kind = ir.FloatType() if isinstance(value, types.Float) else ir.IntType(value.bitwidth)

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        source, stride, last, target, _value, _lanes = args
        rows = []
        for lane in range(count):
            here = ir.Constant(source.type, lane)
            frame = builder.select(builder.icmp_signed("<", here, last), here, last)
            address = builder.add(source, builder.mul(frame, stride))
            row = _vector(builder, address, ir.VectorType(kind, count), 1)
            rows.append(_single(builder, row, value, count))
        for lane, row in enumerate(_turned(builder, rows)):
            place = _at(builder, target, 4 * count * lane)
            builder.store(row, builder.inttoptr(place, row.type.as_pointer()), align=4)
        return context.get_dummy_value()

    return types.void(number, number, number, number, value, lanes), generate


def _single(builder: Any, row: Any, value: Any, count: int) -> Any:
    """Make float32 numbers of a vector of counts."""
    if isinstance(value, types.Float):
        return row
    convert = builder.sitofp if value.signed else builder.uitofp
    return convert(row, ir.VectorType(_SINGLE, count))


def _turned(builder: Any, rows: list[Any]) -> list[Any]:
    """Exchange the axes of a square by perfect shuffles."""
    count = len(rows)
    half, number = count // 2, ir.IntType(32)
    low = [lane for pair in range(half) for lane in (pair, count + pair)]
    for _stage in range(count.bit_length() - 1):
        rows = [
            builder.shuffle_vector(
                rows[row],
                rows[row + half],
                ir.Constant(ir.VectorType(number, count), [number(lane + part) for lane in low]),
            )
            for row in range(half)
            for part in (0, half)
        ]
    return rows


def _extremes(_context: Any, _source: Any, _target: Any, lanes: Any) -> Any:
    """Take one row of lanes into account: least values, greatest values, sum of each minus itself.

    The three stand behind each other at the target; where a value is not finite, the last one is not 0.
    """
    count = len(lanes)
    kind = ir.VectorType(_SINGLE, count)

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        source, target, _lanes = args
        values = _vector(builder, source, kind, 4)
        places = [_at(builder, target, 4 * count * part) for part in range(3)]
        least, most, rest = (_vector(builder, place, kind, 4) for place in places)
        least = builder.select(builder.fcmp_ordered("<", values, least), values, least)
        most = builder.select(builder.fcmp_ordered(">", values, most), values, most)
        rest = builder.fadd(rest, builder.fsub(values, values))
        for place, result in zip(places, (least, most, rest), strict=True):
            builder.store(result, builder.inttoptr(place, kind.as_pointer()), align=4)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, lanes), generate


def _in_window(change: Any) -> Any:
    """Give an instruction that adds factor * change(parts) to the next bins, as many as `count` says, at most WINDOW.

    It reads WINDOW parts and writes WINDOW bins; those beyond keep their value.
    """

    def typed(_context: Any, _target: Any, _source: Any, _factor: Any, _count: Any) -> Any:
        wide, narrow = ir.VectorType(_DOUBLE, WINDOW), ir.VectorType(_SINGLE, WINDOW)
        number, lane = ir.IntType(64), ir.IntType(32)

        def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            target, source, factor, count = args
            parts = change(builder, builder.fpext(_vector(builder, source, narrow, 4), wide))
            before = _vector(builder, target, wide, 8)
            after = _fused(builder, _spread(builder, factor, WINDOW), parts, before)
            places = ir.VectorType(number, WINDOW)
            first = builder.insert_element(ir.Constant(places, ir.Undefined), count, lane(0))
            counts = builder.shuffle_vector(
                first, first, ir.Constant(ir.VectorType(lane, WINDOW), [lane(0)] * WINDOW)
            )
            inside = builder.icmp_signed(
                "<", ir.Constant(places, [number(at) for at in range(WINDOW)]), counts
            )
            total = builder.select(inside, after, before)
            builder.store(total, builder.inttoptr(target, wide.as_pointer()), align=8)
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, types.float64, types.int64), generate

    return typed


add_scaled: Any = intrinsic(_add_scaled)
add_square: Any = intrinsic(_add_square)
add_square_window: Any = intrinsic(_in_window(lambda builder, parts: builder.fmul(parts, parts)))
add_window: Any = intrinsic(_in_window(lambda _builder, parts: parts))
extremes: Any = intrinsic(_extremes)
turn: Any = intrinsic(_turn)
