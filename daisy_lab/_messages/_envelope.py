"""What every message travels in: a request with its id, the reply to it, or an event nobody asked for.

Numbers, names and texts travel as JSON; arrays as binary buffers beside it, which a reply describes.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from daisy_lab._messages._model import Message

__all__ = ["LARGEST_ID", "PROTOCOL", "TARGET", "Alive", "Ask", "ErrorInfo", "Hello", "Reply", "Topic"]

PROTOCOL: Final = 1
"""Counts up when a browser of before can no longer understand."""

TARGET: Final = "daisy_lab.v1"
"""Name of the comm target."""

LARGEST_ID: Final = 2**53 - 1
"""Beyond, a browser cannot count."""

Topic = Literal["objects", "runs", "algorithms", "workflow"]
"""What a panel can watch; what no panel of a front watches is not sent to it."""


class ErrorInfo(Message):
    """What went wrong, for a reader."""

    kind: str
    """Name of the exception."""
    message: str
    """What was asked, what is there, what to do."""
    fields: dict[str, str] = {}
    """Faults of single settings, by name."""
    traceback: str = ""
    """Where it happened; empty for a mistake that explains itself."""


class Ask(Message):
    """A request as it arrives."""

    id: Annotated[int, Field(ge=0, le=LARGEST_ID, strict=True)]
    method: Annotated[str, Field(max_length=100)]
    params: dict[str, Any] = {}


class Reply(Message):
    """The answer to the request of the same id: what its method promises, or an error."""

    id: int
    ok: bool
    result: dict[str, Any] = {}
    error: ErrorInfo | None = None


class Hello(Message):
    """The first event after a comm was opened."""

    protocol: int
    version: str
    """Version of daisy_lab in the kernel."""
    language: str
    """Language of the kernel's texts."""
    topics: tuple[Topic, ...]


class Alive(Message):
    """Asks a front that was silent for long whether it is still there; it answers with the request `alive`."""
