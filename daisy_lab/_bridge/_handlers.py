"""The table of what answers which request; each module of handlers enters its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from daisy_lab._bridge._lanes import LaneName
    from daisy_lab._messages import Message, Request

__all__ = ["Answer", "Handler", "handler_of", "handles"]

Buffers: TypeAlias = Sequence[bytes | memoryview]
Answer: TypeAlias = "Message | tuple[Message, Buffers]"
_Function: TypeAlias = "Callable[..., Answer]"
_F = TypeVar("_F", bound="_Function")


@dataclass(frozen=True)
class Handler:
    """What answers one request."""

    function: _Function
    lane: LaneName | None
    """Where it waits for its turn when it may take long; none: it is answered at once, on the thread of the comm."""
    buffers: bool = False
    """Whether it also takes the buffers that came beside the request, as its last argument."""


_HANDLERS: dict[type[Request], Handler] = {}


def handles(
    request: type[Request], lane: LaneName | None = None, *, buffers: bool = False
) -> Callable[[_F], _F]:
    """Enter a function as what answers a request: it takes bridge, front, request, and buffers when it says so."""

    def enter(function: _F) -> _F:
        _HANDLERS[request] = Handler(function, lane, buffers)
        return function

    return enter


def handler_of(request: type[Request]) -> Handler:
    """Give what answers a request."""
    return _HANDLERS[request]
