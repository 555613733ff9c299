"""Who may log in to a hub on Kubernetes: any authenticator of JupyterHub, OpenID Connect by values alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from daisy_lab.hub._place import Place
    from daisy_lab.hub._values import Auth, Oidc

__all__ = ["log_in"]

_OIDC: Final = "oauthenticator.generic.GenericOAuthenticator"


def log_in(c: Any, place: Place) -> None:  # noqa: ANN401 - traitlets' configuration object
    """Say who may log in, and what the hub keeps of it."""
    auth = place.values.auth
    _who(c, auth)
    if auth.type == "dummy":
        c.JupyterHub.authenticator_class = "dummy"
        c.DummyAuthenticator.password = place.secret("dummy-password")
    elif auth.type == "oidc":
        c.JupyterHub.authenticator_class = _OIDC
        _oidc(c, auth.oidc, place.secret("oidc-client-secret"))
    else:
        c.JupyterHub.authenticator_class = auth.class_name


def _who(c: Any, auth: Auth) -> None:  # noqa: ANN401 - as above
    c.Authenticator.allow_all = auth.allow_all
    c.Authenticator.allowed_users = set(auth.allowed_users)
    c.Authenticator.admin_users = set(auth.admin_users)
    c.Authenticator.blocked_users = set(auth.blocked_users)
    if auth.type == "dummy":
        return
    c.Authenticator.enable_auth_state = True
    c.Authenticator.manage_groups = True
    # Groups and numbers of accounts may have changed since the last start.
    c.Authenticator.refresh_pre_spawn = True
    if auth.allowed_groups:
        c.OAuthenticator.allowed_groups = set(auth.allowed_groups)
    if auth.admin_groups:
        c.OAuthenticator.admin_groups = set(auth.admin_groups)


def _oidc(c: Any, oidc: Oidc, secret: str) -> None:  # noqa: ANN401 - as above
    settings = c.GenericOAuthenticator
    settings.client_id = oidc.client_id
    settings.client_secret = secret
    settings.authorize_url = oidc.authorize_url
    settings.token_url = oidc.token_url
    settings.userdata_url = oidc.userdata_url
    settings.oauth_callback_url = oidc.callback_url
    settings.login_service = oidc.login_service
    settings.scope = list(oidc.scopes)
    settings.username_claim = oidc.username_claim
    settings.enable_pkce = True
    if oidc.groups_claim:
        settings.auth_state_groups_key = f"oauth_user.{oidc.groups_claim}"
    else:
        c.Authenticator.manage_groups = False
    if oidc.logout_redirect_url:
        settings.logout_redirect_url = oidc.logout_redirect_url
