"""The step that looks at the finished volume: planes, three dimensions, histogram, and a profile through it."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any

from daisy_lab.texts import gettext as _
from daisy_lab.widgets import Facts, VolumeView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._detached import Answer
    from daisy_lab.apps.ct._app import CTApp

__all__ = ["InspectPage", "loading_of", "volume_of"]


def volume_of(output: str) -> str:
    """Give the name in the session of the volume in a file."""
    plain = re.sub(r"[^\w.-]+", "_", output.rpartition("/")[2].rpartition(".")[0]).strip("._") or "volume"
    return f"{plain}-{zlib.crc32(output.encode()):08x}/volume"


def loading_of(output: str) -> dict[str, Any]:
    """Give what `files.load` is asked with for the volume in a file."""
    group, _slash, name = volume_of(output).rpartition("/")
    return {"path": output, "datasets": {name: name}, "group": group}


class InspectPage:
    """The volume of the last run, read from its file as far as it is looked at.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: CTApp) -> None:
        self._app = app
        self._shown = ("", "")
        self.view = VolumeView(None, app.link, height="100%")
        self.levels = self.view.levels()
        self.page = Facts(
            _("Inspect"), empty=_("Press in a plane: the other two go through that point."), link=app.link
        )
        self.about = Facts(
            _("Volume"), empty=_("Reconstruct the volume first: it appears here."), link=app.link
        )

    def open(self, output: str, run: str = "") -> None:
        """Look at the volume in a file, that of a run where the file was written anew."""
        path, before = self._shown
        if not output or (output == path and run in ("", before)):
            return
        self._shown = output, run or before
        self.about.ask("files.load", loading_of(output), lambda _answer: self._show(output), self._lost)

    def _show(self, output: str) -> None:
        self.view.show(volume_of(output))
        self.about.ask("view.open", {"name": volume_of(output)}, self._tell)

    def _lost(self, error: BaseException) -> None:
        self._shown = ("", "")
        self.view.show(None)
        self.about.show([], [str(error)])

    def _tell(self, answer: Answer) -> None:
        info: Mapping[str, Any] = answer.result
        rows = [(_("File"), self._shown[0].rpartition("/")[2])]
        rows.append((_("Slices"), f"{info['shape'][0]:,}"))
        rows.append((_("Pixels"), " × ".join(f"{length:,}" for length in info["shape"][1:])))
        rows.append((_("Values"), " ".join(filter(None, (info["dtype"], info["unit"])))))
        self.about.show(rows)
