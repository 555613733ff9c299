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
    from daisy_lab._manifests import Size
    from daisy_lab.hub._devices import Devices
    from daisy_lab.hub._look import Look
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
    look
        What the hub sees of its namespace.
    tag
        Of images that have none of their own.
    """

    def __init__(
        self,
        settings: Settings,
        user: Any,  # noqa: ANN401 - jupyterhub's
        language: str,
        values: Values,
        *,
        devices: Devices,
        look: Look,
        tag: str,
    ) -> None:
        super().__init__(settings, user, language)
        self._values, self._gpus, self._look, self._tag = values, devices, look, tag

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

    def _damaged(self) -> list[Card]:
        return []  # an app's files are in its image

    def _shortage(self, environment: Environment, size: Size) -> str:
        if self._gpus.total and self._gpus.free < size.gpu:
            return (
                _("all GPUs are in use")
                if self._gpus.total >= size.gpu
                else _("this cluster has too few GPUs")
            )
        if self._look.lacks(self._image(environment)):
            return _("its image cannot be fetched; tell the operators of this hub")
        return self._look.shortage(self._needs(size))

    def _image(self, environment: Environment) -> str:
        offer = self._values.environments[environment.name]
        return offer.image.reference(self._values.global_.image_registry, self._tag)

    def _needs(self, size: Size) -> dict[str, float]:
        """Give what a pod of a size counts in a quota."""
        share, resource = self._values.singleuser.guarantee, self._values.gpu.resource
        needs: dict[str, float] = {
            "pods": 1,
            "count/pods": 1,
            "limits.cpu": size.cpu,
            "limits.memory": size.memory,
        }
        needs |= dict.fromkeys(("cpu", "requests.cpu"), size.cpu * share)
        needs |= dict.fromkeys(("memory", "requests.memory"), size.memory * share)
        return needs | ({f"requests.{resource}": size.gpu} if size.gpu else {})

    def _card(self, environment: Environment, spawners: list[Any], starts: Starts) -> Card:
        card = super()._card(environment, spawners, starts)
        offer = self._values.environments[environment.name]
        facts = {fact.name: getattr(card, fact.name) for fact in fields(Card)}
        if self._look.doubts(self._image(environment)):
            facts["warning"] = _("the last start ended because its image could not be fetched")
        return ClusterCard(**facts, options=[_versions(offer)] if offer.versions else [])


def _versions(offer: Offer) -> _Option:
    usual = _Choice(USUAL, _("usual version"))
    return _Option(
        "version", _("Version"), [usual, *(_Choice(one.name, one.title) for one in offer.versions)]
    )
