"""The memory budget: arrays used least recently go to a file and are mapped back when asked for.

Room is made before an array comes in, so a full disk leaves the store as it was. Files are written without
the lock; an array on its way out is in nobody's list, so no two threads write it.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import TYPE_CHECKING

from daisy_lab.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from threading import RLock

    from daisy_lab._datastore._content import Content
    from daisy_lab._datastore._history import Version
    from daisy_lab._datastore._segments import Segments

__all__ = ["Memory"]

_log = logging.getLogger(__name__)


class Memory:
    """Counts the bytes that arrays hold in ordinary memory and keeps them below a budget.

    Parameters
    ----------
    budget
        Bytes; none: no limit.
    segments
        Writes the files.
    lock
        The store's.
    """

    def __init__(self, budget: int | None, segments: Segments, lock: RLock) -> None:
        self.budget = budget
        self._segments = segments
        self._lock = lock
        self._used: OrderedDict[Content, None] = OrderedDict()
        self.resident = 0

    def too_large(self, nbytes: int) -> bool:
        """Tell whether an array of that size goes to a file at once."""
        return self.budget is not None and nbytes > self.budget

    def reserve(self, nbytes: int) -> None:
        """Count bytes to come; whatever is in excess of the budget goes to files.

        Raises
        ------
        FileError
            If a file cannot be written; then nothing is reserved.
        """
        if self.budget is None:
            return
        with self._lock:
            self.resident += nbytes
            leaving = self._choose()
        try:
            while leaving:
                self._spill(leaving[0])
                leaving.pop(0)
        except BaseException:
            with self._lock:
                self.resident -= nbytes
                self._return(leaving)
            raise

    def settle(self) -> None:
        """Spill what several threads brought in at once; a full disk leaves it for the next to try."""
        if self.budget is None or self.resident <= self.budget:
            return
        try:
            self.reserve(0)
        except FileError as error:
            _log.warning("memory budget exceeded: %s", error)

    def cancel(self, nbytes: int) -> None:
        """Give reserved bytes back."""
        if self.budget is None:
            return
        with self._lock:
            self.resident -= nbytes

    def admit(self, versions: Iterable[Version]) -> None:
        """List contents whose bytes are reserved; called under the lock."""
        for version in versions:
            content = version.content
            if content.resident and self.budget is not None:
                self._used[content] = None
            else:
                self.resident += content.resident

    def touch(self, content: Content) -> None:
        """Note that a content was used; called under the lock."""
        if content in self._used:
            self._used.move_to_end(content)

    def release(self, content: Content) -> None:
        """Let a content go for good, with its files; called under the lock."""
        content.dropped = True
        if self.budget is None or content in self._used:
            self._used.pop(content, None)
            self.resident -= content.resident
            content.resident = 0
        content.remove_files()

    def _choose(self) -> list[Content]:
        leaving: list[Content] = []
        if self.budget is None:
            return leaving
        excess = self.resident - self.budget
        for content in list(self._used):
            if excess <= 0:
                break
            del self._used[content]
            leaving.append(content)
            excess -= content.resident
        return leaving

    def _spill(self, content: Content) -> None:
        segment = content.segments.get("") or self._segments.write(content.raw())
        with self._lock:
            nbytes = content.resident
            content.move_to(segment)
            self.resident -= nbytes
            if content.dropped:
                segment.remove()

    def _return(self, contents: list[Content]) -> None:
        """Put contents that could not leave back to where they were: the ones to leave next."""
        for content in reversed(contents):
            if content.dropped:
                self.resident -= content.resident
                content.resident = 0
            else:
                self._used[content] = None
                self._used.move_to_end(content, last=False)
