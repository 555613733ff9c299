"""Whole arrays for a program on the same machine: where their bytes lie, so that it maps them instead of asking."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from daisy_lab._messages._model import Message, Request, request
from daisy_lab._messages._objects import ObjectName

__all__ = ["ArrayPlace", "AskArray"]


class ArrayPlace(Message):
    """Where an array is: in a file of the session, in a user's file, or in the buffer beside this reply."""

    name: str
    version: int
    axes: tuple[str, ...]
    unit: str
    shape: tuple[int, ...]
    dtype: str
    """As NumPy writes it: `<f4`."""
    path: str | None = None
    """File that holds the values in C order, from `offset` on; it is never written again."""
    offset: int = 0
    reference: dict[str, Any] | None = None
    """Of a dataset that is still in its user's file: how that is opened."""


@request("arrays.file", ArrayPlace)
class AskArray(Request):
    """Ask where an array is."""

    name: ObjectName
    version: Annotated[int, Field(ge=1)] | None = None
