"""The environments that a user can pick: one typed list from the apps' manifests.

Every way to start one reads this list: the processes of this machine here, a cluster's pods from the same facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from daisy_lab._manifests import find_apps, search_apps
from daisy_lab.errors import choices, suggestion
from daisy_lab.hub._errors import HubError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._manifests import App, Damaged, Size

__all__ = ["Environment", "find_damaged", "find_environment", "find_environments"]


@dataclass(frozen=True, slots=True)
class Environment:
    """One thing to pick, and all that is needed to start it."""

    app: App

    @property
    def name(self) -> str:
        """Give the short word of addresses and server names."""
        return self.app.name

    @property
    def kind(self) -> Literal["app", "lab"]:
        """Tell a page of its own from JupyterLab."""
        return self.app.manifest.kind

    @property
    def sizes(self) -> tuple[Size, ...]:
        """Give how much of a machine it may have; the first is proposed."""
        return self.app.manifest.sizes

    @property
    def locked(self) -> bool:
        """Say whether only its own page is served."""
        return self.app.manifest.locked

    @property
    def icon(self) -> str | None:
        """Give the picture as a `data:` address."""
        return self.app.icon

    @property
    def image(self) -> str:
        """Give the container image that holds what it needs."""
        return self.app.manifest.image

    def title(self, language: str = "") -> str:
        """Give what the card says."""
        return self.app.title(language)

    def description(self, language: str = "") -> str:
        """Give the sentence beneath."""
        return self.app.description(language)

    def size(self, name: str = "") -> Size:
        """Give one of the sizes by its name, the first by default.

        Raises
        ------
        HubError
            There is no such size.
        """
        for size in self.sizes:
            if name in {"", size.name}:
                return size
        known = [size.name for size in self.sizes]
        raise HubError(
            _("no size '{name}' of '{environment}'; there are {known}").format(
                name=name, environment=self.name, known=choices(known)
            )
        )

    def address(self) -> str:
        """Give where a server of it opens, below the server's own address."""
        return f"/{self.app.path}"


def find_environments() -> list[Environment]:
    """Give the environments there are now, in the order of their manifests."""
    return [Environment(app) for app in find_apps()]


def find_damaged() -> list[Damaged]:
    """Give those that cannot be started, with what is wrong."""
    return search_apps().damaged


def find_environment(name: str) -> Environment:
    """Give one environment by its name.

    Raises
    ------
    HubError
        There is none of that name; tells which there are.
    """
    there = find_environments()
    for environment in there:
        if environment.name == name:
            return environment
    known = [environment.name for environment in there]
    raise HubError(
        _("no environment '{name}'; there are {known}{nearest}").format(
            name=name, known=choices(known), nearest=suggestion(name, known)
        )
    )
