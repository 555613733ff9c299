"""How G(r) depends on one setting, and how well a thousand recipes do: maps, so that the user sees why."""

from __future__ import annotations

from dataclasses import replace
from math import floor
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.algorithms.pdf import scan_parameters
from daisy_lab.apps.pdf._settings import ranges
from daisy_lab.apps.pdf._state import recipe_of
from daisy_lab.errors import DaisyError
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import Facts, ParameterForm, WaterfallView

if TYPE_CHECKING:
    from daisy_lab.algorithms.pdf import Scan
    from daisy_lab.apps.pdf._app import PdfApp
    from daisy_lab.apps.pdf._source import Source

__all__ = ["Stability"]

_VALUES: Final = 100
_SETTINGS: Final = ("qmax", "rpoly", "bgscale", "qmin", "qmaxinst")
_SCORE: Final = "score"
_TRIES: Final = 10


class Stability:
    """G(r) against any one setting, and the score of all tries of an automatic choice.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: PdfApp) -> None:
        self._app = app
        self.scan: Scan | None = None
        self.form = ParameterForm(_schema(), app.link, title=_("Stability"), text=_lead())
        self.form.on_change(self._set)
        self.map = WaterfallView("map", title=_("G(r) against the setting"), x_title="r / Å", height="100%")
        self.map.on_pick(self._pick)
        self.score = Facts(
            _("Score, low is good"), empty=_("Open a pattern to have its recipe judged."), link=app.link
        )
        self._values: list[float] = []

    def look(self) -> None:
        """Compute and show the map again, as after the recipe was changed."""
        self._app.work.do("stability", self._draw)

    def judge(self, source: Source) -> Scan:
        """Score a thousand recipes of a pattern, and say how the present one does.

        Raises
        ------
        DaisyError
            If no recipe can be computed.
        """
        recipe = recipe_of(self._app.state.recipe)
        self.scan = scan_parameters(
            source.kernel(), recipe, tries=_TRIES, scaled=source.scaled, sigma=source.sigma
        )
        self.score.show(_score_rows(self.scan, self._app.state.recipe))
        return self.scan

    def choose(self, source: Source) -> tuple[dict[str, float], list[str]]:
        """Give the settings that the scan chooses, and those that the data do not decide.

        Where qmaxinst is no more than the end of the data, the end of what is usable is looked for, too.

        Raises
        ------
        DaisyError
            If no recipe can be computed.
        """
        recipe = recipe_of(self._app.state.recipe)
        _first, last = source.reach(recipe)
        whole = recipe.qmaxinst >= int(100 * last) / 100
        scan = scan_parameters(
            source.kernel(),
            replace(recipe, qmaxinst=0.0) if whole else recipe,
            tries=_TRIES,
            scaled=source.scaled,
            sigma=source.sigma,
        )
        self.scan = scan
        at = scan.chosen
        end = floor(100 * float(scan.qmaxinst) + 1e-6) / 100 if whole else recipe.qmaxinst
        chosen = {
            "qmaxinst": end,
            "qmax": min(round(float(scan.qmaxs[at[1]]), 2), end),
            "rpoly": round(float(scan.rpolys[at[2]]), 3),
        }
        if source.scaled:
            chosen["bgscale"] = round(float(scan.bgscales[at[0]]), 3)
        return chosen, list(scan.undecided)

    def _set(self, _name: str, _value: object, final: bool) -> None:  # noqa: FBT001 - a form's signature
        if final:
            self.look()

    def _draw(self) -> None:
        app = self._app
        if app.tune.drawing is None:
            return
        name = str(self.form.value.get("setting", _SETTINGS[0]))
        source = app.tune.drawing.source
        if name == _SCORE:
            self._draw_score(source)
        else:
            self._draw_setting(name, source)
        self.map.show_as("map" if self.form.value.get("form", "map") == "map" else "lines")

    def _draw_setting(self, name: str, source: Source) -> None:
        recipe = recipe_of(self._app.state.recipe)
        low, high = _span(name, self._app.state.recipe, source.reach(recipe))
        # A kernel of its own: the one of the sliders keeps what they use.
        kernel = source.kernel()
        rows, values = [], []
        for value in np.linspace(low, high, _VALUES):
            one: Any = (float(value),) if name == "bgscale" else float(value)
            try:
                rows.append(kernel.curves(replace(recipe, **{name: one})).gr)
            except DaisyError:
                continue
            values.append(float(value))
        if not rows:
            self._app.shell.say(_("no value of {name} gives a G(r)").format(name=name), "warn", "stability")
            return
        self._values = values
        self.map.title = _("G(r) against {name}, {low:.3g} to {high:.3g}").format(
            name=name, low=values[0], high=values[-1]
        )
        curves = np.array(rows)
        self.map.set(recipe.distances.r, curves, labels=[f"{name} {value:.4g}" for value in values])
        self._mark(name)

    def _draw_score(self, source: Source) -> None:
        scan = self.judge(source)
        at = scan.chosen
        self._values = []
        self.map.title = _(
            "Score (low is good): rpoly upward, qmax to the right; bgscale {scale:.3g}"
        ).format(scale=float(scan.bgscales[at[0]]))
        labels = [f"rpoly {value:.3g}" for value in scan.rpolys]
        self.map.set(scan.qmaxs, scan.score[at[0]].T, labels=labels)
        self.map.select(at[2])

    def _mark(self, name: str) -> None:
        """Pick the row of the value in use."""
        given = self._app.state.recipe.get(name)
        if given is None or not self._values:
            return
        value = recipe_of({name: given}).bgscale[0] if name == "bgscale" else float(given)
        self.map.select(int(np.abs(np.array(self._values) - value).argmin()))

    def _pick(self, number: int) -> None:
        """Say what was picked, beside the map."""
        if 0 <= number < len(self._values):
            name = str(self.form.value.get("setting", _SETTINGS[0]))
            self.form.note("setting", f"{name} = {self._values[number]:.4g}")


def _span(name: str, recipe: dict[str, Any], reach: tuple[float, float]) -> tuple[float, float]:
    """Give the values that are worth a look."""
    low, high, _step = ranges(*reach)[name]
    if name == "qmax":
        top = float(recipe.get("qmaxinst") or high)
        return max(low, 0.4 * top), min(high, top)
    if name == "qmaxinst":
        return max(low, float(recipe.get("qmax") or low)), high
    if name == "rpoly":
        return 0.5, 2.0
    return low, high


def _score_rows(scan: Scan, recipe: dict[str, Any]) -> list[tuple[str, str] | tuple[str, str, str]]:
    """Say in words how the present recipe does beside the best of all tries."""
    at = scan.best
    now = tuple(
        int(np.abs(tried - value).argmin())
        for tried, value in (
            (scan.bgscales, recipe_of({"bgscale": recipe.get("bgscale", 1.0)}).bgscale[0]),
            (scan.qmaxs, float(recipe.get("qmax") or scan.qmaxs[-1])),
            (scan.rpolys, float(recipe.get("rpoly", 0.9))),
        )
    )
    mine, best = float(scan.score[now]), float(scan.score[at])
    kind = "ok" if mine < 1.25 * best else "warn"
    low, ripple, noise = (float(part[now]) for part in (scan.misfit, scan.ripple, scan.noise))
    return [
        (_("This recipe"), f"{mine:.3g}", kind),
        (_("Best of {count}").format(count=scan.score.size), f"{best:.3g}"),
        (_("Low r"), f"{100 * low:.2g} %"),
        (_("Ripple, noise"), f"{100 * ripple:.2g}, {100 * noise:.2g} %"),
    ]


def _lead() -> str:
    return _("G(r) for a hundred values of one setting: what stays is structure, what moves is not.")


def _schema() -> dict[str, Any]:
    return {
        "properties": {
            "setting": {
                "title": _("Against"),
                "enum": [*_SETTINGS, _SCORE],
                "x-titles": {_SCORE: _("score of 1000 recipes")},
                "default": _SETTINGS[0],
            },
            "form": {
                "title": _("Shown as"),
                "enum": ["map", "lines"],
                "x-titles": {"map": _("map"), "lines": _("lines")},
                "default": "map",
            },
        }
    }
