"""Where a page's reader came from: the picker of the hub that started this server, nowhere without one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["way_back"]


def way_back(environment: Mapping[str, str] | None = None) -> str:
    """Give the address of the hub's picker, empty where no hub started this server.

    Parameters
    ----------
    environment
        Of the server's process, which a hub has filled.
    """
    found = os.environ if environment is None else environment
    if not found.get("JUPYTERHUB_SERVICE_PREFIX"):
        return ""
    return f"{found.get('JUPYTERHUB_HOST', '')}{found.get('JUPYTERHUB_BASE_URL', '/')}hub/home"
