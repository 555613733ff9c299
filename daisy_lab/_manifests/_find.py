"""Where apps are found: folders that a site names, packages, the checkout, and what the environment has installed.

They are looked for at each call, so that a new app needs no restart; nothing of them is imported.
"""

from __future__ import annotations

import logging
import os
import sys
from base64 import b64encode
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from daisy_lab._manifests._errors import ManifestError, MissingAppError
from daisy_lab._manifests._manifest import MANIFEST, Manifest, read
from daisy_lab.errors import choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["App", "Damaged", "Search", "find_app", "find_apps", "search_apps"]

_log = logging.getLogger(__name__)
_GROUP: Final = "daisy_lab.apps"
_VARIABLE: Final = "DAISY_LAB_APPS"
_MOST_ICON: Final = 64 << 10
_ICONS: Final = {".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True, slots=True)
class App:
    """One app: its name, its folder and what its manifest says."""

    name: str
    folder: Path
    manifest: Manifest
    icon: str | None = None
    """The picture as a `data:` address; as an image it can run no script."""

    @property
    def path(self) -> str:
        """Give its address, below that of a server with our extension."""
        if self.manifest.path is not None:
            return self.manifest.path
        return "lab" if self.manifest.kind == "lab" else f"daisy-lab/app/{self.name}"

    def title(self, language: str = "") -> str:
        """Give what its card says, in a language as `zh_CN` or in the manifest's own."""
        return self.manifest.titles.get(language, self.manifest.title)

    def description(self, language: str = "") -> str:
        """Give the sentence beneath, in a language as `zh_CN` or in the manifest's own."""
        return self.manifest.descriptions.get(language, self.manifest.description)


class Damaged(NamedTuple):
    """An app that cannot be shown."""

    name: str
    reason: str
    """Names the file, the key and what to do."""


class Search(NamedTuple):
    """What a look around gave."""

    apps: list[App]
    damaged: list[Damaged]


def find_apps() -> list[App]:
    """Give the apps there are now, in the order of their manifests; a damaged one is left out and the log says why."""
    found = search_apps()
    for damaged in found.damaged:
        _log.warning("app '%s' is left out: %s", damaged.name, damaged.reason)
    return found.apps


def find_app(name: str) -> App:
    """Give one app by its name.

    Raises
    ------
    MissingAppError
        There is none of that name; tells which there are.
    ManifestError
        It is there, but damaged.
    """
    found = search_apps()
    for app in found.apps:
        if app.name == name:
            return app
    for damaged in found.damaged:
        if damaged.name == name:
            raise ManifestError(damaged.reason)
    known = [app.name for app in found.apps]
    raise MissingAppError(
        _("no app '{name}'; there are {known}{nearest}").format(
            name=name, known=choices(known), nearest=suggestion(name, known)
        )
    )


def search_apps() -> Search:
    """Give the apps there are now, and those that are damaged with what is wrong."""
    apps: dict[str, App] = {}
    damaged: dict[str, Damaged] = {}
    for name, folder in _folders():
        if name in apps or name in damaged:
            continue
        if folder is None:
            damaged[name] = Damaged(name, _("its package is not there: install it again"))
            continue
        try:
            manifest = read(folder)
            icon = _icon(folder, manifest.icon) if manifest.icon else None
            _check(folder, manifest)
        except ManifestError as error:
            damaged[name] = Damaged(name, str(error))
        else:
            apps[name] = App(name, folder, manifest, icon)
    ordered = sorted(apps.values(), key=lambda app: (app.manifest.order, app.name))
    return Search(ordered, list(damaged.values()))


def _folders() -> Iterator[tuple[str, Path | None]]:
    """Give name and folder of each app: those of configured folders first, so that a site can replace one."""
    for root in os.environ.get(_VARIABLE, "").split(os.pathsep):
        if root:
            yield from _below(Path(root).expanduser())
    for point in sorted(entry_points(group=_GROUP), key=lambda point: point.name):
        yield point.name, _folder_of(point.value)
    # The checkout's own lie beside the package; an installed package has nothing there.
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").is_file():
        yield from _below(checkout / "apps")
    yield from _below(Path(sys.prefix) / "share" / "daisy-lab" / "apps")


def _below(root: Path) -> Iterator[tuple[str, Path]]:
    for manifest in sorted(root.glob(f"*/{MANIFEST}")):
        yield manifest.parent.name, manifest.parent


def _folder_of(package: str) -> Path | None:
    """Find the folder of a package without importing it."""
    top, *inner = package.split(".")
    spec = find_spec(top)
    places = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(places)), *inner) if places else None


def _check(folder: Path, manifest: Manifest) -> None:
    """Find the files that the manifest names."""
    named = {"notebook": manifest.notebook}
    if manifest.workflow is not None and manifest.workflow.endswith(".json"):
        named["workflow"] = manifest.workflow
    for key, name in named.items():
        if name is not None and not (folder / name).is_file():
            raise ManifestError(
                _("{path}: '{key}' names '{name}', which is not beside it; there are {known}").format(
                    path=folder / MANIFEST,
                    key=key,
                    name=name,
                    known=choices(path.name for path in folder.iterdir() if path.is_file()),
                )
            )


def _icon(folder: Path, name: str) -> str:
    """Give a picture as an address that needs no further request."""
    path = (folder / name).resolve()
    kind = _ICONS.get(path.suffix.lower())
    try:
        fits = (
            kind is not None and path.is_relative_to(folder.resolve()) and path.stat().st_size <= _MOST_ICON
        )
        content = path.read_bytes() if fits else b""
    except OSError:
        fits = False
    if not fits:
        raise ManifestError(
            _("{path}: 'icon' must be an SVG or PNG file beside the manifest, {most} KiB at most").format(
                path=folder / MANIFEST, most=_MOST_ICON >> 10
            )
        )
    return f"data:{kind};base64,{b64encode(content).decode()}"
