"""All values of the chart."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from daisy_lab.errors import choices
from daisy_lab.hub._values._data import DataMount
from daisy_lab.hub._values._fact import Fact, Name
from daisy_lab.hub._values._offer import Offer
from daisy_lab.hub._values._parts import (
    Global,
    Hub,
    Ingress,
    Monitoring,
    PrePuller,
    Proxy,
    Scheduling,
    Tests,
)
from daisy_lab.hub._values._site import Auth, Cull, Gpu
from daisy_lab.hub._values._users import Singleuser
from daisy_lab.texts import gettext as _

__all__ = ["Values"]

_Override = Annotated[str, Field(max_length=40)]


class Values(Fact):
    """Values of the chart daisy-lab."""

    global_: Annotated[Global, Field(alias="global")] = Global()
    """What all images have in common."""
    name_override: _Override = ""
    """Instead of the chart's name in labels and names."""
    fullname_override: _Override = ""
    """Instead of the release's name in front of all names."""
    hub: Hub = Hub()
    """The hub."""
    auth: Auth = Auth()
    """Who may log in."""
    proxy: Proxy = Proxy()
    """The proxy."""
    singleuser: Singleuser = Singleuser()
    """Users' pods."""
    environments: dict[Name, Offer] = {}
    """What users can pick, by name; set one to null to take it away."""
    data: dict[Name, DataMount] = {}
    """Measured data in users' pods, by name."""
    gpu: Gpu = Gpu()
    """How pods with a GPU find their node."""
    cull: Cull = Cull()
    """Idle servers."""
    scheduling: Scheduling = Scheduling()
    """Which node a pod comes to."""
    pre_puller: PrePuller = PrePuller()
    """Images before users."""
    ingress: Ingress = Ingress()
    """Name and TLS."""
    monitoring: Monitoring = Monitoring()
    """Metrics."""
    tests: Tests = Tests()
    """`helm test`."""

    @model_validator(mode="after")
    def _names_are_there(self) -> Self:
        for name, offer in self.environments.items():
            missing = [mount for mount in offer.data if mount not in self.data]
            if missing:
                message = _(
                    "'{name}' names the data '{missing}', which are not there; there are {known}"
                ).format(name=name, missing=missing[0], known=choices(self.data))
                raise ValueError(message)
        return self
