"""Which language a page speaks: what its address asks for, else what its browser prefers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from daisy_lab.texts import language

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OTHER", "page_language", "settle_language"]

OTHER = {"en": ("zh_CN", "中文"), "zh_CN": ("en", "English")}
"""For each language the one that the button of a page leads to, and how that calls itself."""


def page_language(environment: Mapping[str, str] | None = None) -> str:
    """Give the language of the page that this kernel was started for: `en` or `zh_CN`.

    `?lang=` in its address wins, then what the server found, which knows the reader's choice in a cookie, then the
    browser's Accept-Language; a notebook has none of them and speaks as its kernel does. The server hands all over in
    the kernel's environment.
    """
    found = os.environ if environment is None else environment
    asked = parse_qs(found.get("QUERY_STRING", "")).get("lang", [""])[-1]
    if not asked and found.get("DAISY_LAB_APP"):
        asked = found.get("DAISY_LAB_LANGUAGE", "")
    if not asked:
        asked = _preferred(found.get("HTTP_ACCEPT_LANGUAGE", ""))
    if not asked:
        return language()
    return "zh_CN" if asked.lower().startswith("zh") else "en"


def settle_language() -> str:
    """Speak the page's language in the whole process from now on, on every thread; gives it."""
    chosen = page_language()
    os.environ["DAISY_LAB_LANGUAGE"] = chosen
    return chosen


def _preferred(header: str) -> str:
    """Give what a browser likes best among the languages we speak; empty when it names none of them."""
    weighed: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _semicolon, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        if tag[:2].lower() in {"en", "zh"} and weight > 0:
            weighed.append((weight, tag))
    return max(weighed, key=lambda pair: pair[0])[1] if weighed else ""
