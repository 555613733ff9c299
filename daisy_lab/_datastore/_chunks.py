"""The bytes of an array in C order, piece by piece: what is hashed and what is written to a file.

An array in another memory layout gives the same bytes without being copied as a whole.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from daisy_lab.vocabulary import Array

__all__ = ["chunk_count", "chunks", "dtype_text", "flat_bytes"]


def flat_bytes(array: Array) -> Array | None:
    """View a C-contiguous array as its bytes; nothing when it has another layout."""
    if not array.flags.c_contiguous:
        return None
    plain = array.view(np.ndarray) if type(array) is not np.ndarray else array
    return plain.reshape(-1).view(np.uint8)


def _items(array: Array, size: int) -> int:
    return max(1, size // array.itemsize)


def chunk_count(array: Array, size: int) -> int:
    """Count the pieces of at most `size` bytes (at least one value each)."""
    return -(-array.size // _items(array, size)) if array.nbytes else 0


def chunks(array: Array, size: int, first: int = 0, last: int | None = None) -> Iterator[Array]:
    """Give pieces `first` to `last` of the array's bytes in C order, each of whole values.

    Parameters
    ----------
    array
        Any layout, any dtype except object.
    size
        Bytes per piece, rounded down to whole values.
    first, last
        Which pieces; all of them by default.
    """
    items = _items(array, size)
    stop = chunk_count(array, size) if last is None else last
    flat = flat_bytes(array) if array.nbytes else None
    for number in range(first, stop):
        low, high = number * items, min((number + 1) * items, array.size)
        if flat is None:
            yield np.ascontiguousarray(array.flat[low:high]).view(np.uint8)
        else:
            yield flat[low * array.itemsize : high * array.itemsize]


@lru_cache(maxsize=256)
def dtype_text(dtype: np.dtype[np.generic]) -> str:
    """Write a dtype, structured ones too, so that `numpy.lib.format` can read it back."""
    return repr(np.lib.format.dtype_to_descr(dtype))
