# ruff: noqa: ANN401 - llvmlite has no types
"""A logarithm that LLVM turns into vector instructions: the one of the C library is called number by number.

Numba's cache looks only at the file of a compiled function: after a change here, touch the files that use it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

__all__ = ["natural_log"]

_FLOAT: Final = ir.FloatType()
_INTEGER: Final = ir.IntType(32)
_FRACTION_BITS: Final = 23
_ROOT_HALF: Final = 0x3F3504F3
"""Bits of the square root of 1/2: a number is split into 2**k and a rest between this and its double."""

# Minimax fit of (log(1 + y) - y + y**2 / 2) / y**3 to that range, highest power first.
_SERIES: Final = (
    -0.0763350242,
    0.127611737,
    -0.13160369,
    0.142018254,
    -0.166233448,
    0.200012237,
    -0.250008213,
    0.333333317,
)
# The logarithm of 2 in two parts: k times the first is exact.
_LOG_TWO_HIGH: Final = 0.693359375
_LOG_TWO_LOW: Final = float(np.log(2.0)) - _LOG_TWO_HIGH


def _number(value: float) -> Any:
    return ir.Constant(_FLOAT, float(np.float32(value)))


def _multiply_add(builder: Any, first: Any, second: Any, third: Any) -> Any:
    """Give first * second + third, fused where the processor can."""
    name = "llvm.fmuladd.f32"
    function = builder.module.globals.get(name)
    if function is None:
        function = ir.Function(builder.module, ir.FunctionType(_FLOAT, [_FLOAT] * 3), name)
    return builder.call(function, [first, second, third])


def _natural_log(_context: Any, _x: Any) -> Any:
    """Give the natural logarithm of a normal number above 0, float32, right to 1e-7 of its value.

    W. J. Cody and W. Waite, "Software manual for the elementary functions" (1980): x = 2**k (1 + y), and log x =
    k log 2 + log(1 + y). Near 1 k is 0, so that small absorptions keep their digits.
    """

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        shift = ir.Constant(_INTEGER, _FRACTION_BITS)
        bits = builder.bitcast(args[0], _INTEGER)
        power = builder.ashr(builder.sub(bits, ir.Constant(_INTEGER, _ROOT_HALF)), shift)
        rest = builder.bitcast(builder.sub(bits, builder.shl(power, shift)), _FLOAT)
        k, y = builder.sitofp(power, _FLOAT), builder.fsub(rest, _number(1))
        square = builder.fmul(y, y)
        series = _number(_SERIES[0])
        for factor in _SERIES[1:]:
            series = _multiply_add(builder, series, y, _number(factor))
        small = builder.fmul(builder.fmul(series, y), square)
        small = _multiply_add(builder, k, _number(_LOG_TWO_LOW), small)
        small = _multiply_add(builder, _number(-0.5), square, small)
        return _multiply_add(builder, k, _number(_LOG_TWO_HIGH), builder.fadd(y, small))

    return types.float32(types.float32), generate


natural_log: Any = intrinsic(_natural_log)
