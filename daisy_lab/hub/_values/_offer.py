"""One environment as a site offers it: an app's manifest, and what only the site knows of it."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from daisy_lab.hub._values._fact import Fact, Name, Strings
from daisy_lab.texts import gettext as _

__all__ = ["Image", "Offer", "OfferSize", "Version"]

_Text = Annotated[str, Field(min_length=1, max_length=200)]
Tag = Annotated[
    str,
    Field(pattern=r"^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$", json_schema_extra={"not": {"const": "latest"}}),
]
Digest = Annotated[str, Field(pattern=r"^(sha256:[0-9a-f]{64})?$")]
_AMOUNT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)([kMGT]?)(i?)")
_LEAST: Final = 256 << 20


def _bytes(amount: object) -> object:
    """Turn 16G or 16Gi into bytes."""
    found = _AMOUNT.fullmatch(amount) if isinstance(amount, str) else None
    if found is None:
        return amount
    number, unit, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** " kMGT".index(unit or " "))


def _shortly(count: int) -> int | str:
    """Turn bytes into 16G or 16Gi where that says the same."""
    for unit, size in (("Gi", 1 << 30), ("G", 10**9), ("Mi", 1 << 20), ("M", 10**6)):
        if count % size == 0:
            return f"{count // size}{unit}"
    return count


Memory = Annotated[
    int,
    BeforeValidator(_bytes),
    Field(ge=_LEAST),
    PlainSerializer(_shortly, when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": _LEAST},
                {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?[kMGT]i?$"},
            ]
        }
    ),
]
"""Bytes, as a number or as 16G."""


class Image(Fact):
    """A container image."""

    name: Annotated[str, Field(pattern=r"^([a-z0-9]+([._:/-]+[a-z0-9]+)*)?$")] = ""
    """Name without a tag; `global.imageRegistry` is put before it."""
    tag: Tag = ""
    """Tag; the chart's own version when empty. `latest` is refused: nobody could tell what ran."""
    digest: Digest = ""
    """`sha256:` and 64 digits: pins the very bytes, whatever the tag says later."""
    pull_policy: Literal["IfNotPresent", "Always", "Never"] = "IfNotPresent"
    """When a node asks the registry."""

    @model_validator(mode="after")
    def _is_pinned(self) -> Self:
        if self.tag == "latest":
            message = _("'latest' says not what runs: give a version, or a digest")
            raise ValueError(message)
        return self

    def reference(self, registry: str = "", tag: str = "") -> str:
        """Give the image as a pod names it.

        Parameters
        ----------
        registry
            Put before the name.
        tag
            Used where this image has none.
        """
        prefix = f"{registry.rstrip('/')}/" if registry else ""
        pinned = f"@{self.digest}" if self.digest else ""
        used = self.tag or ("" if self.digest else tag)
        return f"{prefix}{self.name}{f':{used}' if used else ''}{pinned}"


class Version(Fact):
    """An image that a user may choose instead of the usual one."""

    name: Name
    """A short word for addresses and settings."""
    title: _Text
    """What the user reads."""
    tag: Tag = ""
    """Tag of the environment's image."""
    digest: Digest = ""
    """Digest of the environment's image."""

    @model_validator(mode="after")
    def _is_pinned(self) -> Self:
        if self.tag in {"", "latest"} and not self.digest:
            message = _("a version needs a tag other than 'latest', or a digest")
            raise ValueError(message)
        return self


class OfferSize(Fact):
    """How much of a machine a pod may have."""

    name: Name = "standard"
    """A short word for addresses and settings."""
    title: Annotated[str, Field(max_length=200)] = ""
    """What the user reads when there are several; told from the numbers when empty."""
    titles: dict[str, _Text] = {}
    """The same in other languages, as `zh_CN`."""
    cpu: Annotated[float, Field(gt=0, le=1024)] = 2
    """Cores at most."""
    memory: Memory = 4 << 30
    """Bytes at most, as 16G; a pod that takes more is ended."""
    gpu: Annotated[int, Field(ge=0, le=64)] = 0
    """CUDA devices that it needs."""
    gpu_optional: bool = False
    """Offered a second time with one CUDA device."""
    gpu_product: Annotated[str, Field(max_length=63)] = ""
    """Only nodes whose GPU has this name, as the label of `gpu.productLabel` tells it."""


class Offer(Fact):
    """One environment: a card of the picker."""

    title: _Text
    """What the card says."""
    titles: dict[str, _Text] = {}
    """The same in other languages, as `zh_CN`."""
    description: Annotated[str, Field(max_length=1000)] = ""
    """One sentence beneath the title."""
    descriptions: dict[str, Annotated[str, Field(max_length=1000)]] = {}
    """The same in other languages."""
    icon: Annotated[str, Field(pattern=r"^(data:image/(svg\+xml|png);base64,[A-Za-z0-9+/=]*)?$")] = ""
    """Picture as a `data:` address."""
    order: int = 100
    """Smaller ones are shown first."""
    kind: Literal["app", "lab"] = "app"
    """A page of its own, or JupyterLab."""
    path: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~/-]*$")] = "lab"
    """Where it opens, below the server's address."""
    locked: bool = False
    """Only its own page is served: no JupyterLab, no terminal."""
    image: Image
    """What it runs in."""
    versions: list[Version] = []
    """Further versions of the image to choose from."""
    sizes: Annotated[list[OfferSize], Field(min_length=1)] = [OfferSize()]
    """How much of a machine it may have; the first is proposed."""
    data: list[Name] = []
    """Names of `data` that it sees; all that its user may see when empty."""
    groups: list[str] = []
    """Only members of one of these groups may start it; everybody when empty."""
    env: Strings = {}
    """Environment variables of its pods."""

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        for key, named in (("sizes", self.sizes), ("versions", self.versions)):
            names = [one.name for one in named]
            if len(set(names)) != len(names):
                message = _("'{key}' needs a name of its own for each entry").format(key=key)
                raise ValueError(message)
        if any(version.name == "usual" for version in self.versions):
            message = _("'usual' is the environment's own image: name that version otherwise")
            raise ValueError(message)
        return self
