"""What an algorithm may say while it works, and how it hears that it should stop.

Outside an engine all of this does nothing. Inside one, the engine puts a `Monitor` into the context of the thread
that runs the algorithm; `progress` reports to it and raises `CancelledError` between two items once the user said
stop. A long native kernel polls `cancel_flag()` instead, an array of one byte that becomes 1.
"""

from __future__ import annotations

import contextvars
import os
from collections.abc import Sized
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from daisy_lab.errors import CancelledError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from daisy_lab.vocabulary import Array

__all__ = [
    "Monitor",
    "cancel_flag",
    "check_cancelled",
    "curve",
    "log",
    "monitor",
    "monitored",
    "parallel",
    "progress",
]

T = TypeVar("T")
U = TypeVar("U")


class Monitor(Protocol):
    """Who listens to a running algorithm."""

    flag: Array
    """One byte, 1 once the run is to stop; shared with native kernels."""
    workers: int
    """Threads the algorithm may use."""

    def advance(self, done: float, total: float | None, text: str) -> None:
        """Take note of `done` parts of `total`."""
        ...

    def log(self, line: str) -> None:
        """Take note of one line for the reader of the run."""
        ...

    def curve(self, name: str, value: float) -> None:
        """Take note of the next point of a named curve."""
        ...


_monitor: contextvars.ContextVar[Monitor | None] = contextvars.ContextVar("daisy_lab_monitor", default=None)
_NEVER = np.zeros(1, np.uint8)
_NEVER.setflags(write=False)


class monitored:  # noqa: N801 - reads as a verb after `with`
    """Let `monitor` listen to what runs inside; for engines."""

    __slots__ = ("_monitor", "_token")

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor

    def __enter__(self) -> None:
        self._token = _monitor.set(self._monitor)

    def __exit__(self, *_error: object) -> None:
        _monitor.reset(self._token)


def monitor() -> Monitor | None:
    """Give who listens to what runs here, for those who run algorithms elsewhere."""
    return _monitor.get()


def cancel_flag() -> Array:
    """Give the byte (shape (1,), uint8) that a native kernel polls: stop and return once it is 1."""
    listener = _monitor.get()
    return _NEVER if listener is None else listener.flag


def check_cancelled() -> None:
    """Raise CancelledError once the user said stop."""
    if cancel_flag()[0]:
        raise CancelledError(_("cancelled"))


def log(line: str) -> None:
    """Say one line to whoever watches this run."""
    listener = _monitor.get()
    if listener is not None:
        listener.log(line)


def curve(name: str, value: float) -> None:
    """Add a point to a curve that is shown with this run, such as the residual of each iteration."""
    listener = _monitor.get()
    if listener is not None:
        listener.curve(name, value)


def progress(items: Iterable[T], *, total: float | None = None, text: str = "") -> Iterator[T]:
    """Iterate over `items`, reporting each and stopping when the user says so; outside an engine it only iterates."""
    listener = _monitor.get()
    if listener is None:
        yield from items
        return
    if total is None and isinstance(items, Sized):
        total = len(items)
    done = 0
    listener.advance(done, total, text)
    for item in items:
        check_cancelled()
        yield item
        done += 1
        listener.advance(done, total, text)
    check_cancelled()


def parallel(function: Callable[[T], U], items: Sequence[T], *, text: str = "") -> list[U]:
    """Apply a function that releases the global lock to every item in threads; results keep the order of `items`.

    The engine decides how many threads there are; cancel is felt between two items, and in `function` if it polls.
    """
    listener = _monitor.get()
    workers = min(len(items), listener.workers if listener else os.cpu_count() or 1)
    if workers <= 1:
        return [function(item) for item in progress(items, text=text)]
    with ThreadPoolExecutor(workers, "daisy-parallel") as pool:
        contexts = [contextvars.copy_context() for _item in items]
        futures = [
            pool.submit(context.run, function, item) for context, item in zip(contexts, items, strict=True)
        ]
        try:
            for _future in progress(futures, text=text):
                wait([_future], return_when=FIRST_EXCEPTION)
                _future.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
        return [future.result() for future in futures]
