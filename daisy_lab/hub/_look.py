"""What a hub on Kubernetes sees of its namespace: quotas, and images that no node can fetch."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import TYPE_CHECKING, Any, Final

from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Look", "amount"]

_log = logging.getLogger(__name__)
_EVERY: Final = 15.0
_REMEMBERED: Final = 900.0
_PATIENCE: Final = 10.0
_AMOUNT: Final = re.compile(r"([0-9.]+(?:e[+-]?[0-9]+)?)(m|[kMGTPE]i?)?")
_NOT_THERE: Final = {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"}


def amount(text: object) -> float:
    """Give a quantity of Kubernetes as a number: `500m` is 0.5, `2Gi` are bytes.

    Raises
    ------
    ValueError
        It is none.
    """
    found = _AMOUNT.fullmatch(str(text))
    if found is None:
        message = f"no quantity: {text}"
        raise ValueError(message)
    number, unit = float(found[1]), found[2] or ""
    if unit == "m":
        return number / 1000
    return float(number * (1024 if unit.endswith("i") else 1000) ** " kMGTPE".index(unit[:1] or " "))


class Look:
    """Remembers what was seen last; looks again in the background when somebody asks for a page.

    Parameters
    ----------
    namespace
        The hub's own; it may see no other.
    selector
        Labels of the release's pods, as `key=value,key=value`.
    """

    def __init__(self, namespace: str, selector: str) -> None:
        self._namespace, self._selector = namespace, selector
        self._free: dict[str, float] = {}
        self._waiting: set[str] = set()
        self._failed: dict[str, float] = {}
        self._looked = -_EVERY
        self._task: asyncio.Task[None] | None = None

    def soon(self) -> None:
        """Look again unless that was just done; does not wait for it."""
        if time.monotonic() - self._looked < _EVERY or (self._task is not None and not self._task.done()):
            return
        self._looked = time.monotonic()
        try:
            self._task = asyncio.get_running_loop().create_task(self._in_background())
        except RuntimeError:  # outside the hub's loop nothing is seen
            return

    async def _in_background(self) -> None:
        try:
            await asyncio.wait_for(self.now(), _PATIENCE)
        except Exception as error:  # noqa: BLE001 - the page works without it
            _log.warning("quotas and images of '%s' cannot be read: %s", self._namespace, error)

    async def now(self) -> None:
        """Look."""
        from kubespawner.clients import load_config, shared_client  # noqa: PLC0415 - only where there is a cluster

        load_config()
        api = shared_client("CoreV1Api")
        quotas = await api.list_namespaced_resource_quota(self._namespace)
        pods = await api.list_namespaced_pod(self._namespace, label_selector=self._selector)
        self._free = _free(quotas.items)
        self._waiting = set(_waiting(pods.items))

    def failed(self, image: str) -> None:
        """Note that a start ended because an image could not be fetched."""
        self._failed[image] = time.monotonic()

    def succeeded(self, image: str) -> None:
        """Note that an image was there."""
        self._failed.pop(image, None)
        self._waiting.discard(image)

    def lacks(self, image: str) -> bool:
        """Say whether a node tries to fetch an image in vain."""
        return image in self._waiting

    def doubts(self, image: str) -> bool:
        """Say whether a start a short while ago ended because of an image."""
        since = self._failed.get(image)
        return since is not None and time.monotonic() - since < _REMEMBERED

    def shortage(self, needs: Mapping[str, float]) -> str:
        """Say what of a need no quota leaves, or nothing.

        Parameters
        ----------
        needs
            By the names of quotas, as `limits.memory`: cores, bytes, pieces.
        """
        for name, asked in needs.items():
            free = self._free.get(name)
            if free is not None and asked > free + 1e-9:
                return _words(name, max(0.0, free))
        return ""


def _words(name: str, free: float) -> str:
    if name in {"pods", "count/pods"}:
        return _("the quota admits no further server")
    last = name.rpartition(".")[2]
    if last == "cpu":
        return _("the quota leaves {free:g} CPU").format(free=round(free, 2))
    if last == "memory":
        return _("the quota leaves {free:.1f} GB of memory").format(free=free / 1e9)
    return _("the quota leaves {free:.0f} GPUs").format(free=free)


def _free(quotas: Iterable[Any]) -> dict[str, float]:
    """Give what the tightest quota leaves of each resource; those for some pods only say nothing of all."""
    found: dict[str, float] = {}
    for quota in quotas:
        if quota.spec.scopes or quota.spec.scope_selector or quota.status is None:
            continue
        used = quota.status.used or {}
        for name, most in (quota.status.hard or {}).items():
            left = amount(most) - amount(used.get(name, "0"))
            found[name] = min(left, found.get(name, left))
    return found


def _waiting(pods: Iterable[Any]) -> Iterable[str]:
    """Give the images that pods wait for in vain."""
    for pod in pods:
        of_spec = {one.name: one.image for one in [*(pod.spec.init_containers or []), *pod.spec.containers]}
        status = pod.status
        for one in [*(status.init_container_statuses or []), *(status.container_statuses or [])]:
            waits = one.state.waiting if one.state is not None else None
            if waits is not None and waits.reason in _NOT_THERE:
                yield of_spec.get(one.name, one.image)
