"""Decodes a band around what is looked at, once, where a file would decode all of itself for every row.

A row of a file that is stored frame by frame and compressed costs decoding every frame. So the first look at a row
reads as many rows around it as a bound of bytes allows, with progress, and later rows of the band come from memory.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab._algorithm import progress
from daisy_lab._engine._blocks import Piece, cut
from daisy_lab._engine._meter import available_memory
from daisy_lab.errors import CancelledError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._engine._geometry import Ranges
    from daisy_lab.vocabulary import Array

__all__ = ["Bands"]

_BYTES: Final = 256 << 20
_BANDS: Final = 3
"""Bands held at a time: the row in the middle, the row that is looked at, flats and darks."""
_MEMORY_SHARE: Final = 16
"""A band takes at most this part of the memory that is free."""
_TIMES: Final = 2
"""A chunk that is at least so many times longer than what is read is decoded for nothing."""
_PIECE: Final = 16 << 20
"""Bytes decoded between two words about progress."""


@dataclass(frozen=True)
class _Band:
    identity: str
    axis: str
    first: int
    last: int
    array: Array

    def covers(self, ranges: Ranges) -> bool:
        lo, hi = ranges.get(self.axis, (0, 1 << 62))
        return self.first <= lo and hi <= self.last

    def piece(self, axes: tuple[str, ...], ranges: Ranges) -> Piece:
        part = cut(self.array, axes, _moved(ranges, self.axis, -self.first))
        start = {axis: lo for axis, (lo, _hi) in ranges.items() if axis in axes}
        return Piece(part.value, axes, start)


@dataclass
class _Half:
    """A band that is being decoded, or whose reader was called off."""

    band: _Band
    done: int = 0
    """Positions of the first axis that are there."""

    def fill(self, name: str, value: Any, number: int) -> None:  # noqa: ANN401 - a lazy array
        band = self.band
        shape = band.array.shape
        text = _("reading {name}, {axis} {first} to {last}").format(
            name=name, axis=band.axis, first=band.first, last=band.last - 1
        )
        for part in progress(_shares(value, shape), text=text):
            if part.stop <= self.done:
                continue
            inside = (part, *(slice(None),) * (len(shape) - 1))
            outside = tuple(
                slice(band.first, band.last) if at == number else one for at, one in enumerate(inside)
            )
            band.array[inside] = value[outside]
            self.done = part.stop


class Bands:
    """Bands of arrays in files, the newest of them; safe to use from several threads.

    Parameters
    ----------
    nbytes
        Bytes of one band; by default as much as does no harm.
    count
        Bytes of all bands together, in bands.
    """

    def __init__(self, nbytes: int | None = None, count: int = _BANDS) -> None:
        self._band = nbytes or min(_BYTES, available_memory() // _MEMORY_SHARE)
        self._most = self._band * count
        self._kept: OrderedDict[tuple[str, str, int], _Band] = OrderedDict()
        self._lock = Lock()
        self._reading: dict[str, Lock] = {}
        self._half: dict[str, _Half] = {}

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        with self._lock:
            return sum(band.array.nbytes for band in self._kept.values())

    def read(self, name: str, value: Any, axes: tuple[str, ...], ranges: Ranges) -> Piece:  # noqa: ANN401 - an array or a lazy one
        """Read a part of an array: from a band, through a new band where that pays, else just the part."""
        axis = _wasteful_axis(value, axes, ranges)
        if axis is None:
            return cut(value, axes, ranges)
        identity = str(value.identity)
        with self._lock:
            turn = self._reading.setdefault(identity, Lock())
        band = self._find(identity, ranges)
        if band is None:
            # Two looks at the same file: the second finds what the first has read.
            with turn:
                band = self._find(identity, ranges) or self._decode(name, value, axes, ranges, axis)
        return cut(value, axes, ranges) if band is None else band.piece(axes, ranges)

    def clear(self) -> None:
        """Forget all bands."""
        with self._lock:
            self._kept.clear()
            self._half = {}

    def _find(self, identity: str, ranges: Ranges) -> _Band | None:
        with self._lock:
            for key, band in reversed(self._kept.items()):
                if band.identity == identity and band.covers(ranges):
                    self._kept.move_to_end(key)
                    return band
        return None

    def _decode(
        self,
        name: str,
        value: Any,  # noqa: ANN401 - a lazy array
        axes: tuple[str, ...],
        ranges: Ranges,
        axis: str,
    ) -> _Band | None:
        """Read the band around a part; None when the part alone is more than a band may be."""
        number = axes.index(axis)
        first, last = self._around(value, number, ranges[axis])
        if (last - first) * _bytes_per_position(value, number) > self._most:
            return None
        shape = tuple(last - first if at == number else length for at, length in enumerate(value.shape))
        identity = str(value.identity)
        half = self._half.pop(identity, None)
        if half is None or half.band.axis != axis or not half.band.covers(ranges):
            half = _Half(_Band(identity, axis, first, last, np.empty(shape, value.dtype)))
        try:
            half.fill(name, value, number)
        except CancelledError:
            # Somebody moved on to another row: most often one that this band has, too.
            self._half = {identity: half}
            raise
        half.band.array.setflags(write=False)
        self._keep(half.band)
        return half.band

    def _keep(self, band: _Band) -> None:
        with self._lock:
            self._kept[band.identity, band.axis, band.first] = band
            self._kept.move_to_end((band.identity, band.axis, band.first))
            while len(self._kept) > 1 and sum(one.array.nbytes for one in self._kept.values()) > self._most:
                self._kept.popitem(last=False)

    def _around(self, value: Any, number: int, wanted: tuple[int, int]) -> tuple[int, int]:  # noqa: ANN401 - a lazy array
        """Give the band around a part, in whole chunks where these are short, as long as the bound allows."""
        length, chunk = value.shape[number], list(value.chunks.values())[number]
        step = chunk if chunk < length else 1
        count = min(max(self._band // _bytes_per_position(value, number), wanted[1] - wanted[0]), length)
        first = max(min((wanted[0] + wanted[1] - count) // 2, length - count), 0)
        lo = first - first % step
        hi = min(-(-max(first + count, wanted[1]) // step) * step, length)
        if step > 1 and hi - lo > count:
            # Rounding outward must not make a band much longer than allowed: one chunk of it goes.
            lo = lo + step if wanted[0] >= lo + step else lo
        return lo, hi


def _moved(ranges: Ranges, axis: str, by: int) -> Ranges:
    return {name: (lo + by, hi + by) if name == axis else (lo, hi) for name, (lo, hi) in ranges.items()}


def _wasteful_axis(value: Any, axes: tuple[str, ...], ranges: Ranges) -> str | None:  # noqa: ANN401 - any object
    """Give the axis along which reading a part decodes much more than the part; None where it does not.

    Along the first axis nothing is wasted: what is stored frame by frame is read frame by frame.
    """
    chunks = getattr(value, "chunks", None)
    if not chunks or isinstance(value, np.ndarray) or not hasattr(value, "identity"):
        return None
    lengths = list(chunks.values())
    begin, end = ranges.get(axes[0], (0, value.shape[0])) if axes else (0, 0)
    several = bool(lengths) and end - begin > lengths[0]
    for axis, chunk in list(zip(axes, lengths, strict=True))[1:]:
        lo, hi = ranges.get(axis, (0, 0))
        if hi > lo and chunk >= _TIMES * (hi - lo) and several:
            return axis
    return None


def _bytes_per_position(value: Any, number: int) -> int:  # noqa: ANN401 - a lazy array
    return max(int(value.nbytes) // max(int(value.shape[number]), 1), 1)


def _shares(value: Any, shape: tuple[int, ...]) -> list[slice]:  # noqa: ANN401 - a lazy array
    """Cut the first axis into shares of whole chunks, each of some megabytes of decoded file."""
    chunk = max(int(next(iter(value.chunks.values()))), 1)
    decoded = int(value.nbytes) // max(value.shape[0], 1)
    share = max(_PIECE // max(decoded, 1) // chunk, 1) * chunk
    return [slice(start, min(start + share, shape[0])) for start in range(0, shape[0], share)]
