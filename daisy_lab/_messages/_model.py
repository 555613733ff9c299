"""What all messages share: strict models, and the table of requests with what answers each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["METHODS", "Done", "Message", "Request", "request"]


class Message(BaseModel):
    """One thing that kernel and browser may say."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Request(Message):
    """Something a browser may ask; its class says under which method and what comes back."""

    method: ClassVar[str] = ""
    reply: ClassVar[type[Message]] = Message


class Done(Message):
    """It was done; there is nothing to say."""


METHODS: dict[str, type[Request]] = {}
"""Every request by its method."""

_R = TypeVar("_R", bound=type[Request])


def request(method: str, reply: type[Message] = Done) -> Callable[[_R], _R]:
    """Enter a request into the table: under which method it is asked, and which message answers."""

    def enter(model: _R) -> _R:
        model.method, model.reply = method, reply
        METHODS[method] = model
        return model

    return enter
