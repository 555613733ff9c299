"""JupyterHub's settings, one block per question; a site's own file is read after them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from daisy_lab.hub._authenticator import PasswordAuthenticator
from daisy_lab.hub._pages import page_words
from daisy_lab.hub._settings import Settings
from daisy_lab.hub._spawner import DaisySpawner

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NOTHING_FOREIGN", "TEMPLATES", "configure"]

TEMPLATES: Final = Path(__file__).parent / "templates"
# It ends with a hub that is killed: the next one has its own.
_CULL: Final = "from daisy_lab.hub import cull; cull()"
NOTHING_FOREIGN: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'none'; form-action 'self'"
)


def configure(c: Any, load: Callable[[str], None]) -> None:  # noqa: ANN401 - traitlets' configuration object
    """Fill JupyterHub's configuration from what `daisy hub` was asked for.

    Parameters
    ----------
    c
        The configuration.
    load
        Reads one more file into it.
    """
    settings = Settings.read()
    _addresses(c, settings)
    _memory(c, settings)
    _who(c, settings)
    _servers(c, settings)
    _pages(c, settings)
    _services(c, settings)
    if settings.config is not None:
        load(str(settings.config))


def _addresses(c: Any, settings: Settings) -> None:  # noqa: ANN401 - as above
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    c.JupyterHub.bind_url = f"http://{host}:{settings.port}/"
    c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{settings.hub_port}/"
    c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{settings.proxy_port}"
    c.ConfigurableHTTPProxy.auth_token = settings.secret("proxy-token")
    # `daisy hub` starts it, so that pages of running servers stay while the hub starts anew.
    c.ConfigurableHTTPProxy.should_start = False


def _memory(c: Any, settings: Settings) -> None:  # noqa: ANN401 - as above
    settings.secret("cookie-secret")
    c.JupyterHub.cookie_secret_file = str(settings.state / "cookie-secret")
    c.JupyterHub.db_url = f"sqlite:///{settings.state / 'hub.sqlite'}"
    c.JupyterHub.cleanup_servers = False
    c.JupyterHub.cleanup_proxy = False
    c.JupyterHub.last_activity_interval = 60


def _who(c: Any, settings: Settings) -> None:  # noqa: ANN401 - as above
    if settings.login == "accounts":
        c.JupyterHub.authenticator_class = "pam"
        c.Authenticator.allowed_users = set(settings.allowed)
        c.LocalAuthenticator.allowed_groups = set(settings.allowed_groups)
        c.Authenticator.blocked_users = {"root"}
        return
    c.JupyterHub.authenticator_class = PasswordAuthenticator
    c.PasswordAuthenticator.user = settings.user
    c.PasswordAuthenticator.password = settings.password
    c.Authenticator.allowed_users = {settings.user}


def _servers(c: Any, settings: Settings) -> None:  # noqa: ANN401 - as above
    c.JupyterHub.spawner_class = DaisySpawner
    c.JupyterHub.allow_named_servers = True
    c.JupyterHub.named_server_limit_per_user = 20
    c.DaisySpawner.own_account = settings.login == "password"
    c.DaisySpawner.state = str(settings.state)
    c.DaisySpawner.folder = str(settings.folder or "")
    c.DaisySpawner.options_form = "cards"  # templates/spawn.html draws them; JupyterHub asks for a word
    c.DaisySpawner.ip = "127.0.0.1"
    c.DaisySpawner.start_timeout = 120
    c.DaisySpawner.http_timeout = 60
    c.DaisySpawner.interrupt_timeout = 10
    c.DaisySpawner.poll_interval = 15


def _pages(c: Any, settings: Settings) -> None:  # noqa: ANN401 - as above
    c.JupyterHub.template_paths = [str(TEMPLATES)]
    c.JupyterHub.template_vars = page_words(settings)
    c.JupyterHub.default_url = "/hub/home"
    c.JupyterHub.tornado_settings = {"headers": {"Content-Security-Policy": NOTHING_FOREIGN}}


def _services(c: Any, settings: Settings) -> None:  # noqa: ANN401 - as above
    c.JupyterHub.services = [{"name": "daisy-hub", "api_token": settings.secret("service-token")}]
    c.JupyterHub.load_roles = [
        {
            "name": "stop-all",
            "scopes": ["list:users", "read:servers", "delete:servers", "proxy"],
            "services": ["daisy-hub"],
        }
    ]
    if settings.idle_minutes == 0:
        return
    seconds = 60 * settings.idle_minutes
    every = max(1, min(600, seconds // 2))
    culler = [sys.executable, "-c", _CULL, f"--timeout={seconds}", f"--cull-every={every}"]
    c.JupyterHub.services.append({"name": "idle-culler", "command": culler})
    c.JupyterHub.load_roles.append(
        {
            "name": "idle-culler",
            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
            "services": ["idle-culler"],
        }
    )
