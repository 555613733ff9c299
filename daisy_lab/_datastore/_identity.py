"""Content identity: equal content, equal text, whatever the memory layout; computed only when asked for.

Arrays are hashed as a tree: xxh3-128 of each 1 MiB chunk of the C-order bytes, then xxh3-128 of those digests
with dtype and shape. The chunks are fixed, so any number of threads gives the same result; xxhash frees the
GIL for them.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import xxhash

from daisy_lab._datastore._chunks import chunk_count, chunks, dtype_text
from daisy_lab._datastore._values import freeze, plain

if TYPE_CHECKING:
    from daisy_lab._datastore._object import Kind
    from daisy_lab.vocabulary import Array

__all__ = ["array_identity", "identity_of", "value_identity"]

_CHUNK = 1 << 20
_SMALL = 1 << 16  # bytes up to which a copy costs less than cutting into chunks
_TASK = 16  # chunks per task of a thread
_THREADED = 64  # chunks from which starting threads pays
_THREADS = max(1, min(4, os.cpu_count() or 1))


def identity_of(kind: Kind, value: Any) -> str:  # noqa: ANN401 - any value the store holds
    """Name the content of a stored value; of a lazy dataset, what it says itself.

    Parameters
    ----------
    kind
        What sort of value it is.
    value
        As the store hands it out.
    """
    if kind == "dataset":
        return str(value.identity)
    if kind == "array":
        return array_identity(value)
    return "xxh3:" + xxhash.xxh3_128_hexdigest(_canonical(kind, value))


def value_identity(value: object) -> str:
    """Name the content of anything that can be stored, as the store would."""
    frozen = freeze("value", value, lambda array: array)
    return identity_of(frozen.kind, frozen.value)


def array_identity(array: Array) -> str:
    """Hash an array's values, dtype and shape; xxh3-128 over a tree of 1 MiB chunks."""
    if 0 < array.nbytes <= _SMALL:
        return _rooted(array, [xxhash.xxh3_128_digest(array.tobytes())])
    count = chunk_count(array, _CHUNK)
    starts = range(0, count, _TASK)
    if count >= _THREADED and _THREADS > 1:
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="daisy-hash") as pool:
            digests = list(pool.map(lambda first: _digest(array, first, count), starts))
    else:
        digests = [_digest(array, first, count) for first in starts]
    return _rooted(array, digests)


def _rooted(array: Array, digests: list[bytes]) -> str:
    header = f"array {dtype_text(array.dtype)} {array.shape}\0".encode()
    return "xxh3:" + xxhash.xxh3_128_hexdigest(header + b"".join(digests))


def _digest(array: Array, first: int, count: int) -> bytes:
    last = min(first + _TASK, count)
    return b"".join(xxhash.xxh3_128_digest(chunk.data) for chunk in chunks(array, _CHUNK, first, last))


def _canonical(kind: Kind, value: Any) -> bytes:  # noqa: ANN401 - any value the store holds
    if kind == "table":
        text = "\0".join(f"{column} {array_identity(value[column])}" for column in sorted(value))
    elif isinstance(value, np.generic):
        return f"scalar {dtype_text(value.dtype)}\0".encode() + value.tobytes()
    elif kind == "scalar":
        exact = hex(value) if isinstance(value, int) else repr(value)  # long integers have no decimal text
        text = f"{type(value).__name__}\0{exact}"
    elif kind == "record":
        text = json.dumps(plain(value), sort_keys=True, ensure_ascii=True)
    else:
        text = value
    return f"{kind}\0{text}".encode("utf-8", "surrogatepass")
