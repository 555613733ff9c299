"""Finds algorithms by name: those of installed plug-ins, ours too, and those defined in the running session.

A plug-in is an entry point of the group `daisy_lab.algorithms`; its name is the technique (`ct`), its value a module
whose algorithms are taken, or one algorithm. Plug-ins load when first asked for; a broken one is kept with its reason.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points, packages_distributions, version
from threading import RLock
from typing import TYPE_CHECKING, Any

from daisy_lab.errors import MissingAlgorithmError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typing_extensions import TypeIs

    from daisy_lab._algorithm._algorithm import Algorithm

__all__ = ["BrokenPlugin", "Registry", "registry"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BrokenPlugin:
    """An entry point that could not be loaded, and why."""

    name: str
    value: str
    distribution: str
    reason: str


class Registry:
    """All algorithms by id; a technique is loaded when one of its names is first asked for."""

    def __init__(self, group: str = "daisy_lab.algorithms") -> None:
        self._group = group
        self._lock = RLock()
        self._points: dict[str, EntryPoint] | None = None
        self._found: dict[str, Algorithm[..., Any]] = {}
        self._noted: list[Algorithm[..., Any]] = []
        self._loaded: set[str] = set()
        self._broken: dict[str, BrokenPlugin] = {}
        self._listeners: tuple[Callable[[], None], ...] = ()

    def get(self, name: str) -> Algorithm[..., Any]:
        """Find an algorithm by its id, or by its bare name where that is unique.

        Raises
        ------
        MissingAlgorithmError
            If there is none, or several plug-ins have one of that bare name.
        """
        with self._lock:
            self._take_noted()
            technique, dot, _rest = name.partition(".")
            if name not in self._found and dot:
                self._load(technique)
            if name in self._found:
                return self._found[name]
            self._load_all()
            same = [key for key, found in self._found.items() if found.name == name]
        if len(same) == 1:
            return self._found[same[0]]
        raise MissingAlgorithmError(self._missing(name, same))

    def note(self, algorithm: Algorithm[..., Any]) -> None:
        """Remember an algorithm just defined; one of the same id is replaced."""
        with self._lock:
            self._noted.append(algorithm)
        for listener in self._listeners:
            listener()

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when an algorithm is defined; it should be quick. What is returned ends that."""
        with self._lock:
            self._listeners += (listener,)

        def end() -> None:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other != listener)

        return end

    def id_of(self, algorithm: Algorithm[..., Any]) -> str:
        """Give the id an algorithm has or would have: technique and name, or the bare name in a notebook."""
        if algorithm.module == "__main__":
            return algorithm.name
        for technique, point in self._entry_points().items():
            if f"{algorithm.module}.".startswith(f"{point.module}."):
                return f"{technique}.{algorithm.name}"
        return f"{algorithm.module}:{algorithm.name}"

    def version_of(self, algorithm: Algorithm[..., Any]) -> str:
        """Give name and version of the distribution an algorithm comes from; empty when it comes from none."""
        for point in self._entry_points().values():
            if point.dist is not None and f"{algorithm.module}.".startswith(f"{point.module}."):
                return f"{point.dist.name} {point.dist.version}"
        return (
            "" if algorithm.module == "__main__" else _version_of_package(algorithm.module.partition(".")[0])
        )

    def broken(self) -> tuple[BrokenPlugin, ...]:
        """Give the plug-ins that could not be loaded; loads all of them."""
        self._load_all()
        return tuple(self._broken.values())

    def __iter__(self) -> Iterator[Algorithm[..., Any]]:
        """Iterate over all algorithms, sorted by id; loads every plug-in."""
        self._load_all()
        with self._lock:
            known = sorted(self._found.items())
        return iter([found for _key, found in known])

    def _entry_points(self) -> dict[str, EntryPoint]:
        with self._lock:
            if self._points is None:
                self._points = {}
                for point in entry_points(group=self._group):
                    first = self._points.setdefault(point.name, point)
                    if first.value != point.value:
                        reason = _("the name is taken by {other}").format(other=_distribution(first))
                        self._break(point, reason, key=f"{point.name} ({_distribution(point)})")
            return self._points

    def _load_all(self) -> None:
        with self._lock:
            self._take_noted()
            for technique in self._entry_points():
                self._load(technique)

    def _load(self, technique: str) -> None:
        point = self._entry_points().get(technique)
        if point is None or technique in self._loaded:
            return
        self._loaded.add(technique)
        try:
            loaded = point.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code; logged and told
            _log.warning("plug-in %s could not be loaded: %s", technique, error)
            _log.debug("where plug-in %s failed", technique, exc_info=True)
            self._break(point, f"{type(error).__name__}: {error}")
            return
        self._take_noted()
        if not any(key.partition(".")[0] == technique for key in self._found):
            self._adopt(point, loaded)

    def _adopt(self, point: EntryPoint, loaded: object) -> None:
        """Take algorithms that were defined elsewhere and only gathered by the plug-in."""
        members = vars(loaded).values() if hasattr(loaded, "__dict__") else ()
        gathered = {id(item): item for item in (loaded, *members) if _is_algorithm(item)}
        for item in gathered.values():
            item.__dict__["id"] = f"{point.name}.{item.name}"
            self._found[item.id] = item
        if not gathered:
            self._break(point, _("{value} has no algorithm").format(value=point.value))

    def _take_noted(self) -> None:
        while self._noted:
            algorithm = self._noted.pop(0)
            self._found[algorithm.id] = algorithm

    def _break(self, point: EntryPoint, reason: str, key: str = "") -> None:
        name = key or point.name
        self._broken[name] = BrokenPlugin(name, point.value, _distribution(point), reason)

    def _missing(self, name: str, same: list[str]) -> str:
        if same:
            return _("several algorithms are named '{name}': {same}; write one of these").format(
                name=name, same=choices(same)
            )
        text = _("no algorithm '{name}'; there is {known}{near}").format(
            name=name,
            known=choices(self._found),
            near=suggestion(name, [*self._found, *(found.name for found in self._found.values())]),
        )
        if self._broken:
            text += _("; these plug-ins could not be loaded: {broken}").format(broken=choices(self._broken))
        return text


@lru_cache(maxsize=64)
def _version_of_package(package: str) -> str:
    """Look a package up among all that is installed, which reads them all: only for what is no plug-in."""
    found = packages_distributions().get(package, ())
    return next((f"{name} {version(name)}" for name in found), "")


def _is_algorithm(item: object) -> TypeIs[Algorithm[..., Any]]:
    # By what it has: the class itself is defined above this module.
    return hasattr(item, "signature") and hasattr(item, "splits") and hasattr(item, "fingerprint")


def _distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.module


registry = Registry()
