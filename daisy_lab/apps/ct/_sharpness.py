"""How sharp slices about other axes are: the curve beside the rotation axis, which tells how well it is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.apps._preview import is_superseded
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import CurveView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._detached import Answer
    from daisy_lab.apps.ct._app import CTApp

__all__ = ["Sharpness"]

_STEP: Final = 0.5
_EACH_SIDE: Final = 20
_NEAR: Final = 5.0
"""An axis that is so many pixels from the middle of the curve needs no other curve."""
_VIEW: Final = "sharpness"


class Sharpness:
    """The curve; it is computed anew where the row, the corrections or the place have changed.

    Parameters
    ----------
    app
        The page.
    moved
        Hears the axis that the user drags in the curve, and whether it stays there.
    """

    def __init__(self, app: CTApp, moved: Callable[[float, bool], object]) -> None:
        self._app, self._moved = app, moved
        self._around: float | None = None
        self._shown: dict[str, Any] = {}
        """What the curve on the screen, or the one under way, was asked with."""
        self.curve = CurveView(
            title=_("Sharpness against axis"), x_title=_("axis / px"), height="180px", tools=("export",)
        )
        self.curve.on_marker(self._drag)
        app.shell.until_closed(app.link.on("chain", self._progress))

    def mark(self, center: float, step: float) -> None:
        """Show where the axis in use is."""
        self.curve.mark("center", center, title=_("axis"), step=step, unit="px")

    def forget(self) -> None:
        """Clear the curve: it was of another scan."""
        self._around, self._shown, self.curve.note = None, {}, ""
        self.curve.set(_VIEW, np.zeros(0), np.zeros(0))

    def look(self, center: float | None) -> None:
        """Have the curve around an axis computed, unless it is there."""
        state = self._app.state
        if center is None or not state.path:
            return
        if self._around is None or abs(center - self._around) > _NEAR:
            self._around = center
        around = self._around
        workflow = state.recipe.axis_workflow(state.row, around).to_json()
        asked = {"target": "sharpness", "workflow": workflow, "inputs": state.inputs}
        if asked == self._shown:
            return
        self._shown = asked
        self.curve.note = _("Slices about other axes are computed …")
        answered = self._app.link.ask("chain.show", {"view": _VIEW, "into": f"~{_VIEW}", **asked})
        answered.add_done_callback(
            lambda done: (
                self._fail(asked, error) if (error := done.exception()) else self._read(asked, done.result())
            )
        )

    def _read(self, asked: Mapping[str, Any], answer: Answer) -> None:
        spot = {"name": answer.result["name"], "version": answer.result["version"]}
        read = self._app.link.ask("view.curve", spot)
        read.add_done_callback(
            lambda done: (
                self._fail(asked, error) if (error := done.exception()) else self._draw(asked, done.result())
            )
        )

    def _draw(self, asked: Mapping[str, Any], answer: Answer) -> None:
        if asked is not self._shown or self._around is None:
            return
        values = np.frombuffer(answer.buffers[1], np.float64)
        self.curve.note = ""
        self.curve.set(_VIEW, self._around + _STEP * (np.arange(len(values)) - _EACH_SIDE), values)

    def _fail(self, asked: Mapping[str, Any], error: BaseException) -> None:
        """Say why there is no curve, and let it be asked for again."""
        if asked is self._shown and not is_superseded(error):
            self._shown = {}
            self.curve.note = str(error) or type(error).__name__

    def _drag(self, _name: str, value: float, final: bool) -> None:  # noqa: FBT001 - a plot's signature
        self._moved(round(value, 2), final)

    def _progress(self, event: Mapping[str, Any]) -> None:
        if event.get("view") == _VIEW and event["fraction"] is not None:
            self.curve.note = _("Slices about other axes are computed … {percent:.0f} %").format(
                percent=100 * event["fraction"]
            )
