# ruff: noqa: ANN401 - llvmlite has no types
"""The small transforms that a fast Fourier transform is made of, each for all slices of a batch at once.

A vector holds one complex number of every slice: the real parts, then the imaginary parts. So the slices cost no
shuffling, and a real signal, two neighbours taken for one complex number, is such vectors as it lies in memory.

Numba's cache looks only at the file of a compiled function: after a change here, touch `_fourier.py`.
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import Any, Final

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from daisy_lab.algorithms.ct._compiled import UNIFORM
from daisy_lab.algorithms.ct.fbp._simd import Vectors

__all__ = ["RADICES", "butterfly", "unravel"]

RADICES: Final = (2, 3, 4, 5, 8, 9, 10)
"""Lengths of the small transforms."""

_FACTORS: Final = {8: 2, 9: 3, 10: 2}


class _Codelet:
    """Writes straight code for one small transform; `sign` is a value, -1 forwards and 1 backwards."""

    def __init__(self, builder: Any, count: int, sign: Any) -> None:
        self.v = Vectors(builder, count)
        minus = builder.fsub(ir.Constant(ir.FloatType(), 0.0), sign)
        # What the exchanged halves are multiplied by for a product with i times the sign.
        self.turn = self.v.halves(minus, sign)

    def rotate(self, vector: Any, size: float, onto: Any) -> Any:
        """Give `onto` + i sign size `vector`."""
        v = self.v
        factor = v.multiply(self.turn, v.constant(size)) if size != 1 else self.turn
        return v.multiply_add(v.swap(vector), factor, onto)

    def turned(self, vector: Any, part: float) -> Any:
        """Give the vector times exp(2 pi i sign part)."""
        v = self.v
        return self.rotate(vector, sin(2 * pi * part), v.multiply(vector, v.constant(cos(2 * pi * part))))

    def transform(self, given: list[Any]) -> list[Any]:
        """Give the transform of as many vectors as there are."""
        length = len(given)
        if length == 1:
            return given
        if length in (2, 3, 4, 5):
            return {2: self._two, 3: self._three, 4: self._four, 5: self._five}[length](given)
        outer = _FACTORS[length]
        inner = length // outer
        parts = [self.transform(given[first::outer]) for first in range(outer)]
        done: list[Any] = [None] * length
        for place in range(inner):
            row = [
                self.turned(part[place], first * place / length) if first * place else part[place]
                for first, part in enumerate(parts)
            ]
            done[place::inner] = self.transform(row)
        return done

    def _two(self, given: list[Any]) -> list[Any]:
        return [self.v.add(*given), self.v.subtract(*given)]

    def _three(self, given: list[Any]) -> list[Any]:
        v = self.v
        both, rest = v.add(given[1], given[2]), v.subtract(given[1], given[2])
        middle = v.multiply_add(both, v.constant(-0.5), given[0])
        return [
            v.add(given[0], both),
            self.rotate(rest, sin(2 * pi / 3), middle),
            self.rotate(rest, -sin(2 * pi / 3), middle),
        ]

    def _four(self, given: list[Any]) -> list[Any]:
        v = self.v
        even, odd = v.add(given[0], given[2]), v.add(given[1], given[3])
        even_rest, odd_rest = v.subtract(given[0], given[2]), v.subtract(given[1], given[3])
        return [
            v.add(even, odd),
            self.rotate(odd_rest, 1, even_rest),
            v.subtract(even, odd),
            self.rotate(odd_rest, -1, even_rest),
        ]

    def _five(self, given: list[Any]) -> list[Any]:
        v = self.v
        near, far = v.add(given[1], given[4]), v.add(given[2], given[3])
        near_rest, far_rest = v.subtract(given[1], given[4]), v.subtract(given[2], given[3])
        c1, c2, s1, s2 = cos(2 * pi / 5), cos(4 * pi / 5), sin(2 * pi / 5), sin(4 * pi / 5)
        one = v.multiply_add(far, v.constant(c2), v.multiply_add(near, v.constant(c1), given[0]))
        two = v.multiply_add(far, v.constant(c1), v.multiply_add(near, v.constant(c2), given[0]))
        return [
            v.add(given[0], v.add(near, far)),
            self.rotate(far_rest, s2, self.rotate(near_rest, s1, one)),
            self.rotate(far_rest, -s1, self.rotate(near_rest, s2, two)),
            self.rotate(far_rest, s1, self.rotate(near_rest, -s2, two)),
            self.rotate(far_rest, -s2, self.rotate(near_rest, -s1, one)),
        ]


def _butterfly(
    _context: Any,
    radix: Any,
    _source: Any,
    _source_step: Any,
    _target: Any,
    _target_step: Any,
    _twiddles: Any,
    _sign: Any,
    lanes: Any,
) -> Any:
    """Transform as many vectors as the radix says, a step apart; but for the first, multiply by the twiddles.

    Source, target and twiddles are addresses, steps are in bytes, and the radix is a literal.
    """
    length, count = radix.literal_value, 2 * len(lanes)

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        _radix, source, source_step, target, target_step, twiddles, sign, _lanes = args
        code = _Codelet(builder, count, sign)
        given = []
        for _place in range(length):
            given.append(code.v.load(source))
            source = builder.add(source, source_step)
        for place, vector in enumerate(code.transform(given)):
            product = vector
            if place:
                factor = [code.v.number(twiddles, 4 * (2 * (place - 1) + part)) for part in (0, 1)]
                product = code.v.complex_product(vector, *factor)
            code.v.store(product, target)
            target = builder.add(target, target_step)
        return context.get_dummy_value()

    integer = types.int64
    signature = types.void(radix, integer, integer, integer, integer, integer, types.float32, lanes)
    return signature, generate


butterfly: Any = intrinsic(prefer_literal=True)(_butterfly)


def _unravel(
    _context: Any,
    _low: Any,
    _high: Any,
    _low_target: Any,
    _high_target: Any,
    _turn: Any,
    lanes: Any,
) -> Any:
    """Tell two real signals that were transformed as one complex one apart, or join them: frequencies k and N - k.

    With E and D the sum and the difference of the first and the conjugate second, this gives E + turn D and the
    conjugate of E - turn D.
    """
    count = 2 * len(lanes)

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        low, high, low_target, high_target, turn, _lanes = args
        v = Vectors(builder, count)
        first, second = v.load(low), v.conjugate(v.load(high))
        total = v.add(first, second)
        rest = v.complex_product(
            v.subtract(first, second), builder.extract_value(turn, 0), builder.extract_value(turn, 1)
        )
        v.store(v.add(total, rest), low_target)
        v.store(v.conjugate(v.subtract(total, rest)), high_target)
        return context.get_dummy_value()

    pair = UNIFORM(types.float32, 2)
    integer = types.int64
    return types.void(integer, integer, integer, integer, pair, lanes), generate


unravel: Any = intrinsic(_unravel)
