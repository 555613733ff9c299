"""The Jupyter server extension: apps and their gallery, kernels that wait for them, small frames that leave at once.

It loads nothing of the numerics: a server starts as quickly with it as without.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from daisy_lab.server._serve import serve_app
from daisy_lab.server._user import serve_user

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "_jupyter_server_extension_points",
    "_link_jupyter_server_extension",
    "_load_jupyter_server_extension",
    "serve_app",
    "serve_user",
]


def _jupyter_server_extension_points() -> list[Mapping[str, str]]:
    """Name the module that extends the server."""
    return [{"module": "daisy_lab.server"}]


def _link_jupyter_server_extension(serverapp: Any) -> None:  # noqa: ANN401 - jupyter_server has no types here
    """Settle what a server is to know before it makes its parts."""
    # Imported here: only a server has what it builds on.
    from daisy_lab.server._settings import settle  # noqa: PLC0415

    settle(serverapp)


def _load_jupyter_server_extension(serverapp: Any) -> None:  # noqa: ANN401
    """Extend a server that starts."""
    # Imported here: only a server has what they build on.
    from daisy_lab.server._handlers import handlers  # noqa: PLC0415
    from daisy_lab.server._lock import locked_app, put_lock_on  # noqa: PLC0415
    from daisy_lab.server._nodelay import send_small_frames_at_once  # noqa: PLC0415
    from daisy_lab.server._sessions import look_after_sessions  # noqa: PLC0415

    # Kernels inherit it: relative paths of the file list begin there.
    os.environ["DAISY_LAB_SERVER_ROOT"] = str(serverapp.root_dir)
    send_small_frames_at_once()
    look_after_sessions(serverapp)
    web_app = serverapp.web_app
    web_app.add_handlers(".*$", handlers(web_app.settings["base_url"], serverapp))
    app = locked_app()
    if app:
        put_lock_on(web_app, app)
        _warm_up(serverapp)
    serverapp.log.info("daisy-lab: kernel websockets send small frames at once; apps at daisy-lab/gallery")


def _warm_up(serverapp: Any) -> None:  # noqa: ANN401
    """Start the first kernel, and read the apps once, while the browser is still on its way."""
    warm = getattr(serverapp.kernel_manager, "warm_later", None)
    if warm is not None:
        serverapp.io_loop.add_callback(warm, 0.0)
    serverapp.io_loop.run_in_executor(None, _look_around)


def _look_around() -> None:
    from daisy_lab._manifests import search_apps  # noqa: PLC0415 - a server that starts has no time for it

    search_apps()
