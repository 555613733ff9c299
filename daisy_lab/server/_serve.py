"""A server of one app, for one user, on this machine: what `daisy app NAME` starts."""

from __future__ import annotations

import logging
import os
import signal
import webbrowser
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from daisy_lab.server._parts import leave_out_grammars, only_ours

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["serve_app"]


def serve_app(
    name: str,
    root: Path,
    *,
    files: Sequence[str] = (),
    session: str = "",
    port: int = 0,
    open_browser: bool = False,
    tell: Callable[[str], None] = print,
) -> None:
    """Serve one app on loopback until Ctrl-C; kernels and server end with it, sessions live on.

    Parameters
    ----------
    name
        Of the app.
    root
        Folder whose files the app may open.
    files
        Files to open at once, relative to the root.
    session
        Name of the session to go on with; the app's own by default.
    port
        Where to listen; a free one by default.
    open_browser
        Open the address in the user's browser.
    tell
        Gets the address, token included, as soon as the server takes connections.
    """
    os.environ["DAISY_LAB_LOCKED"] = name
    leave_out_grammars()
    # Imported here: only who serves has it.
    from jupyter_server.serverapp import ServerApp  # noqa: PLC0415

    serverapp = ServerApp.instance(
        ip="127.0.0.1",
        port=port,
        root_dir=str(root),
        open_browser=False,
        answer_yes=True,
        allow_root=os.geteuid() == 0,
        log_level=logging.getLevelNamesMapping().get(os.environ.get("DAISY_LAB_LOG", ""), logging.WARNING),
        jpserver_extensions=only_ours(),
    )
    serverapp.initialize(argv=[])
    address = address_of(serverapp, name, files, session)
    # Jupyter would tell an address of its own beside ours.
    serverapp.identity_provider.token_generated = False

    def ready() -> None:
        tell(address)
        if open_browser:
            webbrowser.open(address)

    loop = serverapp.io_loop
    # Not as an exception, which strikes wherever the loop is: some boundary there may take it, and the server goes on.
    loop.asyncio_loop.add_signal_handler(signal.SIGINT, loop.stop)
    loop.add_callback(ready)
    serverapp.start()


def address_of(serverapp: Any, name: str, files: Sequence[str], session: str) -> str:  # noqa: ANN401
    """Give the address of an app's page, with the token that opens it."""
    asked = [("token", serverapp.identity_provider.token), *(("open", file) for file in files)]
    if session:
        asked.append(("session", session))
    return (
        f"http://127.0.0.1:{serverapp.port}{serverapp.base_url}daisy-lab/app/{quote(name)}?{urlencode(asked)}"
    )
