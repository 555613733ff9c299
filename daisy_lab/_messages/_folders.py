"""Folders and bytes of files below the roots: listing, room, and resumable transfer both ways."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from daisy_lab._messages._files import FilePath
from daisy_lab._messages._model import Message, Request, request

__all__ = [
    "AskFolder",
    "AskSpace",
    "FileBytes",
    "FolderEntry",
    "FolderInfo",
    "ReadFile",
    "SpaceInfo",
    "WriteFile",
    "Written",
]

Offset = Annotated[int, Field(ge=0, le=2**53 - 1)]


class FolderEntry(Message):
    """One file or folder."""

    name: str
    path: str
    """As it can be asked for."""
    kind: Literal["folder", "file"]
    size: int
    """Bytes of a file; 0 of a folder."""
    modified: float
    """Seconds since 1970."""
    writable: bool


class FolderInfo(Message):
    """What a folder holds, folders first, in natural order; hidden names are left out."""

    path: str
    """As it can be asked for: relative to the first root (empty for that itself), whole below another one."""
    root: int
    """Which of the roots it lies below."""
    roots: tuple[str, ...]
    """All roots, as they can be asked for."""
    absolute: str
    entries: tuple[FolderEntry, ...]
    more: int = 0
    """Entries that were left out."""
    writable: bool


@request("files.folder", FolderInfo)
class AskFolder(Request):
    """Ask what a folder below the roots holds."""

    path: Annotated[str, Field(max_length=4000)] = ""
    """Relative to the first root, or absolute below another one."""


class SpaceInfo(Message):
    """Room for more."""

    free: int
    """Bytes this user may still write there, quotas of the file system included."""
    total: int
    used: int


@request("files.space", SpaceInfo)
class AskSpace(Request):
    """Ask how much room there is at a path."""

    path: Annotated[str, Field(max_length=4000)] = ""


class Written(Message):
    """How far an upload has come."""

    path: str
    there: int
    """Bytes that are there: the next piece begins here."""
    done: bool
    """Whether the file is whole and has its name."""


@request("files.write", Written)
class WriteFile(Request):
    """Write a piece of an upload, which is the buffer beside the request; without a buffer: ask how far it has come.

    The pieces gather in a hidden file, which gets the name once all are there.
    """

    path: FilePath
    total: Offset
    """Bytes of the whole file."""
    offset: Offset = 0
    token: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,40}$")] = ""
    """Tells this file from another of the same name, as by its time of change: only the same one is resumed."""
    overwrite: bool = False
    cancel: bool = False
    """Give the upload up, and remove what is there of it."""


class FileBytes(Message):
    """A piece of a file, which is the buffer beside the reply."""

    offset: int
    size: int
    """Bytes of the whole file."""
    stamp: str
    """Changes with the file: a download that sees another one begins anew."""


@request("files.read", FileBytes)
class ReadFile(Request):
    """Ask for a piece of a file."""

    path: FilePath
    offset: Offset = 0
    count: Annotated[int, Field(ge=0, le=16 << 20)] = 4 << 20
