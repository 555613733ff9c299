"""The first Daisy's datastore, a mapping of names to objects, as a view of ours.

Each algorithm has a view of its own, which notes what is read and written while it runs: that is all the ledger
can know of foreign code.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab.vocabulary import LazyArray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from daisy_lab._datastore import DataStore

__all__ = ["Data", "DataService"]


class Data(MutableMapping[str, Any]):
    """Objects of a store by name; setting one makes a new version, arrays are read-only.

    Parameters
    ----------
    store
        The store.
    """

    def __init__(self, store: DataStore) -> None:
        self.store = store
        self.read: dict[str, int] = {}
        """Versions that were there before and were read since `begin`."""
        self.written: dict[str, int] = {}
        """Newest version of each name written since `begin`."""
        self._made_by = ""

    def begin(self, made_by: str) -> None:
        """Start to take note; what is written from now on is made by this run."""
        self.read, self.written, self._made_by = {}, {}, made_by

    def end(self) -> None:
        """Stop to take note: what is written from now on is put by hand again."""
        self._made_by = ""

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - any value of the store
        value = self.store.get(name)
        if name not in self.written:
            self.read.setdefault(name, self.store.describe(name).version)
        if isinstance(value, LazyArray) and not isinstance(value, np.ndarray):
            return value[...]
        return value

    def __setitem__(self, name: str, value: object) -> None:
        self.written[name] = self.store.put(name, value, made_by=self._made_by).version

    def __delitem__(self, name: str) -> None:
        self.store.delete(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.store)

    def __len__(self) -> int:
        return len(self.store)

    def __contains__(self, name: object) -> bool:
        return name in self.store

    def __repr__(self) -> str:
        return f"<Data: {', '.join(self)}>"


class DataService:
    """What `self.get("DataStore")` gives."""

    def __init__(self, data: MutableMapping[str, Any]) -> None:
        self._data = data

    def data(self) -> MutableMapping[str, Any]:
        """Give the mapping of names to objects."""
        return self._data
