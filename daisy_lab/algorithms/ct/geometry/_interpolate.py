"""Hot loops of the distortion correction: each pixel from those around a place that is the same in every frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daisy_lab.algorithms.ct._compiled import compiled

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["interpolate_cubic", "interpolate_linear"]

_PLACES = "int32[:, ::1], int32[:, ::1], float32[:, ::1], float32[:, ::1]"
_SIGNATURE = f"void(float32[:, ::1], {_PLACES}, float32[:, ::1])"


@compiled(_SIGNATURE)
def interpolate_linear(  # noqa: PLR0917 - numba takes no bundles
    frame: Array, rows: Array, columns: Array, down: Array, across: Array, out: Array
) -> None:
    """Fill `out` with the frame at (rows + down, columns + across), linear between four pixels."""
    last_row, last_column = frame.shape[0] - 1, frame.shape[1] - 1
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            row, column, part = rows[i, j], columns[i, j], across[i, j]
            below, beside = min(row + 1, last_row), min(column + 1, last_column)
            upper = frame[row, column] + part * (frame[row, beside] - frame[row, column])
            lower = frame[below, column] + part * (frame[below, beside] - frame[below, column])
            out[i, j] = upper + down[i, j] * (lower - upper)


@compiled("float32(float32, float32, float32, float32, float32)")
def _cubic(before: float, here: float, after: float, beyond: float, part: float) -> float:
    """Give the value at `here + part` of the cubic convolution through four neighbours."""
    half = 0.5
    first = half * (after - before)
    third = half * (beyond - before) + (here - after) * (1 + half)
    second = after - here - first - third
    return here + part * (first + part * (second + part * third))


@compiled(_SIGNATURE)
def interpolate_cubic(  # noqa: PLR0917 - numba takes no bundles
    frame: Array, rows: Array, columns: Array, down: Array, across: Array, out: Array
) -> None:
    """Fill `out` with the frame at (rows + down, columns + across), cubic between sixteen pixels."""
    height, width = frame.shape
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            row, column, part = rows[i, j], columns[i, j], across[i, j]
            c0, c1 = max(column - 1, 0), column
            c2, c3 = min(column + 1, width - 1), min(column + 2, width - 1)
            r0, r2, r3 = max(row - 1, 0), min(row + 1, height - 1), min(row + 2, height - 1)
            above = _cubic(frame[r0, c0], frame[r0, c1], frame[r0, c2], frame[r0, c3], part)
            here = _cubic(frame[row, c0], frame[row, c1], frame[row, c2], frame[row, c3], part)
            below = _cubic(frame[r2, c0], frame[r2, c1], frame[r2, c2], frame[r2, c3], part)
            beyond = _cubic(frame[r3, c0], frame[r3, c1], frame[r3, c2], frame[r3, c3], part)
            out[i, j] = _cubic(above, here, below, beyond, down[i, j])
