"""Where the detector stands: rings of a calibrant found and fitted in the session, or marked by hand."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import ipyvuetify

from daisy_lab import io
from daisy_lab._algorithm import registry
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import Facts, ImageView, ParameterForm

if TYPE_CHECKING:
    from daisy_lab.apps.pdf._app import PdfApp

__all__ = ["Calibration", "calibration_workflow"]

_SETTINGS: Final = ("calibrant", "wavelength", "detector", "pixel", "distance", "tilted")
_CALIBRANTS: Final = ("CeO2", "LaB6", "Ni", "Si", "AgBh")
_ROWS: Final = 14
_FOUND: Final = "found_{}"
"""What the calibration gives is named so: the geometry in use keeps its name."""
_FRAMES: Final = "calibrant"
_BUTTONS: Final = "display: flex; flex-wrap: wrap; gap: 8px"


def calibration_workflow(settings: dict[str, Any], *, marked: bool) -> dict[str, Any]:
    """Give the workflow from the image of a calibrant to the geometry, as JSON."""
    given = {name: value for name, value in settings.items() if name in _SETTINGS and value not in (None, "")}
    inputs = {"frames": _FRAMES} | ({"points": "points"} if marked else {})
    return {
        "format": "daisy-lab-workflow/1",
        "name": "calibrate",
        "title": _("Calibration of the detector"),
        "inputs": {_FRAMES: _("Exposures of the calibrant")}
        | ({"points": _("Places on rings")} if marked else {}),
        "steps": [
            {
                "algorithm": "azint.calibrate",
                "inputs": inputs,
                "settings": given,
                "outputs": [_FOUND.format(port.name) for port in registry.get("azint.calibrate").outputs],
            }
        ],
        "results": [_FOUND.format("geometry"), _FOUND.format("report")],
    }


class Calibration:
    """The calibration step.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: PdfApp) -> None:
        self._app = app
        self._path = ""
        self._points: list[tuple[float, float, int]] = []
        self.geometry: dict[str, Any] | None = None
        """What was found last."""
        self.picture = ImageView(None, app.link, height="100%", empty=_("Open the image of a calibrant."))
        self.form = ParameterForm(_schema(), app.link, title=_("Calibrate"), text=_lead())
        self.report = Facts(_("Rings"), empty=_("Not calibrated yet."), link=app.link)
        self.buttons = ipyvuetify.Html(
            tag="div",
            class_="daisy",
            style_=_BUTTONS,
            children=[
                self._button(_("Use the open frame"), lambda: self.use_frames(app.state.path)),
                self._button(_("Find the rings"), self.find, main=True),
                self._button(_("Add marked points"), self.add_points),
                self._button(_("Save .poni and use it"), self.save),
            ],
        )
        self.page = [self.form, self.buttons, self.report]

    def use_frames(self, path: str) -> None:
        """Take the image of a calibrant."""
        if path:
            self._app.work.do("calibrant", lambda: self._open(path))

    def find(self) -> None:
        """Find and fit the rings."""
        self._app.work.do("rings", self._find)

    def add_points(self) -> None:
        """Take the corners of the drawn area as points of the ring that the form names."""
        area = self.picture.roi
        ring = int(self.form.value.get("ring") or 1)
        if not area or area.get("kind") != "polygon":
            self._app.shell.say(
                _("Draw a polygon whose corners lie on one ring (tool Area), then add them."),
                "note",
                "points",
            )
            return
        self._points += [(float(row), float(column), ring) for row, column in area["points"]]
        rings = sorted({number for _row, _column, number in self._points})
        said = _("{count} points on rings {rings}").format(
            count=len(self._points), rings=", ".join(map(str, rings))
        )
        self.form.note("ring", said, _("Find the rings starts from them."), "ok")

    def save(self) -> None:
        """Write the geometry beside the image, and use it for the frames."""
        self._app.work.do("poni", self._save)

    def _button(self, title: str, act: Any, *, main: bool = False) -> Any:  # noqa: ANN401 - ipyvuetify has no types
        kind = "daisy-button is-main" if main else "daisy-button"
        made = ipyvuetify.Html(tag="button", class_=kind, attributes={"type": "button"}, children=[title])
        made.on_event("click", lambda *_event: act())
        return made

    def _open(self, path: str) -> None:
        self._app.work.ask("files.input", paths=[path], role="frames", name=_FRAMES)
        self._path = path
        self._points = []
        self.picture.show(_FRAMES)

    def _find(self) -> None:
        work = self._app.work
        if not self._path:
            raise DataError(_("no image of a calibrant is open; open a frame, then press Use the open frame"))
        settings = dict(self.form.value)
        if not settings.get("wavelength"):
            self.form.fault("wavelength", _("Type the wavelength of the beam in angstrom"))
            return
        self.form.clear()
        if self._points:
            self._send_points()
        workflow = calibration_workflow(settings, marked=bool(self._points))
        told = work.ask("chain.show", workflow=workflow, target=_FOUND.format("report"), view="rings").result
        report = told["values"][_FOUND.format("report")]
        told = work.ask(
            "chain.show", workflow=workflow, target=_FOUND.format("geometry"), view="rings"
        ).result
        self.geometry = dict(told["values"][_FOUND.format("geometry")])
        rows: list[tuple[str, str] | tuple[str, str, str]] = [(line, "") for line in report["lines"][:3]]
        for ring in report["rings"][:_ROWS]:
            off = float(ring["rms_pixel"])
            label = _("Ring {number}").format(number=ring.get("ring", ring.get("number", "")))
            rows.append((label, f"{off:.2f} px", "ok" if off < 0.5 else "warn"))  # noqa: PLR2004 - half a pixel
        self.report.show(rows)

    def _send_points(self) -> None:
        """Write the marked points beside the image, as the command line reads them, and load them."""
        work = self._app.work
        stem = _stem(self._path)
        text = "# row column ring\n" + "".join(f"{row:.2f} {col:.2f} {n}\n" for row, col, n in self._points)
        path, content = f"{stem}_points.txt", text.encode()
        work.ask("files.write", (content,), path=path, total=len(content), offset=0, overwrite=True)
        work.ask("files.input", paths=[path], role="points")

    def _save(self) -> None:
        app = self._app
        if self.geometry is None:
            raise DataError(_("there is no geometry yet; press Find the rings first"))
        stem = _stem(self._path)
        with TemporaryDirectory(prefix="daisy-poni-") as folder:
            content = io.write_poni(Path(folder) / "made.poni", self.geometry).read_bytes()
        path = f"{stem}.poni"
        app.work.ask("files.write", (content,), path=path, total=len(content), offset=0, overwrite=True)
        app.shell.say(_("Saved as {path}").format(path=path), key="saved")
        app.shell.mark("calibrate", done=True)
        app.opening.open_all((path,))


def _stem(path: str) -> str:
    """Give a path without its endings: `CeO2.tif.gz` is `CeO2`."""
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.partition('.')[0] or name}"


def _lead() -> str:
    return _("Rings are found, followed and fitted. Where that fails, mark corners of a polygon on a ring.")


def _schema() -> dict[str, Any]:
    found = dict(registry.get("azint.calibrate").schema()["properties"])
    chosen = {name: dict(found[name]) for name in _SETTINGS if name in found}
    chosen["calibrant"] = {**chosen["calibrant"], "enum": list(_CALIBRANTS)}
    chosen["ring"] = {
        "type": "integer",
        "title": _("Ring of the next points"),
        "minimum": 1,
        "default": 1,
    }
    return {"properties": chosen}
