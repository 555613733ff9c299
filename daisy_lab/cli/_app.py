"""`daisy app`: one app on this machine, in the browser."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from daisy_lab._manifests import find_app, search_apps
from daisy_lab.errors import DaisyError, ForbiddenPathError, MissingFileError, SettingError
from daisy_lab.server import serve_app
from daisy_lab.texts import gettext as _
from daisy_lab.texts import language

__all__ = ["app"]


def app(
    name: Annotated[
        str,
        typer.Argument(metavar="[NAME]", help=_("Name of the app, as ct; without one, the apps are listed.")),
    ] = "",
    files: Annotated[
        list[Path], typer.Argument(metavar="[FILES]...", help=_("Files to open at once."), show_default=False)
    ] = [],
    root: Annotated[
        Path | None,
        typer.Option(
            help=_("Folder whose files the app may open; that of the files, or this one, by default.")
        ),
    ] = None,
    session: Annotated[str, typer.Option(help=_("Session to go on with; the app's own by default."))] = "",
    port: Annotated[
        int, typer.Option(help=_("Port on this machine; a free one by default."), min=0, max=65535)
    ] = 0,
    open_browser: Annotated[bool, typer.Option("--open", help=_("Open the address in the browser."))] = False,
) -> None:
    """Serve one app in the browser, for this machine only, until Ctrl-C."""
    console = Console(highlight=False, soft_wrap=True)
    if not name:
        _list(console)
        return
    found = find_app(name)
    if found.manifest.kind != "app" or found.manifest.path is not None:
        raise SettingError(_("'{name}' is no page of its own: start it with `make lab`").format(name=name))
    if find_spec("voila") is None:
        raise DaisyError(
            _("Voila, which draws an app's page, is not installed: pip install 'daisy-lab[apps]'")
        )
    folder = _root(root, files)
    below = [_below(path, folder) for path in files]

    def tell(address: str) -> None:
        console.print(_("{title} is open at").format(title=found.title(language())), markup=False)
        console.print(f"\n    {address}\n", markup=False)
        console.print(
            _("Files of {folder}. Ctrl-C stops it; what is computed goes on in its session.").format(
                folder=folder
            ),
            markup=False,
        )

    serve_app(name, folder, files=below, session=session, port=port, open_browser=open_browser, tell=tell)


def _list(console: Console) -> None:
    found = search_apps()
    for one in found.apps:
        console.print(f"{one.name:12} {one.title(language())}. {one.description(language())}", markup=False)
    for damaged in found.damaged:
        console.print(f"{damaged.name:12} {damaged.reason}", style="yellow", markup=False)


def _root(root: Path | None, files: list[Path]) -> Path:
    """Give the folder that is served: the one that is named, else the one that all files share."""
    if root is not None:
        if not root.is_dir():
            raise MissingFileError(_("{path} is no folder: name one that is there").format(path=root))
        return root.resolve()
    if not files:
        return Path.cwd()
    return Path(os.path.commonpath([path.resolve().parent for path in files]))


def _below(path: Path, folder: Path) -> str:
    """Give a file's path below the folder that is served."""
    full = path.resolve()
    if not full.exists():
        raise MissingFileError(_("{path} is not there").format(path=path))
    if not full.is_relative_to(folder):
        raise ForbiddenPathError(
            _("{path} is outside {folder}: name a folder above both with --root").format(
                path=path, folder=folder
            )
        )
    return full.relative_to(folder).as_posix()
