"""How long the blocks of a section are: all at once when it obviously fits the memory given, measured otherwise."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from daisy_lab._engine._blocks import Piece
from daisy_lab._engine._budget import BlockSize, block_size, default_memory, measure
from daisy_lab._engine._device import HOST
from daisy_lab._engine._meter import Meter
from daisy_lab._engine._unpack import decodes_again, unpack

if TYPE_CHECKING:
    from daisy_lab._datastore import DataStore
    from daisy_lab._engine._boundaries import Boundaries
    from daisy_lab._engine._device import Device
    from daisy_lab._engine._flow import Flow
    from daisy_lab._engine._pipeline import Pipeline
    from daisy_lab._engine._sections import Section

__all__ = ["Sizing"]

_SMALL_INPUT = 1 / 16
"""Inputs below this part of the memory fit without measuring; a quarter of it where the user named a budget."""

_CROWDED = 0.9
"""Blocks get shorter when memory comes this close to the budget."""


class Sizing:
    """Chooses the length of the blocks of one job.

    Parameters
    ----------
    memory
        Bytes that the user named as the budget; by default half of what is free.
    device
        Where the steps compute; they never take more than it has.
    boundaries
        What earlier sections made.
    """

    def __init__(self, memory: int | None, device: Device, boundaries: Boundaries) -> None:
        self.named = memory is not None
        self.memory = min(default_memory() if memory is None else memory, device.memory() or sys.maxsize)
        self.meter = Meter()
        self._boundaries = boundaries
        self._highest = 0

    def of(self, pipeline: Pipeline, flow: Flow, store: DataStore) -> BlockSize:
        """Choose the length of the blocks of a section."""
        section, part = pipeline.section, pipeline.part
        total = sum(_bytes(self._boundaries.source(name, flow)) for name in section.reads)
        small = _SMALL_INPUT / 4 if self.named else _SMALL_INPUT
        if section.axis is None or total < small * self.memory:
            return BlockSize(part[1], 1, 0)
        # What the run holds already, an axis found or code loaded, is part of its budget.
        held = self.meter.held()
        # On the processors, whose memory can be measured: a device needs about as much of its own.
        pilot = replace(pipeline, section=section.on(HOST), tallies={})
        cost = measure(pilot, self.memory - held)
        size = block_size(cost, part, section.batch, self.memory, section.targets, held=held)
        self._unpack(section, size, flow, store)
        return size

    def is_crowded(self) -> bool:
        """Whether memory has come closer to a named budget than ever before, and too close."""
        rise = self.meter.rise()
        closer = rise > max(_CROWDED * self.memory, self._highest)
        self._highest = max(self._highest, rise)
        return closer and self.named

    def _unpack(self, section: Section, size: BlockSize, flow: Flow, store: DataStore) -> None:
        """Decode inputs once that every block would decode anew."""
        for name in section.reads if section.axis and size.blocks > 1 else ():
            value = self._boundaries.source(name, flow)
            if decodes_again(value, section.axis or "", size.length):
                array = unpack(value, name, store)
                if array is not None:
                    sizes = flow.sizes(name)
                    self._boundaries.keep(name, sizes, Piece(array, tuple(sizes)))


def _bytes(value: Any) -> int:  # noqa: ANN401 - an array or a lazy one
    shape, dtype = getattr(value, "shape", ()), getattr(value, "dtype", None)
    size = int(dtype.itemsize) if dtype is not None else 0
    for length in shape:
        size *= length
    return size
