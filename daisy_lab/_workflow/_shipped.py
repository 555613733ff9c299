"""Finds workflows by name: shipped ones, and those of plug-ins (entry points of the group `daisy_lab.workflows`)."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib.metadata import entry_points
from importlib.resources import files

__all__ = ["find", "names"]

_log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """JSON text by name; an entry point names a package whose *.json files are workflows."""
    found: dict[str, str] = {}
    for package in [
        "daisy_lab.workflows",
        *(point.value for point in entry_points(group="daisy_lab.workflows")),
    ]:
        try:
            for item in files(package).iterdir():
                if item.name.endswith(".json"):
                    found.setdefault(item.name.removesuffix(".json"), item.read_text(encoding="utf-8"))
        except Exception as error:  # noqa: BLE001 - the boundary to foreign code: a broken plug-in leaves the rest alone
            _log.warning("the workflows of %s could not be read: %s", package, error)
    return found


def names() -> tuple[str, ...]:
    """Give the names of all workflows that can be loaded by name."""
    return tuple(sorted(_known()))


def find(name: str) -> str | None:
    """Give the JSON text of a workflow, or None."""
    return _known().get(name)
