"""Half-written results of a session: files that outlive a kill, and a journal of the blocks that are in them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab._datastore import DataStore
    from daisy_lab._engine import Outlet, Partial
    from daisy_lab._journal import Journal
    from daisy_lab.vocabulary import Array

__all__ = ["SessionPartials"]

_log = logging.getLogger(__name__)


@dataclass
class _Half:
    """One half-written result."""

    key: str
    name: str
    file: str
    shape: tuple[int, ...]
    dtype: str
    journal: Journal
    done: list[tuple[int, int]] = field(default_factory=list)
    buffer: Array | None = None
    busy: bool = False
    """Whether a run writes it now."""

    @property
    def array(self) -> Array:
        """The array, mapped to its file."""
        assert self.buffer is not None  # noqa: S101 - for the type checker: opened before it is handed out
        return self.buffer

    def mark(self, part: tuple[int, int]) -> None:
        """Take note that a block is written."""
        self.done.append(part)
        self.journal.append("block", {"file": self.file, "part": list(part)})


class SessionPartials:
    """Finds, begins and ends half-written results in a session's directory."""

    def __init__(self, store: DataStore, journal: Journal, folder: Path) -> None:
        self._store, self._journal, self._folder = store, journal, folder
        self._lock = Lock()
        self._halves: dict[str, _Half] = {}
        """By file: a result that is begun again has the same key, and another file."""

    def replay(self) -> set[str]:
        """Read what the journal knows; gives the files that must stay."""
        for record in self._journal.read("partial"):
            half = _Half(**{**record, "shape": tuple(record["shape"])}, journal=self._journal)
            self._halves = {file: other for file, other in self._halves.items() if other.name != half.name}
            self._halves[half.file] = half
        for record in self._journal.read("block"):
            if record["file"] in self._halves:
                self._halves[record["file"]].done.append(tuple(record["part"]))
        for record in self._journal.read("whole"):
            self._halves.pop(record["file"], None)
        return set(self._halves)

    def find(self, key: str) -> Partial | None:
        """Give what an interrupted run left of a result; what a run writes just now is left to it."""
        with self._lock:
            half = next((half for half in self._halves.values() if half.key == key and not half.busy), None)
            if half is None:
                return None
            if half.buffer is None:
                try:
                    half.buffer = self._store.resume(half.file, half.shape, np.dtype(half.dtype))
                except (OSError, ValueError):
                    _log.warning("the half-written %s is gone; it is computed anew", half.name)
                    del self._halves[half.file]
                    return None
            half.busy = True
            return half

    def start(self, outlet: Outlet) -> Partial:
        """Begin a result; a half-written one of the same name under other settings is dropped."""
        buffer = self._store.create(outlet.shape, outlet.dtype)
        half = _Half(
            outlet.key,
            outlet.name,
            self._store.hold(buffer),
            outlet.shape,
            outlet.dtype.str,
            self._journal,
            [],
            buffer,
            busy=True,
        )
        with self._lock:
            for other in [
                other for other in self._halves.values() if other.name == half.name and not other.busy
            ]:
                self._drop(other)
            self._halves[half.file] = half
        self._journal.append(
            "partial",
            {
                "key": half.key,
                "name": half.name,
                "file": half.file,
                "shape": list(half.shape),
                "dtype": half.dtype,
            },
        )
        return half

    def finish(self, partial: Partial) -> None:
        """Take note that a result is whole and in the store."""
        with self._lock:
            for half in [half for half in self._halves.values() if half is partial]:
                self._drop(half)

    def leave(self, partial: Partial) -> None:
        """Take note that its run ended before it was whole: the next one may go on with it."""
        with self._lock:
            for half in self._halves.values():
                if half is partial:
                    half.busy = False

    def _drop(self, half: _Half) -> None:
        self._journal.append("whole", {"file": half.file})
        del self._halves[half.file]
        # A result that went into the store has another name by now.
        (self._folder / half.file).unlink(missing_ok=True)
