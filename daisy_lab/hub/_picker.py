"""The picker: a card for each environment, with what it needs, what runs, and how long a start may take."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daisy_lab.hub._spawner import DaisySpawner
from daisy_lab.hub._starts import Starts
from daisy_lab.hub.environments import find_damaged, find_environments
from daisy_lab.texts import gettext as _
from daisy_lab.texts import speaking

if TYPE_CHECKING:
    from daisy_lab._manifests import Size
    from daisy_lab.hub._settings import Settings
    from daisy_lab.hub.environments import Environment

__all__ = ["Card", "Choice", "Picker", "Running"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A size as a card shows it."""

    name: str
    title: str
    needs: list[str]
    blocked: str
    """Why it cannot start now; empty when it can."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server as a card shows it."""

    name: str
    number: int
    """1 for the first of an environment."""
    state: str
    """ready, starting or stopping."""
    url: str
    since: str
    """When it was started, as ISO 8601."""


@dataclass(frozen=True, slots=True)
class Card:
    """One environment."""

    name: str
    title: str
    description: str
    icon: str | None
    choices: list[Choice]
    running: list[Running]
    next_name: str
    """What another server of it would be called."""
    estimate: str
    blocked: str
    """Why it cannot start now; empty when it can."""
    warning: str = ""
    """Why it may not start, though it can be tried."""


