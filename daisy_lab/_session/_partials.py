"""Half-written results of a session: files that outlive a kill, and a journal of the blocks that are in them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
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

    @property
    def array(self) -> Array:
        """The array, mapped to its file."""
        assert self.buffer is not None  # noqa: S101 - for the type checker: opened before it is handed out
        return self.buffer

    def mark(self, part: tuple[int, int]) -> None:
        """Take note that a block is written."""
        self.done.append(part)
        self.journal.append("block", {"key": self.key, "part": list(part)})


class SessionPartials:
    """Finds, begins and ends half-written results in a session's directory."""

    def __init__(self, store: DataStore, journal: Journal) -> None:
        self._store, self._journal = store, journal
        self._halves: dict[str, _Half] = {}

    def replay(self) -> set[str]:
        """Read what the journal knows; gives the files that must stay."""
        for record in self._journal.read("partial"):
            self._keep(_Half(**{**record, "shape": tuple(record["shape"])}, journal=self._journal))
        for record in self._journal.read("block"):
            if record["key"] in self._halves:
                self._halves[record["key"]].done.append(tuple(record["part"]))
        for record in self._journal.read("whole"):
            self._halves.pop(record["key"], None)
        return {half.file for half in self._halves.values()}

    def find(self, key: str) -> Partial | None:
        """Give what an interrupted run left of a result."""
        half = self._halves.get(key)
        if half is not None and half.buffer is None:
            try:
                half.buffer = self._store.resume(half.file, half.shape, np.dtype(half.dtype))
            except (OSError, ValueError):
                _log.warning("the half-written %s is gone; it is computed anew", half.name)
                del self._halves[key]
                return None
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
        )
        self._keep(half)
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
        for key, half in list(self._halves.items()):
            if half is partial:
                self._journal.append("whole", {"key": key})
                del self._halves[key]

    def _keep(self, half: _Half) -> None:
        for key in [key for key, other in self._halves.items() if other.name == half.name]:
            del self._halves[key]
        self._halves[half.key] = half
