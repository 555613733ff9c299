"""A server of one environment, as a pod."""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING, Any, ClassVar, Final

from kubernetes_asyncio.client import ApiException
from kubespawner import KubeSpawner
from tornado.web import HTTPError

from daisy_lab.hub._devices import Devices
from daisy_lab.hub._errors import HubError
from daisy_lab.hub._identity import identity_of
from daisy_lab.hub._mounts import mounts_for
from daisy_lab.hub._offers import environment_of, offers_for, picks_of
from daisy_lab.hub._profiles import USUAL, profile_list
from daisy_lab.hub._stages import StartError
from daisy_lab.hub._starts import Starts
from daisy_lab.hub._trouble import Told, refusal, told
from daisy_lab.texts import gettext as _
from daisy_lab.texts import speaking

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from daisy_lab.hub._look import Look
    from daisy_lab.hub._offers import Pick
    from daisy_lab.hub._place import Place
    from daisy_lab.hub._values import Offer

__all__ = ["DaisyKubeSpawner"]

_LOOKS_EVERY: Final = 0.5


class DaisyKubeSpawner(KubeSpawner):  # type: ignore[misc]  # kubespawner is not followed by the type checker
    """Starts what the user picked, as a pod that the standard `restricted` admits."""

    user_options: dict[str, Any]
    environment: dict[str, Any]
    volumes: dict[str, Any]
    volume_mounts: dict[str, Any]

    place: ClassVar[Place]
    """Set once, before the hub starts."""
    devices: ClassVar[Devices] = Devices([])
    """GPUs that are not yet given away, where the site says how many there are."""
    look: ClassVar[Look | None] = None
    """What the hub sees of its namespace."""

    _in_vain = False
    """The start was given up before any process ran."""

    def options_from_form(self, form: dict[str, list[str]]) -> dict[str, str]:
        """Read what a card says; refuse what is not on it."""
        words = ("environment", "size", "version", "language")
        asked = {name: form[name][0] for name in words if form.get(name, [""])[0]}
        with speaking(self._language(asked)):
            try:
                self._picked(asked)
            except HubError as error:
                raise HTTPError(400, str(error)) from None
        return asked

    def offers(self) -> dict[str, Offer]:
        """Give what this user may start."""
        return offers_for(self.place.values.environments, self.groups())

    def groups(self) -> list[str]:
        """Give the groups of this user."""
        return sorted(group.name for group in self.user.groups)

    def picked(self) -> tuple[str, Offer, Pick]:
        """Give name, offer and size: what was picked, what the server is named after, or the first."""
        return self._picked(self.user_options or {})

    def _picked(self, options: dict[str, Any]) -> tuple[str, Offer, Pick]:
        offers = self.offers()
        named = str(options.get("environment") or options.get("profile") or "")
        if not named:
            named = self.name if self.name in offers else next(iter(offers), "")
        offer = offers.get(named)
        if offer is None:
            raise HubError(
                _("no environment '{name}' for you; there are {known}").format(
                    name=named, known=", ".join(offers) or _("none")
                )
            )
        picks = {pick.name: pick for pick in picks_of(offer)}
        size = str(options.get("size") or next(iter(picks)))
        versions = {USUAL, *(version.name for version in offer.versions)}
        for key, asked, known in (
            ("size", size, list(picks)),
            ("version", options.get("version"), sorted(versions)),
        ):
            if asked and asked not in known:
                raise HubError(
                    _("no {key} '{asked}' of '{environment}'; there are {known}").format(
                        key=key, asked=asked, environment=named, known=", ".join(known)
                    )
                )
        return named, offer, picks[size]

    async def load_user_options(self) -> None:
        """Set all that this pod has of its own: environment, size, data, account."""
        place = self.place
        name, offer, pick = self.picked()
        self.user_options = {
            **(self.user_options or {}),
            "profile": name,
            "environment": name,
            "size": pick.name,
        }
        self.profile_list = profile_list({name: offer}, place.values, place.tag)
        await super().load_user_options()
        self.default_url = environment_of(name, offer).address()
        volumes, mounts = mounts_for(place.values.data, offer.data, self.groups(), place.prefix)
        self.volumes = {**self.volumes, **volumes}
        self.volume_mounts = {**self.volume_mounts, **mounts}
        # Apps read below the home, and here.
        self.environment = {
            **self.environment,
            "DAISY_LAB_ROOTS": os.pathsep.join(
                sorted({str(mount["mountPath"]) for mount in mounts.values()})
            ),
        }
        state = await self.user.get_auth_state() or {}
        claims = state.get(self.authenticator.user_auth_state_key, {}) if _has_claims(self) else {}
        self.uid, self.gid, self.supplemental_gids = identity_of(
            claims, place.values.auth.oidc, place.values.singleuser
        )

    async def start(self) -> Any:  # noqa: ANN401 - whatever KubeSpawner gives
        """Start it, and tell in words what keeps it from starting."""
        since = time.monotonic()
        with speaking(self._language(self.user_options or {})):
            try:
                name, _offer, pick = self.picked()
                self._take_devices(name, pick)
                found = await self._started()
            except HubError as error:
                raise StartError(str(error), []) from None
            except ApiException as error:
                raise StartError(refusal(error.body), []) from None
            except TimeoutError:
                raise StartError(self._why_not(), self._said()) from None
        Starts(self.place.state / "starts.json").note(name, time.monotonic() - since)
        if self.look is not None:
            self.look.succeeded(self.image)
        return found

    async def _started(self) -> Any:  # noqa: ANN401 - as above
        """Wait for the pod as long as there is hope."""
        start = asyncio.ensure_future(super().start())
        despair = asyncio.ensure_future(self._until_hopeless())
        try:
            await asyncio.wait({start, despair}, return_when=asyncio.FIRST_COMPLETED)
            if start.done():
                return start.result()
            self._in_vain = True
            raise StartError(self._why_not(), self._said())
        finally:
            for task in (start, despair):
                task.cancel()
            await asyncio.gather(start, despair, return_exceptions=True)

    async def stop(self, now: bool = False) -> None:  # noqa: FBT001, FBT002 - KubeSpawner's
        """Stop it; a pod in which nothing ever ran gets no time to end."""
        in_vain, self._in_vain = self._in_vain, False
        await super().stop(now=now or in_vain)

    async def _until_hopeless(self) -> None:
        """Return when waiting longer changes nothing."""
        waits_since: float | None = None
        while True:
            await asyncio.sleep(_LOOKS_EVERY)
            last = self._last()
            if last is None or last.kind != "node":
                waits_since = None
            elif waits_since is None:
                waits_since = time.monotonic()
            elif time.monotonic() - waits_since >= self.place.values.singleuser.scheduling_timeout:
                return
            if last is not None and last.hopeless:
                if self.look is not None:
                    self.look.failed(self.image)
                return

    async def progress(self) -> AsyncIterator[dict[str, object]]:
        """Tell what happens while it starts, in words."""
        language = self._language(self.user_options or {})
        async for found in super().progress():
            event = found.get("raw_event")
            if event is not None:
                with speaking(language):
                    found["message"] = told(event, self.place.values.gpu.resource).words
                found["log"] = self._said()
            yield found

    def _take_devices(self, name: str, pick: Pick) -> None:
        if not self.devices.total or not pick.gpu:
            return
        if self.devices.take(self._log_name, pick.gpu) is None:
            raise HubError(
                _(
                    "'{environment}' needs {count} GPUs, and {free} of {total} are free: stop a server that has one"
                ).format(environment=name, count=pick.gpu, free=self.devices.free, total=self.devices.total)
            )

    def _last(self) -> Told | None:
        """Give the last thing that the cluster said of it."""
        found = self.events
        return told(found[-1], self.place.values.gpu.resource) if found else None

    def _said(self) -> list[str]:
        """Give what the cluster said, in its own words."""
        return [f"{event.get('reason')}: {event.get('message')}" for event in self.events]

    def _why_not(self) -> str:
        """Give the last thing that the cluster complained of, in words."""
        complaints = [event for event in self.events if event.get("type") == "Warning"]
        if not complaints:
            return _("The pod did not become ready in {seconds} s.").format(seconds=self.start_timeout)
        words = told(complaints[-1], self.place.values.gpu.resource).words
        return _("The cluster cannot start it: {reason}").format(reason=words)

    def get_state(self) -> dict[str, object]:
        """Give what finds the pod again."""
        held = self.devices.held(self._log_name)
        return dict(super().get_state()) | {"devices": held}

    def load_state(self, state: dict[str, Any]) -> None:
        """Find the pod again."""
        super().load_state(state)
        if state.get("devices"):
            self.devices.hold(self._log_name, state["devices"])

    def clear_state(self) -> None:
        """Forget the pod."""
        super().clear_state()
        self.devices.release(self._log_name)

    @staticmethod
    def _language(options: dict[str, Any]) -> str:
        return "zh_CN" if options.get("language") == "zh_CN" else "en"


def _has_claims(spawner: DaisyKubeSpawner) -> bool:
    return hasattr(spawner.authenticator, "user_auth_state_key")
