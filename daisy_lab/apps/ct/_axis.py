"""The step that settles the rotation axis: found or typed, with the evidence beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab.texts import gettext as _
from daisy_lab.widgets import CurveView, ParameterForm

if TYPE_CHECKING:
    from concurrent.futures import Future

    from daisy_lab._detached import Answer
    from daisy_lab.apps.ct._app import CTApp

__all__ = ["AxisPage"]

_STEP, _FINE = 0.5, 0.1
_SURE = 0.5
"""Confidence below which the algorithm itself calls an axis doubtful."""
_EVIDENCE, _SHARPNESS = "axis", "sharpness"


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
        self._looked: tuple[str, int, float] | None = None
        self.form = ParameterForm(
            _schema(),
            app.link,
            title=_("Rotation axis"),
            text=_("Where the axis meets the detector. Drag, type, or let Daisy find it."),
        )
        self.form.on_change(self._set)
        self.form.add_action("center", "find", _("Find"), self.find)
        self.curve = CurveView(
            title=_("Sharpness against axis"), x_title=_("axis / px"), height="180px", tools=("export",)
        )
        self.curve.on_marker(self._drag)

    @property
    def center(self) -> float | None:
        """The axis in use: given, or found; none as long as none was found."""
        given = self._app.state.recipe.center
        return self.found if given is None else given

    def forget(self) -> None:
        """Forget what was found: it was of another scan."""
        self.found, self._looked = None, None
        self.form.note("center")
        self.curve.set("sharpness", np.zeros(0), np.zeros(0))

    def open(self, columns: int) -> None:
        """Let the slider run over the width of the detector."""
        self.form.set_range("center", 0, max(columns - 1, 1), _FINE)

    def take(self, center: float | None) -> None:
        """Show an axis, given or found."""
        shown = self.found if center is None else center
        if shown is None:
            return
        self.form.set("center", round(shown, 2))
        self.curve.mark("center", shown, title=_("axis"), step=_FINE, unit="px")
        if center is not None:
            self.form.note("center", _("Set by hand"), self._apart(center))

    def tell(self, center: float, said: str) -> None:
        """Take note of what was found on the way of a slice."""
        self.found = center
        self.take(self._app.state.recipe.center)
        if self._app.state.recipe.center is None:
            self.form.note("center", _("Found automatically"), said, "ok")
        if self._app.shell.step == "axis":
            self.look()

    def find(self) -> None:
        """Have the axis found, and say how sure that is."""
        app = self._app
        app.change(app.state.recipe.about(None), note=_("Axis: found automatically"))
        workflow = app.state.recipe.axis_workflow(app.state.row).to_json()
        asked = {"view": _EVIDENCE, "into": "~axis", "target": "confidence", "workflow": workflow}
        self.form.ask("chain.show", asked | {"inputs": app.state.inputs}, self._judge)

    def look(self) -> None:
        """Show how sharp slices about other axes are, around the one in use."""
        around = self.center
        if around is None or not self._app.state.path:
            return
        seen = (self._app.state.path, self._app.state.row, around)
        if seen == self._looked:
            return
        self._looked = seen
        workflow = self._app.state.recipe.axis_workflow(self._app.state.row, around).to_json()
        asked = {"view": _SHARPNESS, "into": "~sharpness", "target": "sharpness", "workflow": workflow}
        first = around - 20 * _STEP
        inputs = self._app.state.inputs
        self.form.ask("chain.show", asked | {"inputs": inputs}, lambda answer: self._read(answer, first))

    def _read(self, answer: Answer, first: float) -> None:
        def drawn(told: Answer) -> None:
            values = np.frombuffer(told.buffers[1], np.float64)
            self.curve.set("sharpness", first + _STEP * np.arange(len(values)), values)

        self.form.ask(
            "view.curve", {"name": answer.result["name"], "version": answer.result["version"]}, drawn
        )

    def _judge(self, answer: Answer) -> None:
        values = answer.result["values"]
        confidence, said = float(values["confidence"]), "; ".join(answer.result["lines"])
        sure = confidence >= _SURE
        title = _("Confidence {percent:.0f} %").format(percent=100 * confidence)
        advice = (
            said if sure else _("Doubtful: compare the slices at several axes, or try another row. ") + said
        )
        self.form.note("center", title, advice, "ok" if sure else "warn")
        self.look()

    def _set(self, name: str, value: Any, final: bool) -> Future[None] | None:  # noqa: ANN401, FBT001 - a form's signature
        if name == "method":
            app = self._app
            recipe = app.state.recipe.set("ct.find_center", "method", value).about(None)
            return app.change(recipe, note=_("Axis: method {name}").format(name=value))
        return None if value is None else self._put(float(value), final=final)

    def _drag(self, _name: str, value: float, final: bool) -> None:  # noqa: FBT001 - a plot's signature
        self._put(round(value, 2), final=final)

    def _put(self, center: float, *, final: bool) -> Future[None]:
        note = _("Axis: {center:.2f} px").format(center=center) if final else ""
        done = self._app.change(self._app.state.recipe.about(center), note=note)
        self.take(center)
        return done

    def _apart(self, center: float) -> str:
        if self.found is None:
            return ""
        return _("{difference:+.2f} px from the one that was found").format(difference=center - self.found)


def _schema() -> dict[str, Any]:
    methods = ["auto", "wedge", "opposite", "overlap", "mass", "sharpness"]
    return {
        "properties": {
            "center": {"type": "number", "title": _("Axis"), "unit": "pixel"},
            "method": {"title": _("Method"), "enum": methods, "default": "auto"},
        }
    }
