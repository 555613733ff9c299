"""The value behind one or several versions, in memory, in a file, or both.

A rename makes a new version of the same content, so nothing is copied and nothing is hashed or opened twice.
"""

from __future__ import annotations

from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from daisy_lab._datastore._identity import identity_of
from daisy_lab._datastore._values import hand_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._datastore._object import Kind
    from daisy_lab._datastore._segments import Segment
    from daisy_lab.vocabulary import LazyArray

__all__ = ["Content"]

_UNOPENED: Any = object()
_NO_FILES: Mapping[str, Segment] = MappingProxyType({})
_OPENING = RLock()  # of the few moments when a file or dataset is first opened; its reader may ask the store


class Content:
    """One immutable value; a file or a dataset of an earlier process is opened when first asked for.

    Parameters
    ----------
    kind
        What sort of value it is.
    value
        As `freeze` made it.
    resident
        Bytes of ordinary memory it holds, which the budget counts.
    segments
        Its files: of an array under the empty name, of a table one per column.
    opener
        Opens the dataset again that the journal told of.
    """

    __slots__ = ("_identity", "_opener", "_value", "dropped", "kind", "resident", "segments")

    def __init__(
        self,
        kind: Kind,
        value: Any = _UNOPENED,  # noqa: ANN401 - any value the store holds
        *,
        resident: int = 0,
        segments: Mapping[str, Segment] | None = None,
        opener: Callable[[], LazyArray] | None = None,
    ) -> None:
        self.kind = kind
        self.resident = resident
        self.segments: Mapping[str, Segment] = segments or _NO_FILES
        self.dropped = False
        self._value = value
        self._opener = opener
        self._identity: str | None = None

    def get(self) -> Any:  # noqa: ANN401 - any value the store holds
        """Give the value so that nobody can change it."""
        return hand_out(self.kind, self._opened())

    def identity(self) -> str:
        """Name the content; computed once."""
        if self._identity is None:
            self._identity = identity_of(self.kind, self._opened())
        return self._identity

    def move_to(self, segment: Segment) -> None:
        """Let the file be the value from now on; memory is free once no user holds it."""
        mapped = segment.map()
        self.segments = {"": segment}
        self._value = mapped
        self.resident = 0

    def raw(self) -> Any:  # noqa: ANN401 - any value the store holds
        """Give the value as it is kept, for writing and recording."""
        return self._opened()

    def remove_files(self) -> None:
        """Remove what is on disk; maps that users hold stay valid."""
        for segment in self.segments.values():
            segment.remove()

    def _opened(self) -> Any:  # noqa: ANN401 - any value the store holds
        value = self._value
        if value is not _UNOPENED:
            return value
        with _OPENING:
            if self._value is _UNOPENED:
                self._value = self._open()
            return self._value

    def _open(self) -> Any:  # noqa: ANN401 - any value the store holds
        if self._opener is not None:
            return self._opener()
        if self.kind == "table":
            return MappingProxyType({column: segment.map() for column, segment in self.segments.items()})
        return self.segments[""].map()
