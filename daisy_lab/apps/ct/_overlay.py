"""A view over the mirror image of the one half a turn away: a tenth of a pixel of the axis is seen at once."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.apps._preview import Preview
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import ImageView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.apps.ct._app import CTApp
    from daisy_lab.vocabulary import Array

__all__ = ["Overlay", "opposite_of"]

_VIEW: Final = "overlay"
_NEAR: Final = np.deg2rad(3.0)
"""Two views further from half a turn than this are not laid over each other."""


def opposite_of(theta: Array) -> tuple[int, int] | None:
    """Give the numbers of two views that are nearest to half a turn apart; none where there are no such two."""
    if len(theta) < 2:  # noqa: PLR2004 - a pair
        return None
    away = np.abs(np.abs(theta - theta[0]) - np.pi)
    other = int(np.argmin(away))
    return (0, other) if away[other] <= _NEAR else None


class Overlay:
    """The picture of two opposite views.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: CTApp) -> None:
        self._app = app
        self._levelled = ""
        self.picture = ImageView(
            None,
            app.link,
            height="100%",
            colours="balance",
            parts={"levels": False},
            empty=_("Two views half a turn apart are laid over each other here."),
        )
        self._preview = Preview(app.link, app.shell, self.picture, _VIEW)

    @property
    def pair(self) -> tuple[int, int] | None:
        """The two views; none where the scan has no two that lie half a turn apart."""
        return opposite_of(self._app.scan.theta)

    def show(self) -> Future[None]:
        """Lay the views over each other about the axis in use; the future is done once they are there."""
        center, pair = self._app.axis.center, self.pair
        if center is None or pair is None:
            done: Future[None] = Future()
            done.set_result(None)
            return done
        state = self._app.state
        asked = {
            "into": f"~{_VIEW}",
            "workflow": state.recipe.overlay_workflow(pair, center).to_json(),
            "inputs": state.inputs,
        }
        return self._preview.ask(asked, note=lambda told: self._say(told, pair))

    def _say(self, told: Mapping[str, Any], pair: tuple[int, int]) -> str:
        """Level a picture that is of another scan, and give what it says of itself."""
        most = max(abs(told["low"] or 0.0), abs(told["high"] or 0.0)) or 1.0
        # No difference is in the middle of the colours.
        if self._levelled != self._app.state.group:
            self._levelled = self._app.state.group
            self.picture.window = [-most, most]
        one, other = np.rad2deg(self._app.scan.theta[list(pair)])
        return _("{one:.1f}° less {other:.1f}° mirrored · {milliseconds:.0f} ms").format(
            one=one, other=other, milliseconds=1000 * told["seconds"]
        )
