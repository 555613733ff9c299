"""The step that opens a scan: what it holds is told, and what it lacks is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.apps.ct._state import INPUTS, State
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import Facts, ParameterForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab._detached import Answer
    from daisy_lab.apps.ct._app import CTApp
    from daisy_lab.vocabulary import Array

__all__ = ["ScanPage"]

_MOST_ANGLES: Final = 20_000


class ScanPage:
    """The scan of the page: opened by the user, or found again as a state says.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: CTApp) -> None:
        self._app = app
        self.shape: tuple[int, ...] = ()
        """Projections, rows and columns."""
        self.theta: Array = np.zeros(0)
        """Angles in rad."""
        self._told: dict[str, list[str]] = {}
        self._without: State | None = None
        self.about = Facts(
            _("Scan"), empty=_("Choose a file. Nothing is read before it is looked at."), link=app.link
        )
        self.lead = Facts(
            _("Open a scan"),
            empty=_(
                "HDF5 files of tomography (DXchange, NXtomo) and stacks of TIFF images. Flats, darks and angles are "
                "found by themselves."
            ),
            link=app.link,
        )
        self.angles = ParameterForm(
            _schema(),
            app.link,
            title=_("Angles"),
            text=_(
                "This file has no angles, and a reconstruction needs them. Give those of the first and the last "
                "projection; the others lie evenly between."
            ),
        )
        self.angles.add_action("last", "use", _("Use these angles"), self._use)

    @property
    def lacks_angles(self) -> bool:
        """Whether the user is to give the angles."""
        return self._without is not None

    def open(self, state: State) -> None:
        """Open a scan: nothing is read before it is needed."""
        self._app.picker.busy = True

        def loaded(answer: Answer) -> None:
            self._app.picker.busy, self._app.picker.trouble = False, ""
            self._loaded(state, answer)

        def failed(error: BaseException) -> None:
            self._app.picker.busy = False
            self._app.picker.complain(error)

        self._app.picker.ask("files.load", state.loading, loaded, failed)

    def reach(self, state: State, then: Callable[[], None]) -> None:
        """Make sure that the session holds the scan of a state, and learn what it is."""
        name = f"{state.group}/projections"

        def load(_error: BaseException) -> None:
            again = lambda _answer: self.about.ask("view.open", {"name": name}, known, lost)  # noqa: E731 - two lines below
            self.about.ask("files.load", state.loading, again, lost)

        def lost(error: BaseException) -> None:
            self._app.shell.say(str(error), "error", "file")

        def known(answer: Answer) -> None:
            self._app.shell.unsay("file")
            self.shape = tuple(answer.result["shape"])
            asked = {"name": f"{state.group}/theta", "points": _MOST_ANGLES}
            self.about.ask("view.curve", asked, lambda told: self._know(state, told, then), lost)

        self.about.ask("view.open", {"name": name}, known, load)

    def _know(self, state: State, told: Answer, then: Callable[[], None]) -> None:
        self.theta = np.frombuffer(told.buffers[1], np.float64)
        angles, rows, columns = self.shape
        first, last = np.rad2deg(self.theta[[0, -1]]) if self.theta.size else (0, 0)
        self.about.show(
            [
                (_("File"), state.name),
                (_("Projections"), f"{angles:,}"),
                (_("Rows × columns"), f"{rows:,} × {columns:,}"),
                (_("Angles"), _("{first:.2f}° to {last:.2f}°").format(first=first, last=last)),
            ],
            self._told.get(state.group, ()),
        )
        then()

    def _loaded(self, state: State, answer: Answer) -> None:
        """Take a file that was opened by the user, if it is a scan."""
        there = {name.rpartition("/")[2] for name in answer.result["names"]}
        missing = [name for name in INPUTS if name not in there]
        if "projections" in missing:
            self._refuse(state, answer.result["names"])
            return
        self._told[state.group] = list(answer.result["notes"])
        self._without = state if missing == ["theta"] else None
        if self._without is not None:
            self._app.layout.settings()
            return
        if missing:
            self._told[state.group].append(
                _("Not in the file: {names}. Without them the counts cannot be corrected.").format(
                    names=", ".join(missing)
                )
            )
        self._app.begin(state)

    def _refuse(self, state: State, names: list[str]) -> None:
        """Say that a file is no scan, and leave nothing of it in the session."""
        self._app.picker.trouble = _(
            "{name} holds no projections that this page knows how to find; it holds {names}. Open an HDF5 file with "
            "/exchange/data, an NXtomo file, or a TIFF stack; other layouts are opened in the workbench."
        ).format(name=state.name, names=", ".join(_short(name) for name in names[:6]) or _("nothing"))
        if names:
            self._app.picker.ask("objects.delete", {"names": names}, failed=lambda _error: None)

    def _use(self) -> None:
        state, self._without = self._without, None
        if state is not None:
            given = (float(self.angles.value["first"]), float(self.angles.value["last"]))
            self._app.layout.settings()
            self.open(state.but(theta=given))


def _short(name: str) -> str:
    return name.partition("/")[2]


def _schema() -> dict[str, Any]:
    angle = {"type": "number", "unit": "degree"}
    return {
        "properties": {
            "first": angle | {"title": _("First angle"), "default": 0.0},
            "last": angle | {"title": _("Last angle"), "default": 180.0},
        }
    }
