"""Which parts of Jupyter a server of one app does without: it is there sooner, and exposes less."""

from __future__ import annotations

import sys
from typing import Any, Final, cast

__all__ = ["leave_out_grammars", "only_ours"]

_WANTED: Final = ("daisy_lab.server", "voila.server_extension")
_GRAMMAR: Final = "rfc3987_syntax"


def only_ours() -> dict[str, bool]:
    """Give all extensions of the server that are installed, ours switched on and the others off."""
    # Imported here: only who serves has it.
    from jupyter_core.paths import jupyter_config_path  # noqa: PLC0415
    from jupyter_server.config_manager import BaseJSONConfigManager  # noqa: PLC0415

    found: dict[str, bool] = {}
    for folder in jupyter_config_path():
        section = BaseJSONConfigManager(config_dir=folder).get("jupyter_server_config")
        found |= section.get("ServerApp", {}).get("jpserver_extensions", {})
    return dict.fromkeys(found, False) | dict.fromkeys(_WANTED, True)


def leave_out_grammars() -> None:
    """Do without a check that no schema of a server asks for, and that takes longer to load than the server itself.

    JSON Schema knows international addresses as a format. Its checker builds a grammar of them when it is imported,
    most of a second, and does without where that is not installed.
    """
    modules = cast("dict[str, Any]", sys.modules)
    modules.setdefault(_GRAMMAR, None)
