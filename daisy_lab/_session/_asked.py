"""What was asked of a session and has not ended: after a kill it is asked again, and goes on at its last block.

A run that is cancelled, fails or is done has ended. One that is stopped because the session itself ends has not.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._engine import Run
    from daisy_lab._journal import Journal

__all__ = ["Asked", "Left"]

_log = logging.getLogger(__name__)
_ATTEMPTS: Final = 5
"""Times that a request may end its process without one more block before it is given up."""


@dataclass
class Left:
    """A request of an earlier process whose run never ended."""

    id: str
    method: str
    params: dict[str, Any]
    tries: list[int] = field(default_factory=list)
    """Blocks that the journal held each time it was asked."""
    claimed: bool = False

    def is_hopeless(self, blocks: int) -> bool:
        """Tell whether it ended its process again and again without finishing one block more."""
        return self.tries[-_ATTEMPTS:] == [blocks] * _ATTEMPTS


class Asked:
    """Keeps in a journal which runs were asked for and have not ended; without a journal it remembers nothing.

    Parameters
    ----------
    journal
        The session's.
    """

    def __init__(self, journal: Journal | None) -> None:
        self._journal = journal
        self._lock = Lock()
        self._closed = False
        self._blocks = 0
        self._left: dict[str, Left] = {}
        self._open: set[str] = set()
        """Ids of what was asked in this process and has not ended."""
        if journal is not None:
            self._replay(journal)

    @property
    def left(self) -> tuple[Left, ...]:
        """What earlier processes left, oldest first, without what was asked again already."""
        with self._lock:
            return tuple(left for left in self._left.values() if not left.claimed)

    def is_hopeless(self, left: Left) -> bool:
        """Tell whether asking again would most likely end this process once more."""
        return left.is_hopeless(self._blocks)

    def follow(self, run: Run, method: str, params: Mapping[str, Any]) -> None:
        """Remember that this run was asked for, until it ends.

        Parameters
        ----------
        run
            The run; it may have ended already.
        method
            The request that started it.
        params
            Its parameters, as JSON data; the same ones as of something left over are taken to go on with that.
        """
        with self._lock:
            if self._journal is None or self._closed:
                return
            number = self._claim(method, params) or run.id
            record = {"id": number, "method": method, "params": dict(params), "blocks": self._blocks}
            self._write("asked", record)
            self._open.add(number)
        run.on_change(lambda changed: self._look_at(number, changed))
        # It may have ended before anybody listened.
        self._look_at(number, run)

    def give_up(self, left: Left) -> None:
        """Forget something left over: it cannot be asked again."""
        self._end(left.id, "failed")

    def close(self) -> None:
        """Take note of nothing any more: runs that end now were stopped with the session."""
        with self._lock:
            self._closed = True

    def _claim(self, method: str, params: Mapping[str, Any]) -> str:
        for left in self._left.values():
            if not left.claimed and (left.method, left.params) == (method, params):
                left.claimed = True
                return left.id
        return ""

    def _look_at(self, number: str, run: Run) -> None:
        if run.ended:
            self._end(number, run.state)

    def _end(self, number: str, state: str) -> None:
        with self._lock:
            if self._left.pop(number, None) is not None or number in self._open:
                self._open.discard(number)
                self._write("ended", {"id": number, "state": state})

    def _write(self, topic: str, record: Mapping[str, object]) -> None:
        """Write into the journal; a full disk costs what is remembered, not the run itself."""
        if self._journal is None or self._closed:
            return
        try:
            self._journal.append(topic, record)
        except OSError:
            _log.exception("the journal could not take down that a run was %s", topic)

    def _replay(self, journal: Journal) -> None:
        self._blocks = sum(1 for _record in journal.read("block"))
        for record in journal.read("asked"):
            left = self._left.setdefault(record["id"], Left(record["id"], record["method"], record["params"]))
            left.tries.append(record["blocks"])
        for record in journal.read("ended"):
            self._left.pop(record["id"], None)
