"""The model of an `app.toml`, and how one is read."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from daisy_lab._manifests._errors import ManifestError
from daisy_lab.errors import choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MANIFEST", "Manifest", "Size", "read"]

MANIFEST: Final = "app.toml"
_AMOUNT: Final = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)(i?)b?\s*", re.IGNORECASE)


def _below(path: str) -> str:
    """Admit only what stays below the server's own address."""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or path.startswith(("/", "\\")) or ".." in parts.path.split("/"):
        message = _("must lie below this server's address, as in 'lab'; it is '{path}'").format(path=path)
        raise ValueError(message)
    return path


def _beside(name: str) -> str:
    """Admit only the name of a file in the app's own folder."""
    if "/" in name or "\\" in name or name in {"", ".", ".."}:
        message = _("must be the name of a file beside the manifest; it is '{name}'").format(name=name)
        raise ValueError(message)
    return name


def _suffix(text: str) -> str:
    if not re.fullmatch(r"\.[A-Za-z0-9]+", text):
        message = _("must be the end of a file's name, as '.h5'; it is '{text}'").format(text=text)
        raise ValueError(message)
    return text.lower()


def _bytes(amount: object) -> object:
    """Turn `"16 GB"` or `"16 GiB"` into bytes."""
    if not isinstance(amount, str):
        return amount
    found = _AMOUNT.fullmatch(amount)
    if found is None:
        message = _("must be an amount of memory, as '16 GB'; it is '{amount}'").format(amount=amount)
        raise ValueError(message)
    number, unit, binary = found.groups()
    thousand = 1024 if binary else 1000
    power = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}[unit.lower()]
    return int(float(number) * thousand**power)


_Text = Annotated[str, Field(min_length=1, max_length=200)]
_Long = Annotated[str, Field(min_length=1, max_length=1000)]
_File = Annotated[str, AfterValidator(_beside)]
_Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class _Facts(BaseModel):
    """What a manifest's tables have in common: nothing unknown, nothing changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Size(_Facts):
    """How much of a machine an app may have: one choice among those that are offered."""

    name: _Name = "standard"
    """A short word for addresses and settings."""
    title: str = ""
    """What the user reads when there are several; told from the numbers by default."""
    titles: dict[str, _Text] = {}
    """The same in other languages, as `zh_CN`."""
    cpu: Annotated[float, Field(gt=0, le=1024)] = 2
    """Cores."""
    memory: Annotated[int, BeforeValidator(_bytes), Field(gt=0)] = 4 * 10**9
    """Bytes; the file says `"16 GB"`."""
    gpu: Annotated[int, Field(ge=0, le=64)] = 0
    """CUDA devices that it needs."""
    gpu_optional: bool = False
    """It takes a CUDA device where there is one, and works without."""


class Manifest(_Facts):
    """What an `app.toml` says; every place that shows or starts apps reads exactly this."""

    title: _Text
    """What the card says."""
    titles: dict[str, _Text] = {}
    """The same in other languages, as `zh_CN`."""
    description: Annotated[str, Field(max_length=1000)] = ""
    """One sentence beneath the title."""
    descriptions: dict[str, _Long] = {}
    """The same in other languages."""
    kind: Literal["app", "lab"] = "app"
    """A page of its own, or JupyterLab."""
    order: int = 100
    """Smaller ones are shown first."""
    icon: _File | None = None
    """A small SVG or PNG file beside the manifest."""
    notebook: _File | None = None
    """The notebook beside the manifest that makes the page."""
    workflow: str | None = None
    """A workflow that makes the page by itself: its name, or its JSON file beside the manifest."""
    path: Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_below)] | None = None
    """Address of an app that something else serves, below that of the server."""
    locked: bool = False
    """Who opens it in an environment of its own gets only this page: no JupyterLab, no terminal."""
    image: str = ""
    """The container image that holds what it needs, without a tag's address."""
    extras: tuple[str, ...] = ()
    """Optional parts of Daisy Lab that it needs, as `apps`."""
    formats: tuple[Annotated[str, AfterValidator(_suffix)], ...] = ()
    """Ends of the names of files that it opens."""
    sizes: tuple[Size, ...] = (Size(),)
    """How much of a machine it may have; the first is proposed."""

    @model_validator(mode="after")
    def _has_one_page(self) -> Self:
        """Find exactly one thing that makes the page."""
        given = [key for key in ("notebook", "workflow", "path") if getattr(self, key) is not None]
        if self.kind == "app" and len(given) != 1:
            message = _(
                "an app needs exactly one of 'notebook', 'workflow' and 'path'; this one has {given}"
            ).format(given=choices(given))
            raise ValueError(message)
        if self.kind == "lab" and given not in ([], ["path"]):
            message = _("'{key}' is of no use where kind is \"lab\": take it away").format(key=given[0])
            raise ValueError(message)
        if len({size.name for size in self.sizes}) != len(self.sizes) or not self.sizes:
            message = _("'sizes' needs at least one entry, each with a name of its own")
            raise ValueError(message)
        return self


def read(folder: Path) -> Manifest:
    """Read the manifest of an app's folder.

    Raises
    ------
    ManifestError
        It is not there or cannot be used; names the file, each key and what to do.
    """
    path = folder / MANIFEST
    try:
        with path.open("rb") as file:
            return Manifest.model_validate(tomllib.load(file))
    except OSError as error:
        raise ManifestError(
            _("{path}: cannot be read: {reason}").format(path=path, reason=error.strerror)
        ) from None
    except ValidationError as error:
        said = "; ".join(_fault(fault) for fault in error.errors())
        raise ManifestError(f"{path}: {said}") from None
    except ValueError as error:  # TOML, and what is no UTF-8
        raise ManifestError(_("{path}: is not TOML: {reason}").format(path=path, reason=error)) from None


def _fault(fault: Any) -> str:  # noqa: ANN401 - pydantic's own dictionary
    """Tell one fault in words: key, what is wrong, what to do."""
    key = ".".join(map(str, fault["loc"])) or MANIFEST
    if fault["type"] == "extra_forbidden":
        known = _keys(fault["loc"])
        words = _("is no key of a manifest; these are: {known}").format(known=choices(known))
        return f"'{key}' {words}{suggestion(str(fault['loc'][-1]), known)}"
    if fault["type"] == "missing":
        return _("'{key}' is missing: add it").format(key=key)
    return f"'{key}': {str(fault['msg']).removeprefix('Value error, ')}"


def _keys(place: tuple[int | str, ...]) -> list[str]:
    return list((Size if place[0] == "sizes" else Manifest).model_fields)
