"""What our extension tells a server that starts: how Voila draws, how kernels are reached, what a locked server may.

Only what nobody has set is set; a site's own configuration wins. It runs before the server makes its parts, so nothing
has to be configured by hand: `jupyter server`, JupyterLab and a hub's single-user server all have it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from daisy_lab.server._lock import locked_app

__all__ = ["MESSAGES", "SHARE", "settle", "without_addresses"]

SHARE: Final = Path(__file__).parent / "share"
"""Jupyter data of ours: the page template."""

_EXTENSIONS: Final = [
    "@voila-dashboards/widgets-manager8",
    "@jupyter-widgets/jupyterlab-manager",
    "anywidget",
    "bqplot",
    "bqscales",
    "jupyter-vue",
    "jupyter-vuetify",
]
"""Whatever else JupyterLab has installed needs JupyterLab, and would fail on a page of its own."""

MESSAGES: Final = [
    "comm_close",
    "comm_info_request",
    "comm_msg",
    "comm_open",
    "kernel_info_request",
]
"""What the page of a locked app may say to its kernel: widgets speak, nobody executes."""

_MOST_WARM: Final = 8
_LONGEST_SOCKET: Final = 107 - len("/kernel-00000000-0000-0000-0000-000000000000-ipc-5")


def settle(serverapp: Any) -> None:  # noqa: ANN401 - jupyter_server has no types here
    """Set what nobody has set."""
    share = str(SHARE)
    known = os.environ.get("JUPYTER_PATH", "")
    if share not in known.split(os.pathsep):
        os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [known, share]))
    config = serverapp.config
    voila = {
        "template": "daisy",
        "theme": "light",
        "extension_allowlist": _EXTENSIONS,
        "http_header_envs": ["Accept-Language"],
        "show_tracebacks": True,
        "allow_template_override": "NOTEBOOK",
        "allow_theme_override": "NOTEBOOK",
        "page_config_hook": without_addresses,
    }
    for name, value in voila.items():
        config["VoilaConfiguration"].setdefault(name, value)
    _reach_kernels_by_files(serverapp)
    _keep_kernels_warm(serverapp)
    app = locked_app()
    if app:
        _lock(serverapp, app)


def _reach_kernels_by_files(serverapp: Any) -> None:  # noqa: ANN401
    """Let kernels listen on sockets in the user's own folder instead of ports that every local user can see."""
    if "transport" in serverapp.config["KernelManager"]:
        return
    if len(os.fsencode(serverapp.runtime_dir)) <= _LONGEST_SOCKET:
        serverapp.config["KernelManager"]["transport"] = "ipc"
    else:
        serverapp.log.warning(
            "daisy-lab: kernels listen on TCP ports, since %s is too long a path for sockets; "
            "set JUPYTER_RUNTIME_DIR to a shorter one",
            serverapp.runtime_dir,
        )


def _keep_kernels_warm(serverapp: Any) -> None:  # noqa: ANN401
    """Take our kernels in place of the server's own kind, unless a site has chosen another, or kernels elsewhere."""
    elsewhere = serverapp.config["GatewayClient"] or os.environ.get("JUPYTER_GATEWAY_URL")
    if elsewhere or serverapp.trait_has_value("kernel_manager_class"):
        return
    # Imported here: only a server has what it builds on.
    from daisy_lab.server._warm import WarmKernels  # noqa: PLC0415

    serverapp.kernel_manager_class = WarmKernels
    asked = os.environ.get("DAISY_LAB_WARM", "")
    if asked.isdigit():
        serverapp.config["WarmKernels"].setdefault("warm_size", min(int(asked), _MOST_WARM))


def _lock(serverapp: Any, app: str) -> None:  # noqa: ANN401
    """Make a server that shows one app and nothing else."""
    serverapp.default_url = f"/daisy-lab/app/{app}"
    serverapp.config["ServerApp"]["terminals_enabled"] = False
    serverapp.terminals_enabled = False
    kernels = serverapp.config["MappingKernelManager"]
    kernels["allowed_message_types"] = MESSAGES
    # A page that was closed without a word leaves its kernel; the session behind it lives on by itself.
    kernels.setdefault("cull_idle_timeout", 600)
    kernels.setdefault("cull_interval", 60)


def without_addresses(page_config: dict[str, Any], base_url: str, **_facts: object) -> dict[str, Any]:
    """Take out of a page's settings what would be fetched from elsewhere: formulas stay as they are written."""
    page_config["fullMathjaxUrl"] = f"{base_url}daisy-lab/static/formulas.js"
    page_config["mathjaxConfig"] = "none"
    return page_config
