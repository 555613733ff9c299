"""Which language a page of the hub speaks: what the user chose, else what the browser prefers."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["COOKIE", "language_of", "preferred"]

COOKIE: Final = "daisy-language"
_KNOWN: Final = ("en", "zh_CN")


def language_of(handler: Any) -> str:  # noqa: ANN401 - a request handler of tornado
    """Give `en` or `zh_CN` for a request."""
    chosen = handler.get_cookie(COOKIE, "")
    return chosen if chosen in _KNOWN else preferred(handler.request.headers.get("Accept-Language", ""))


def preferred(accepted: str) -> str:
    """Read a browser's Accept-Language, as `de;q=0.7, zh-CN, en;q=0.8`."""
    wishes: list[tuple[float, str]] = []
    for part in accepted.split(","):
        name, _semicolon, weight = part.strip().lower().partition(";q=")
        try:
            wishes.append((float(weight or 1), name))
        except ValueError:
            continue
    for wish, name in sorted(wishes, key=lambda wish: -wish[0]):
        if wish > 0 and name.startswith("zh"):
            return "zh_CN"
        if wish > 0 and name.startswith("en"):
            return "en"
    return "en"
