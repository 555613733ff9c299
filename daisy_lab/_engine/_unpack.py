"""Decodes an input once when its chunks would make every block decode them anew.

A row of a file that is stored frame by frame and compressed costs decoding every frame. So before a run over many
blocks such an input is unpacked into a file of the store, which is then sliced along any axis for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daisy_lab._algorithm import log, progress
from daisy_lab._datastore import release_pages
from daisy_lab.errors import FileError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._datastore import DataStore
    from daisy_lab.vocabulary import Array

__all__ = ["decodes_again", "unpack"]

_TIMES = 2


def decodes_again(value: Any, axis: str, length: int) -> bool:  # noqa: ANN401 - any object of the store
    """Whether blocks of this length along an axis would decode the same chunks again and again."""
    chunk = getattr(value, "chunks", {}).get(axis, 1)
    return bool(chunk >= _TIMES * length)


def unpack(value: Any, name: str, store: DataStore) -> Array | None:  # noqa: ANN401 - a lazy array
    """Copy a lazy array into a mapped file, chunk by chunk; None when there is no room for it."""
    try:
        buffer = store.create(value.shape, value.dtype)
    except FileError as error:
        log(_("'{name}' is decoded anew for every block: {reason}").format(name=name, reason=error))
        return None
    step = max(int(value.chunks.get(value.axes[0], 1)), 1)
    for start in progress(range(0, value.shape[0], step), text=_("unpacking {name}").format(name=name)):
        buffer[start : start + step] = value[start : start + step]
        release_pages(buffer)
    return buffer
