"""Tiles of JupyterLab's launcher: one for each app that has a page of its own."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from daisy_lab._manifests import find_apps

__all__ = ["Tile", "find_tiles"]


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
    return [
        Tile(
            name=app.name,
            title=app.title(language),
            url=f"{base_url.rstrip('/')}/{app.path}",
            icon=app.icon,
        )
        for app in find_apps()
        if app.manifest.kind == "app"
    ]
