"""A text that remembers how it was made, so that the next reader may have it in another language.

An error is raised once, in the language of the thread that met it; two windows on one session may speak two. What it
says is therefore a `str` that knows its English source and what went into its gaps. Whatever joins or cuts it gives a
plain `str`: that is read as it was made.
"""

from __future__ import annotations

from numbers import Number
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Text", "joined", "said_again"]

_KEPT = (str, Number, PurePath, type(None))
"""What goes into a gap as it is; of anything else only its words are kept, not the thing."""


class Text(str):
    """A text with its English source, and what went into its gaps once it is `format`ted."""

    __slots__ = ("_fillings", "_source")
    _source: str
    _fillings: tuple[tuple[Any, ...], dict[str, Any]] | None

    @classmethod
    def of(
        cls, source: str, words: str, fillings: tuple[tuple[Any, ...], dict[str, Any]] | None = None
    ) -> Self:
        """Make the text that says `words` for an English source, with what its gaps were filled with."""
        text = cls(words)
        text._source, text._fillings = source, fillings
        return text

    def format(self, *args: object, **gaps: object) -> str:
        """Fill the gaps."""
        fillings = tuple(map(_kept, args)), {name: _kept(gap) for name, gap in gaps.items()}
        return self.of(self._source, super().format(*args, **gaps), fillings)

    def told(self, translate: Callable[[str], str]) -> str:
        """Say it again in another language."""
        words = translate(self._source)
        if self._fillings is None:
            return words
        args, gaps = self._fillings
        said = {name: said_again(gap, translate) for name, gap in gaps.items()}
        try:
            return words.format(*(said_again(gap, translate) for gap in args), **said)
        except (AttributeError, LookupError, TypeError, ValueError):
            # A gap that asks more of what fills it than its words.
            return str(self)


def joined(separator: str, texts: Iterable[str]) -> str:
    """Join texts into one whose parts are still told each in the reader's language."""
    parts = tuple(texts)
    gaps = separator.replace("{", "{{").replace("}", "}}").join(["{}"] * len(parts))
    return Text.of(gaps, gaps).format(*parts)


def said_again(value: Any, translate: Callable[[str], str]) -> Any:  # noqa: ANN401 - what goes into a gap
    """Say a text again in another language; anything else is given as it is."""
    return value.told(translate) if isinstance(value, Text) else value


class _Words(str):
    """The words of a thing that is not kept itself, however a gap asks for them."""

    __slots__ = ("exact",)
    exact: str

    def __repr__(self) -> str:
        return self.exact


def _kept(value: object) -> object:
    if isinstance(value, _KEPT):
        return value
    words = str(value)
    if isinstance(words, Text):
        return words
    kept = _Words(words)
    try:
        kept.exact = repr(value)
    except Exception:  # noqa: BLE001 - the boundary to foreign code: any object's own words
        kept.exact = words
    return kept
