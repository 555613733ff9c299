"""Files below the allowed folders: picked, brought from the browser in pieces, and taken to it in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from traitlets import Bool, Dict, List, Unicode

from daisy_lab.texts import gettext as _
from daisy_lab.texts import in_bytes
from daisy_lab.widgets._part import Part
from daisy_lab.widgets._words import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from daisy_lab._detached import Answer, Link

__all__ = ["FilePicker"]

_PIECE: Final = 2 << 20
"""Bytes that travel at once: neither the browser nor this process ever holds more of a file."""


class FilePicker(Part):
    """A list of the files where the session runs; upload and download show how far they are, and go on after a refresh.

    Parameters
    ----------
    link
        The way to the session.
    formats
        Ends of the names that the app can read, as `.h5`; others are shown on request.
    folder
        Where to begin, relative to the first allowed folder.
    uploads, downloads
        Whether files may come from the browser, and go to it.
    action
        Text of the button that opens a file.
    """

    drawn_by = "files.vue"

    folder = Dict().tag(sync=True)
    """What is shown: `path`, `crumbs`, `entries`, `more`, `writable`."""
    formats = List(Unicode()).tag(sync=True)
    selected = Unicode().tag(sync=True)
    """Path of the file that is selected; empty when none is."""
    room = Unicode().tag(sync=True)
    busy = Bool(default_value=False).tag(sync=True)
    uploads = Bool(default_value=True).tag(sync=True)
    downloads = Bool(default_value=True).tag(sync=True)
    action = Unicode().tag(sync=True)

    def __init__(
        self,
        link: Link | None = None,
        *,
        formats: Sequence[str] = (),
        folder: str = "",
        uploads: bool = True,
        downloads: bool = True,
        action: str = "",
    ) -> None:
        self._picked: list[Callable[[str], None]] = []
        self._asked = ""
        super().__init__(
            link, formats=list(formats), uploads=uploads, downloads=downloads, action=action or _("Open")
        )
        self.look(folder)

    def words(self) -> dict[str, str]:
        """Give the template's texts."""
        return {
            "files": _("Files"),
            "name": _("Name"),
            "size": _("Size"),
            "changed": _("Changed"),
            "filter": _("Find by name"),
            "all": _("All kinds of files"),
            "empty": _("This folder is empty."),
            "none": _("No file here is of a kind that this app reads."),
            "more": _("{count} more are not shown: filter by name in a file manager, or tidy up."),
            "upload": _("Upload …"),
            "download": _("Download"),
            "cancel": _("Cancel"),
            "again": _("Go on"),
            "close": _("Close"),
            "where": _("Folder"),
            "changing": _("The file changed while it was read; download it again."),
            "exists": _("{name} is there already. Replace it?"),
            "replace": _("Replace"),
            "left": _("Interrupted. Choose the same file again: it goes on where it stopped."),
            "choose": _("Choose the file …"),
            "waiting": _("No answer yet; it goes on by itself once the connection is back."),
            "refresh": _("Look again"),
        }

    def on_pick(self, picked: Callable[[str], None]) -> Callable[[], None]:
        """Hear the path of a file that the user opens; gives what ends that."""
        self._picked.append(picked)
        return lambda: self._picked.remove(picked)

    def look(self, path: str) -> None:
        """Show a folder."""
        self._asked, self.busy = path, True

        def take(answer: Answer) -> None:
            if self._asked == path:
                self._show(answer.result)

        def failed(error: BaseException) -> None:
            self.busy = False
            self.complain(error)

        self.ask("files.folder", {"path": path}, take, failed)
        self.ask("files.space", {"path": path}, self._take_space, lambda _error: None)

    def refresh(self) -> None:
        """Look again at what is in the folder."""
        self.look(self._asked)

    # For the browser.

    def vue_go(self, path: str) -> None:
        """Show the folder that the user opens."""
        self.look(str(path))

    def vue_select(self, path: str) -> None:
        """Take what the user selected."""
        self.selected = str(path)

    def vue_pick(self, path: str) -> None:
        """Give a file to the app."""
        self.selected, self.trouble = str(path), ""
        for picked in tuple(self._picked):
            picked(self.selected)

    def vue_piece(self, data: Mapping[str, Any], buffers: Sequence[bytes | memoryview] = ()) -> None:
        """Write a piece of an upload; without one, ask how far it has come."""
        key = data["key"]
        wanted = {name: data[name] for name in ("path", "total", "offset", "token")}
        wanted |= {name: True for name in ("overwrite", "cancel") if data.get(name)}

        def take(answer: Answer) -> None:
            self.tell("written", key, answer.result["there"], answer.result["done"])
            if answer.result["done"] or data.get("cancel"):
                self.refresh()

        self.ask(
            "files.write", wanted, take, lambda error: self._refuse(key, error), buffers=tuple(buffers[:1])
        )

    def vue_fetch(self, data: Mapping[str, Any]) -> None:
        """Send a piece of a file to the browser."""
        key = data["key"]

        def take(answer: Answer) -> None:
            told = answer.result
            piece = list(answer.buffers[:1])
            self.tell("bytes", key, told["offset"], told["size"], told["stamp"], buffers=piece)

        wanted = {"path": data["path"], "offset": data["offset"], "count": _PIECE}
        self.ask("files.read", wanted, take, lambda error: self._refuse(key, error))

    def _refuse(self, key: object, error: BaseException) -> None:
        self.tell("refused", key, str(error) or type(error).__name__)

    # From the session.

    def _show(self, told: Mapping[str, Any]) -> None:
        with self.lock:
            self.trouble, self.busy = "", False
            self.folder = {
                "path": told["path"],
                "crumbs": _crumbs(told),
                "entries": [*_other_roots(told), *(_entry(entry, told["path"]) for entry in told["entries"])],
                "more": told["more"],
                "writable": told["writable"],
            }
            if self.selected.rpartition("/")[0] != told["path"]:
                self.selected = ""

    def _take_space(self, answer: Answer) -> None:
        self.room = _("{size} free").format(size=in_bytes(answer.result["free"]))


def _entry(entry: Mapping[str, Any], folder: str) -> dict[str, Any]:
    return {
        "name": entry["name"],
        "path": entry.get("path") or (f"{folder.rstrip('/')}/{entry['name']}" if folder else entry["name"]),
        "kind": entry["kind"],
        "size": entry["size"],
        "sizeText": in_bytes(entry["size"]) if entry["kind"] == "file" else "",
        "modified": entry["modified"],
        "time": clock(entry["modified"]),
    }


def _other_roots(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the further folders that may be read, as mounts of measured data: they are entries of the first."""
    if told["root"] != 0 or told["path"]:
        return []
    folder = {"kind": "folder", "size": 0, "modified": 0.0}
    return [_entry(folder | {"name": root, "path": root}, "") for root in told["roots"][1:] if root]


def _crumbs(told: Mapping[str, Any]) -> list[dict[str, str]]:
    """Give the way from the root to the folder that is shown, each place with its path; the first root leads all."""
    path, root = str(told["path"]), int(told["root"])
    start = str(told["roots"][root]).rstrip("/") if root > 0 else ""
    inside = path.removeprefix(start).strip("/")
    whole = str(told["absolute"]).rstrip("/").removesuffix(inside).rstrip("/")
    crumbs = [{"name": _("Files"), "path": ""}] if root > 0 else []
    crumbs.append({"name": whole.rpartition("/")[2] or "/", "path": start})
    for part in [part for part in inside.split("/") if part]:
        before = crumbs[-1]["path"]
        crumbs.append({"name": part, "path": f"{before}/{part}" if before else part})
    return crumbs
