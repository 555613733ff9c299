# ruff: noqa: ANN401 - llvmlite has no types
"""The running median of several lines at once, in vector instructions that LLVM does not find by itself.

Each lane of a vector is a line. One value leaves its window and one comes; then the median stays, or its next smaller
or larger neighbour in the window takes over, which one pass over the window finds for all lanes.

Numba's cache looks only at the file of a compiled function: after a change here, touch `_sorted_numba.py`.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

__all__ = ["LANES", "slide_median"]

LANES: Final = 16
"""Lines that are worked on together."""

_INT: Final = ir.IntType(32)
_LONG: Final = ir.IntType(64)
_VECTOR: Final = ir.VectorType(_INT, LANES)
_BYTES: Final = 4 * LANES


class _Memory:
    """Vectors of LANES keys, one after the other from an address on."""

    def __init__(self, builder: Any, address: Any) -> None:
        self._builder, self._address = builder, address

    def _pointer(self, place: Any) -> Any:
        offset = self._builder.mul(place, ir.Constant(_LONG, _BYTES))
        return self._builder.inttoptr(self._builder.add(self._address, offset), _VECTOR.as_pointer())

    def load(self, place: Any) -> Any:
        loaded = self._builder.load(self._pointer(place))
        loaded.align = 4
        return loaded

    def store(self, vector: Any, place: Any) -> None:
        self._builder.store(vector, self._pointer(place)).align = 4


def _constant(value: int) -> Any:
    return ir.Constant(_VECTOR, [ir.Constant(_INT, value)] * LANES)


def _variable(builder: Any, value: Any) -> Any:
    """Give the place of a variable of this first value; LLVM keeps it in a register."""
    return cgutils.alloca_once_value(builder, value)  # type: ignore[no-untyped-call]  # numba has no types


def _count(builder: Any, condition: Any) -> Any:
    return builder.zext(condition, _VECTOR)


def _moved(builder: Any, total: Any, comparison: str, values: tuple[Any, Any], median: Any) -> Any:
    """Count one value that comes and one that goes, where they compare so with the median."""
    gone, come = (_count(builder, builder.icmp_signed(comparison, value, median)) for value in values)
    return builder.sub(builder.add(total, come), gone)


def _neighbours(builder: Any, lines: _Memory, first: Any, size: Any, median: Any) -> tuple[Any, Any]:
    """Give the largest value below and the smallest above the median in the window."""
    least, most = _constant(-0x80000000), _constant(0x7FFFFFFF)
    lower, upper = (_variable(builder, bound) for bound in (least, most))
    with cgutils.for_range(builder, size) as loop:
        value = lines.load(builder.add(first, loop.index))
        below = builder.select(builder.icmp_signed("<", value, median), value, least)
        above = builder.select(builder.icmp_signed(">", value, median), value, most)
        for place, new, comparison in ((lower, below, ">"), (upper, above, "<")):
            old = builder.load(place)
            builder.store(builder.select(builder.icmp_signed(comparison, new, old), new, old), place)
    return builder.load(lower), builder.load(upper)


def _equal(builder: Any, lines: _Memory, first: Any, size: Any, median: Any) -> Any:
    """Count the values in the window that equal the median."""
    total = _variable(builder, _constant(0))
    with cgutils.for_range(builder, size) as loop:
        value = lines.load(builder.add(first, loop.index))
        same = _count(builder, builder.icmp_signed("==", value, median))
        builder.store(builder.add(builder.load(total), same), total)
    return builder.load(total)


def _slide_median(_context: Any, _lines: Any, _size: Any, _columns: Any, _state: Any, _medians: Any) -> Any:
    """Fill the medians from the second column on.

    Lines, state and medians are addresses of vectors: the values that the windows meet; the median of the first
    window, and how many values in it lie below, and not above it; the result. Size and columns are numbers.
    """

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        lines, size, columns, state, medians = args
        lines, state, medians = (_Memory(builder, address) for address in (lines, state, medians))
        start = [state.load(ir.Constant(_LONG, place)) for place in range(3)]
        kept = [_variable(builder, vector) for vector in start]
        half = builder.trunc(builder.lshr(size, ir.Constant(_LONG, 1)), _INT)
        middle = _VECTOR(ir.Undefined)
        for lane in range(LANES):
            middle = builder.insert_element(middle, half, ir.Constant(_INT, lane))
        one = ir.Constant(_LONG, 1)
        with cgutils.for_range(builder, builder.sub(columns, one)) as loop:
            first = builder.add(loop.index, one)
            median, below, reached = (builder.load(place) for place in kept)
            values = lines.load(loop.index), lines.load(builder.add(loop.index, size))
            below = _moved(builder, below, "<", values, median)
            reached = _moved(builder, reached, "<=", values, median)
            down = builder.icmp_signed(">", below, middle)
            up = builder.icmp_signed("<=", reached, middle)
            lower, upper = _neighbours(builder, lines, first, size, median)
            new = builder.select(down, lower, builder.select(up, upper, median))
            same = _equal(builder, lines, first, size, new)
            # All below the old median are not above the new one below it; likewise upwards.
            fewer = builder.select(up, reached, builder.select(down, builder.sub(below, same), below))
            more = builder.select(down, below, builder.select(up, builder.add(reached, same), reached))
            for place, vector in zip(kept, (new, fewer, more), strict=True):
                builder.store(vector, place)
            medians.store(new, first)
        return context.get_dummy_value()

    integer = types.int64
    return types.void(integer, integer, integer, integer, integer), generate


slide_median: Any = intrinsic(_slide_median)
