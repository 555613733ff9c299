"""Texts that are kept now and read later, by another reader perhaps in another language.

What is kept is the English source text with what goes into its gaps, as JSON data.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["later", "told"]


def later(text: str, **gaps: str | float | None) -> str:
    """Write down a text to be translated when it is read.

    Parameters
    ----------
    text
        English source text, as `gettext` takes it.
    gaps
        What goes into its gaps; a text that was written down likewise is translated, too.
    """
    return json.dumps([text, gaps], ensure_ascii=False, separators=(",", ":"))


def told(kept: str, translate: Callable[[str], str]) -> str:
    """Read what `later` wrote down; any other text is given as it is."""
    found = _read(kept)
    if found is None:
        return kept
    text, gaps = found
    filled = {name: told(gap, translate) if isinstance(gap, str) else gap for name, gap in gaps.items()}
    try:
        return translate(text).format(**filled)
    except (KeyError, IndexError, ValueError, AttributeError):
        # Kept by another version of the program, whose text had other gaps.
        return text


def _read(kept: str) -> tuple[str, dict[str, object]] | None:
    if not kept.startswith('["'):
        return None
    try:
        text, gaps = json.loads(kept)
    except (TypeError, ValueError):
        return None
    return (text, gaps) if isinstance(text, str) and isinstance(gaps, dict) else None
