"""A user's server under a hub: what the hub starts, with no more in it than its page needs."""

from __future__ import annotations

import os
import sys
from typing import Final

from daisy_lab.server._lock import locked_app
from daisy_lab.server._parts import leave_out_grammars, only_ours

__all__ = ["serve_user"]

_PLAIN: Final = "jupyter_server.serverapp.ServerApp"


def serve_user() -> None:
    """Serve what the environment of this process says, until the hub ends it; options are those of the server."""
    leave_out_grammars()
    if locked_app():
        # A locked app shows nothing of JupyterLab: without it the server is there sooner.
        os.environ.setdefault("JUPYTERHUB_SINGLEUSER_APP", _PLAIN)
        sys.argv.append(f"--ServerApp.jpserver_extensions={only_ours()!r}")
    # Imported here: only a hub's user has it.
    from jupyterhub.singleuser import main  # noqa: PLC0415

    main()
