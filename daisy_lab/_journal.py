"""An append-only file of JSON lines: what a killed session still knows.

One write per record, so a kill leaves whole lines and at most one torn last line, which reading skips. Nothing is
synchronised to the disk: the journal outlives the process, not a power cut.
"""

from __future__ import annotations

import json
import logging
import os
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Journal"]

_log = logging.getLogger(__name__)


class Journal:
    """One journal file; any thread may append."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._torn = False
        """Whether a write failed in the middle of a line, as on a full disk."""
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._end_torn_line()

    def append(self, topic: str, record: Mapping[str, object]) -> None:
        """Write one record under a topic, so that its reader finds it again."""
        line = json.dumps([topic, record], separators=(",", ":")).encode() + b"\n"
        with self._lock:
            if self._torn:
                self._end_torn_line()
            self._torn = True
            left = memoryview(line)
            while left:
                left = left[os.write(self._file, left) :]
            self._torn = False

    def read(self, topic: str) -> Iterator[dict[str, Any]]:
        """Give the records of one topic, oldest first; a line torn by a kill is skipped and logged."""
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    found, record = json.loads(line)
                except (TypeError, ValueError):
                    _log.warning("line %d of the journal %s was torn by a kill", number, self.path)
                    continue
                if found == topic:
                    yield record

    def close(self) -> None:
        """Close the file; closing twice is fine."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _end_torn_line(self) -> None:
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"\n")
