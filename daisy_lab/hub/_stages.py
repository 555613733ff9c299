"""What happens while a server starts, told as it happens; and why it did not start."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tornado.web import HTTPError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["Stages", "StartError"]


class StartError(HTTPError):  # type: ignore[misc]  # tornado is not followed by the type checker
    """A server that did not start; JupyterHub lets words pass to the page only in an error of this kind.

    Parameters
    ----------
    reason
        One sentence for the user.
    log
        The end of what the server wrote.
    """

    def __init__(self, reason: str, log: list[str]) -> None:
        super().__init__(500, reason)
        self.jupyterhub_message = reason
        """Where JupyterHub looks for words to show."""
        self.log = log


class Stages:
    """A list of told stages that grows; whoever listens, early or late, hears all of it."""

    def __init__(self) -> None:
        self._told: list[dict[str, object]] = []
        self._more = asyncio.Event()

    def tell(self, percent: int, words: str) -> None:
        """Add one."""
        self._told.append({"progress": percent, "message": words})
        self._more.set()

    async def told(self, every: float = 0.5) -> AsyncIterator[dict[str, object]]:
        """Give each stage once, and the last one again while nothing new comes; JupyterHub ends it."""
        heard = 0
        while True:
            self._more.clear()
            for stage in self._told[heard:] or self._told[-1:]:
                yield stage
            heard = len(self._told)
            try:
                await asyncio.wait_for(self._more.wait(), every)
            except TimeoutError:
                continue
