"""Keeps a page's scripts in the browser: a hundred of them are not asked for again each time.

Their names change with what is in them. Voila's own handler forbids to keep any, so that each is asked for on every
load, and the server answers a hundred times that nothing has changed.
"""

from __future__ import annotations

import re
from typing import Final

from jupyter_server.base.handlers import FileFindHandler

__all__ = ["ScriptHandler", "stays"]

_HASHED: Final = re.compile(r"[./-][0-9a-f]{8,}\.(?:js|css|woff2?)")
_KEPT: Final = "private, max-age=31536000, immutable"


class ScriptHandler(FileFindHandler):  # type: ignore[misc]  # jupyter_server is not followed by the type checker
    """Gives the files of the extensions that draw widgets."""

    def set_headers(self) -> None:
        """Say of files that stay as they are that browsers may keep them; the others are looked at each time."""
        super().set_headers()
        if stays(self.path):
            self.set_header("Cache-Control", _KEPT)


def stays(path: str) -> bool:
    """Say whether a file's name changes with what is in it, as `738.5f825aa3a94b47bb.js`."""
    return _HASHED.search(path) is not None
