"""Every text a user sees, in English and simplified Chinese.

The English source text is the gettext key. One catalogue, `zh_CN/daisy_lab.po`, serves errors, command line,
sidebars and apps; it is read as it is, so there is nothing to compile and nothing that can be stale.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from daisy_lab.texts._amounts import in_bytes
from daisy_lab.texts._later import later
from daisy_lab.texts._later import told as _told
from daisy_lab.texts._text import Text, joined, said_again

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["gettext", "in_bytes", "joined", "language", "later", "retold", "speaking", "told"]

_CATALOGUES = Path(__file__).parent
_chosen: ContextVar[str] = ContextVar("daisy_lab_language", default="")


def language() -> str:
    """Give the language of this process: `en`, or `zh_CN` when the environment asks for Chinese.

    `DAISY_LAB_LANGUAGE` wins over gettext's own LANGUAGE, LC_ALL, LC_MESSAGES and LANG.
    """
    if _chosen.get():
        return _chosen.get()
    for variable in ("DAISY_LAB_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        asked = os.environ.get(variable, "")
        if asked:
            return "zh_CN" if asked.lower().startswith("zh") else "en"
    return "en"


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Speak `en` or `zh_CN` for a while, as where a picture has no font for the user's language."""
    token = _chosen.set(chosen)
    try:
        yield
    finally:
        _chosen.reset(token)


def gettext(text: str) -> str:
    """Translate an English text into the language that is spoken here.

    What comes back, and what its `format` gives, remembers its source: see `retold`.
    """
    return Text.of(text, _translated(text))


def retold(text: str) -> str:
    """Say a text that `gettext` made in the language that is spoken here now; any other text is given as it is."""
    return str(said_again(text, _translated))


def told(kept: str) -> str:
    """Translate what was written down by `later`; any other text is given as it is."""
    return _told(kept, _translated)


def _translated(text: str) -> str:
    chosen = language()
    return text if chosen == "en" else _catalogue(chosen).get(text) or text


@lru_cache(maxsize=4)
def _catalogue(name: str) -> dict[str, str]:
    # Imported here: an English user never needs the parser.
    import polib  # noqa: PLC0415

    entries = polib.pofile(str(_CATALOGUES / name / "daisy_lab.po"), encoding="utf-8")
    return {entry.msgid: entry.msgstr for entry in entries if not entry.obsolete}
