"""The Jupyter server extension: small frames leave at once, kernels know what is served, apps have tiles.

It loads nothing of the numerics: a server starts as quickly with it as without.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["_jupyter_server_extension_points", "_load_jupyter_server_extension"]


def _jupyter_server_extension_points() -> list[Mapping[str, str]]:
    """Name the module that extends the server."""
    return [{"module": "daisy_lab.server"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:  # noqa: ANN401 - jupyter_server has no types here
    """Extend a server that starts."""
    # Imported here: only a server has what they build on.
    from daisy_lab.server._handlers import handlers  # noqa: PLC0415
    from daisy_lab.server._nodelay import send_small_frames_at_once  # noqa: PLC0415

    # Kernels inherit it: relative paths of the file list begin there.
    os.environ["DAISY_LAB_SERVER_ROOT"] = str(serverapp.root_dir)
    send_small_frames_at_once()
    serverapp.web_app.add_handlers(".*$", handlers(serverapp.web_app.settings["base_url"]))
    serverapp.log.info("daisy-lab: kernel websockets send small frames at once; apps at daisy-lab/apps")
