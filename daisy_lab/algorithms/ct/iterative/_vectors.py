# ruff: noqa: ANN401 - llvmlite has no types
"""The vector instruction that reads a sample from a grid: the transpose of the one that spreads a sample.

Numba's cache looks only at the file of a compiled function: after a change here, touch `_gather.py`.
"""

from __future__ import annotations

from typing import Any

from numba.core import types
from numba.extending import intrinsic

from daisy_lab.algorithms.ct._compiled import UNIFORM
from daisy_lab.algorithms.ct.fbp import TAPS, Vectors, weights_at

__all__ = ["gather_sample"]


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
        v = Vectors(builder, count)
        columns, rows = weights_at(builder, across, across_part), weights_at(builder, down, down_part)
        columns = [v.spread(columns, tap) for tap in range(TAPS)]
        total = None
        for tap in range(TAPS):
            cells = [v.load(line, 4 * count * column) for column in range(TAPS)]
            part = v.multiply(cells[0], columns[0])
            for cell, weight in zip(cells[1:], columns[1:], strict=True):
                part = v.multiply_add(cell, weight, part)
            weight = v.spread(rows, tap)
            total = v.multiply(part, weight) if total is None else v.multiply_add(part, weight, total)
            line = builder.add(line, stride)
        factors = [
            v.pairs(builder.extract_value(pair, 0), builder.extract_value(pair, 1)) for pair in (own, swapped)
        ]
        turned = v.pick(total, total, [lane ^ 1 for lane in range(count)])
        v.store(v.multiply_add(turned, factors[1], v.multiply(total, factors[0])), value, align=4)
        return context.get_dummy_value()

    pair = UNIFORM(types.float32, 2)
    integer, number = types.int64, types.float32
    signature = types.void(integer, integer, integer, pair, pair, integer, number, integer, number, lanes)
    return signature, generate


gather_sample: Any = intrinsic(_gather_sample)
