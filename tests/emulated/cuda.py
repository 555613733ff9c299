"""Streams and events of the emulated device: what a stream is asked for waits until somebody waits for it.

A program that forgets an event reads old values here, too, and its test fails. Only copies between host and device
wait; whatever else touches an array first lets the current stream catch up.
"""

from __future__ import annotations

import ctypes
import itertools
import threading
import weakref
from collections import deque
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Device", "Event", "Stream", "alloc_pinned_memory", "get_current_stream", "runtime", "stream"]

_MEMORY = 1 << 30
_HOST_TO_DEVICE, _DEVICE_TO_HOST = 1, 2
# Streams wait for each other, in any thread.
_turn = threading.RLock()
_numbers = itertools.count(1)
_PINNED_UNIT = 512


_streams: weakref.WeakValueDictionary[int, Stream] = weakref.WeakValueDictionary()


class Stream:
    """A queue of work."""

    null: Stream

    def __init__(self, null: bool = False, non_blocking: bool = False, ptds: bool = False) -> None:  # noqa: FBT001, FBT002 - CuPy's form
        self.null_stream, self.non_blocking, self.ptds = null, non_blocking, ptds
        self._pending: deque[Callable[[], None]] = deque()
        self._done = self._asked = 0
        self.ptr = 0 if null else next(_numbers)
        _streams[self.ptr] = self

    def enqueue(self, work: Callable[[], None]) -> None:
        with _turn:
            self._pending.append(work)
            self._asked += 1

    def flush(self, until: int | None = None) -> None:
        with _turn:
            last = self._asked if until is None else until
            while self._done < last and self._pending:
                self._done += 1
                self._pending.popleft()()

    def synchronize(self) -> None:
        self.flush()

    @property
    def done(self) -> bool:
        return not self._pending

    def record(self, event: Event | None = None) -> Event:
        made = event or Event()
        made.record(self)
        return made

    def wait_event(self, event: Event) -> None:
        self.enqueue(event.capture())

    def use(self) -> Stream:
        _current.stack[-1] = self
        return self

    def __enter__(self) -> Self:
        _current.stack.append(self)
        return self

    def __exit__(self, *_error: object) -> None:
        _current.stack.pop()


Stream.null = Stream(null=True)


class _Current(threading.local):
    """The streams that each thread has entered."""

    def __init__(self) -> None:
        self.stack = [Stream.null]


_current = _Current()


def get_current_stream() -> Stream:
    return _current.stack[-1]


class Event:
    """A place in a stream's queue."""

    def __init__(self, block: bool = False, disable_timing: bool = False, interprocess: bool = False) -> None:  # noqa: FBT001, FBT002 - CuPy's form
        self.block, self.disable_timing, self.interprocess = block, disable_timing, interprocess
        self._stream: Stream | None = None
        self._until = 0

    def record(self, stream: Stream | None = None) -> None:
        self._stream = stream or get_current_stream()
        self._until = self._stream._asked  # an event belongs to its stream

    def capture(self) -> Callable[[], None]:
        """Give what lets the stream come as far as it is asked now; a later record does not move it."""
        stream, until = self._stream, self._until
        return lambda: stream.flush(until) if stream else None

    @property
    def done(self) -> bool:
        return self._stream is None or self._stream._done >= self._until

    def synchronize(self) -> None:
        self.capture()()


class Device:
    """The one device there is."""

    def __init__(self, device: int = 0) -> None:
        if device != 0:
            raise RuntimeError("invalid device ordinal")
        self.id = device

    @property
    def mem_info(self) -> tuple[int, int]:
        return _MEMORY, _MEMORY

    def synchronize(self) -> None:
        get_current_stream().flush()

    def use(self) -> Device:
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device)

    def __hash__(self) -> int:
        return 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None: ...


def alloc_pinned_memory(size: int) -> Any:
    """Give memory for `numpy.frombuffer(memory, dtype, count)`: like CuPy's, often more than asked for."""
    return memoryview(bytearray(b"\xff" * (-(-max(size, 1) // _PINNED_UNIT) * _PINNED_UNIT)))


def _copy_lines(  # noqa: PLR0917 - CUDA's form
    dst: int, dpitch: int, src: int, spitch: int, width: int, height: int, kind: int, stream: int
) -> None:
    if kind not in {_HOST_TO_DEVICE, _DEVICE_TO_HOST} or width > min(dpitch, spitch):
        raise RuntimeError("cudaErrorInvalidValue")

    def copy() -> None:
        for line in range(height):
            ctypes.memmove(dst + line * dpitch, src + line * spitch, width)

    _streams[stream].enqueue(copy)


runtime = SimpleNamespace(
    memcpy2DAsync=_copy_lines,
    getDeviceCount=lambda: 1,
    memGetInfo=lambda: (_MEMORY, _MEMORY),
    deviceSynchronize=lambda: get_current_stream().flush(),
)
stream = SimpleNamespace(Stream=Stream, Event=Event, get_current_stream=get_current_stream)


def get_elapsed_time(start_event: Event, end_event: Event) -> float:
    """Give milliseconds between two events: none pass here."""
    start_event.synchronize()
    end_event.synchronize()
    return 0.0
