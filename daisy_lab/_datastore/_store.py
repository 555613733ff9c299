"""The store as its users see it: names to immutable, versioned objects that announce themselves."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab._datastore import _xarray
from daisy_lab._datastore._actions import Actions
from daisy_lab._datastore._names import missing_object
from daisy_lab._datastore._ownership import BY_ITEM, BY_MAPPING, BY_PUT
from daisy_lab.errors import DataError, SessionError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path
    from types import FrameType
    from typing import Self

    import numpy.typing as npt

    from daisy_lab._datastore._directory import Directory
    from daisy_lab._datastore._events import Change
    from daisy_lab._datastore._journal import Reopen
    from daisy_lab._datastore._object import DataObject, Put
    from daisy_lab.vocabulary import Array

__all__ = ["DataStore"]


class DataStore:
    """Names to immutable, versioned data objects; thread-safe.

    An array put here is taken over without a copy when it owns its memory and nobody else has a view of it;
    it becomes read-only. A view, or an array that others hold, is copied. Getting never copies.

    Parameters
    ----------
    directory
        Where files go; it stays its giver's to close. Without one the store opens an ephemeral one at first
        need.
    memory
        Bytes that arrays may hold in ordinary memory; beyond, those used least recently go to files.
    durable
        Whether every array is in a file of the directory before the action counts as done.
    record
        Called under the lock with each action as JSON data, before it takes effect; what it raises prevents
        the action.

    Raises
    ------
    SessionError
        If it is to be durable without a directory.
    """

    def __init__(
        self,
        directory: Directory | None = None,
        *,
        memory: int | None = None,
        durable: bool = False,
        record: Callable[[Mapping[str, object]], None] | None = None,
    ) -> None:
        if durable and directory is None:
            raise SessionError(_("a durable store needs a directory; open one: Directory.open(name='...')"))
        self._actions = Actions(directory, memory=memory, durable=durable, record=record)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - any value the store holds
        return self.get(name)

    def __setitem__(self, name: str, value: object) -> None:
        others = sys.getrefcount(value) - BY_ITEM
        self._actions.put([(name, value, (), "", others)], "", _caller(value))

    def __delitem__(self, name: str) -> None:
        self.delete(name)

    def __contains__(self, name: object) -> bool:
        return name in self._actions.history.current

    def __iter__(self) -> Iterator[str]:
        with self._actions.lock:
            return iter(sorted(self._actions.history.current))

    def __len__(self) -> int:
        return len(self._actions.history.current)

    def __repr__(self) -> str:
        return (
            f"<DataStore: {len(self)} objects, {self._actions.memory.resident:,} bytes of arrays in memory>"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @property
    def resident(self) -> int:
        """Bytes that arrays hold in ordinary memory; mapped files do not count."""
        return self._actions.memory.resident

    @property
    def budget(self) -> int | None:
        """Bytes that arrays may hold in ordinary memory before they go to files; None without a limit."""
        return self._actions.memory.budget

    @property
    def can_undo(self) -> bool:
        """Whether there is an action to take back."""
        with self._actions.lock:
            return self._actions.history.can_undo()

    @property
    def can_redo(self) -> bool:
        """Whether there is an action to take again."""
        with self._actions.lock:
            return self._actions.history.can_redo()

    def put(
        self,
        name: str,
        value: object,
        *,
        axes: tuple[str, ...] | None = None,
        unit: str = "",
        made_by: str = "",
    ) -> DataObject:
        """Store a value under a name, as a new version when the name is there.

        Parameters
        ----------
        name
            Letters, digits, `_`, `-` and `.`, in parts separated by `/`.
        value
            Array of any dtype but object, scalar, text, table (mapping of equally long 1-D arrays, or a
            structured array), record (JSON data) or lazy dataset.
        axes
            Name of each axis, slowest first; a lazy dataset brings its own.
        unit
            Unit of the values; a lazy dataset brings its own.
        made_by
            Id of the run that made it.

        Raises
        ------
        DataError
            If the name, the value or the axes cannot be stored.
        FileError
            If a file has to be written and cannot; the store and the array stay as they were.
        """
        others = sys.getrefcount(value) - BY_PUT
        return self._actions.put([(name, value, axes or (), unit, others)], made_by, _caller(value))[0]

    def put_many(
        self, items: Mapping[str, Put], *, made_by: str = "", undoable: bool = True
    ) -> Mapping[str, DataObject]:
        """Store several values as one action: all or none, one undo, one change.

        Parameters
        ----------
        items
            Values with their axes and units by name.
        made_by
            Id of the run that made them.
        undoable
            Whether undo knows of it; not where something else says what is to be there, as a page's settings do.
        """
        if not items:
            return {}
        counted = [
            (name, put, 0 if put.owned else sys.getrefcount(put.value) - BY_MAPPING)
            for name, put in items.items()
        ]
        arriving = [(name, put.value, put.axes, put.unit, others) for name, put, others in counted]
        frame = inspect.currentframe()
        told = self._actions.put(arriving, made_by, frame and frame.f_back, undoable=undoable)
        return {about.name: about for about in told}

    def get(self, name: str, version: int | None = None) -> Any:  # noqa: ANN401 - any value the store holds
        """Give the value, unchangeable and without a copy; the current one, or an older version.

        Raises
        ------
        MissingObjectError
            If there is no such name, or no such version of it.
        """
        with self._actions.lock:
            content = self._actions.history.find(name, version).content
            self._actions.memory.touch(content)
        return content.get()

    def describe(self, name: str, version: int | None = None) -> DataObject:
        """Describe the current, or an older, version."""
        with self._actions.lock:
            return self._actions.history.find(name, version).about

    def identity(self, name: str, version: int | None = None) -> str:
        """Name the content: the same text for the same values, dtype and shape; computed once, when asked."""
        with self._actions.lock:
            content = self._actions.history.find(name, version).content
        return content.identity()

    def history(self, name: str) -> tuple[DataObject, ...]:
        """Describe all versions of a name, oldest first; those of a deleted name, too."""
        with self._actions.lock:
            return tuple(version.about for version in self._actions.history.versions(name))

    def rename(self, old: str, new: str) -> DataObject:
        """Give an object another name, without a copy; its older versions stay with the old name.

        Raises
        ------
        DataError
            If the new name is taken, or is none.
        """
        return self._actions.rename(old, new)

    def delete(self, *names: str) -> None:
        """Take names away as one action, all or none; versions stay until `forget_history`, and undo brings them back.

        Raises
        ------
        MissingObjectError
            If one of them is not there.
        """
        if names:
            self._actions.delete(tuple(dict.fromkeys(names)))

    def restore(self, name: str, version: int) -> DataObject:
        """Make an old version current again, also of a deleted name: an action like any other, no copy."""
        return self._actions.restore(name, version)

    def undo(self) -> Change | None:
        """Take the last action of the whole store back; nothing when there is none left."""
        return self._actions.undo()

    def redo(self) -> Change | None:
        """Take the action again that was undone last; nothing when there is none left."""
        return self._actions.redo()

    def create(self, shape: int | tuple[int, ...], dtype: npt.DTypeLike) -> Array:
        """Make an array over a file of the store, zeros to be filled in place and put without a copy.

        Parameters
        ----------
        shape
            Length of each axis.
        dtype
            Type of one value; not object.

        Raises
        ------
        FileError
            If there is no room for it.
        """
        self._actions.check_open()
        lengths = (shape,) if isinstance(shape, int) else tuple(map(int, shape))
        exact: np.dtype[Any] = np.dtype(dtype)
        if exact.hasobject or min(lengths, default=0) < 0:
            raise DataError(
                _(
                    "cannot create an array of shape {shape} and dtype {dtype}: it has no bytes to keep"
                ).format(shape=lengths, dtype=exact)
            )
        return self._actions.segments.create(lengths, exact)

    def hold(self, buffer: Array) -> str:
        """Let a buffer of `create` outlive this process half filled; gives the file name that `resume` takes."""
        return self._actions.segments.hold(buffer)

    def resume(self, file: str, shape: tuple[int, ...], dtype: npt.DTypeLike) -> Array:
        """Open the half-filled buffer of an earlier process, to fill the rest and put it.

        Raises
        ------
        OSError, ValueError
            If the file is gone, or too short.
        """
        return self._actions.segments.resume(file, shape, np.dtype(dtype))

    def on_change(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call a function with each change from now on; what is returned ends that.

        It is called on the thread that made the change, in the order of the changes, while the store is free.
        What it raises is logged. It should be quick: other threads' changes wait for it, a second at most.
        """
        return self._actions.announcer.subscribe(listener)

    def forget_history(self) -> None:
        """Keep only the current versions; everything else is freed and nothing can be undone any more."""
        self._actions.forget()

    def files(self) -> set[str]:
        """Name the files in the directory's array folder that the store needs."""
        with self._actions.lock:
            kept = {
                segment.path.name
                for content in self._actions.history.contents()
                for segment in content.segments.values()
            }
        return kept | self._actions.segments.parts()

    def file_of(self, name: str, version: int | None = None) -> Path | None:
        """Give the file that holds an array's values in C order; nothing when it is in memory, or no array.

        Raises
        ------
        MissingObjectError
            If there is no such name, or no such version of it.
        """
        with self._actions.lock:
            content = self._actions.history.find(name, version).content
            segment = content.segments.get("") if content.kind == "array" else None
        return None if segment is None else segment.path

    def to_xarray(self, name: str = "") -> Any:  # noqa: ANN401 - xarray has no types here
        """Give an object as a DataArray (a table as a Dataset), a group such as `scan` as a DataTree.

        Parameters
        ----------
        name
            An object, or the first part of several objects' names; empty: all of the store.

        Raises
        ------
        MissingObjectError
            If there is neither such an object nor such a group.
        DataError
            If xarray is not installed, or the object is a record.
        """
        with self._actions.lock:
            found = dict(self._actions.history.current)
        if name in found:
            return _xarray.to_array(found[name].about, found[name].content.get())
        prefix = f"{name}/" if name else ""
        members = {
            key: (version.about, version.content.get())
            for key, version in found.items()
            if key.startswith(prefix)
        }
        if not members:
            raise missing_object(name, found)
        return _xarray.to_tree(name, members)

    def replay(self, records: Iterable[Mapping[str, object]], reopen: Reopen) -> None:
        """Bring back what an earlier process recorded in the same directory, into a store just made.

        Parameters
        ----------
        records
            The actions in order.
        reopen
            Opens a dataset again by its reference; called when its value is first asked for.

        Raises
        ------
        SessionError
            If the store is not fresh, or a record cannot be followed.
        """
        self._actions.replay(records, reopen)

    def close(self) -> None:
        """Free everything; files go unless the store is durable. Arrays handed out stay valid."""
        self._actions.close()


def _caller(value: object) -> FrameType | None:
    """Give the frame that called the store; needed for arrays only."""
    if not isinstance(value, np.ndarray):
        return None
    frame = inspect.currentframe()
    inside = frame and frame.f_back
    return inside and inside.f_back
