"""The picker over a cluster: only what the user may start, as large as the cluster's nodes, not this pod."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from daisy_lab.hub._offers import environment_of, offers_for
from daisy_lab.hub._picker import Card, Picker
from daisy_lab.hub._profiles import USUAL
from daisy_lab.texts import gettext as _
from daisy_lab.texts import speaking

if TYPE_CHECKING:
    from daisy_lab.hub._devices import Devices
    from daisy_lab.hub._settings import Settings
    from daisy_lab.hub._starts import Starts
    from daisy_lab.hub._values import Offer, Values
    from daisy_lab.hub.environments import Environment

__all__ = ["ClusterPicker"]


class _Choice(NamedTuple):
    name: str
    title: str


class _Option(NamedTuple):
    """A further list on a card."""

    name: str
    title: str
    choices: list[_Choice]


@dataclass(frozen=True, slots=True)
class ClusterCard(Card):
    """A card with further lists."""

    options: list[_Option] = field(default_factory=list)


class ClusterPicker(Picker):
    """All that the picker's page shows to one user.

    Parameters
    ----------
    settings
        What the pages know of this hub.
    user
        JupyterHub's.
    language
        `en` or `zh_CN`.
    values
        Of the chart.
    devices
        GPUs of this hub, where the site says how many there are.
    """

    def __init__(
        self,
        settings: Settings,
        user: Any,  # noqa: ANN401 - jupyterhub's
        language: str,
        values: Values,
        devices: Devices,
    ) -> None:
        super().__init__(settings, user, language)
        self._values, self._gpus = values, devices

    @property
    def folder(self) -> str:
        """Give where the user's files are, as the user's pods see it."""
        return self._values.singleuser.storage.home_mount_path

    @property
    def machine(self) -> str:
        """Tell in words what is free."""
        if not self._gpus.total:
            return ""
        with speaking(self._language):
            return _("{free} of {total} GPUs are free.").format(free=self._gpus.free, total=self._gpus.total)

    def _offers(self) -> dict[str, Offer]:
        return offers_for(self._values.environments, (group.name for group in self._user.groups))

    def _environments(self) -> list[Environment]:
        return [environment_of(name, offer) for name, offer in self._offers().items()]

    def _most(self) -> tuple[float, int]:
        return float("inf"), 1 << 62

    def _shortage(self, gpus: int) -> str:
        if not self._gpus.total or self._gpus.free >= gpus:
            return ""
        if self._gpus.total >= gpus:
            return _("all GPUs are in use")
        return _("this cluster has too few GPUs")

    def _card(self, environment: Environment, spawners: list[Any], starts: Starts) -> Card:
        card = super()._card(environment, spawners, starts)
        offer = self._values.environments[environment.name]
        facts = {fact.name: getattr(card, fact.name) for fact in fields(Card)}
        return ClusterCard(**facts, options=[_versions(offer)] if offer.versions else [])


def _versions(offer: Offer) -> _Option:
    usual = _Choice(USUAL, _("usual version"))
    return _Option(
        "version", _("Version"), [usual, *(_Choice(one.name, one.title) for one in offer.versions)]
    )
