"""The step that settles the rotation axis: found or typed, with the evidence beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daisy_lab.apps._preview import is_superseded
from daisy_lab.apps.ct._sharpness import Sharpness
from daisy_lab.texts import gettext as _
from daisy_lab.texts import later
from daisy_lab.widgets import ParameterForm

if TYPE_CHECKING:
    from concurrent.futures import Future

    from daisy_lab._detached import Answer
    from daisy_lab.apps.ct._app import CTApp
    from daisy_lab.apps.ct._recipe import Recipe

__all__ = ["AxisPage"]

_FINE = 0.1
_FIND = "ct.find_center"
_METHODS = ("auto", "wedge", "opposite", "overlap", "mass", "sharpness")
_SURE = 0.5
"""Confidence below which the algorithm itself calls an axis doubtful."""
_EVIDENCE = "axis"


class AxisPage:
    """Rotation axis: slider, steps of 0.1, Find; how sure it is, and how sharp slices about others are.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: CTApp) -> None:
        self._app = app
        self.found: float | None = None
        """Axis that was found last."""
        self._said = ""
        """What was said of how it was found."""
        self.form = ParameterForm(
            _schema(),
            app.link,
            title=_("Rotation axis"),
            text=_("Where the axis meets the detector. Drag, type, or let Daisy find it."),
        )
        self.form.on_change(self._set)
        self.form.add_action("center", "find", _("Find"), self.find)
        self.sharpness = Sharpness(app, lambda value, final: self._put(value, final=final))

    @property
    def center(self) -> float | None:
        """The axis in use: given, or found; none as long as none was found."""
        given = self._app.state.recipe.center
        return self.found if given is None else given

    def forget(self) -> None:
        """Forget what was found: it was of another scan."""
        self.found, self._said = None, ""
        self.form.note("center")
        self.sharpness.forget()

    def open(self, columns: int) -> None:
        """Let the slider run over the width of the detector."""
        self.form.set_range("center", 0, max(columns - 1, 1), _FINE)

    def take(self, recipe: Recipe) -> None:
        """Show the axis of a recipe, given or found, and the way to find it."""
        self.form.set("method", recipe.settings.get(_FIND, {}).get("method", _METHODS[0]))
        shown = self.found if recipe.center is None else recipe.center
        if shown is None:
            return
        self.form.set("center", round(shown, 2))
        self.sharpness.mark(shown, _FINE)
        if recipe.center is not None:
            self.form.note("center", _("Set by hand"), self._apart(recipe.center))

    def tell(self, center: float, said: str) -> None:
        """Take note of what was found on the way of a slice."""
        self.found, self._said = center, said or self._said
        self.take(self._app.state.recipe)
        if self._app.state.recipe.center is None:
            self.form.note("center", _("Found automatically"), self._said, "ok")

    def find(self) -> None:
        """Have the axis found, and say how sure that is."""
        app = self._app
        app.change(app.state.recipe.about(None), note=later("Axis: found automatically"))
        workflow = app.state.recipe.axis_workflow(app.state.row).to_json()
        asked = {"view": _EVIDENCE, "into": "~axis", "target": "confidence", "workflow": workflow}
        self.form.ask("chain.show", asked | {"inputs": app.state.inputs}, self._judge, self._not_found)

    def look(self) -> None:
        """Show how sharp slices about other axes are, while this step is on the screen."""
        if self._app.shell.step == "axis":
            self.sharpness.look(self.center)

    def _not_found(self, error: BaseException) -> None:
        if not is_superseded(error):
            self.form.complain(error)

    def _judge(self, answer: Answer) -> None:
        values = answer.result["values"]
        confidence, said = float(values["confidence"]), "; ".join(answer.result["lines"]) or self._said
        sure = confidence >= _SURE
        title = _("Confidence {percent:.0f} %").format(percent=100 * confidence)
        advice = (
            said if sure else _("Doubtful: compare the slices at several axes, or try another row. ") + said
        )
        self.form.note("center", title, advice, "ok" if sure else "warn")

    def _set(self, name: str, value: Any, final: bool) -> Future[None] | None:  # noqa: ANN401, FBT001 - a form's signature
        if name == "method":
            app = self._app
            recipe = app.state.recipe.set(_FIND, "method", value).about(None)
            return app.change(recipe, note=later("Axis: method {name}", name=str(value)))
        return None if value is None else self._put(float(value), final=final)

    def _put(self, center: float, *, final: bool) -> Future[None]:
        note = later("Axis: {center:.2f} px", center=center) if final else ""
        done = self._app.change(self._app.state.recipe.about(center), note=note)
        self.take(self._app.state.recipe)
        return done

    def _apart(self, center: float) -> str:
        if self.found is None:
            return ""
        return _("{difference:+.2f} px from the one that was found").format(difference=center - self.found)


def _schema() -> dict[str, Any]:
    return {
        "properties": {
            "center": {"type": "number", "title": _("Axis"), "unit": "pixel"},
            "method": {"title": _("Method"), "enum": list(_METHODS), "default": _METHODS[0]},
        }
    }
