"""Runs a section block by block: while one block computes, the next is read and the previous written."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from daisy_lab._algorithm import check_cancelled, monitored
from daisy_lab._engine._blocks import Piece, Tally, Watch, compute
from daisy_lab._engine._geometry import Need, Ranges, needs
from daisy_lab._engine._run import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from daisy_lab._engine._calls import Range
    from daisy_lab._engine._run import Run
    from daisy_lab._engine._sections import Section

__all__ = ["Pipeline", "blocks_between"]


def blocks_between(
    part: Range, length: int, batch: int = 1, crowded: Callable[[], bool] | None = None
) -> Iterator[Range]:
    """Cut a range into blocks that start at multiples of their length, whatever the range.

    Parameters
    ----------
    part
        The range.
    length
        Positions of one block, a multiple of `batch`.
    batch
        No block is cut shorter than this.
    crowded
        Asked before each block; from a yes on, blocks are half as long.
    """
    lo, end = part
    while lo < end:
        if crowded is not None and length > batch and crowded():
            length = max(length // 2 - length // 2 % batch, batch)
        hi = min(lo - lo % length + length, end)
        yield lo, hi
        lo = hi


@dataclass
class Pipeline:
    """One section, where its inputs are read from, and what to keep account of."""

    section: Section
    read: Callable[[str, Ranges], Piece]
    wanted: Need
    """Part of each target that is wanted, along the section's axis and others."""
    tallies: dict[str, Tally] = field(default_factory=dict)

    @property
    def part(self) -> Range:
        """Give the positions along the section's axis that the targets cover together."""
        axis = self.section.axis
        if axis is None:
            return 0, 1
        parts = [ranges.get(axis, (0, self.section.length)) for ranges in self.wanted.values()]
        return min(lo for lo, _hi in parts), max(hi for _lo, hi in parts)

    def need(self, block: Range | None) -> Need:
        """Give what one block needs of every name; None stands for all at once."""
        return needs(self.section.steps, self._asked(block))

    def compute(
        self, block: Range | None, read: Callable[[str, Ranges], Piece], watch: Watch | None = None
    ) -> dict[str, Piece]:
        """Compute one block on this thread: of each target the part that is wanted, where the block has some."""
        asked = self._asked(block)
        need = needs(self.section.steps, asked)
        pieces = compute(self.section.steps, need, read, asked, self.tallies, watch=watch)
        # A target that another step reads with a halo was made a little larger.
        return {name: piece.crop(asked[name]) for name, piece in pieces.items()}

    def _asked(self, block: Range | None) -> Need:
        axis = self.section.axis
        if axis is None or block is None:
            return self.wanted
        asked: Need = {}
        for name, ranges in self.wanted.items():
            first, last = ranges.get(axis, block)
            lo, hi = max(block[0], first), min(block[1], last)
            if lo < hi:
                asked[name] = {**ranges, axis: (lo, hi)}
        return asked

    def fetch(self, block: Range | None) -> dict[str, Piece]:
        """Read what one block needs from outside the section."""
        need = self.need(block)
        made = self.section.names
        return {name: self.read(name, ranges) for name, ranges in need.items() if name not in made}

    def run(
        self,
        blocks: Iterable[Range],
        write: Callable[[dict[str, Piece]], None],
        run: Run,
        share: tuple[float, float, float],
    ) -> None:
        """Run all blocks; `share` says which part of the run's progress they are: start, span per position, total."""
        todo = iter(blocks)
        with ThreadPoolExecutor(1, "daisy-read") as reader, ThreadPoolExecutor(1, "daisy-write") as writer:
            ahead = _submit(reader, self.fetch, next(todo, None))
            behind: Future[None] | None = None
            while ahead is not None:
                block, fetched = ahead[0], ahead[1].result()
                check_cancelled()
                ahead = _submit(reader, self.fetch, next(todo, None))
                start, span, total = share
                text = self.section.targets[-1]
                with monitored(Part(run, start + span * block[0], span * (block[1] - block[0]), total, text)):
                    pieces = self.compute(block, _from(fetched))
                del fetched
                if behind is not None:
                    behind.result()
                behind = writer.submit(write, pieces)
                del pieces
                run.advance(start + span * block[1], total, text)
            if behind is not None:
                behind.result()


def _submit(
    pool: ThreadPoolExecutor, fetch: Callable[[Range | None], dict[str, Piece]], block: Range | None
) -> tuple[Range, Future[dict[str, Piece]]] | None:
    return None if block is None else (block, pool.submit(fetch, block))


def _from(fetched: dict[str, Piece]) -> Callable[[str, Ranges], Piece]:
    # A piece leaves the dictionary when it is taken: after its last step nothing holds it.
    return lambda name, _ranges: fetched.pop(name)
