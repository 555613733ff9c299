"""The step that takes results home: the volume as NeXus or TIFF, and the way to it as notebook, script and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from daisy_lab.apps._export import Exporter, pressed
from daisy_lab.apps.ct._inspect import loading_of, volume_of
from daisy_lab.texts import gettext as _
from daisy_lab.texts import later
from daisy_lab.widgets import Facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab._detached import Answer
    from daisy_lab.apps.ct._app import CTApp
    from daisy_lab.apps.ct._state import State

__all__ = ["HomePage"]

_PLACE: Final = "place"


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
            empty=_("Files of the list can be downloaded."),
            link=app.link,
        )
        self.export = Exporter(
            app.link,
            lambda: {"workflow": app.workflow, "path": app.state.beside(".h5"), "inputs": app.state.inputs},
            self._tell,
        )
        self.export.add(_("Volume as TIFF images"), self.tiff)
        self.page = self.export.page
        self.place = pressed(_("Put results here"), self.choose)
        """Stands below the list of files."""

    def settle(self, state: State, then: Callable[[State], None]) -> None:
        """Find a folder for the results of a scan: its own, or, where that cannot be written to, the first allowed one.

        Parameters
        ----------
        state
            The scan.
        then
            Takes the state with that folder.
        """

        def first(answer: Answer) -> None:
            if not answer.result["writable"]:
                then(state)
                return
            text = _("The folder of this scan cannot be written to; results go to {folder}.")
            self._app.shell.say(text.format(folder=answer.result["absolute"]), "note", _PLACE)
            then(state.but(folder=""))

        def own(answer: Answer) -> None:
            if answer.result["writable"]:
                self._app.shell.unsay(_PLACE)
                then(state)
            else:
                self.written.ask("files.folder", {"path": ""}, first, lambda _error: then(state))

        above = {"path": state.path.rpartition("/")[0]}
        self.written.ask("files.folder", above, own, lambda _error: then(state))

    def choose(self) -> None:
        """Have results written into the folder that the list of files shows."""
        app, shown = self._app, self._app.picker.folder
        if not shown.get("writable"):
            app.picker.trouble = _("This folder cannot be written to; go to another one.")
            return
        app.state = app.state.but(folder=str(shown["path"]))
        app.shell.unsay(_PLACE)
        app.keep(later("Results go to {folder}", folder=shown["crumbs"][-1]["name"]))
        app.full.plan()
        self._tell(_("Next results"), app.state.beside("_…"), "")

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
