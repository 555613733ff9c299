"""Turns TCP's own delay off for the websockets of kernels.

A reply of a kernel is three small frames back to back. TCP (Nagle) keeps the second until the browser has acknowledged
the first, which the browser puts off, too: 40 ms per answer.
"""

from __future__ import annotations

from typing import Any

__all__ = ["send_small_frames_at_once"]


def send_small_frames_at_once(handler: Any = None) -> None:  # noqa: ANN401 - a class of tornado's
    """Let the sockets of a websocket handler send at once; a second call changes nothing.

    Parameters
    ----------
    handler
        The class; the server's own for kernels by default.
    """
    if handler is None:
        # Imported here: only a server has it.
        from jupyter_server.services.kernels.websocket import KernelWebsocketHandler  # noqa: PLC0415

        handler = KernelWebsocketHandler
    original = handler.open
    if getattr(original, "sends_at_once", False):
        return

    async def open_at_once(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - whatever the original takes
        self.set_nodelay(True)
        await original(self, *args, **kwargs)

    vars(open_at_once)["sends_at_once"] = True
    handler.open = open_at_once
