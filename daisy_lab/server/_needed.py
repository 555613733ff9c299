"""What pages import: a kernel that waits has imported it before anyone asks."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any, Final

from daisy_lab.server._lock import locked_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from daisy_lab._manifests import App

__all__ = ["imports_of", "needed_modules"]

_ALWAYS: Final = ("ipyvuetify", "daisy_lab.widgets", "daisy_lab.apps.workflow")


def needed_modules() -> list[str]:
    """Name the modules that the pages of this server begin with: of its one app, or of all that there are."""
    # Imported here, on a thread of its own: a server that starts needs none of it.
    from daisy_lab._manifests import search_apps  # noqa: PLC0415

    only = locked_app()
    apps = [app for app in search_apps().apps if only in {"", app.name}]
    return list(dict.fromkeys([*_ALWAYS, *(name for app in apps for name in _imports_of_app(app))]))


def _imports_of_app(app: App) -> Iterator[str]:
    if app.manifest.notebook is None:
        return
    try:
        cells = json.loads((app.folder / app.manifest.notebook).read_text("utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return  # whoever opens it is told
    for cell in cells:
        if cell.get("cell_type") == "code":
            yield from imports_of(_text(cell.get("source", "")))


def _text(source: Any) -> str:  # noqa: ANN401 - a notebook's, one string or a list of lines
    return source if isinstance(source, str) else "".join(source)


def imports_of(code: str) -> Iterator[str]:
    """Name the modules that lines of code import at their beginning or anywhere else, ours and installed ones.

    Parameters
    ----------
    code
        Of a cell; what is no Python names nothing.
    """
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
