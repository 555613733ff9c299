"""An array that stays in its file until a block of it is asked for, and that another process can open again.

Readers differ in one method, `read_into`. Everything a user sees (indexing, labels, identity, pickling) is
here: an array is its `reference` (JSON data), so pickling it, writing it to a session's journal and opening
it again are the same thing.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from daisy_lab.errors import FileFormatError, choices
from daisy_lab.io._index import request
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from daisy_lab.io._index import Index
    from daisy_lab.vocabulary import Array

__all__ = ["FileArray", "reopen"]

_KINDS: dict[str, type[FileArray]] = {}


class FileArray(ABC):
    """A labelled array in a file, read block by block.

    Safe to use from several threads, picklable, and itself again after `reopen(array.reference)`. It opens
    its file at the first read and after every `close`.

    Parameters
    ----------
    shape, dtype
        As in NumPy; the values always come in the byte order of this machine.
    axes
        Name of each axis; empty gives axis0, axis1, ...
    unit
        Unit of the values, empty when unknown.
    identity
        What tells this content from another without reading it.
    chunks
        Stored chunk length of each axis, slowest first; empty when every length is as cheap.
    notes
        Guesses that were made on the way, as sentences for the user.
    """

    kind: ClassVar[str] = ""

    def __init_subclass__(cls, kind: str, **keywords: object) -> None:
        super().__init_subclass__(**keywords)
        cls.kind = kind
        _KINDS[kind] = cls

    def __init__(
        self,
        *,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        identity: str,
        axes: Sequence[str] = (),
        unit: str = "",
        chunks: Sequence[int] = (),
        notes: Sequence[str] = (),
    ) -> None:
        self.shape = tuple(int(length) for length in shape)
        self.dtype = np.dtype(dtype).newbyteorder("=")
        self.axes = tuple(axes) or tuple(f"axis{number}" for number in range(len(shape)))
        self.unit = unit
        self.identity = identity
        self.notes = tuple(notes)
        self._chunks = tuple(chunks) or (1,) * len(shape)

    @abstractmethod
    def read_into(self, ranges: tuple[range, ...], out: Array) -> None:
        """Fill `out`, C-contiguous and of the ranges' lengths, with the values at these forward ranges."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file; the next read opens it again."""

    @abstractmethod
    def _origin(self) -> dict[str, object]:
        """Say as JSON data where the values come from, for `_restore`."""

    @classmethod
    @abstractmethod
    def _restore(cls, origin: Mapping[str, Any]) -> FileArray:
        """Open again what `_origin` told."""

    @property
    def reference(self) -> Mapping[str, object]:
        """What opens this array again, as JSON data."""
        return {"kind": self.kind, "axes": list(self.axes), "unit": self.unit, **self._origin()}

    @property
    def chunks(self) -> Mapping[str, int]:
        """Stored chunk length along each axis: reading less costs as much; 1 where any length is free."""
        return dict(zip(self.axes, self._chunks, strict=True))

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of values."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of the whole array once it is read."""
        return self.size * self.dtype.itemsize

    def labelled(
        self, axes: Sequence[str] | None = None, unit: str | None = None, notes: Sequence[str] = ()
    ) -> Self:
        """Give the same array with other labels, and with notes added."""
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.axes = self.axes if axes is None else tuple(axes)
        other.unit = self.unit if unit is None else unit
        other.notes = (*self.notes, *notes)
        return other

    def __getitem__(self, index: Index | tuple[Index, ...]) -> Array:
        wanted = request(index, self.shape)
        block = np.empty(wanted.shape, self.dtype)
        if block.size:
            self.read_into(wanted.ranges, block)
        return wanted.finish(block)

    def __array__(self, dtype: np.dtype[Any] | None = None, copy: bool | None = None) -> Array:  # noqa: FBT001 - NumPy's protocol
        if copy is False:
            raise ValueError(_("an array in a file has to be copied into memory; leave copy=False out"))
        whole = self[...]
        return whole if dtype is None else whole.astype(dtype, copy=False)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError(_("a single value has no length"))
        return self.shape[0]

    def __repr__(self) -> str:
        lengths = ", ".join(f"{axis}: {length}" for axis, length in zip(self.axes, self.shape, strict=True))
        unit = f" {self.unit}" if self.unit else ""
        return f"<{type(self).__name__} ({lengths}) {self.dtype}{unit} in {self.identity}>"

    def __reduce__(self) -> tuple[Callable[..., FileArray], tuple[object, ...]]:
        return reopen, (dict(self.reference),)


def reopen(reference: Mapping[str, Any]) -> FileArray:
    """Open again an array of which only the `reference` is left, in this process or another.

    Parameters
    ----------
    reference
        JSON data of `LazyArray.reference`.

    Raises
    ------
    FileFormatError
        A reference that no reader of this version understands.
    FileError
        The file is gone, damaged or outside the allowed roots.
    """
    try:
        kind = _KINDS[str(reference["kind"])]
        axes, unit = [str(axis) for axis in reference["axes"]], str(reference["unit"])
    except (KeyError, TypeError):
        msg = _("the reference {reference} names no kind of array this version opens; it opens {known}")
        raise FileFormatError(msg.format(reference=reference, known=choices(_KINDS))) from None
    return kind._restore(reference).labelled(axes, unit)  # noqa: SLF001 - the private half of this class
