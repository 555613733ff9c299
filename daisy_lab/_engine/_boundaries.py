"""What crosses the boundaries of a job's sections: pieces that earlier ones made, and unpacked inputs."""

from __future__ import annotations

from dataclasses import replace
from mmap import mmap
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab._datastore import release_pages
from daisy_lab._engine._blocks import Piece

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._engine._flow import Flow
    from daisy_lab._engine._geometry import Placed, Ranges, Sizes
    from daisy_lab._engine._sections import Section
    from daisy_lab.vocabulary import Array

__all__ = ["Boundaries"]


_PIECE = 1 << 20  # bytes of a file that are touched before its pages are let go


class Boundaries:
    """Reads for the sections of one job: what an earlier one made, else what the store holds.

    Parameters
    ----------
    limited
        Whether memory is: then nothing of a mapped file stays in it.
    """

    def __init__(self, *, limited: bool = False) -> None:
        self._limited = limited
        self.pieces: dict[str, Piece] = {}
        self.lengths: dict[str, Sizes] = {}
        """Whole sizes of the pieces."""
        self.bytes_read = 0
        self._invented: set[str] = set()

    def read(self, name: str, ranges: Ranges, flow: Flow) -> Piece:
        """Read a part of an input, of a held result, or of an earlier section."""
        piece = self.pieces[name].crop(ranges) if name in self.pieces else flow.read(name, ranges)
        if name in self._invented:
            return replace(piece, value=np.array(piece.value))
        self.bytes_read += int(getattr(piece.value, "nbytes", 0))
        return (
            replace(piece, value=_lifted(piece.value)) if self._limited and _is_mapped(piece.value) else piece
        )

    def source(self, name: str, flow: Flow) -> Any:  # noqa: ANN401 - any object
        """Give the whole of what is read under a name."""
        piece = self.pieces.get(name)
        return flow.value(name) if piece is None else piece.value

    def keep(self, name: str, sizes: Sizes, piece: Piece) -> None:
        """Keep what a section made of a name, or an unpacked input."""
        self.pieces[name] = piece
        # A length that was not known before could not be cut: it is that of the array.
        self.lengths[name] = {
            axis: piece.value.shape[number] if sizes[axis] is None else sizes[axis]
            for number, axis in enumerate(piece.axes)
        }

    def pretend(
        self, name: str, section: Section, need: Ranges, shape: tuple[int, ...], dtype: object
    ) -> None:
        """Take a section's result for granted, of this shape and type, so that a plan can look at the next."""
        nothing: Array = np.broadcast_to(np.ones((), np.dtype(dtype)), shape)  # type: ignore[call-overload]  # any dtype
        sizes = section.sizes(name)
        self.keep(name, sizes, Piece(nothing, tuple(sizes), {axis: part[0] for axis, part in need.items()}))
        self._invented.add(name)

    def invents(self, section: Section) -> bool:
        """Whether a section reads what a plan only pretends to have."""
        return not self._invented.isdisjoint(section.reads)

    def touched(self, steps: list[Placed], need: Mapping[str, Ranges], flow: Flow) -> float:
        """Give the part of the largest source that a need reads."""
        made = {name for step in steps for name in step.outputs}
        largest, share = 0, 0.0
        for name in (name for name in need if name not in made):
            elements, read = 1, 1
            for axis, length in flow.sizes(name).items():
                lo, hi = need[name].get(axis, (0, length or 1))
                elements, read = elements * (length or 1), read * (hi - lo)
            if elements > largest:
                largest, share = elements, read / elements
        return share


def _is_mapped(value: Any) -> bool:  # noqa: ANN401 - any object
    base = value
    while isinstance(base, np.ndarray):
        base = base.base
    return isinstance(base.obj if isinstance(base, memoryview) else base, mmap)


def _lifted(array: Array) -> Array:
    """Copy a part of a mapped array; its pages would count as memory of this process for as long as it is mapped."""
    out = np.empty(array.shape, array.dtype)
    _copy(array, out)
    out.setflags(write=False)
    return out


def _copy(source: Array, out: Array) -> None:
    # The system maps a megabyte and more around each page that is touched, so what lies apart is let go one by one.
    extent = sum((length - 1) * stride for length, stride in zip(source.shape, source.strides, strict=True))
    if extent <= _PIECE or not source.ndim:
        out[...] = source
        release_pages(source)
    elif source.ndim > 1 and source.strides[0] > _PIECE:
        for part, place in zip(source, out, strict=True):
            _copy(part, place)
    else:
        step = max(_PIECE // source.strides[0], 1)
        for start in range(0, len(source), step):
            _copy(source[start : start + step], out[start : start + step])
