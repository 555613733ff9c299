"""Records: JSON data under a name, versioned like every object; what a page shows is kept in one."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from daisy_lab._messages._model import Message, Request, request
from daisy_lab._messages._objects import ObjectName

__all__ = ["GetRecord", "KeptRecord", "PutRecord", "RecordValue"]


class KeptRecord(Message):
    """A record was kept."""

    version: int
    changed: bool
    """False when the current version says the same: then there is no new one."""


@request("records.put", KeptRecord)
class PutRecord(Request):
    """Keep JSON data as the newest version of a record."""

    name: ObjectName
    value: dict[str, Any]
    note: Annotated[str, Field(max_length=1000)] = ""
    """What was done, for the list of versions."""
    based_on: Annotated[int, Field(ge=0)] | None = None
    """Version that the writer saw last (0: none): where another window was faster, it is refused."""


class RecordValue(Message):
    """A record."""

    value: dict[str, Any]
    version: int
    note: str = ""


@request("records.get", RecordValue)
class GetRecord(Request):
    """Ask for a record, the newest version or an older one."""

    name: ObjectName
    version: Annotated[int, Field(ge=1)] | None = None
