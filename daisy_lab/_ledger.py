"""The ledger: what ran, on what, with which settings, and what came out of it.

An entry names contents by identity, so it stays true when names move on. `key` tells a result before it exists: the
digest of algorithm, version, settings and keys of the inputs; equal keys mean equal results.
"""

from __future__ import annotations

from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = ["Entry", "Ledger", "Used", "plain"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_SIDES = ("inputs", "outputs", "bound")


class Used(NamedTuple):
    """One object a run read or made: its name and version in the store (0: never stored) and its identity."""

    name: str
    version: int
    identity: str
    part: Mapping[str, Any] = _NOTHING
    """The sample that was read, per axis; empty when it was read whole."""


class Entry(NamedTuple):
    """One run of one algorithm; in a block run all blocks together."""

    run: str
    algorithm: str
    version: str
    inputs: Mapping[str, Used]
    settings: Mapping[str, object]
    outputs: Mapping[str, Used]
    started: float
    seconds: float
    peak_bytes: int
    state: Literal["done", "failed", "cancelled"] = "done"
    key: str = ""
    blocks: int = 1
    elements: int = 0
    bound: Mapping[str, Used] = _NOTHING
    """Settings that were read from a value: setting to object."""
    error: str = ""
    source: str = ""
    """Source text, for an algorithm defined in a notebook."""
    device: str = "cpu"
    """Where it computed."""

    def to_json(self) -> dict[str, Any]:
        """Give the entry as JSON data."""
        used = {
            side: {
                name: item._asdict() | {"part": plain(item.part)}
                for name, item in getattr(self, side).items()
            }
            for side in _SIDES
        }
        return self._asdict() | {"settings": plain(self.settings)} | used

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Entry:
        """Read an entry back."""
        used = {side: {port: Used(**facts) for port, facts in data[side].items()} for side in _SIDES}
        return cls(**{**data, **used})


class Ledger:
    """All entries of a session, oldest first; any thread may add."""

    def __init__(self, record: Callable[[Mapping[str, object]], None] | None = None) -> None:
        self._entries: list[Entry] = []
        self._by_key: dict[str, Entry] = {}
        self._by_run: dict[str, Entry] = {}
        self._maker: dict[tuple[str, int], Entry] = {}
        self._by_identity: dict[str, Entry] = {}
        self._lock = Lock()
        self._record = record

    def add(self, entry: Entry) -> None:
        """Append an entry, and write it to the session's journal where there is one."""
        with self._lock:
            self._keep(entry)
            if self._record is not None:
                self._record(entry.to_json())

    def replay(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Take back the entries a journal holds."""
        with self._lock:
            for record in records:
                self._keep(Entry.from_json(record))

    def __iter__(self) -> Iterator[Entry]:
        with self._lock:
            return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def of_run(self, run: str) -> Entry | None:
        """Give the entry of a run id."""
        return self._by_run.get(run)

    def of_key(self, key: str) -> Entry | None:
        """Give the newest successful entry that made a result of this key."""
        return self._by_key.get(key)

    def maker(self, name: str, version: int) -> Entry | None:
        """Give the entry that made a version of an object; None when it was put by hand."""
        return self._maker.get((name, version))

    def identity(self, name: str, version: int) -> str | None:
        """Give the identity under which a version of an object was entered when it was made."""
        entry = self.maker(name, version)
        made = entry.outputs.values() if entry is not None else ()
        return next((used.identity for used in made if (used.name, used.version) == (name, version)), None)

    def chain(self, name: str, version: int) -> tuple[Entry, ...]:
        """Give the runs an object came out of, first one first."""
        found: dict[int, Entry] = {}
        seen: set[int] = set()
        waiting = [self.maker(name, version)]
        while waiting:
            entry = waiting[-1]
            before = [] if entry is None or id(entry) in seen else self._makers_before(entry)
            if entry is not None:
                seen.add(id(entry))
            todo = [maker for maker in before if id(maker) not in seen]
            if todo:
                waiting.extend(todo)
                continue
            waiting.pop()
            if entry is not None:
                # Whatever it read stands there already. The order of the entries would not do: a value found from
                # a sample is entered before the section that makes the whole.
                found.setdefault(id(entry), entry)
        return tuple(found.values())

    def _makers_before(self, entry: Entry) -> list[Entry]:
        makers = (self._maker_of(used) for used in (*entry.inputs.values(), *entry.bound.values()))
        return [maker for maker in makers if maker is not None]

    def _maker_of(self, used: Used) -> Entry | None:
        return self.maker(used.name, used.version) if used.version else self._by_identity.get(used.identity)

    def rate(self, algorithm: str) -> float | None:
        """Give the median seconds per output element of an algorithm's past runs; None when it never ran."""
        rates = [
            entry.seconds / entry.elements
            for entry in self._entries
            if entry.algorithm == algorithm and entry.elements and entry.state == "done"
        ]
        return float(np.median(rates)) if rates else None

    def _keep(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._by_run[entry.run] = entry
        if entry.state == "done":
            if entry.key:
                self._by_key[entry.key] = entry
            for used in entry.outputs.values():
                self._maker[used.name, used.version] = entry
                self._by_identity[used.identity] = entry


def plain(value: Any) -> Any:  # noqa: ANN401 - any setting
    """Turn settings into JSON data: NumPy scalars to numbers, arrays and tuples to lists, the rest to text."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, np.ndarray | np.generic):
        # A long double has no Python number of its own.
        return plain(float(value) if isinstance(value, np.longdouble) else value.tolist())
    return str(value)
