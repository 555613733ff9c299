"""The table of what answers which request; each module of handlers enters its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._bridge._lanes import LaneName
    from daisy_lab._messages import Message, Request

__all__ = ["Answer", "Handler", "handler_of", "handles"]

Buffers: TypeAlias = Sequence[bytes | memoryview]
Answer: TypeAlias = "Message | tuple[Message, Buffers]"
_Function: TypeAlias = "Callable[[Bridge, Front, Any], Answer]"
_F = TypeVar("_F", bound="_Function")


@dataclass(frozen=True)
class Handler:
    """What answers one request."""

    function: _Function
    lane: LaneName | None
    """Where it waits for its turn when it may take long; none: it is answered at once, on the thread of the comm."""


_HANDLERS: dict[type[Request], Handler] = {}


def handles(request: type[Request], lane: LaneName | None = None) -> Callable[[_F], _F]:
    """Enter a function as what answers a request."""

    def enter(function: _F) -> _F:
        _HANDLERS[request] = Handler(function, lane)
        return function

    return enter


def handler_of(request: type[Request]) -> Handler:
    """Give what answers a request."""
    return _HANDLERS[request]
