"""The shelf: arrays that are only looked at, under names that begin with `~`; every view request works on them.

A slice that a page asks for at every move of a slider is no object of the session: it has no history, is not undone,
not written to disk, and gone with the page. Each front has a shelf of its own, so two windows do not paint over each
other.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Final

from daisy_lab._datastore import DataObject
from daisy_lab.errors import MissingObjectError, choices
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._bridge._front import Front
    from daisy_lab.vocabulary import Array

__all__ = ["Shelf", "is_shelved"]

_BYTES: Final = 192 << 20
_VERSIONS: Final = 2
"""Versions of one name: the newest, and the one that a page still shows."""

_Key = tuple["Front | None", str, int]


def is_shelved(name: str) -> bool:
    """Whether a name is one of the shelf."""
    return name.startswith("~")


class Shelf:
    """Arrays by front, name and version; the oldest go when there is no room. Safe to use from several threads."""

    def __init__(self, nbytes: int = _BYTES) -> None:
        self._most = nbytes
        self._held: OrderedDict[_Key, tuple[DataObject, Array]] = OrderedDict()
        self._bytes = 0
        self._versions = count(1)
        self._lock = Lock()

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self._bytes

    def put(
        self, front: Front | None, name: str, array: Array, axes: tuple[str, ...] = (), unit: str = ""
    ) -> DataObject:
        """Lay an array on the shelf of a front, as the newest version of its name; without a front, on everybody's.

        The array is not copied; its giver does not write to it any more.
        """
        about = DataObject(
            name=name,
            version=next(self._versions),
            kind="array",
            axes=axes,
            unit=unit,
            shape=array.shape,
            dtype=str(array.dtype),
            nbytes=array.nbytes,
            device="cpu",
            made_by="",
            created=time.time(),
        )
        with self._lock:
            self._held[front, name, about.version] = about, array
            self._bytes += array.nbytes
            for key in self._keys(front, name)[:-_VERSIONS]:
                self._drop(key)
            while self._bytes > self._most and len(self._held) > 1:
                self._drop(next(iter(self._held)))
        return about

    def find(self, front: Front, name: str, version: int | None = None) -> tuple[DataObject, Array]:
        """Give what lies there, the newest version or another one.

        Raises
        ------
        MissingObjectError
            If it is not there any more.
        """
        with self._lock:
            for owner in (front, None):
                keys = [key for key in self._keys(owner, name) if version in (None, key[2])]
                if keys:
                    self._held.move_to_end(keys[-1])
                    return self._held[keys[-1]]
            known = {key[1] for key in self._held if key[0] in (front, None)}
        raise MissingObjectError(
            _(
                "'{name}' is not on this page's shelf any more; there is {known}: ask for the slice again"
            ).format(name=name if version is None else f"{name} {version}", known=choices(known))
        )

    def take_away(self, front: Front | None, name: str) -> None:
        """Clear a name, and those that begin with it and a dot."""
        with self._lock:
            for key in [
                key
                for key in self._held
                if key[0] is front and (key[1] == name or key[1].startswith(f"{name}."))
            ]:
                self._drop(key)

    def forget(self, front: Front) -> None:
        """Clear the shelf of a front that is gone."""
        with self._lock:
            for key in [key for key in self._held if key[0] is front]:
                self._drop(key)

    def _keys(self, front: Front | None, name: str) -> list[_Key]:
        return sorted(
            (key for key in self._held if key[0] is front and key[1] == name), key=lambda key: key[2]
        )

    def _drop(self, key: _Key) -> None:
        self._bytes -= self._held.pop(key)[1].nbytes
