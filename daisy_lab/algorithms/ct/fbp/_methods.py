"""The names of reconstruction methods: ours, other names for them, and those of other libraries that are installed."""

from __future__ import annotations

from typing import Any, Final

from pydantic_core import core_schema

from daisy_lab.algorithms.ct import peers
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _

__all__ = ["OURS", "MethodName", "check_iterations", "true_name"]

OURS: Final = ("fbp", "direct")

_ALIASES: Final = {"gridrec": "fbp"}


def true_name(name: str) -> str:
    """Give the name under which a method is recorded.

    Raises
    ------
    SettingError
        If there is no such method, or its library is not installed.
    """
    own = _ALIASES.get(name, name)
    if own not in OURS:
        peers.find(own, [*OURS, *_ALIASES])
    return own


def check_iterations(method: str, iterations: int | None) -> None:
    """Raise SettingError if iterations are asked for and the method, by its true name, does none."""
    if iterations is not None and (method in OURS or not peers.find(method).iterates):
        raise SettingError(
            _(
                "{iterations} iterations are asked for, and method '{method}' does not iterate; leave them out, or "
                "take a step that does, such as ct.sirt or ct.cgls"
            ).format(iterations=iterations, method=method)
        )


class MethodName:
    """Stands beside `str` in the type of a setting: the name is checked, and an alias replaced by what it means."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:  # noqa: ANN401 - pydantic's hook
        return core_schema.no_info_after_validator_function(true_name, handler(source))

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, object]:  # noqa: ANN401 - pydantic's hook
        schema: dict[str, object] = handler(core)
        schema["enum"] = [*OURS, *peers.available()]
        return schema
