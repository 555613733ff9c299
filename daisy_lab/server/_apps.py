"""Apps by their manifests: what JupyterLab's launcher shows a tile for.

An app is a folder with an `app.toml`. Folders are found below those that DAISY_LAB_APPS names, and through entry points
of the group `daisy_lab.apps` (name of the app = package that is the folder). They are read at each request, so that a
new app needs no restart; nothing of them is imported.
"""

from __future__ import annotations

import logging
import os
import tomllib
from base64 import b64encode
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Manifest", "Tile", "find_tiles"]

_log = logging.getLogger(__name__)
_GROUP: Final = "daisy_lab.apps"
_VARIABLE: Final = "DAISY_LAB_APPS"
_MANIFEST: Final = "app.toml"
_MOST_ICON: Final = 64 << 10
_ICONS: Final = {".svg": "image/svg+xml", ".png": "image/png"}


def _below(path: str) -> str:
    """Admit only what stays below the server's own address."""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or path.startswith(("/", "\\")) or ".." in parts.path.split("/"):
        message = f"must lie below this server's address, as in 'voila/render/ct.ipynb'; it is '{path}'"
        raise ValueError(message)
    return path


_Text = Annotated[str, Field(min_length=1, max_length=200)]


class Manifest(BaseModel):
    """What an `app.toml` says that the launcher needs; further keys are others' business."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    title: _Text
    """What the tile says."""
    titles: dict[str, _Text] = {}
    """The same in other languages, as `zh_CN`."""
    path: Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_below)]
    """Address of the app, below that of the server."""
    icon: str = ""
    """A small SVG or PNG file beside the manifest."""


class Tile(BaseModel):
    """One tile of the launcher."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    name: str
    title: str
    url: str
    icon: str | None = None
    """The picture as a `data:` address."""


def find_tiles(base_url: str, language: str = "") -> list[Tile]:
    """Give a tile for each app there is now; one whose manifest is damaged is left out, and the server's log says why.

    Parameters
    ----------
    base_url
        Where the server's addresses begin.
    language
        Of the titles, as `zh_CN`; the manifest's own by default.
    """
    tiles: dict[str, Tile] = {}
    for name, folder in _folders():
        if name in tiles:
            continue
        try:
            manifest = _read(folder)
            icon = _icon(folder, manifest.icon) if manifest.icon else None
        except (OSError, ValueError) as error:
            _log.warning("app '%s' has no tile: %s: %s", name, folder / _MANIFEST, _in_words(error))
            continue
        title = manifest.titles.get(language, manifest.title)
        tiles[name] = Tile(name=name, title=title, url=f"{base_url.rstrip('/')}/{manifest.path}", icon=icon)
    return list(tiles.values())


def _folders() -> Iterator[tuple[str, Path]]:
    """Give name and folder of each app: those of configured folders first, so that a site can replace one."""
    for root in os.environ.get(_VARIABLE, "").split(os.pathsep):
        if root:
            for manifest in sorted(Path(root).expanduser().glob(f"*/{_MANIFEST}")):
                yield manifest.parent.name, manifest.parent
    for point in sorted(entry_points(group=_GROUP), key=lambda point: point.name):
        folder = _folder_of(point.value)
        if folder is None:
            _log.warning("app '%s' has no tile: the package %s is not there", point.name, point.value)
        else:
            yield point.name, folder


def _folder_of(package: str) -> Path | None:
    """Find the folder of a package without importing it."""
    top, *inner = package.split(".")
    spec = find_spec(top)
    places = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(places)), *inner) if places else None


def _read(folder: Path) -> Manifest:
    with (folder / _MANIFEST).open("rb") as file:
        return Manifest.model_validate(tomllib.load(file))


def _icon(folder: Path, name: str) -> str:
    """Give a picture as an address that needs no further request; as an image it can run no script."""
    path = (folder / name).resolve()
    kind = _ICONS.get(path.suffix.lower())
    if kind is None or not path.is_relative_to(folder.resolve()) or path.stat().st_size > _MOST_ICON:
        message = f"the icon must be an SVG or PNG file beside the manifest, {_MOST_ICON >> 10} KiB at most"
        raise ValueError(message)
    return f"data:{kind};base64,{b64encode(path.read_bytes()).decode()}"


def _in_words(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
