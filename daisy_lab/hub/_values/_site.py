"""Login, GPUs, idle servers: what a site settles once."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from daisy_lab.hub._values._fact import Fact, Strings
from daisy_lab.texts import gettext as _

__all__ = ["Auth", "Cull", "Gpu", "HubService", "Oidc"]


class Oidc(Fact):
    """A login service that speaks OpenID Connect."""

    client_id: str = ""
    """Name of this hub there; its secret is the key `oidc-client-secret` of the hub's Secret."""
    authorize_url: str = ""
    """Where users are sent to log in."""
    token_url: str = ""
    """Where the hub trades a code for a token."""
    userdata_url: str = ""
    """Where the hub reads who that is."""
    callback_url: str = ""
    """This hub's address with /hub/oauth_callback, as it is known there."""
    logout_redirect_url: str = ""
    """Where users go after logging out."""
    login_service: str = "OpenID Connect"
    """What the button says."""
    scopes: list[str] = ["openid", "profile", "email"]
    """What is asked for."""
    username_claim: str = "preferred_username"
    """What a user is called by."""
    groups_claim: str = "groups"
    """Where the groups stand; no groups when empty."""
    uid_claim: str = ""
    """Where the number of the account stands, so that files on beamline storage are the user's own."""
    gid_claim: str = ""
    """Where the number of the main group stands."""
    gids_claim: str = ""
    """Where the numbers of further groups stand, a list."""


class Auth(Fact):
    """Who may log in."""

    type: Literal["dummy", "oidc", "class"] = "dummy"
    """`dummy`: one password for all, for trying it out; `oidc`; or any authenticator of JupyterHub by its class."""
    class_name: str = ""
    """For `class`: as `oauthenticator.github.GitHubOAuthenticator` or a name that JupyterHub knows."""
    oidc: Oidc = Oidc()
    """For `oidc`."""
    allow_all: bool = False
    """Whoever can log in may enter."""
    allowed_users: list[str] = []
    """Who may enter."""
    allowed_groups: list[str] = []
    """Whose members may enter (with groups from the login)."""
    admin_users: list[str] = []
    """Who may see and stop other users' servers."""
    admin_groups: list[str] = []
    """Whose members may."""
    blocked_users: list[str] = []
    """Who may not, whatever else is said."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.type == "class" and not self.class_name:
            message = _("say which authenticator with 'className'")
            raise ValueError(message)
        if self.type != "class" and self.class_name:
            message = _(
                "'className' is of no use with type '{type}': take it away, or say type: class"
            ).format(type=self.type)
            raise ValueError(message)
        if self.type == "oidc":
            needed = ("client_id", "authorize_url", "token_url", "userdata_url", "callback_url")
            missing = [name for name in needed if not getattr(self.oidc, name)]
            if missing:
                message = _("'oidc' needs {missing}").format(missing=", ".join(missing))
                raise ValueError(message)
        return self


class Cull(Fact):
    """Servers that nobody uses are stopped; one whose step computes counts as used."""

    enabled: bool = True
    """Stop them."""
    timeout: Annotated[int, Field(ge=60)] = 28800
    """Seconds without use."""
    every: Annotated[int, Field(ge=10)] = 600
    """Seconds between two looks."""
    max_age: Annotated[int, Field(ge=0)] = 0
    """Seconds after which a server is stopped in any case; 0 never."""
    concurrency: Annotated[int, Field(ge=1)] = 10
    """How many are stopped at once."""


class Gpu(Fact):
    """How pods with a GPU find their node."""

    resource: str = "nvidia.com/gpu"
    """What the device plug-in calls a device."""
    total: Annotated[int, Field(ge=0)] = 0
    """Devices for this hub; the picker then tells how many are free. Unknown when 0."""
    node_selector: Strings = {}
    """Nodes with GPUs."""
    product_label: str = "nvidia.com/gpu.product"
    """Label of a node that names its GPU."""
    toleration: str = "nvidia.com/gpu"
    """Taint of nodes that are kept for GPUs."""
    runtime_class: str = ""
    """RuntimeClass where the node's usual one knows no GPU."""


class HubService(Fact):
    """Another program that talks to the hub, with a token of its own and no more rights than these."""

    scopes: Annotated[list[str], Field(min_length=1)]
    """Scopes of JupyterHub, as `list:users`, `read:servers`, `read:metrics`."""
