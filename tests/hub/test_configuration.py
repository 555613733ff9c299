"""What JupyterHub is told: one user by default, loopback, few rights for helpers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("jupyterhub")

from traitlets.config import Config

from daisy_lab.hub import Settings, configure
from daisy_lab.hub._settings import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Configured = Callable[..., Any]


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configured:
    """Give what makes a configuration from settings."""

    def make(**settings: object) -> Any:
        path = Settings(state=tmp_path, user="ann", password="00:00", **settings).write()  # type: ignore[arg-type] # noqa: S106
        monkeypatch.setenv(VARIABLE, str(path))
        config = Config()
        configure(config, lambda _path: None)
        return config

    return make


def test_only_one_user_may_log_in_by_password(configured: Configured) -> None:
    config = configured()
    assert config.Authenticator.allowed_users == {"ann"}
    assert "allow_all" not in config.Authenticator


def test_accounts_are_those_that_were_named_and_never_root(configured: Configured) -> None:
    config = configured(login="accounts", allowed=("ann", "ben"), allowed_groups=("beamline",))
    assert config.JupyterHub.authenticator_class == "pam"
    assert config.Authenticator.allowed_users == {"ann", "ben"}
    assert config.LocalAuthenticator.allowed_groups == {"beamline"}
    assert config.Authenticator.blocked_users == {"root"}
    assert config.DaisySpawner.own_account is False


def test_all_listens_on_this_machine_only(configured: Configured) -> None:
    config = configured(port=1, hub_port=2, proxy_port=3)
    assert config.JupyterHub.bind_url == "http://127.0.0.1:1/"
    assert config.JupyterHub.hub_bind_url == "http://127.0.0.1:2/"
    assert config.ConfigurableHTTPProxy.api_url == "http://127.0.0.1:3"
    assert config.DaisySpawner.ip == "127.0.0.1"


def test_servers_and_proxy_outlive_the_hub(configured: Configured) -> None:
    config = configured()
    assert config.JupyterHub.cleanup_servers is False
    assert config.ConfigurableHTTPProxy.should_start is False


def test_the_culler_may_look_and_stop_and_nothing_else(configured: Configured) -> None:
    config = configured(idle_minutes=60)
    (service,) = [one for one in config.JupyterHub.services if one["name"] == "idle-culler"]
    assert service["command"][:2] == [sys.executable, "-c"]
    assert "--timeout=3600" in service["command"]
    # Servers only: a user who is idle stays a user, and may have a session that computes.
    assert "--cull-users" not in service["command"]
    (role,) = [one for one in config.JupyterHub.load_roles if one["services"] == ["idle-culler"]]
    assert set(role["scopes"]) == {"list:users", "read:users:activity", "read:servers", "delete:servers"}
    assert not service.get("admin", False)


def test_no_culler_runs_where_none_is_wanted(configured: Configured) -> None:
    names = [one["name"] for one in configured(idle_minutes=0).JupyterHub.services]
    assert names == ["daisy-hub"]


def test_pages_may_ask_nobody_else(configured: Configured) -> None:
    policy = configured().JupyterHub.tornado_settings["headers"]["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
