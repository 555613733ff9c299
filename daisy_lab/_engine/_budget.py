"""How long a block may be: measures a section on two short blocks and fits one line of memory per step.

Resident memory of a block run is one block being read, the steps at their peak, and one block being written. One
line per section would under-predict, because which step peaks changes with the length.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._engine._meter import Meter, available_memory, resident_memory
from daisy_lab.errors import BudgetError
from daisy_lab.texts import gettext as _
from daisy_lab.texts import in_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from daisy_lab._engine._blocks import Piece
    from daisy_lab._engine._calls import Call, Range
    from daisy_lab._engine._pipeline import Pipeline

__all__ = ["BlockSize", "Cost", "block_size", "default_memory", "measure"]

_RESERVE_SHARE: Final = 0.15
_RESERVE_BYTES: Final = 4 << 20
_PILOT_SHARE: Final = 16
_PILOT_SECONDS: Final = 5.0
_ALIGN: Final = 16


@dataclass(frozen=True)
class Line:
    """Bytes as a function of block length: `base + slope * length`."""

    base: float
    slope: float

    def at(self, length: int) -> float:
        """Give the bytes for a length."""
        return self.base + self.slope * length


@dataclass(frozen=True)
class Cost:
    """Memory of one section as measured: reading, each step, writing."""

    read: Line
    steps: tuple[Line, ...]
    written: Line
    outlets: Mapping[str, tuple[tuple[int, ...], np.dtype[np.generic]]]
    """Shape and type of one pilot block of each target."""
    seconds: float = 0.0
    """Time of one position of the longest pilot block."""

    def peak(self, length: int) -> int:
        """Predict the bytes above the start of the run that blocks of this length need at most."""
        compute = max(line.at(length) for line in self.steps)
        return int(self.read.at(length) + compute + self.written.at(length))


@dataclass(frozen=True)
class BlockSize:
    """The block length chosen for a section and what it is expected to need."""

    length: int
    blocks: int
    peak_bytes: int


class _StepWatch:
    """Notes how high resident memory rises in each step, above what it was before the first."""

    def __init__(self) -> None:
        self.start = resident_memory()
        self.peaks: list[int] = []
        self._meter = Meter()

    def before(self, call: Call) -> None:  # noqa: ARG002 - the Watch protocol
        self._meter.__enter__()

    def after(self, call: Call) -> None:  # noqa: ARG002 - the Watch protocol
        self._meter.__exit__()
        self.peaks.append(self._meter.start + self._meter.rise() - self.start)


def default_memory() -> int:
    """Give the memory a run may take when the user names none: half of what the machine has left."""
    return available_memory() // 2


def measure(pipeline: Pipeline, memory: int) -> Cost:
    """Run two short blocks of a section and fit a line per step.

    Parameters
    ----------
    pipeline
        The section and its reader.
    memory
        The budget in bytes; the longer pilot block takes about a sixteenth of it.

    Returns
    -------
    cost
        Memory as a function of block length.
    """
    part = pipeline.part
    batch, span = pipeline.section.batch, part[1] - part[0]
    fetched = pipeline.fetch((part[0], part[0] + min(batch, span)))
    per_position = max(sum(_bytes(piece) for piece in fetched.values()) // min(batch, span), 1)
    long = int(np.clip(memory // _PILOT_SHARE // per_position, 2, span))
    if span > 1:
        long = min(long, span, _affordable(pipeline, part, min(batch, span), long))
    lengths = sorted({max(long // 3, 1), long})
    samples, begin = [], 0.0
    for length in lengths:
        begin = time.monotonic()
        samples.append((length, *_pilot(pipeline, part, length)))
    seconds = (time.monotonic() - begin) / lengths[-1]
    sizes = [sample[0] for sample in samples]
    steps = zip(*(sample[2] for sample in samples), strict=True)
    return Cost(
        read=_line(sizes, [sample[1] for sample in samples]),
        steps=tuple(_line(sizes, list(peaks)) for peaks in steps),
        written=_line(sizes, [sum(map(_bytes, sample[3].values())) for sample in samples]),
        outlets={name: (piece.value.shape, piece.value.dtype) for name, piece in samples[-1][3].items()},
        seconds=seconds,
    )


def block_size(
    cost: Cost, part: Range, batch: int, memory: int, targets: Iterable[str], *, held: int = 0
) -> BlockSize:
    """Choose the longest block that stays below the budget, with a reserve.

    Parameters
    ----------
    cost
        Memory as a function of block length.
    part
        Positions along the section's axis to cover.
    batch
        Blocks are multiples of it.
    memory
        The budget in bytes.
    targets
        What is made, for the message.
    held
        Bytes of the budget that are taken already.

    Raises
    ------
    BudgetError
        If not even the shortest block fits; the message says how much memory it needs.
    """
    span = part[1] - part[0]
    usable = int(memory * (1 - _RESERVE_SHARE)) - _RESERVE_BYTES - held
    if cost.peak(span) <= usable:
        return BlockSize(part[1], 1, cost.peak(span))
    if cost.peak(min(batch, span)) > usable:
        needed = int((cost.peak(min(batch, span)) + _RESERVE_BYTES + held) / (1 - _RESERVE_SHARE))
        raise BudgetError(
            _(
                "{names} does not fit into {memory}: the smallest block needs {needed}; allow at least that much"
            ).format(names=", ".join(targets), memory=in_bytes(memory), needed=in_bytes(needed))
        )
    shortest, longest = min(batch, span), span
    while longest - shortest > 1:
        middle = (shortest + longest) // 2
        shortest, longest = (middle, longest) if cost.peak(middle) <= usable else (shortest, middle)
    length = _aligned(shortest, batch)
    return BlockSize(length, -(-part[1] // length) - part[0] // length, cost.peak(length))


def _aligned(length: int, batch: int) -> int:
    """Round down to whole batches, and to sixteens where there are many: short blocks pay the halo."""
    many = batch * max(_ALIGN // batch, 1)
    step = many if length >= many else batch
    return max(length - length % step, batch)


def _pilot(pipeline: Pipeline, part: Range, length: int) -> tuple[int, list[int], dict[str, Piece]]:
    """Run one block from the middle of the range; give bytes read, peak per step, and the pieces."""
    start = part[0] + (part[1] - part[0] - length) // 2
    block = (start, start + length)
    watch = _StepWatch()
    fetched = pipeline.fetch(block)
    read = sum(_bytes(piece) for piece in fetched.values())
    pieces = pipeline.compute(block, lambda name, _ranges: fetched.pop(name), watch)
    return read, [max(peak, read) for peak in watch.peaks], pieces


def _affordable(pipeline: Pipeline, part: Range, length: int, wanted: int) -> int:
    """Give how many positions are computed in the time that a pilot may take, two at least.

    The first run pays for what is loaded once; where it is slow, the second one tells the pace.
    """
    most = 0
    for _turn in range(2):
        begin = time.monotonic()
        _pilot(pipeline, part, length)
        most = max(most, int(_PILOT_SECONDS * length / max(time.monotonic() - begin, 1e-9)))
        if most >= wanted:
            break
    return max(most, 2)


def _bytes(piece: Piece) -> int:
    return int(getattr(piece.value, "nbytes", 0))


def _line(lengths: list[int], values: list[int]) -> Line:
    """Fit the line through the first and the last point; never falling, never below zero at the start."""
    rise = values[-1] - values[0]
    slope = max(rise / (lengths[-1] - lengths[0]) if len(lengths) > 1 else 0.0, 0.0)
    slope = max(slope, 0.8 * values[-1] / lengths[-1])
    return Line(max(values[-1] - slope * lengths[-1], 0.0), slope)
