"""Plain data as YAML that people edit: keys in their order, comments above them.

Texts are written as in JSON, which YAML reads as it is; so nothing has to be guessed about quotes.
"""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["as_yaml"]

_PLAIN: Final = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@-]*")
_WORDS: Final = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_WIDTH: Final = 110
_UNSAFE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What JSON leaves as it is, and YAML does not read."""


def as_yaml(data: object, comment: Callable[[tuple[str, ...]], str] = lambda _path: "") -> str:
    """Write data as YAML.

    Parameters
    ----------
    data
        Dictionaries, lists, texts, numbers.
    comment
        Gives what stands above a key, by the keys that lead to it.
    """
    return "\n".join(_lines(data, (), comment, "")) + "\n"


def _lines(
    data: object, path: tuple[str, ...], comment: Callable[[tuple[str, ...]], str], indent: str
) -> Iterator[str]:
    if isinstance(data, dict) and data:
        for key, value in data.items():
            inner = (*path, str(key))
            said = comment(inner)
            if said:
                width = max(40, _WIDTH - len(indent) - 2)
                yield from (f"{indent}# {line}" for line in textwrap.wrap(said, width))
            yield from _entry(f"{indent}{_scalar(str(key))}:", value, inner, comment, indent + "  ")
    elif isinstance(data, list) and data:
        for value in data:
            if isinstance(value, dict | list) and value:
                first, *rest = _lines(value, (*path, "[]"), comment, indent + "  ")
                yield f"{indent}- {first.strip()}"
                yield from rest
            else:
                yield f"{indent}- {_scalar(value)}"
    else:
        yield f"{indent}{_scalar(data)}"


def _entry(
    head: str, value: object, path: tuple[str, ...], comment: Callable[[tuple[str, ...]], str], indent: str
) -> Iterator[str]:
    if isinstance(value, str) and _is_block(value):
        yield f"{head} |{'' if value.endswith(chr(10)) else '-'}"
        yield from (f"{indent}{line}" if line else "" for line in value.rstrip("\n").split("\n"))
    elif isinstance(value, dict | list) and value:
        yield head
        yield from _lines(value, path, comment, indent)
    else:
        yield f"{head} {_scalar(value)}"


def _scalar(value: object) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _is_block(text: str) -> bool:
    """Say whether a text of several lines may stand as it is."""
    plain = all(line.isprintable() for line in text.split("\n")) and not _UNSAFE.search(text)
    return plain and "\n" in text[:-1] and not text.startswith((" ", "\n")) and not text.endswith("\n\n")
