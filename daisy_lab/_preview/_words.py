"""Values in words: numbers, tables, records and texts as a reader sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

__all__ = ["Branch", "branch", "in_words", "table_rows"]

_DIGITS: Final = 6
_SHORT: Final = 120
_CHILDREN: Final = 200
_DEPTH: Final = 3


@dataclass(frozen=True)
class Branch:
    """One branch of a record."""

    key: str
    text: str
    children: tuple[Branch, ...] = ()
    more: int = 0


def in_words(value: object, unit: str = "") -> str:
    """Give a single value as text, with its unit."""
    if isinstance(value, np.generic):
        value = value.item()
    text = f"{value:.{_DIGITS}g}" if isinstance(value, float) else str(value)
    return f"{text} {unit}" if unit else text


def branch(key: str, value: object, depth: int = _DEPTH) -> Branch:
    """Give a record as a tree, down to some depth."""
    items: list[tuple[str, object]] | None = None
    if isinstance(value, Mapping):
        items = [(str(name), item) for name, item in value.items()]
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        items = [(str(number), item) for number, item in enumerate(value)]
    if items is None:
        text = in_words(value)
        return Branch(key, text if len(text) <= _SHORT else f"{text[:_SHORT]}...")
    what = f"{{{len(items)}}}" if isinstance(value, Mapping) else f"[{len(items)}]"
    if depth == 0:
        return Branch(key, what, (), len(items))
    kept = tuple(branch(name, item, depth - 1) for name, item in items[:_CHILDREN])
    return Branch(key, what, kept, max(len(items) - _CHILDREN, 0))


def table_rows(value: Any, start: int, count: int) -> tuple[tuple[str, ...], list[tuple[str, ...]], int]:  # noqa: ANN401 - a table or an array
    """Give the columns' names, some lines as texts, and how many lines there are."""
    if isinstance(value, Mapping):
        columns = tuple(map(str, value))
        length = len(next(iter(value.values()), ()))
        parts = [column[start : start + count] for column in value.values()]
        rows = [tuple(in_words(item) for item in line) for line in zip(*parts, strict=True)]
        return columns, rows, length
    array = value if value.ndim == 2 else value[:, np.newaxis]  # noqa: PLR2004 - lines and columns
    part = np.asarray(array[start : start + count])
    names = tuple(map(str, range(array.shape[1]))) if value.ndim == 2 else ("value",)  # noqa: PLR2004 - as above
    return names, [tuple(in_words(item) for item in line) for line in part], int(array.shape[0])
