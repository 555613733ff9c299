# ruff: noqa: ANN401 - llvmlite has no types
"""Median and outer tenths of the neighbourhoods of 16 pixels at once: a sorting network of whole vectors.

Numba's cache looks only at the file of a compiled function: after a change here, touch `_zingers.py`.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from daisy_lab.algorithms.ct.correction._network import selection

__all__ = ["LANES", "low_middle_high", "select_ranks"]

LANES: Final = 16
"""Pixels that are worked on together."""

_FLOAT: Final = ir.FloatType()
_VECTOR: Final = ir.VectorType(_FLOAT, LANES)
_FLOAT_BYTES: Final = 4


def low_middle_high(count: int) -> tuple[int, int, int]:
    """Give the ranks below which a tenth, half and nine tenths of that many values lie."""
    return (count - 1) // 10, (count - 1) // 2, count - 1 - (count - 1) // 10


def _exchange(builder: Any, values: list[Any], low: int, high: int) -> None:
    """Put two values in order; both are finite, so which of equal ones is taken does not matter."""
    first, second = values[low], values[high]
    less = builder.fcmp_ordered("<", first, second)
    values[low] = builder.select(less, first, second)
    values[high] = builder.select(less, second, first)


def _select_ranks(
    _context: Any,
    _corner: Any,
    _plane_bytes: Any,
    _row_bytes: Any,
    _target: Any,
    _target_bytes: Any,
    planes: Any,
    size: Any,
) -> Any:
    """Write the low, the middle and the high value of 16 neighbourhoods side by side.

    Corner is the address of the first value of the first neighbourhood, target that of its low value; a tuple's length
    is the number of planes, another's that of rows and columns.
    """
    width = len(size)

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        plane, plane_bytes, row_bytes, target, target_bytes, *_sizes = args
        values = []
        for _plane in range(len(planes)):
            row = plane
            for _row in range(width):
                for column in range(width):
                    place = builder.add(row, ir.Constant(row.type, _FLOAT_BYTES * column))
                    loaded = builder.load(builder.inttoptr(place, _VECTOR.as_pointer()))
                    loaded.align = _FLOAT_BYTES
                    values.append(loaded)
                row = builder.add(row, row_bytes)
            plane = builder.add(plane, plane_bytes)
        ranks = low_middle_high(len(values))
        for low, high in selection(len(values), ranks):
            _exchange(builder, values, low, high)
        for rank in ranks:
            builder.store(values[rank], builder.inttoptr(target, _VECTOR.as_pointer())).align = _FLOAT_BYTES
            target = builder.add(target, target_bytes)
        return context.get_dummy_value()

    integer = types.int64
    return types.void(integer, integer, integer, integer, integer, planes, size), generate


select_ranks: Any = intrinsic(_select_ranks)
