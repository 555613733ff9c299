"""When a session's process ends by itself: nobody is there and nothing runs for long, or its folder is gone.

Everything is on disk, so ending costs a start, nothing more.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["IDLE_SECONDS", "End", "Lifetime"]

End: TypeAlias = Literal["idle", "gone"]
IDLE_SECONDS: Final = 30 * 60.0


class Lifetime:
    """The rule.

    Parameters
    ----------
    idle
        Seconds without a page and without an active run after which the process ends.
    is_used
        Tells whether a page is there or a run is active.
    is_there
        Tells whether the session's folder is still the one it was.
    clock
        Gives the time in seconds.
    """

    def __init__(
        self,
        idle: float,
        *,
        is_used: Callable[[], bool],
        is_there: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._idle, self._is_used, self._is_there, self._clock = idle, is_used, is_there, clock
        self._last_used = clock()

    def verdict(self) -> End | None:
        """Tell whether and why it is to end now; asked every few seconds."""
        if not self._is_there():
            return "gone"
        now = self._clock()
        if self._is_used():
            self._last_used = now
        return "idle" if now - self._last_used >= self._idle else None
