"""Messages on a socket: a head with lengths, JSON text, and binary buffers that are neither copied nor encoded.

The head is the word `DSY1`, the bytes of the text, and the number of buffers; then comes the length of each. Nothing is
set aside for a message before its lengths are known to be within bounds.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from daisy_lab._detached._errors import FrameError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence

__all__ = ["FROM_PAGE", "FROM_SESSION", "Frame", "Limits", "packed", "receive", "send"]

_MAGIC: Final = b"DSY1"
_HEAD: Final = struct.Struct("!4sIH")
_LENGTH: Final = struct.Struct("!Q")
_MOST_PARTS: Final = 512
"""Parts that one call may send; the system takes 1024 at most."""


class Limits(NamedTuple):
    """How large a message may be."""

    text: int
    buffers: int
    total: int
    """Bytes of all buffers together."""


FROM_PAGE: Final = Limits(text=16 << 20, buffers=64, total=256 << 20)
FROM_SESSION: Final = Limits(text=256 << 20, buffers=1024, total=4 << 30)


class Frame(NamedTuple):
    """One message as it arrived."""

    text: bytearray
    buffers: tuple[memoryview, ...]

    def data(self) -> Any:  # noqa: ANN401 - any JSON data
        """Read the text.

        Raises
        ------
        FrameError
            If it is no JSON.
        """
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise FrameError(_("a message is no JSON: {reason}").format(reason=error)) from error


def packed(data: Mapping[str, Any], buffers: Sequence[bytes | memoryview] = ()) -> list[memoryview]:
    """Give the parts of a message, in the order in which they are sent.

    Raises
    ------
    ValueError, TypeError, RecursionError
        If the data are no JSON.
    """
    text = json.dumps(data, allow_nan=False, separators=(",", ":")).encode()
    views = [memoryview(buffer).cast("B") for buffer in buffers]
    lengths = b"".join(_LENGTH.pack(view.nbytes) for view in views)
    head = _HEAD.pack(_MAGIC, len(text), len(views)) + lengths
    return [memoryview(head + text), *(view for view in views if view.nbytes)]


def send(connection: socket.socket, parts: list[memoryview]) -> None:
    """Send all parts.

    Raises
    ------
    OSError
        If the other end is gone, or takes nothing for longer than the socket's time to send.
    """
    while parts:
        sent = connection.sendmsg(parts[:_MOST_PARTS])
        done = 0
        while done < len(parts) and sent >= parts[done].nbytes:
            sent -= parts[done].nbytes
            done += 1
        del parts[:done]
        if parts and sent:
            parts[0] = parts[0][sent:]


def receive(connection: socket.socket, limits: Limits) -> Frame | None:
    """Wait for the next message; nothing when the other end has closed.

    Raises
    ------
    FrameError
        If it is no message of ours, or a larger one than allowed.
    OSError
        If the connection broke.
    """
    head = _take(connection, _HEAD.size, first=True)
    if head is None:
        return None
    magic, text, count = _HEAD.unpack(head)
    if magic != _MAGIC:
        raise FrameError(
            _("what arrived is no message of Daisy Lab: it begins with {begin!r}").format(begin=magic)
        )
    if text > limits.text or count > limits.buffers:
        raise _too_large(text, count)
    lengths = [length for (length,) in _LENGTH.iter_unpack(_need(connection, count * _LENGTH.size))]
    if sum(lengths) > limits.total:
        raise _too_large(sum(lengths), count)
    content = _need(connection, text)
    return Frame(content, tuple(memoryview(_need(connection, length)) for length in lengths))


def _need(connection: socket.socket, size: int) -> bytearray:
    taken = _take(connection, size)
    if taken is None:
        raise FrameError(_("the other end closed in the middle of a message"))
    return taken


def _take(connection: socket.socket, size: int, *, first: bool = False) -> bytearray | None:
    """Take exactly so many bytes; nothing when the other end closed, and before the first one if `first`."""
    taken = bytearray(size)
    view = memoryview(taken)
    done = 0
    while done < size:
        count = connection.recv_into(view[done:])
        if not count:
            if first and done:
                raise FrameError(_("the other end closed in the middle of a message"))
            return None
        done += count
    return taken


def _too_large(size: int, count: int) -> FrameError:
    return FrameError(
        _("a message of {size} bytes with {count} buffers is larger than allowed").format(
            size=f"{size:,}", count=count
        )
    )
