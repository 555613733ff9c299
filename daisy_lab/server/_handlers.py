"""What the server answers for us; only to who has logged in."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado.web import authenticated

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


def handlers(base_url: str) -> list[tuple[str, Any]]:
    """Give addresses and what answers them."""
    return [(url_path_join(base_url, "daisy-lab", "apps"), AppsHandler)]
