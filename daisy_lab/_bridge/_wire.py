"""Messages as strictly valid JSON: no NaN, no text that is not Unicode, whatever the data hold."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticSerializationError

if TYPE_CHECKING:
    from daisy_lab._messages import Message

__all__ = ["as_json"]


def as_json(message: Message) -> dict[str, Any]:
    """Give a message as JSON data; numbers that are not finite become null.

    Raises
    ------
    RecursionError
        If it is nested too deeply to be written.
    """
    try:
        written = message.model_dump_json()
    except PydanticSerializationError:
        # Rare: a file name that is no Unicode, or an object where JSON data should be.
        made: dict[str, Any] = _cleaned(message.model_dump())
        return made
    read: dict[str, Any] = json.loads(written)
    return read


def _cleaned(value: Any) -> Any:  # noqa: ANN401 - anything that a message may hold
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {_readable(str(key)): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return _readable(str(value))


def _readable(text: str) -> str:
    """Put a question mark for what is half a character."""
    return text.encode("utf-8", "replace").decode("utf-8")
