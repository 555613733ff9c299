"""Fails when the built documentation loads anything from another host: it must read the same offline.

A link that a reader may click is fine; a script, a style, a font or an image from elsewhere is not.
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

# Attributes a browser fetches by itself, by tag; a `link` only for these relations.
FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "link": "href"}
RELATIONS = {
    "stylesheet",
    "preload",
    "prefetch",
    "icon",
    "preconnect",
    "dns-prefetch",
    "modulepreload",
    "manifest",
}
ELSEWHERE = re.compile(r"^(https?:)?//")
IN_STYLE = re.compile(r"""(?:url\(|@import)\s*['"]?\s*((?:https?:)?//[^'")\s]+)""")


class _Page(HTMLParser):
    """Collects the addresses that a browser would fetch from another host."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and not RELATIONS & set((given.get("rel") or "").split()):
            return
        address = given.get(FETCHED.get(tag, "")) or ""
        if ELSEWHERE.match(address):
            self.found.append(f"<{tag}> {address}")
        self.found += IN_STYLE.findall(given.get("style") or "")


def fetched_from_elsewhere(site: Path) -> list[str]:
    """Give `file: what` for each address that a page or a style sheet loads from another host."""
    found = []
    for path in sorted(site.rglob("*.html")):
        page = _Page()
        page.feed(path.read_text("utf-8"))
        found += [f"{path.relative_to(site)}: {address}" for address in page.found]
    for path in sorted(site.rglob("*.css")):
        addresses = IN_STYLE.findall(path.read_text("utf-8"))
        found += [f"{path.relative_to(site)}: {address}" for address in addresses]
    return found


if __name__ == "__main__":
    built = Path(sys.argv[1])
    if not any(built.rglob("*.html")):
        sys.exit(f"{built} has no page: build it first")
    if faults := fetched_from_elsewhere(built):
        sys.exit("\n".join(["loaded from another host:", *faults]))
    print(f"{built}: nothing is loaded from another host")
