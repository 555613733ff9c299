"""Which language a page speaks: what its address says, else what its reader chose, else what the browser says."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["COOKIE", "language_of"]

COOKIE: Final = "daisy-language"
"""Of the whole address, so that the picker of a hub and what was started there speak the same."""


def language_of(handler: Any) -> str:  # noqa: ANN401 - a handler of tornado's
    """Give `en` or `zh_CN`, for a request."""
    asked = handler.get_query_argument("lang", "") or handler.get_cookie(COOKIE, "")
    if not asked:
        asked = _preferred(handler.request.headers.get("Accept-Language", ""))
    return "zh_CN" if asked.lower().startswith("zh") else "en"


def _preferred(header: str) -> str:
    """Give the first of the languages we speak in the browser's own order."""
    weighed: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _sign, weight = part.strip().partition(";q=")
        if tag[:2].lower() in {"en", "zh"}:
            try:
                weighed.append((float(weight or 1), tag))
            except ValueError:
                continue
    return max(weighed, key=lambda pair: pair[0])[1] if weighed else ""
