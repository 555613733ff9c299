"""JupyterHub on one machine: log in, pick an environment, go on where you were.

`daisy hub` starts two processes as one account without privileges: the proxy, which holds the address and outlives
the hub, and JupyterHub with the settings of `_configure.py`. Servers are processes of their own: a hub that ends and
starts again finds them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from daisy_lab.hub._account import Account, become, choose, give
from daisy_lab.hub._errors import HubError
from daisy_lab.hub._export import default_offers, values_for_chart, values_for_z2jh, values_from
from daisy_lab.hub._password import hashed, new_password
from daisy_lab.hub._processes import die_with_parent
from daisy_lab.hub._proxy import command as proxy_command
from daisy_lab.hub._proxy import install
from daisy_lab.hub._serve import free_port, serve
from daisy_lab.hub._settings import Settings, private_folder
from daisy_lab.hub.environments import Environment, find_environment, find_environments

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Account",
    "Environment",
    "HubError",
    "Settings",
    "become",
    "choose",
    "configure",
    "cull",
    "default_offers",
    "find_environment",
    "find_environments",
    "free_port",
    "give",
    "hashed",
    "install",
    "new_password",
    "private_folder",
    "proxy_command",
    "serve",
    "values_for_chart",
    "values_for_z2jh",
    "values_from",
]


def configure(c: Any, load: Callable[[str], None]) -> None:  # noqa: ANN401 - traitlets' configuration object
    """Fill JupyterHub's configuration; `jupyterhub_config.py` calls it."""
    # Imported here: only the hub's own process has JupyterHub.
    from daisy_lab.hub._configure import configure as fill  # noqa: PLC0415

    fill(c, load)


def cull() -> None:
    """Stop idle servers for as long as the hub that started this process lives; a program of its own."""
    # Imported here: only that process has it.
    from jupyterhub_idle_culler import main  # noqa: PLC0415

    die_with_parent(os.getppid())
    main()
