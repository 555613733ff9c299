"""Rows of a scan through a CUDA device whose memory is too small for all of them: in, compute and out at once.

Three streams carry one block each; events, not waiting, keep their order. The processor's part, copies to and from
memory that the device can reach by itself (pinned), happens in two threads of its own. Each thing exists twice: while
one block is computed the next one comes in and the last one leaves.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from math import prod
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from daisy_lab._algorithm import progress

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from daisy_lab.vocabulary import Array

__all__ = ["pinned_array", "stream_rows"]

_SLOTS: Final = 2
# Threads that copy one block within host memory: one alone does not fill the way to the device.
_HANDS: Final = 4
_HOST_TO_DEVICE: Final = 1


class Compute(Protocol):
    """Gives the slices of some rows: device arrays in and out."""

    def __call__(self, projections: Any, rows: slice, /) -> Any:  # noqa: ANN401 - device arrays
        """Compute slices (row, y, x) from projections (angle, row, column)."""
        ...


def pinned_array(library: ModuleType, shape: tuple[int, ...], dtype: Any) -> Array:  # noqa: ANN401 - as NumPy
    """Give host memory that the device can reach by itself."""
    kind = np.dtype(dtype)
    memory = library.cuda.alloc_pinned_memory(max(1, prod(shape)) * kind.itemsize)
    return np.frombuffer(memory, kind, prod(shape)).reshape(shape)


def stream_rows(
    library: ModuleType,
    compute: Compute,
    projections: Array,
    volume: Array,
    blocks: Sequence[slice],
    *,
    pinned: bool = False,
) -> None:
    """Fill a volume on the host, block after block of its rows, through the device.

    Parameters
    ----------
    library
        Library of the device's arrays, such as CuPy.
    compute
        Called with a block of the projections on the device and its rows; gives its slices on the device. It is
        called on a stream of its own.
    projections, volume
        Arrays of the host, (angle, row, column) and (row, y, x) float32.
    blocks
        Rows, one block after another.
    pinned
        Whether both lie in pinned memory (`pinned_array`): the device then reads and writes them without a copy,
        if they are in C order and have this machine's byte order.

    Raises
    ------
    CancelledError
        Between two blocks, once the user said stop.
    """
    direct = pinned and projections.dtype.isnative
    direct = direct and projections.flags.c_contiguous and volume.flags.c_contiguous
    with ThreadPoolExecutor(2 * _HANDS, "daisy-copy") as hands:
        conveyor = _Conveyor(library, projections, volume, blocks, None if direct else hands)
        with ThreadPoolExecutor(_SLOTS, "daisy-conveyor") as pool:
            try:
                _run(conveyor, compute, pool)
            finally:
                conveyor.wait()


def _run(conveyor: _Conveyor, compute: Compute, pool: ThreadPoolExecutor) -> None:
    count = len(conveyor.blocks)
    leaving: list[Future[None]] = []
    coming = pool.submit(conveyor.feed, 0) if count else None
    for index in progress(range(count), text="reconstruct"):
        if coming is not None:
            coming.result()
        coming = pool.submit(conveyor.feed, index + 1) if index + 1 < count else None
        if index >= _SLOTS:
            leaving[index - _SLOTS].result()
        conveyor.work(index, compute)
        leaving.append(pool.submit(conveyor.collect, index))
    for future in leaving[-_SLOTS:]:
        future.result()


class _Slot:
    """What one block needs on its way."""

    def __init__(self, library: ModuleType, size: int, kind: Any, staged: tuple[int, int]) -> None:  # noqa: ANN401 - as NumPy
        self.memory = library.empty(size, kind)
        self.inward = pinned_array(library, (staged[0],), kind)
        self.outward = pinned_array(library, (staged[1],), np.float32)
        self.arrived, self.computed, self.left = (
            library.cuda.Event(disable_timing=True) for _event in range(3)
        )
        self.result: Any = None
        """Kept until it has left: its memory belongs to the stream that computes, which could take it again."""


class _Conveyor:
    """Streams, and the slots between them."""

    def __init__(
        self,
        library: ModuleType,
        projections: Array,
        volume: Array,
        blocks: Sequence[slice],
        hands: ThreadPoolExecutor | None,
    ) -> None:
        self._library, self._hands = library, hands
        self._projections, self._volume, self.blocks = projections, volume, blocks
        self._device = library.cuda.Device()
        self._inward, self._work, self._outward = (
            library.cuda.Stream(non_blocking=True) for _stream in range(3)
        )
        most = max((block.stop - block.start for block in blocks), default=0)
        views, _rows, width = projections.shape
        size = views * most * width
        staged = (0, 0) if hands is None else (size, most * prod(volume.shape[1:]))
        kind = projections.dtype.newbyteorder("=")
        self._slots = [_Slot(library, size, kind, staged) for _slot in range(_SLOTS)]
        # The memory may have been somebody else's a moment ago.
        library.cuda.get_current_stream().synchronize()

    def feed(self, index: int) -> None:
        """Bring a block to the device, once the block before the last has left its place."""
        slot, block = self._slots[index % _SLOTS], self.blocks[index]
        with self._device:
            slot.arrived.synchronize()
            self._inward.wait_event(slot.computed)
            if self._hands is None:
                self._fetch(slot.memory, block)
            else:
                array = self._on_device(index)
                staged = slot.inward[: array.size].reshape(array.shape)
                _copy(self._hands, staged, self._projections[:, block])
                array.set(staged, stream=self._inward)
            slot.arrived.record(self._inward)

    def work(self, index: int, compute: Compute) -> None:
        """Compute a block, and send it on its way back."""
        slot, block = self._slots[index % _SLOTS], self.blocks[index]
        with self._work:
            self._work.wait_event(slot.arrived)
            slot.result = self._library.ascontiguousarray(compute(self._on_device(index), block))
            slot.computed.record(self._work)
        self._outward.wait_event(slot.computed)
        slot.result.get(stream=self._outward, out=self._landing(index), blocking=False)
        slot.left.record(self._outward)

    def collect(self, index: int) -> None:
        """Put a block that came back where it belongs."""
        slot, block = self._slots[index % _SLOTS], self.blocks[index]
        with self._device:
            slot.left.synchronize()
        slot.result = None
        if self._hands is not None:
            _copy(self._hands, self._volume[block], self._landing(index))

    def wait(self) -> None:
        """Wait for everything under way: memory must not be given back before."""
        for stream in (self._inward, self._work, self._outward):
            stream.synchronize()

    def _on_device(self, index: int) -> Any:  # noqa: ANN401 - a device array
        views, _rows, width = self._projections.shape
        block = self.blocks[index]
        shape = (views, block.stop - block.start, width)
        return self._slots[index % _SLOTS].memory[: prod(shape)].reshape(shape)

    def _landing(self, index: int) -> Array:
        block = self.blocks[index]
        target = self._volume[block]
        return (
            target
            if self._hands is None
            else self._slots[index % _SLOTS].outward[: target.size].reshape(target.shape)
        )

    def _fetch(self, memory: Any, block: slice) -> None:  # noqa: ANN401 - a device array
        """Let the device read some rows of all views by itself."""
        views, rows, width = self._projections.shape
        line = width * self._projections.itemsize
        part = (block.stop - block.start) * line
        source = self._projections.ctypes.data + block.start * line
        self._library.cuda.runtime.memcpy2DAsync(
            memory.data.ptr, part, source, rows * line, part, views, _HOST_TO_DEVICE, self._inward.ptr
        )


def _copy(hands: ThreadPoolExecutor, target: Array, source: Array) -> None:
    """Copy within host memory, a part of the first axis in each thread."""
    step = max(1, -(-len(target) // _HANDS))
    parts = [slice(start, start + step) for start in range(0, len(target), step)]
    for _done in hands.map(lambda part: np.copyto(target[part], source[part]), parts):
        pass
