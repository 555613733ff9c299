"""What previews computed, kept for the next one: pieces by the content they come from, within a bound of bytes.

A preview asks for one slice through a whole chain, again and again while a setting moves. The key of a name says which
input, steps and settings it comes out of (`call_key`), so a piece under the same key and place is the same piece: a
late setting that moves redoes the late steps only. Nothing of it goes to the store: looking is not to be undone.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from daisy_lab._engine._bands import Bands
from daisy_lab._engine._blocks import compute
from daisy_lab._engine._geometry import needs, output_range

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from daisy_lab._engine._blocks import Piece, Tally
    from daisy_lab._engine._flow import Flow
    from daisy_lab._engine._geometry import Need, Placed, Ranges

__all__ = ["Memo", "Recall", "compute_once"]

_BYTES: Final = 256 << 20
_PIECES: Final = 4096
_SMALL: Final = 4096
"""Bytes up to which a piece costs nothing to keep: a value that took a second to find must outlast a hundred slices."""
_SHARE: Final = 2
"""A piece larger than the bound divided by this is not kept."""


class _Kept(NamedTuple):
    piece: Piece
    ranges: Ranges
    nbytes: int


class Memo:
    """Pieces of intermediates and values by key; safe to use from several threads.

    Parameters
    ----------
    nbytes
        Bytes of pieces at most; those used longest ago go first.
    bands
        Parts of input files that are decoded already.
    """

    def __init__(self, nbytes: int = _BYTES, bands: Bands | None = None) -> None:
        self.bands = Bands() if bands is None else bands
        self._most = nbytes
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._places: dict[str, list[str]] = {}
        self._lines: dict[str, tuple[str, ...]] = {}
        self._held = 0
        self._lock = Lock()

    @property
    def nbytes(self) -> int:
        """Bytes held; bands and what is small do not count."""
        return self._held

    def find(self, key: str, ranges: Ranges) -> Piece | None:
        """Give the part of something that was kept, if all of it is there."""
        with self._lock:
            for place in self._places.get(key, ()):
                kept = self._kept[key, place]
                if _covers(kept.ranges, ranges):
                    self._kept.move_to_end((key, place))
                    return kept.piece.crop(ranges)
        return None

    def keep(self, key: str, piece: Piece, ranges: Ranges) -> None:
        """Keep a piece that holds these ranges, and all along other axes."""
        piece = _compact(piece.on_host())
        nbytes = int(getattr(piece.value, "nbytes", 64))
        if nbytes * _SHARE > self._most:
            return
        place = _place(ranges)
        with self._lock:
            self._drop((key, place))
            self._kept[key, place] = _Kept(piece, dict(ranges), nbytes)
            self._places.setdefault(key, []).append(place)
            self._held += nbytes if nbytes > _SMALL else 0
            while self._held > self._most:
                self._drop(next(key for key, kept in self._kept.items() if kept.nbytes > _SMALL))
            while len(self._kept) > _PIECES:
                self._drop(next(iter(self._kept)))

    def say(self, key: str, lines: Sequence[str]) -> None:
        """Keep what a step said when it found a value: it is as true the next time."""
        with self._lock:
            self._lines[key] = tuple(lines)
            while len(self._lines) > _PIECES:
                del self._lines[next(iter(self._lines))]

    def said(self, key: str) -> tuple[str, ...]:
        """Give what was said when a value was found."""
        return self._lines.get(key, ())

    def clear(self) -> None:
        """Forget everything, bands too."""
        with self._lock:
            self._lines.clear()
            self._kept.clear()
            self._places.clear()
            self._held = 0
        self.bands.clear()

    def _drop(self, where: tuple[str, str]) -> None:
        kept = self._kept.pop(where, None)
        if kept is None:
            return
        self._held -= kept.nbytes if kept.nbytes > _SMALL else 0
        places = self._places[where[0]]
        places.remove(where[1])
        if not places:
            del self._places[where[0]]


class Recall:
    """What one computation takes out of a memo, and what it leaves there.

    Parameters
    ----------
    memo
        The memo.
    flow
        Knows the keys.
    exact
        Whether only pieces count that have the bits of the whole: for values, which a run must find again.
    """

    def __init__(self, memo: Memo, flow: Flow, *, exact: bool) -> None:
        self._memo, self._flow, self._exact = memo, flow, exact
        self.found: dict[str, Piece] = {}
        self._settled: set[str] = set()

    def settles(self, step: Placed, need: Need) -> bool:
        """Whether all that is needed of a step is there; to be asked in the order in which needs go, backward."""
        names = [name for name in step.call.outputs if name in need]
        if not names:
            return False
        pieces = {name: self._find(name, need[name]) for name in names}
        if any(piece is None for piece in pieces.values()):
            return False
        self.found.update({name: piece for name, piece in pieces.items() if piece is not None})
        self._settled.add(step.call.label)
        return True

    def left(self, steps: list[Placed], need: Need) -> list[Placed]:
        """Give the steps that must still run."""
        return [
            step
            for step in steps
            if step.call.label not in self._settled and output_range(step, need) is not None
        ]

    def keep(self, name: str, piece: Piece, ranges: Ranges) -> None:
        """Leave what a step made."""
        self._memo.keep(self._key(name, exact=self._exact), piece, ranges)

    def _find(self, name: str, ranges: Ranges) -> Piece | None:
        exact = self._memo.find(self._key(name, exact=True), ranges)
        if exact is not None or self._exact:
            return exact
        return self._memo.find(self._key(name, exact=False), ranges)

    def _key(self, name: str, *, exact: bool) -> str:
        return self._flow.key(name) + (" exact" if exact else "")


def compute_once(
    steps: list[Placed],
    want: Need,
    flow: Flow,
    read: Callable[[str, Ranges], Piece],
    tallies: dict[str, Tally],
    *,
    exact: bool = False,
) -> dict[str, Piece]:
    """Compute what is wanted; of a preview, only what no preview before computed.

    Parameters
    ----------
    steps, want
        As `needs` takes them.
    flow
        Knows the keys, and the memo of a preview.
    read, tallies
        As `compute` takes them.
    exact
        See `Recall`.
    """
    if flow.memo is None:
        return compute(steps, needs(steps, want), read, want, tallies)
    recall = Recall(flow.memo, flow, exact=exact)
    need = needs(steps, want, recall.settles)

    def read_or_recall(name: str, ranges: Ranges) -> Piece:
        there = recall.found.get(name)
        return read(name, ranges) if there is None else there.crop(ranges)

    left = recall.left(steps, need)
    made = compute(left, need, read_or_recall, want, tallies, made=recall.keep)
    return {name: made[name] if name in made else recall.found[name] for name in want}


def _covers(there: Ranges, wanted: Ranges) -> bool:
    """Whether a part holds another; an axis that is missing is held, or wanted, whole."""
    return all(
        axis in wanted and part[0] <= wanted[axis][0] and wanted[axis][1] <= part[1]
        for axis, part in there.items()
    )


def _place(ranges: Ranges) -> str:
    return " ".join(f"{axis}={lo}:{hi}" for axis, (lo, hi) in sorted(ranges.items()))


def _compact(piece: Piece) -> Piece:
    """Let go of a large array of which the piece is a small view."""
    base = getattr(piece.value, "base", None)
    if not isinstance(base, np.ndarray) or base.nbytes <= _SHARE * piece.value.nbytes:
        return piece
    copy = piece.value.copy()
    copy.setflags(write=False)
    return replace(piece, value=copy)
