"""A server that exposes one app: whatever is not part of its page is refused, before any handler sees the request.

`DAISY_LAB_LOCKED` names the app. It is a list of what is allowed, so that what other extensions add is refused, too.
Together with the kinds of messages that kernels take (`_settings.MESSAGES`) a browser can neither run code nor see
JupyterLab, the terminals or the files. What the app's own code does for its user it can do; it runs as that user.
"""

from __future__ import annotations

import os
import re
from typing import Any, Final

__all__ = ["Lock", "locked_app", "put_lock_on"]

_VARIABLE: Final = "DAISY_LAB_LOCKED"
_KERNEL: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_READ: Final = ("GET", "HEAD")


def locked_app() -> str:
    """Name the app that this server is locked to; empty when it is not."""
    return os.environ.get(_VARIABLE, "").strip()


class Lock:
    """Says which requests an app's page needs.

    Parameters
    ----------
    base_url
        Where the server's addresses begin.
    app
        Name of the one app.
    """

    def __init__(self, base_url: str, app: str) -> None:
        base = re.escape(base_url if base_url.endswith("/") else f"{base_url}/")
        name = re.escape(app)
        read = [
            "",
            rf"daisy-lab/app/{name}",
            rf"daisy-lab/app/{name}/.*",
            r"daisy-lab/static/.*",
            r"daisy-lab/kernels/[^/]+",
            r"voila/(?:static|templates|labextensions)/.*",
            r"voila/api/themes/.*",
            r"static/.*",
            r"login",
            r"logout",
            r"oauth_callback",
            r"favicon\.ico",
            r"api",
            r"api/me",
            r"api/status",
            r"api/kernelspecs(?:/.*)?",
            rf"api/kernels/{_KERNEL}(?:/channels)?",
        ]
        write = [r"login", rf"voila/api/shutdown/{_KERNEL}", rf"daisy-lab/app/{name}/.*"]
        self._read = re.compile(base + "(?:" + "|".join(read) + ")")
        self._write = re.compile(base + "(?:" + "|".join(write) + ")")

    def allows(self, method: str, path: str) -> bool:
        """Say whether a request is part of the app's page; a path that hides what it means is not."""
        if "%" in path or "//" in path or ".." in path.split("/"):
            return False
        allowed = self._read if method in _READ else self._write
        return allowed.fullmatch(path) is not None


def put_lock_on(web_app: Any, app: str) -> None:  # noqa: ANN401 - tornado is not followed by the type checker
    """Refuse whatever is not part of the app's page, before any other rule of the server."""
    # Imported here: only a server has it.
    from tornado.routing import Matcher, Rule  # noqa: PLC0415

    from daisy_lab.server._pages import LockedHandler  # noqa: PLC0415

    lock = Lock(web_app.settings["base_url"], app)

    class Outside(Matcher):  # type: ignore[misc]
        """Matches what the lock does not allow."""

        def match(self, request: Any) -> dict[str, Any] | None:  # noqa: ANN401
            return None if lock.allows(request.method, request.path) else {}

    web_app.default_router.rules.insert(0, Rule(Outside(), LockedHandler))
