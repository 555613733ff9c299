"""As whom a pod runs: the numbers of the account that the login knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from daisy_lab.hub._errors import HubError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.hub._values import Oidc, Singleuser

__all__ = ["Identity", "identity_of"]


class Identity(NamedTuple):
    """User and groups of the processes in a pod."""

    uid: int
    gid: int
    gids: list[int]


def identity_of(claims: Mapping[str, Any], oidc: Oidc, users: Singleuser) -> Identity:
    """Read the numbers from what the login service told.

    Parameters
    ----------
    claims
        What it told of the user.
    oidc
        Where the numbers stand.
    users
        What counts where it tells none.

    Raises
    ------
    HubError
        A number is missing, is none, or belongs to the system.
    """
    uid = _number(claims, oidc.uid_claim, users.minimum_uid) if oidc.uid_claim else users.uid
    gid = _number(claims, oidc.gid_claim, 1) if oidc.gid_claim else users.gid
    listed = claims.get(oidc.gids_claim, []) if oidc.gids_claim else []
    if not isinstance(listed, list):
        raise HubError(
            _("the login tells no list in '{claim}': ask whoever runs the login service").format(
                claim=oidc.gids_claim
            )
        )
    gids = [_number({oidc.gids_claim: one}, oidc.gids_claim, 1) for one in listed]
    return Identity(uid, gid, sorted(set(gids) - {gid}))


def _number(claims: Mapping[str, Any], claim: str, least: int) -> int:
    told = claims.get(claim)
    text = str(told) if not isinstance(told, bool) else ""
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise HubError(
            _(
                "the login tells {told!r} in '{claim}', where a number from {least} on is needed: "
                "ask whoever runs the login service"
            ).format(told=told, claim=claim, least=least)
        )
    return int(text)
