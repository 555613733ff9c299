"""Objects over a socket: a pickled header, then the bytes of its arrays as they are, neither copied nor escaped."""

from __future__ import annotations

import pickle
import struct
from typing import TYPE_CHECKING, Any

import cloudpickle

if TYPE_CHECKING:
    import socket

__all__ = ["receive", "send"]

_COUNT = struct.Struct("<Q")
_PIECE = 1 << 20


def send(channel: socket.socket, message: object) -> None:
    """Send one object; functions defined in a notebook travel by value."""
    buffers: list[pickle.PickleBuffer] = []
    header = cloudpickle.dumps(message, protocol=5, buffer_callback=buffers.append)
    views = [memoryview(header), *(buffer.raw() for buffer in buffers)]
    sizes = [len(views), *(view.nbytes for view in views)]
    channel.sendall(b"".join(map(_COUNT.pack, sizes)))
    for view in views:
        channel.sendall(view)


def receive(channel: socket.socket) -> Any:  # noqa: ANN401 - whatever was sent
    """Receive one object.

    Raises
    ------
    EOFError
        If the other side is gone.
    """
    (count,) = _COUNT.unpack(_exactly(channel, _COUNT.size))
    sizes = [_COUNT.unpack(_exactly(channel, _COUNT.size))[0] for _number in range(count)]
    header, *buffers = [_exactly(channel, size) for size in sizes]
    return pickle.loads(header, buffers=buffers)  # noqa: S301 - from our own child, over a private socket


def _exactly(channel: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view.nbytes:
        got = channel.recv_into(view, min(view.nbytes, _PIECE))
        if got == 0:
            raise EOFError
        view = view[got:]
    return data
