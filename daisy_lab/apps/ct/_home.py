"""The step that takes results home: the volume as NeXus or TIFF, and the way to it as notebook, script and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daisy_lab.apps._export import Exporter
from daisy_lab.apps.ct._inspect import loading_of, volume_of
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import Facts

if TYPE_CHECKING:
    from daisy_lab._detached import Answer
    from daisy_lab.apps.ct._app import CTApp

__all__ = ["HomePage"]


class HomePage:
    """Buttons that write files beside the scan, and what was written.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: CTApp) -> None:
        self._app = app
        self._rows: dict[str, tuple[str, str, str]] = {}
        self.written = Facts(
            _("Written"),
            empty=_("What is written lies beside the scan. Files of the list can be downloaded."),
            link=app.link,
        )
        self.export = Exporter(
            app.link,
            lambda: {"workflow": app.workflow, "path": app.state.path, "inputs": app.state.inputs},
            self._tell,
        )
        self.export.add(_("Volume as TIFF images"), self.tiff)
        self.page = self.export.page

    def enter(self) -> None:
        """Say where the volume lies, and let it be the file to download."""
        output = self._app.state.output
        self._app.picker.refresh()
        if output:
            self._app.picker.selected = output
            self._tell(_("Volume (NeXus)"), output, "done")

    def tiff(self) -> None:
        """Write the volume of the last run as a stack of TIFF images."""
        state = self._app.state
        if not state.output:
            self._tell(_("TIFF"), _("Reconstruct the volume first."), "warn")
            return
        folder = state.beside("_rec_tiff")
        self._tell(_("TIFF"), _("is being written …"), "")
        asked = {"name": volume_of(state.output), "path": folder, "form": "tiff", "overwrite": True}

        def load(_answer: Answer) -> None:
            self.written.ask("objects.save", asked, wrote, failed)

        def wrote(_answer: Answer) -> None:
            self._tell(_("TIFF"), folder, "ok")

        def failed(error: BaseException) -> None:
            self._tell(_("TIFF"), str(error), "error")

        self.written.ask("files.load", loading_of(state.output), load, failed)

    def _tell(self, what: str, said: str, kind: str = "ok") -> None:
        self._rows[what] = (what, said, "ok" if kind == "done" else kind)
        self.written.show(list(self._rows.values()))
        if kind == "ok":
            self._app.picker.refresh()
