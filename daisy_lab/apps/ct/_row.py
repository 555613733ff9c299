"""The row of the detector whose slice is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daisy_lab.texts import gettext as _
from daisy_lab.texts import later
from daisy_lab.widgets import ParameterForm

if TYPE_CHECKING:
    from concurrent.futures import Future

    from daisy_lab.apps.ct._app import CTApp

__all__ = ["RowPage"]


class RowPage:
    """A slider over the rows.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: CTApp) -> None:
        self._app = app
        self.form = ParameterForm({"properties": {}}, app.link)
        self.form.on_change(self._move)

    def open(self, rows: int) -> None:
        """Let the slider run over that many rows."""
        field: dict[str, Any] = {
            "type": "integer",
            "title": _("Row shown"),
            "minimum": 0,
            "maximum": max(rows - 1, 0),
            "default": rows // 2,
        }
        self.form.show({"properties": {"row": field}})
        app = self._app
        app.state = app.state.but(row=min(app.state.row, rows - 1))
        self.form.set("row", app.state.row)

    def _move(self, _name: str, value: object, final: bool) -> Future[None]:  # noqa: FBT001 - a form's signature
        app = self._app
        app.state = app.state.but(row=int(value) if isinstance(value, int | float) else app.state.row)
        if final:
            app.keep(later("Row {row}", row=app.state.row))
        return app.stage.show(app.state)
