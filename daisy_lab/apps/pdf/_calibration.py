"""Where the detector stands: rings of a calibrant found and fitted in the session, or marked by hand."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab import io
from daisy_lab._algorithm import registry
from daisy_lab.algorithms.azint import brightest_near, ring_paths
from daisy_lab.apps.pdf._buttons import buttons
from daisy_lab.apps.pdf._cake import CALIBRANTS, broken
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import Facts, ImageView, ParameterForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.apps.pdf._app import PdfApp
    from daisy_lab.vocabulary import Array

__all__ = ["Calibration", "calibration_workflow"]

_SETTINGS: Final = ("calibrant", "wavelength", "detector", "pixel", "distance", "tilted")
_HAND: Final = ("picking", "ring")
_ROWS: Final = 14
_LEAST: Final = 3
"""Points on one ring that a circle needs."""
_FOUND: Final = "found_{}"
"""What the calibration gives is named so: the geometry in use keeps its name."""
_FRAMES: Final = "calibrant"


def calibration_workflow(settings: Mapping[str, Any], *, marked: bool) -> dict[str, Any]:
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
    """The calibration step; image, marked points and settings are part of the page's state.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: PdfApp) -> None:
        self._app = app
        self._opened = ""
        self._image: Array | None = None
        self.geometry: dict[str, Any] | None = None
        """What was found last."""
        self.picture = ImageView(
            None,
            app.link,
            height="100%",
            empty=_("Open the image of a calibrant."),
            parts={"levels": False, "axes": False},
        )
        self.picture.on_picked(self.mark)
        self.form = ParameterForm(_schema(), app.link, only=_SETTINGS, title=_("Calibrate"), text=_lead())
        self.hand = ParameterForm(_schema(), app.link, only=_HAND)
        self.form.on_change(self._set)
        self.hand.on_change(self._set_hand)
        self.report = Facts(_("Fitted rings"), empty=_("Not calibrated yet."), link=app.link)
        acts = {
            _("Find the rings"): self.find,
            _("Use the open frame"): lambda: self.use_frames(app.state.path),
            _("Save .poni and use it"): self.save,
        }
        by_hand = {_("Take back"): self.take_back, _("Clear points"): self.clear}
        self.page = [
            self.form,
            buttons(acts, main=_("Find the rings")),
            self.report,
            self.hand,
            buttons(by_hand),
        ]

    @property
    def points(self) -> list[tuple[float, float, int]]:
        """Give the places that were marked: row, column (whole numbers in the middle of a pixel), ring."""
        return [(float(row), float(col), int(ring)) for row, col, ring in self._kept.get("points", ())]

    @property
    def path(self) -> str:
        """Give the image that is open here; empty for none."""
        return str(self._kept.get("path", ""))

    def use_frames(self, path: str) -> None:
        """Take the image of a calibrant."""
        if not path:
            said = _("No frame is open: open the image of a calibrant in the step Open.")
            self._app.shell.say(said, "note", "calibrant")
            return
        self._keep(path=path, points=[])
        self._app.work.do("calibrant", self.open)

    def open(self) -> None:
        """Show the image that the page's state names."""
        if not self.path:
            return
        work = self._app.work
        if self._opened != self.path:
            told = work.ask("files.input", paths=[self.path], role="frames", name=_FRAMES).result
            middle = int(told["shape"][0]) // 2
            self._image = np.asarray(work.array(_FRAMES)[middle : middle + 1])[0]
            self._opened, self.geometry = self.path, None
            self.picture.show(_FRAMES)
            self.report.show([])
        self.take()

    def take(self) -> None:
        """Show what the page's state holds."""
        settings = self._kept.get("settings", {})
        self.form.update({name: value for name, value in settings.items() if name in _SETTINGS})
        self._draw()

    def mark(self, row: float, column: float) -> None:
        """Take a place, in pixels from the corner, as one on the ring that the form names; it moves to the ring."""
        if self._image is None or not self.picture.picking:
            return
        shape = self._image.shape
        if not (0 <= row < shape[0] and 0 <= column < shape[1]):
            return
        ring = int(self.hand.value.get("ring") or 1)
        place = brightest_near(self._image, row - 0.5, column - 0.5)
        self._keep(points=[*self.points, (*place, ring)])
        self._app.keep(_("Point on ring {number}").format(number=ring))
        self._draw()

    def take_back(self) -> None:
        """Take the last point away."""
        self._keep(points=self.points[:-1])
        self._app.keep(_("Point taken back"))
        self._draw()

    def clear(self) -> None:
        """Take all points away."""
        self._keep(points=[])
        self._app.keep(_("Points cleared"))
        self._draw()

    def find(self) -> None:
        """Find and fit the rings."""
        self._app.work.do("rings", self._find)

    def save(self) -> None:
        """Write the geometry beside the image, and use it for the frames."""
        self._app.work.do("poni", self._save)

    @property
    def _kept(self) -> dict[str, Any]:
        return self._app.state.calibration

    def _keep(self, **what: Any) -> None:  # noqa: ANN401 - JSON data
        self._app.state = self._app.state.but(calibration={**self._kept, **what})

    def _set(self, name: str, value: object, final: bool) -> None:  # noqa: FBT001 - a form's signature
        if final:
            self._keep(settings={**self._kept.get("settings", {}), name: value})
            self._app.keep(f"{name} = {value}")

    def _set_hand(self, name: str, value: object, _final: bool) -> None:  # noqa: FBT001 - as above
        if name == "picking":
            self.picture.picking = bool(value)
        self._draw()

    def _draw(self) -> None:
        """Draw the marked points, and the rings where they are known; say how many there are."""
        points = self.points
        spots = [
            {"points": [[row + 0.5, column + 0.5]], "title": str(ring), "kind": "spot"}
            for row, column, ring in points
        ]
        self.picture.outlines = [*self._rings(), *spots]
        if not points:
            self.hand.note("ring")
            return
        rings = sorted({ring for _row, _column, ring in points})
        most = max(sum(one[2] == ring for one in points) for ring in rings)
        said = _("{count} points on rings {rings}").format(
            count=len(points), rings=", ".join(map(str, rings))
        )
        missing = _("mark {count} on one ring at least").format(count=_LEAST)
        ready = _("Find the rings starts from them.")
        self.hand.note("ring", said, ready if most >= _LEAST else missing, "ok" if most >= _LEAST else "warn")

    def _rings(self) -> list[dict[str, Any]]:
        if self.geometry is None or self._image is None:
            return []
        rows, columns = self._image.shape
        paths = ring_paths(self.geometry, str(self.form.value.get("calibrant", "CeO2")), (rows, columns))
        return [
            {"points": part, "kind": "ring", "title": "" if number else str(path.number)}
            for path in paths[:_ROWS]
            for number, part in enumerate(broken(path.points))
        ]

    def _find(self) -> None:
        work = self._app.work
        if not self.path:
            raise DataError(_("no image of a calibrant is open; open a frame, then press Use the open frame"))
        settings = dict(self.form.value)
        if not settings.get("wavelength"):
            self.form.fault("wavelength", _("Type the wavelength of the beam in angstrom"))
            return
        self.form.clear()
        points = self.points
        if points:
            self._send_points(points)
        workflow = calibration_workflow(settings, marked=bool(points))
        asked = {"workflow": workflow, "view": "rings"}
        told = work.ask("chain.show", **asked, target=_FOUND.format("report")).result
        report = told["values"][_FOUND.format("report")]
        told = work.ask("chain.show", **asked, target=_FOUND.format("geometry")).result
        self.geometry = dict(told["values"][_FOUND.format("geometry")])
        rows: list[tuple[str, str] | tuple[str, str, str]] = []
        for ring in report["rings"][:_ROWS]:
            off = float(ring["rms_pixel"])
            label = _("Ring {number}").format(number=ring["ring"])
            rows.append((label, f"{off:.2f} px", "ok" if off < 0.5 else "warn"))  # noqa: PLR2004 - half a pixel
        self.report.show(rows, report["lines"][:3])
        self._draw()

    def _send_points(self, points: list[tuple[float, float, int]]) -> None:
        """Write the marked points beside the image, as the command line reads them, and load them."""
        work = self._app.work
        text = "# row column ring\n" + "".join(f"{row:.2f} {col:.2f} {n}\n" for row, col, n in points)
        path, content = f"{_stem(self.path)}_points.txt", text.encode()
        work.ask("files.write", (content,), path=path, total=len(content), offset=0, overwrite=True)
        work.ask("files.input", paths=[path], role="points")

    def _save(self) -> None:
        app = self._app
        if self.geometry is None:
            raise DataError(_("there is no geometry yet; press Find the rings first"))
        with TemporaryDirectory(prefix="daisy-poni-") as folder:
            content = io.write_poni(Path(folder) / "made.poni", self.geometry).read_bytes()
        path = f"{_stem(self.path)}.poni"
        app.work.ask("files.write", (content,), path=path, total=len(content), offset=0, overwrite=True)
        app.shell.say(_("Saved as {path}").format(path=path), key="saved")
        app.shell.mark("calibrate", done=True)
        # Where nothing else is open, the calibrant is what is looked at next.
        app.opening.open_all((path,) if app.state.kind == "frames" and app.state.path else (path, self.path))


def _stem(path: str) -> str:
    """Give a path without its endings: `CeO2.tif.gz` is `CeO2`."""
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.partition('.')[0] or name}"


def _lead() -> str:
    return _("Rings are found, followed and fitted. Where that fails, mark some by hand.")


def _schema() -> dict[str, Any]:
    found = dict(registry.get("azint.calibrate").schema()["properties"])
    chosen = {name: dict(found[name]) for name in _SETTINGS if name in found}
    chosen["calibrant"] = {**chosen["calibrant"], "enum": list(CALIBRANTS)}
    # A slider over five powers of ten is of no use: the wavelength is typed.
    chosen["wavelength"].pop("exclusiveMaximum", None)
    chosen["picking"] = {
        "type": "boolean",
        "title": _("Mark rings by hand"),
        "description": _(
            "Press on a ring to mark it; the place moves to the brightest one nearby. With the keyboard: Shift and "
            "arrow keys move the picture below the circle in its middle, Enter marks."
        ),
        "default": False,
    }
    chosen["ring"] = {
        "type": "integer",
        "title": _("Ring of the next points"),
        "minimum": 1,
        "maximum": 20,
        "default": 1,
    }
    return {"properties": chosen}
