"""Folders and files below the roots: what is there, how much room is left, and bytes in and out, piece by piece.

Hidden names are neither listed nor read nor written: what configures programs lies there.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from daisy_lab import io
from daisy_lab._bridge._handlers import handles
from daisy_lab._messages import (
    AskFolder,
    AskSpace,
    FileBytes,
    FolderEntry,
    FolderInfo,
    ReadFile,
    SpaceInfo,
    WriteFile,
    Written,
)
from daisy_lab.errors import DaisyError, FileError, ForbiddenPathError, MissingFileError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._bridge._handlers import Answer

_MOST: Final = 5000
_NUMBERS: Final = re.compile(r"(\d+)")


@handles(AskFolder, "bytes")
def folder(bridge: Bridge, _front: Front, asked: AskFolder) -> FolderInfo:
    """Say what a folder holds."""
    path = _admitted(bridge, asked.path)
    try:
        found = [entry for entry in os.scandir(path) if not entry.name.startswith(".")]
    except OSError as error:
        raise _cannot_open(path, error) from None
    listed = [made for entry in found if (made := _entry(bridge, entry)) is not None]
    listed.sort(key=lambda one: (one.kind != "folder", _natural(one.name)))
    number = _root_of(bridge, path)
    return FolderInfo(
        path=_shown(bridge, path),
        root=number,
        roots=tuple(_shown(bridge, root.resolve()) for root in bridge.roots),
        absolute=str(path),
        entries=tuple(listed[:_MOST]),
        more=max(len(listed) - _MOST, 0),
        writable=os.access(path, os.W_OK),
    )


@handles(AskSpace, "bytes")
def space(bridge: Bridge, _front: Front, asked: AskSpace) -> SpaceInfo:
    """Say how much room there is."""
    path = _admitted(bridge, asked.path)
    found = io.space(path if path.is_dir() else path.parent)
    return SpaceInfo(**found._asdict())


@handles(WriteFile, "bytes", buffers=True)
def write(bridge: Bridge, _front: Front, asked: WriteFile, buffers: Sequence[bytes | memoryview]) -> Written:
    """Take a piece of an upload, or say how far it has come."""
    target = _admitted(bridge, asked.path)
    upload = io.Upload(target, asked.total, asked.token)
    if asked.cancel:
        upload.cancel()
        return Written(path=_shown(bridge, target), there=0, done=False)
    upload.begin(overwrite=asked.overwrite)
    there = upload.write(asked.offset, buffers) if buffers or not asked.total else upload.there
    done = there == asked.total
    if done:
        upload.finish(overwrite=asked.overwrite)
    return Written(path=_shown(bridge, target), there=there, done=done)


@handles(ReadFile, "bytes")
def read(bridge: Bridge, _front: Front, asked: ReadFile) -> Answer:
    """Give a piece of a file."""
    path = _admitted(bridge, asked.path)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise _cannot_open(path, error) from None
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise FileError(_("{path} is no file; choose a file").format(path=path))
        data = os.pread(handle, asked.count, asked.offset)
    finally:
        os.close(handle)
    stamp = f"{facts.st_size}-{facts.st_mtime_ns}"
    return FileBytes(offset=asked.offset, size=facts.st_size, stamp=stamp), [data]


def _admitted(bridge: Bridge, asked: str) -> Path:
    """Give the real path of what is asked for, below a root and not hidden there."""
    path = io.inside(Path(asked), bridge.roots)
    root = bridge.roots[_root_of(bridge, path)].resolve()
    if any(part.startswith(".") for part in path.relative_to(root).parts):
        raise ForbiddenPathError(
            _("{path} is hidden; files whose name begins with a dot are not read or written here").format(
                path=path
            )
        )
    return path


def _root_of(bridge: Bridge, path: Path) -> int:
    """Give the root that a path lies below, the innermost of several."""
    found = [
        (len(real.parts), -number)
        for number, root in enumerate(bridge.roots)
        if path.is_relative_to(real := root.resolve())
    ]
    return -max(found)[1] if found else 0


def _shown(bridge: Bridge, path: Path) -> str:
    """Give a path as it can be asked for again: relative to the first root, or whole."""
    first = bridge.roots[0].resolve()
    shown = path.relative_to(first).as_posix() if path.is_relative_to(first) else path.as_posix()
    return "" if shown == "." else shown


def _entry(bridge: Bridge, entry: os.DirEntry[str]) -> FolderEntry | None:
    """Describe an entry; none for one that leads nowhere, or out of the roots."""
    path = Path(entry.path)
    try:
        if entry.is_symlink():
            _admitted(bridge, entry.path)
        facts = entry.stat()
    except (OSError, DaisyError):
        return None
    is_folder = stat.S_ISDIR(facts.st_mode)
    if not is_folder and not stat.S_ISREG(facts.st_mode):
        return None
    return FolderEntry(
        name=entry.name,
        path=_shown(bridge, path),
        kind="folder" if is_folder else "file",
        size=0 if is_folder else facts.st_size,
        modified=facts.st_mtime,
        writable=os.access(path, os.W_OK),
    )


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Give a key that puts scan_2 before scan_10."""
    parts = _NUMBERS.split(name)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part.casefold()) for part in parts if part]


def _cannot_open(path: Path, error: OSError) -> FileError:
    if isinstance(error, FileNotFoundError):
        return MissingFileError(
            _("there is no {path}; it was moved or removed: choose again").format(path=path)
        )
    return FileError(
        _("{path} cannot be opened: {reason}; choose another one").format(path=path, reason=error.strerror)
    )
