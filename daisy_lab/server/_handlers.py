"""What the server answers for us; only to who has logged in."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, FileFindHandler
from jupyter_server.utils import url_path_join
from tornado.web import authenticated

from daisy_lab.server._gallery import GalleryHandler
from daisy_lab.server._settings import SHARE

__all__ = ["handlers"]


class AppsHandler(APIHandler):  # type: ignore[misc]  # jupyter_server is not followed by the type checker
    """Gives the tiles of the apps: `GET daisy-lab/apps?locale=zh_CN`."""

    auth_resource = "daisy-lab"

    async def _get(self) -> None:
        """Give a list of tiles."""
        # Imported here, on the first request: a server that starts needs none of it.
        from daisy_lab.server._apps import find_tiles  # noqa: PLC0415

        tiles = await asyncio.to_thread(find_tiles, self.base_url, self.get_query_argument("locale", ""))
        self.finish(json.dumps([tile.model_dump() for tile in tiles]))

    get = authenticated(authorized(_get))


class KernelHandler(APIHandler):  # type: ignore[misc]
    """Tells a page whether its kernel is still the one that it was given: `GET daisy-lab/kernels/ID`."""

    auth_resource = "daisy-lab"
    # A page that looks after its kernel is no sign of its user.
    _track_activity = False

    async def _get(self, kernel_id: str) -> None:
        """Give `{"alive": true}` or false."""
        manager = self.kernel_manager
        same = getattr(manager, "is_as_given", manager.__contains__)
        self.finish(json.dumps({"alive": bool(same(kernel_id))}))

    get = authenticated(authorized(_get))


def handlers(base_url: str, serverapp: Any) -> list[tuple[str, Any] | tuple[str, Any, dict[str, Any]]]:  # noqa: ANN401
    """Give addresses and what answers them."""

    def at(*parts: str) -> str:
        return str(url_path_join(base_url, "daisy-lab", *parts))

    static = SHARE / "voila" / "templates" / "daisy" / "static"
    page, scripts = _app_page(serverapp)
    return [
        (at("apps"), AppsHandler),
        (at("gallery"), GalleryHandler),
        (at("kernels", r"([0-9a-f-]{36})"), KernelHandler),
        (at("static", "(.*)"), FileFindHandler, {"path": [str(static)]}),
        (at("app", r"([^/]+)"), *page),
        # Before Voila's own, which is added later.
        *[(str(url_path_join(base_url, "voila", "labextensions", "(.*)")), *handler) for handler in scripts],
    ]


def _app_page(serverapp: Any) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:  # noqa: ANN401
    """Give what serves an app's page and its scripts, or what says how to get them."""
    try:
        # Imported here: Voila is an optional part.
        from daisy_lab.server._app_page import AppPage, page_settings, script_folders  # noqa: PLC0415
    except ImportError:
        from daisy_lab.server._no_voila import NoVoilaHandler  # noqa: PLC0415

        return (NoVoilaHandler,), []
    # Imported here, as above.
    from daisy_lab.server._scripts import ScriptHandler  # noqa: PLC0415

    settings = page_settings(serverapp)
    return (AppPage, settings), [(ScriptHandler, {"path": script_folders(settings), "no_cache_paths": ["/"]})]