class Picker:
    """All that the picker's page shows to one user.

    Parameters
    ----------
    settings
        Of the hub.
    user
        JupyterHub's.
    language
        `en` or `zh_CN`.
    """

    def __init__(self, settings: Settings, user: Any, language: str) -> None:  # noqa: ANN401 - jupyterhub's
        self._settings, self._user, self._language = settings, user, language

    @property
    def cards(self) -> list[Card]:
        """Give a card for each environment there is now."""
        starts = Starts(self._settings.state / "starts.json")
        spawners = [spawner for spawner in self._user.all_spawners() if getattr(spawner, "active", False)]
        with speaking(self._language):
            made = [self._card(environment, spawners, starts) for environment in self._environments()]
            return [*made, *self._damaged()]

    @property
    def folder(self) -> str:
        """Give where the user's files are."""
        if self._settings.folder is not None:
            return str(self._settings.folder)
        if self._settings.login == "password":
            return str(Path.home())
        return str(Path(f"~{self._user.name}").expanduser())

    @property
    def machine(self) -> str:
        """Tell in words how large this machine is, and what is free of it."""
        cores = len(os.sched_getaffinity(0))
        with speaking(self._language):
            said = _("This machine has {cores} CPUs and {memory}.").format(
                cores=cores, memory=_gigabytes(_memory())
            )
            devices = DaisySpawner.devices
            if devices.total:
                said += " " + _("{free} of {total} GPUs are free.").format(
                    free=devices.free, total=devices.total
                )
            return said

    @property
    def rule(self) -> str:
        """Tell in words when servers are stopped."""
        minutes = self._settings.idle_minutes
        with speaking(self._language):
            if minutes == 0:
                return _("Servers run until you stop them.")
            if minutes % 60 == 0:
                return _("Servers stop after {hours} idle hours, never while a step runs.").format(
                    hours=minutes // 60
                )
            return _("Servers stop after {minutes} idle minutes, never while a step runs.").format(
                minutes=minutes
            )

    def again(self, server: str) -> dict[str, str]:
        """Give what was picked when a server was started last."""
        held = self._user.orm_user.orm_spawners.get(server)
        options = (held.user_options if held is not None else None) or {}
        known = {environment.name for environment in self._environments()}
        environment = str(options.get("environment") or server)
        return {
            "environment": environment if environment in known else "",
            "size": str(options.get("size") or ""),
        }

    def title_of(self, server: str) -> str:
        """Give what a server is called on the pages."""
        wanted = self.again(server)["environment"]
        for environment in self._environments():
            if environment.name == wanted:
                number = server.removeprefix(f"{wanted}-")
                return f"{environment.title(self._language)}{f' {number}' if number.isdigit() else ''}"
        return server

    def seconds_of(self, server: str) -> float | None:
        """Give how long a start of a server may take."""
        return Starts(self._settings.state / "starts.json").estimate(self.again(server)["environment"])

    def _environments(self) -> list[Environment]:
        """Give what this user can pick."""
        return find_environments()

    def _most(self) -> tuple[float, int]:
        """Give the CPUs and bytes that no server has more of."""
        return len(os.sched_getaffinity(0)), _memory()

    def _card(self, environment: Environment, spawners: list[Any], starts: Starts) -> Card:
        mine = [spawner for spawner in spawners if _is_of(spawner, environment)]
        taken = {spawner.name for spawner in mine}
        names = [environment.name, *(f"{environment.name}-{number}" for number in range(2, 100))]
        seconds = starts.estimate(environment.name)
        choices = [self._choice(environment, size) for size in environment.sizes]
        return Card(
            name=environment.name,
            title=environment.title(self._language),
            description=environment.description(self._language),
            icon=environment.icon,
            choices=choices,
            running=[_running(self._user, spawner) for spawner in mine],
            next_name=next(name for name in names if name not in taken),
            estimate=""
            if seconds is None
            else _("starts in about {seconds:.0f} s").format(seconds=max(1.0, seconds)),
            blocked=choices[0].blocked if all(choice.blocked for choice in choices) else "",
        )

    def _choice(self, environment: Environment, size: Size) -> Choice:
        cores, memory = self._most()
        needs = [
            _("{count:g} CPU").format(count=min(size.cpu, cores)),
            _gigabytes(min(size.memory, memory)),
        ]
        if size.gpu:
            needs.append(_("{count} GPU").format(count=size.gpu))
        elif size.gpu_optional:
            needs.append(_("GPU optional"))
        title = size.titles.get(self._language, size.title) or " · ".join(needs)
        return Choice(size.name, title, needs, self._full() or self._shortage(environment, size))

    def _full(self) -> str:
        """Say that the hub starts no further server, or nothing."""
        settings = self._user.settings
        most = settings.get("active_server_limit") or 0
        if not most or settings["users"].count_active_users()["active"] < most:
            return ""
        return _("all {count} servers of this hub are in use").format(count=most)

    def _shortage(self, environment: Environment, size: Size) -> str:  # noqa: ARG002 - a cluster asks for it
        """Say what of a size cannot be had now, or nothing."""
        return _shortage(size.gpu)

    def _damaged(self) -> list[Card]:
        """Give cards of environments that are not there as a whole, so that nobody looks for them in vain."""
        why = _("not installed as a whole; tell the operators of this hub")
        return [
            Card(
                name=one.name,
                title=one.name,
                description=one.reason,
                icon=None,
                choices=[Choice("", "", [], why)],
                running=[],
                next_name=one.name,
                estimate="",
                blocked=why,
            )
            for one in find_damaged()
        ]


def _is_of(spawner: Any, environment: Environment) -> bool:  # noqa: ANN401 - jupyterhub's
    picked = (spawner.user_options or {}).get("environment")
    return bool(picked == environment.name if picked else spawner.name == environment.name)


def _running(user: Any, spawner: Any) -> Running:  # noqa: ANN401 - jupyterhub's
    state = "ready" if spawner.ready else "stopping" if spawner.pending == "stop" else "starting"
    started = spawner.orm_spawner.started
    number = spawner.name.rpartition("-")[2]
    return Running(
        name=spawner.name,
        number=int(number) if number.isdigit() else 1,
        state=state,
        url=str(user.server_url(spawner.name)),
        since=f"{started.isoformat(timespec='seconds')}Z" if started else "",
    )


def _shortage(gpus: int) -> str:
    devices = DaisySpawner.devices
    if devices.free >= gpus:
        return ""
    if devices.total >= gpus:
        return _("all GPUs are in use")
    return _("this machine has no GPU") if devices.total == 0 else _("this machine has too few GPUs")


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _gigabytes(count: int) -> str:
    # A non-breaking space: number and unit stay on one line.
    return f"{count / 1e9:.0f} GB"
