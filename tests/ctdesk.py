"""The CT page without a browser: a real session in this process, and what the page's parts say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import h5py
from servers import wait_until

from daisy_lab import Session
from daisy_lab._bridge import Bridge
from daisy_lab._detached import local_link
from daisy_lab.apps.ct import CTApp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

PATIENCE = 90.0


class Desk:
    """One session over a folder, and the windows that are open on it."""

    def __init__(self, folder: Path, sessions: Path | None = None) -> None:
        """Open it over a folder; with one for sessions it keeps what is done there."""
        self.folder = folder
        self.session = Session() if sessions is None else Session("ct", root=sessions)
        self.bridge = Bridge(self.session.engine, (folder,), session=self.session)
        self._links: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for link in self._links:
            link.close()
        self.bridge.close()
        self.session.close()

    def window(self) -> CTApp:
        """Open a window."""
        link = local_link(self.bridge)
        self._links.append(link)
        return CTApp(link)

    def opened(self, name: str) -> CTApp:
        """Open a window and a scan in it; its slice is there when this returns."""
        app = self.window()
        app.open(name)
        settled(app)
        return app


def until(holds: Callable[[], Any], what: str = "") -> Any:
    """Wait until something holds; gives what it gave."""
    return wait_until(holds, what or "it did not come to pass", PATIENCE, pause=0.01)


def settled(app: CTApp) -> None:
    """Wait until the slice of the page's state is there, its axis known and its state kept."""
    until(lambda: app.stage.slice.picture.sources and not app.stage.slice.picture.busy, "no slice")
    until(lambda: app.axis.center is not None and app.kept.path, "no axis")
    until(lambda: app.full.cost.rows or app.full.cost.lines, "no plan")


def words(app: CTApp) -> str:
    """Give all that the page says to its reader at its edge."""
    return " ".join([*(told["text"] for told in app.shell.said), app.picker.trouble, app.full.bar.trouble])


def volume_in(path: Path) -> bytes:
    """Give the bytes of the volume in a file."""
    with h5py.File(path) as file:
        found: list[str] = []
        file.visititems(lambda name, item: found.append(name) if _is_volume(name, item) else None)
        return bytes(file[found[0]][()].tobytes())


def _is_volume(name: str, item: object) -> bool:
    return isinstance(item, h5py.Dataset) and name.rpartition("/")[2] in {"volume", "data"} and item.ndim == 3
