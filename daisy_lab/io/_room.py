"""How much may still be written to a disk, asked before the work and not found out after it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from daisy_lab.errors import FileError
from daisy_lab.io._atomic import cannot_write
from daisy_lab.texts import gettext as _
from daisy_lab.texts import in_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Space", "check_room", "free_bytes", "space"]


class Space(NamedTuple):
    """Bytes of a file system, as far as this user may use them."""

    free: int
    total: int
    used: int


def space(folder: Path) -> Space:
    """Say how much room there is; a quota that the file system keeps for its folders counts.

    Raises
    ------
    FileError
        There is no such folder.
    """
    try:
        facts = os.statvfs(folder)
    except OSError as error:
        raise cannot_write(folder / "file", error) from None
    size = facts.f_frsize
    return Space(facts.f_bavail * size, facts.f_blocks * size, (facts.f_blocks - facts.f_bfree) * size)


def free_bytes(folder: Path) -> int:
    """Give the bytes that may still be written to a folder."""
    return space(folder).free


def check_room(target: Path, needed: int, free: Callable[[Path], int] = free_bytes) -> None:
    """Refuse, before the work, a file for which there is no room.

    Parameters
    ----------
    target
        The final path.
    needed
        Bytes it will have.
    free
        Asks the disk.

    Raises
    ------
    FileError
        It would not fit.
    """
    there = free(target.parent)
    if needed > there:
        msg = _(
            "cannot write {target}: it needs {needed} and {free} is free; make room, or choose another folder"
        )
        raise FileError(msg.format(target=target, needed=in_bytes(needed), free=in_bytes(there)))
