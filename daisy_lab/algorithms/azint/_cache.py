"""Arrays that take seconds to make and depend on little, kept by what they depend on: in memory, and on disk.

A folder per key, written under another name first, so that a reader finds it whole or not at all. What was not used
for longest goes when the folder grows too large. Without a place to write, everything is made anew.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np
import xxhash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab.vocabulary import Array

__all__ = ["FOLDER", "digest", "kept"]

FOLDER: Final = "DAISY_LAB_CACHE"
"""Environment variable that names another folder than the user's cache folder; `off` keeps nothing on disk."""

_MOST_BYTES: Final = 2 << 30
_MOST_IN_MEMORY: Final = 6
_MOST_BYTES_IN_MEMORY: Final = 1 << 30
_FORM: Final = "2"

_log = logging.getLogger(__name__)
_memory: Final[OrderedDict[str, Mapping[str, Array]]] = OrderedDict()
_lock: Final = Lock()


def digest(*parts: object) -> str:
    """Give a key of everything that an array depends on: numbers, texts, arrays."""
    state = xxhash.xxh3_128(_FORM.encode())
    for part in parts:
        if isinstance(part, np.ndarray):
            state.update(f"{part.shape} {part.dtype}".encode())
            state.update(np.ascontiguousarray(part).data)
        else:
            state.update(repr(part).encode())
        state.update(b"\n")
    return state.hexdigest()


def kept(key: str, make: Callable[[], Mapping[str, Array]], *, disk: bool = True) -> Mapping[str, Array]:
    """Give the arrays of a key; made if they are not there, read-only.

    Parameters
    ----------
    key
        What `digest` gave.
    make
        Makes them.
    disk
        Whether they are worth a place on disk.
    """
    with _lock:
        found = _memory.get(key)
        if found is not None:
            _memory.move_to_end(key)
            return found
    folder = _folder() if disk else None
    arrays = _read(folder / key) if folder is not None else None
    if arrays is None:
        arrays = make()
        if folder is not None:
            _write(folder, key, arrays)
        for array in arrays.values():
            array.setflags(write=False)
    with _lock:
        _memory[key] = arrays
        while len(_memory) > 1 and (len(_memory) > _MOST_IN_MEMORY or _held() > _MOST_BYTES_IN_MEMORY):
            _memory.popitem(last=False)
    return arrays


def _held() -> int:
    """Give the bytes of all arrays that were made here; what lies on disk can be dropped at any time."""
    every = (array for arrays in _memory.values() for array in arrays.values())
    return sum(array.nbytes for array in every if not isinstance(array, np.memmap))


def _folder() -> Path | None:
    named = os.environ.get(FOLDER, "")
    if named == "off":
        return None
    try:
        home = (
            Path(named)
            if named
            else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "daisy-lab"
        )
    except RuntimeError:
        return None
    return home / "azint"


def _read(folder: Path) -> Mapping[str, Array] | None:
    try:
        found = {path.stem: np.load(path, mmap_mode="r") for path in sorted(folder.glob("*.npy"))}
        if found:
            os.utime(folder)
    except (OSError, ValueError) as error:
        _log.info("the kept arrays in %s cannot be read (%s): they are made anew", folder, error)
        return None
    return found or None


def _write(folder: Path, key: str, arrays: Mapping[str, Array]) -> None:
    size = sum(array.nbytes for array in arrays.values())
    if size > _MOST_BYTES:
        return
    temporary: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _make_room(folder, size)
        temporary = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
        for name, array in arrays.items():
            np.save(temporary / f"{name}.npy", array)
        temporary.rename(folder / key)
    except OSError as error:
        # Full, read-only, or another process was first.
        _log.info("nothing is kept in %s: %s", folder, error)
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _make_room(folder: Path, size: int) -> None:
    """Remove what was not used for longest until there is room."""
    known = []
    for one in folder.iterdir():
        with suppress(OSError):
            bytes_ = sum(path.stat().st_size for path in one.iterdir())
            known.append((one.stat().st_mtime, bytes_, one))
    total = size + sum(bytes_ for _time, bytes_, _one in known)
    for _time, bytes_, one in sorted(known):
        if total <= _MOST_BYTES:
            return
        shutil.rmtree(one, ignore_errors=True)
        total -= bytes_
