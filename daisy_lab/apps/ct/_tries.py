"""Slices for many values of one or two settings: what can be tried, and what happens to the ones that are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from daisy_lab._algorithm import registry
from daisy_lab.apps.ct._recipe import STAGES
from daisy_lab.apps.ct._titles import title_of
from daisy_lab.texts import gettext as _
from daisy_lab.texts import later
from daisy_lab.widgets import ContactSheet, fields_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.apps.ct._app import CTApp
    from daisy_lab.apps.ct._state import State

__all__ = ["Tries"]

_AXIS: Final = "center"
_AXIS_REACH: Final = 3.0
_TRIED: Final = ("number", "integer", "choice", "switch")
"""Kinds of settings of which values can be laid beside each other."""


class Tries:
    """The contact sheet of the page.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: CTApp) -> None:
        self._app = app
        self._of: dict[str, tuple[str, str]] = {}
        self.sheet = ContactSheet(app.link, self._asked)
        self.sheet.on_adopt(self._adopt)

    def offer(self, state: State) -> None:
        """Offer the settings of all that was chosen."""
        options = [self._axis(state)]
        self._of = {}
        for stage in STAGES:
            algorithm = state.recipe.at(stage)
            if algorithm:
                options += self._settings(algorithm, state)
        self.sheet.offer(options)

    def _axis(self, state: State) -> dict[str, Any]:
        center = self._app.axis.center or max(state.row, 1)
        return {
            "id": _AXIS,
            "title": _("Rotation axis"),
            "kind": "number",
            "unit": "px",
            "choices": [],
            "low": round(center - _AXIS_REACH, 1),
            "high": round(center + _AXIS_REACH, 1),
        }

    def _settings(self, algorithm: str, state: State) -> list[dict[str, Any]]:
        """Give the settings of one step that have a range or a choice of values."""
        changed = state.recipe.settings.get(algorithm, {})
        offered = []
        for field in fields_of(registry.get(algorithm).schema()):
            if field["kind"] not in _TRIED or field["name"] == _AXIS:
                continue
            setting = f"{algorithm.rpartition('.')[2]}.{field['name']}"
            self._of[setting] = (algorithm, field["name"])
            low, high = _range(field, changed.get(field["name"], field["initial"]))
            choices = [] if field["kind"] != "switch" else _switch()
            offered.append(
                {
                    "id": setting,
                    "title": f"{title_of(algorithm)}: {field['title']}",
                    "kind": "choice" if field["kind"] == "switch" else field["kind"],
                    "unit": field["unit"],
                    "choices": field["choices"] or choices,
                    "low": low,
                    "high": high,
                }
            )
        return offered

    def _asked(self) -> dict[str, Any]:
        """Give what the sheet asks with, beside the settings and their values."""
        state = self._app.state
        window = self._app.stage.slice.picture.window
        levels = {} if window is None else {"low": window[0], "high": window[1]}
        return {
            "workflow": state.recipe.workflow().to_json(),
            "want": state.want,
            "inputs": state.inputs,
            **levels,
        }

    def _adopt(self, values: Mapping[str, Any], said: str) -> None:
        recipe = self._app.state.recipe
        for setting, value in values.items():
            changed = setting != _AXIS
            recipe = recipe.set(*self._of[setting], value) if changed else recipe.about(float(value))
        self._app.adopt(recipe, later("Taken: {values}", values=said))


def _switch() -> list[dict[str, Any]]:
    return [{"value": False, "title": _("off")}, {"value": True, "title": _("on")}]


def _range(field: Mapping[str, Any], value: object) -> tuple[float, float]:
    """Give the first and the last value to begin with: the whole range where it is short, else around the value."""
    low, high = field.get("low"), field.get("high")
    if low is not None and high is not None:
        return low, high
    middle = float(value) if isinstance(value, int | float) else float(low or 1)
    first, last = middle / 2, middle * 2 or 1.0
    return (first if low is None else max(low, first)), (last if high is None else min(high, last))
