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

from daisy_lab.errors import FileError
from daisy_lab.texts import gettext as _

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
        """Write one record under a topic, so that its reader finds it again.

        Raises
        ------
        FileError
            If the disk refuses, as when it is full.
        """
        line = json.dumps([topic, record], separators=(",", ":")).encode() + b"\n"
        with self._lock:
            try:
                if self._torn:
                    self._end_torn_line()
                self._torn = True
                left = memoryview(line)
                while left:
                    left = left[os.write(self._file, left) :]
            except OSError as error:
                raise self._refused(error) from None
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

    def _refused(self, error: OSError) -> FileError:
        msg = _(
            "the session cannot write down what was done in {folder}: {reason}; make room there, or set "
            "DAISY_LAB_SESSIONS to a folder on a larger disk"
        )
        return FileError(msg.format(folder=self.path.parent, reason=error.strerror or error))

    def _end_torn_line(self) -> None:
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"\n")
