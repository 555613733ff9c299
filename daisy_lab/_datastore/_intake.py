"""Takes values in: each array is taken over, copied or written to a file; and can undo that.

Whatever happens here leaves the store untouched; only a complete intake is committed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from daisy_lab._datastore._content import Content
from daisy_lab._datastore._names import check_name
from daisy_lab._datastore._ownership import is_base, only_named
from daisy_lab._datastore._values import Frozen, freeze, own_copy, read_only
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from types import FrameType

    from daisy_lab._datastore._memory import Memory
    from daisy_lab._datastore._segments import Segment, Segments
    from daisy_lab.vocabulary import Array

__all__ = ["Arriving", "Incoming", "Intake"]

# A value as the user gave it: name, value, axes, unit, and references to the value besides those of the call.
Arriving: TypeAlias = tuple[str, object, tuple[str, ...], str, int]


class Incoming(NamedTuple):
    """A value ready to become a version."""

    name: str
    frozen: Frozen
    axes: tuple[str, ...]
    unit: str
    content: Content


class Intake:
    """Takes in the values of one action.

    Parameters
    ----------
    memory
        Where bytes are reserved.
    segments
        Where files are written.
    frame
        The calling function's.
    durable
        Whether every array must be in a file.
    """

    __slots__ = (
        "_adopted",
        "_durable",
        "_files",
        "_frame",
        "_locked",
        "_memory",
        "_others",
        "_reserved",
        "_resident",
        "_segments",
        "_written",
    )

    def __init__(self, memory: Memory, segments: Segments, frame: FrameType | None, *, durable: bool) -> None:
        self._memory = memory
        self._segments = segments
        self._frame = frame
        self._durable = durable
        self._others = 0  # of the value being taken in
        self._resident = 0
        self._files: dict[str, Segment] | None = None
        self._reserved = 0  # what to undo
        self._locked: list[Array] = []
        self._written: list[Segment] = []
        self._adopted: list[tuple[Array, Segment]] = []

    def take(self, arriving: Arriving) -> Incoming:
        """Take in one value.

        Raises
        ------
        DataError
            If the name, the value or the axes cannot be stored.
        FileError
            If a file cannot be written.
        """
        name, value, axes, unit, self._others = arriving
        self._resident, self._files = 0, None
        frozen = freeze(check_name(name), value, self._keep)
        if frozen.kind == "table" and self._durable:
            self._files = {
                column: self._write(array) for column, array in frozen.value.items() if array.nbytes
            }
        elif frozen.kind == "dataset":
            axes, unit = axes or frozen.value.axes, unit or frozen.value.unit
        if axes:
            axes = _check_axes(name, tuple(axes), frozen)
        content = Content(frozen.kind, frozen.value, resident=self._resident, segments=self._files)
        return Incoming(name, frozen, axes, unit, content)

    def undo(self) -> None:
        """Leave everything as it was: no file, no reserved byte, the caller's arrays writable as before."""
        self._memory.cancel(self._reserved)
        for segment in self._written:
            segment.remove()
        for buffer, segment in self._adopted:
            self._segments.give_back(buffer, segment)
        for array in self._locked:
            array.flags.writeable = True

    def _keep(self, array: Array) -> Array:
        ours = only_named(array, self._others, self._frame)
        if ours and self._segments.is_open(array):
            return self._adopt(array)
        too_large = self._memory.too_large(array.nbytes)
        if ours and is_base(array) and not too_large:
            return self._taken(array)
        if array.nbytes and (self._durable or too_large):
            return self._filed(array).map()
        self._reserve(array.nbytes)
        return read_only(own_copy(array))

    def _adopt(self, buffer: Array) -> Array:
        segment, kept = self._segments.adopt(buffer)
        self._adopted.append((buffer, segment))
        self._files = {"": segment}
        return kept

    def _taken(self, array: Array) -> Array:
        if array.flags.writeable:
            array.flags.writeable = False
            self._locked.append(array)
        self._reserve(array.nbytes)
        if self._durable and array.nbytes:
            self._filed(array)
        return read_only(array)

    def _filed(self, array: Array) -> Segment:
        segment = self._write(array)
        self._files = {"": segment}
        return segment

    def _write(self, array: Array) -> Segment:
        segment = self._segments.write(array)
        self._written.append(segment)
        return segment

    def _reserve(self, nbytes: int) -> None:
        self._memory.reserve(nbytes)
        self._reserved += nbytes
        self._resident = nbytes


def _check_axes(name: str, axes: tuple[Any, ...], frozen: Frozen) -> tuple[str, ...]:
    distinct = len(set(axes)) == len(axes) and all(isinstance(axis, str) for axis in axes)
    if distinct and len(axes) == len(frozen.shape):
        return axes
    raise DataError(
        _(
            "cannot store '{name}': axes {axes} do not fit its shape {shape}; give one name for each axis"
        ).format(name=name, axes=", ".join(map(str, axes)), shape=frozen.shape)
    )
