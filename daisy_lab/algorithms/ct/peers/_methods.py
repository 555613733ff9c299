"""Finds the methods of other libraries: plug-ins that are looked at only when one of their names is asked for.

A plug-in is an entry point of the group `daisy_lab.reconstruction_methods`. Its name is the part before the colon
(`astra`), its value a module with three names: `REQUIRES`, the module that must be importable; `INSTALL`, how to get
it; and `methods()`, which gives a `Method` for each part behind the colon (`FBP`).
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Final, Protocol

from daisy_lab.errors import SettingError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from daisy_lab.vocabulary import Array

__all__ = ["Method", "available", "find", "real_module"]

_log = logging.getLogger(__name__)

_GROUP: Final = "daisy_lab.reconstruction_methods"


class Recipe(Protocol):
    """Reconstructs as another library does, in our orientation and absolute scale."""

    def __call__(
        self,
        projections: Array,
        theta: Array,
        centers: Array,
        *,
        filter: str,
        iterations: int,
    ) -> Array:
        """Give slices.

        Parameters
        ----------
        projections
            Absorption, float32, finite, (angle, row, column).
        theta
            Angle of each projection in rad.
        centers
            Rotation axis of each row, pixel, float64.
        filter
            One of our names; a recipe that does not filter ignores it.
        iterations
            How often a recipe that iterates does so.

        Returns
        -------
        volume
            Attenuation per pixel, (row, y, x).
        """
        ...


@dataclass(frozen=True)
class Method:
    """One recipe of another library; a row must come out the same in whatever company it goes in."""

    recipe: Recipe
    iterates: bool = False
    """Whether the number of iterations means anything to it."""


def available() -> tuple[str, ...]:
    """Give the names of all methods whose library can be imported here."""
    return tuple(
        f"{point.name}:{name}"
        for point in sorted(_points().values(), key=lambda point: point.name)
        if (found := _methods(point)) is not None
        for name in sorted(found)
    )


def find(name: str, others: Iterable[str] = ()) -> Method:
    """Give the method of a name such as `astra:FBP`.

    Parameters
    ----------
    name
        Library and method.
    others
        What can be asked for besides, for the message.

    Raises
    ------
    SettingError
        If there is none, or its library cannot be imported.
    """
    library, _colon, method = name.partition(":")
    point = _points().get(library) if method else None
    if point is not None:
        plugin = _plugin(point)
        if plugin is not None and not _is_there(str(plugin.REQUIRES)):
            raise SettingError(
                _(
                    "method '{name}' needs {library}, which is not installed here: {install}; there is {known}"
                ).format(
                    name=name,
                    library=plugin.REQUIRES,
                    install=plugin.INSTALL,
                    known=choices([*others, *available()]),
                )
            )
        found = _methods(point) or {}
        if method in found:
            return found[method]
    known = [*others, *available()]
    raise SettingError(
        _("no reconstruction method '{name}'; there is {known}{near}").format(
            name=name, known=choices(known, 24), near=suggestion(name, known)
        )
    )


def real_module(name: str) -> ModuleType:
    """Import a library itself, even where our own stand-in of that name was imported before.

    Raises
    ------
    SettingError
        If it is not installed, or fails while it is imported.
    """
    known = sys.modules.get(name)
    if known is not None and not _is_stand_in(known):
        return known
    sys.modules.pop(name, None)
    try:
        return import_module(name)
    except ImportError as error:
        if known is not None:
            sys.modules[name] = known
        raise SettingError(
            _("{library} is asked for and cannot be imported: {error}; install or repair it").format(
                library=name, error=error
            )
        ) from error


def _is_stand_in(module: ModuleType) -> bool:
    """Whether a module that took another's name is one of ours."""
    return module.__name__.partition(".")[0] == "daisy_lab"


def _is_there(name: str) -> bool:
    known = sys.modules.get(name)
    if known is not None and not _is_stand_in(known):
        return True
    # Not `importlib.util.find_spec`, which would find the stand-in.
    return PathFinder.find_spec(name) is not None


@cache
def _points() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=_GROUP)}


@cache
def _plugin(point: EntryPoint) -> Any:  # noqa: ANN401 - a module that we have not seen
    """Give the module of a plug-in, None where it is broken."""
    try:
        return point.load()
    except Exception:  # noqa: BLE001 - foreign code; logged
        _log.warning("the reconstruction methods of %s could not be loaded", point.value, exc_info=True)
        return None


def _methods(point: EntryPoint) -> dict[str, Method] | None:
    """Give the methods of a plug-in by name; None where they cannot be used."""
    plugin = _plugin(point)
    if plugin is None or not _is_there(str(plugin.REQUIRES)):
        return None
    try:
        return dict(plugin.methods())
    except Exception:  # noqa: BLE001 - foreign code; logged
        _log.warning("the reconstruction methods of %s cannot be used", point.name, exc_info=True)
        return None
