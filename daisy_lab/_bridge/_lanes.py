"""Lanes for what takes time: quick requests overtake it, only the newest of a view counts, no queue grows for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from daisy_lab._bridge._faults import BusyError, SupersededError, error_info
from daisy_lab._messages import Reply, ViewRequest
from daisy_lab.errors import SessionError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from daisy_lab._bridge._front import Front
    from daisy_lab._messages import Request

__all__ = ["Job", "Lane", "LaneName"]

LaneName: TypeAlias = Literal["view", "run", "work", "preview", "chain", "slow", "record", "bytes"]
_MOST: Final = 64
"""Requests of one front that may wait in one lane."""


@dataclass(frozen=True, eq=False)
class Job:
    """A request that waits for its turn."""

    front: Front
    number: int
    request: Request
    buffers: Sequence[bytes | memoryview] = ()
    """What came beside it."""

    def key(self) -> Hashable:
        """Tell what supersedes it: the next request of the same kind by the same view; nothing, when no view asks."""
        if isinstance(self.request, ViewRequest) and self.request.view:
            return (self.front, self.request.method, self.request.view)
        return self

    def refuse(self, error: Exception) -> None:
        """Answer that it was not done."""
        self.front.answer(Reply(id=self.number, ok=False, error=error_info(error)))


class Lane:
    """A few threads that answer requests in the order in which they came."""

    def __init__(self, name: LaneName, threads: int, answer: Callable[[Job], None]) -> None:
        self._answer = answer
        self._waiting: dict[Hashable, Job] = {}
        self._lock = Lock()
        self._closed = False
        self._pool = ThreadPoolExecutor(threads, f"daisy-{name}")

    def add(self, job: Job) -> None:
        """Let a request wait for its turn; it takes the place of an older one that it supersedes."""
        key = job.key()
        with self._lock:
            older = self._waiting.get(key)
            crowded = older is None and sum(one.front is job.front for one in self._waiting.values()) >= _MOST
            if not (crowded or self._closed):
                self._waiting[key] = job
                if older is None:
                    self._pool.submit(self._next)
        if self._closed:
            job.refuse(SessionError(_("the kernel is about to end")))
        elif crowded:
            job.refuse(BusyError(_("{count} requests wait already; ask again later").format(count=_MOST)))
        elif older is not None:
            older.refuse(SupersededError(_("a newer request of the same view took its place")))

    def forget(self, front: Front) -> None:
        """Drop what a front that is gone waits for."""
        with self._lock:
            for key in [key for key, job in self._waiting.items() if job.front is front]:
                del self._waiting[key]

    def close(self) -> None:
        """Drop what waits, and wait for what was begun."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _next(self) -> None:
        with self._lock:
            key = next(iter(self._waiting), None)
            job = None if key is None else self._waiting.pop(key)
        if job is not None:
            self._answer(job)
