"""The settings of one step of the app: what may stand at its places, and below each what was chosen says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daisy_lab._algorithm import registry
from daisy_lab.apps.ct._recipe import STAGES
from daisy_lab.apps.ct._titles import as_kept, stage_titles, title_of
from daisy_lab.texts import gettext as _
from daisy_lab.texts import later
from daisy_lab.widgets import ParameterForm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from daisy_lab.apps.ct._app import CTApp
    from daisy_lab.apps.ct._recipe import Recipe

__all__ = ["Stages", "correct_page", "reconstruct_page"]

_HIDDEN = frozenset({"center"})
"""Settings that have a place of their own on the page."""


class Stages:
    """Forms for some places of the recipe.

    Parameters
    ----------
    app
        The page they are on.
    keys
        The places, in the order of the data.
    title, text
        Heading, and what this step is for.
    """

    def __init__(self, app: CTApp, keys: tuple[str, ...], title: str, text: str) -> None:
        self._app, self._keys = app, keys
        self._choice = ParameterForm(_schema(keys), app.link, title=title, text=text)
        self._choice.on_change(self._choose)
        self._forms: dict[str, ParameterForm] = {}

    @property
    def parts(self) -> list[ParameterForm]:
        """What lies in the settings column: the choices, and a form for each that was made."""
        chosen = [self._app.state.recipe.at(key) for key in self._keys]
        return [self._choice, *(self._form(name) for name in chosen if name and _settings_of(name))]

    def take(self, recipe: Recipe) -> None:
        """Show a recipe."""
        self._choice.update({key: recipe.at(key) for key in self._keys})
        for algorithm, form in self._forms.items():
            form.update(_values(algorithm, recipe))

    def fault(self, faults: Mapping[str, str]) -> bool:
        """Say at the settings what is wrong with them; gives whether all have their place here."""
        left = dict(faults)
        for algorithm, form in self._forms.items():
            form.clear()
            for name, text in faults.items():
                if name.rpartition(".")[2] in _settings_of(algorithm):
                    form.fault(name.rpartition(".")[2], text)
                    left.pop(name, None)
        return not left

    def _choose(self, key: str, algorithm: Any, _final: bool) -> Future[None]:  # noqa: ANN401, FBT001 - a form's signature
        recipe = self._app.state.recipe.choose(key, str(algorithm or ""))
        what, value = as_kept(lambda: stage_titles()[key]), as_kept(lambda: title_of(recipe.at(key)))
        done = self._app.change(recipe, note=later("{what}: {value}", what=what, value=value))
        self._app.layout.settings()
        return done

    def _form(self, algorithm: str) -> ParameterForm:
        if algorithm not in self._forms:
            made = ParameterForm(
                registry.get(algorithm).schema(),
                self._app.link,
                only=_settings_of(algorithm),
                value=_values(algorithm, self._app.state.recipe),
                title=title_of(algorithm),
            )
            made.on_change(lambda name, value, final: self._set(algorithm, name, value, final=final))
            self._forms[algorithm] = made
        return self._forms[algorithm]

    def _set(self, algorithm: str, name: str, value: object, *, final: bool) -> Future[None]:
        recipe = self._app.state.recipe.set(algorithm, name, value)
        what = as_kept(lambda: title_of(algorithm))
        note = later("{what}: {name} = {value}", what=what, name=name, value=str(value))
        return self._app.change(recipe, note=note if final else "")


def correct_page(app: CTApp) -> Stages:
    """Give what is done to the counts."""
    return Stages(
        app,
        ("zingers", "phase", "stripes", "hardening"),
        _("Correct"),
        _("Dark and flat are always corrected. Add what your scan needs; the slice shows it at once."),
    )


def reconstruct_page(app: CTApp) -> Stages:
    """Give how slices are made."""
    return Stages(
        app,
        ("reconstruction", "rings", "denoising", "mask"),
        _("Reconstruct"),
        _("How the slices are computed, and what is done to them after."),
    )


def _schema(keys: tuple[str, ...]) -> dict[str, Any]:
    """Give the choices as a schema; names of algorithms stay what is kept, their titles are shown."""
    return {
        "properties": {
            key: {
                "title": stage_titles()[key],
                "enum": list(STAGES[key]),
                "x-titles": {name: title_of(name) for name in STAGES[key]},
                "default": STAGES[key][0],
            }
            for key in keys
        }
    }


def _settings_of(algorithm: str) -> list[str]:
    return [name for name in registry.get(algorithm).schema()["properties"] if name not in _HIDDEN]


def _values(algorithm: str, recipe: Recipe) -> dict[str, Any]:
    schema = registry.get(algorithm).schema()["properties"]
    changed = recipe.settings.get(algorithm, {})
    return {name: changed.get(name, schema[name].get("default")) for name in _settings_of(algorithm)}
