"""The gallery: a card for each app there is, `GET daisy-lab/gallery`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from daisy_lab.server._language import language_of
from daisy_lab.server._pages import PageHandler
from daisy_lab.texts import gettext as _
from daisy_lab.texts import speaking

if TYPE_CHECKING:
    from daisy_lab._manifests import App

__all__ = ["GalleryHandler"]


class GalleryHandler(PageHandler):
    """Shows the apps, the damaged ones with what to do."""

    async def _get(self) -> None:
        """Give the page."""
        # Imported here, on the first request: a server that starts needs none of it.
        from daisy_lab._manifests import search_apps  # noqa: PLC0415

        found = await asyncio.to_thread(search_apps)
        language = language_of(self)
        with speaking(language):
            cards = [card(app, self.base_url, language) for app in found.apps]
        self.show("gallery.html", cards=cards, damaged=found.damaged, root=_home(self.settings))

    get = authenticated(authorized(_get))


def card(app: App, base_url: str, language: str) -> dict[str, Any]:
    """Give what a card shows of an app."""
    size = app.manifest.sizes[0]
    needs = [_("{cpu:g} CPU").format(cpu=size.cpu), _("{memory:.0f} GB").format(memory=size.memory / 1e9)]
    if size.gpu:
        needs.append(_("{gpu} GPU").format(gpu=size.gpu))
    elif size.gpu_optional:
        needs.append(_("GPU optional"))
    return {
        "name": app.name,
        "title": app.title(language),
        "description": app.description(language),
        "icon": app.icon,
        "url": f"{base_url.rstrip('/')}/{app.path}",
        "needs": needs,
        "formats": app.manifest.formats,
    }


def _home(settings: dict[str, Any]) -> str:
    return str(settings.get("server_root_dir", ""))
