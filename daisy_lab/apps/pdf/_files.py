"""The step that opens files: patterns, frames, geometries, backgrounds and configurations, each for what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.apps.pdf._source import Source
from daisy_lab.apps.pdf._state import State
from daisy_lab.errors import DaisyError
from daisy_lab.texts import gettext as _
from daisy_lab.texts import later
from daisy_lab.widgets import FilePicker, ParameterForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab.apps.pdf._app import PdfApp

__all__ = ["FORMATS", "Opening"]

_PATTERNS: Final = (".chi", ".xy", ".xye", ".dat", ".txt", ".csv", ".iq")
_FRAMES: Final = (".tif", ".tiff", ".cbf", ".edf", ".h5", ".hdf5", ".nxs", ".gz", ".bz2", ".npy")
_SETTINGS: Final = (".cfg", ".gr", ".fq", ".sq")
FORMATS: Final = (*_PATTERNS, *_FRAMES, *_SETTINGS, ".poni", ".json")
_TABLES: Final = (".h5", ".hdf5", ".nxs")
_COLUMNS: Final = ("x", "q", "radius", "two_theta", "tth", "2theta")
_AS: Final = ("sample", "background", "mask", "calibrant")


class Opening:
    """Takes files in, and says what each was taken for.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: PdfApp) -> None:
        self._app = app
        self._missing: tuple[str, ...] = ()
        """Names of backgrounds that a configuration wants and that are not beside it."""
        self.picker = FilePicker(app.link, formats=FORMATS)
        self.picker.on_pick(lambda path: self.open_all((path,)))
        self.page = ParameterForm(_schema(), app.link, title=_("Open"), text=_lead())

    def open_all(self, paths: Sequence[str]) -> None:
        """Open files: a pattern or frames, and what belongs to them."""
        self._app.work.do("open", lambda: self._open_all(tuple(paths)))

    def again(self) -> None:
        """Open what the page's state says, as after the page was loaded anew."""
        state = self._app.state
        self._load(state, anew=False)
        if self._app.shell.step == "open":
            self._app.tune.go()

    def _open_all(self, paths: tuple[str, ...]) -> None:
        role = str(self.page.value.get("role", _AS[0]))
        # What says where the detector stands, and how to compute, comes before what it is about.
        order = sorted(paths, key=lambda path: not path.lower().endswith((".poni", *_SETTINGS)))
        for path in order:
            self._open(path, role)
        self.page.set("role", _AS[0])

    def _open(self, path: str, role: str) -> None:
        app, name = self._app, path.rpartition("/")[2]
        low = path.lower()
        if low.endswith(_SETTINGS):
            self._configure(path)
        elif low.endswith(".poni"):
            app.state = app.state.but(poni=path, flip="")
            if app.state.kind == "frames" and app.state.path:
                self._load(app.state, anew=True, note=later("Geometry {name}", name=name))
            else:
                app.shell.say(
                    _("{name} is kept for the frame that you open next.").format(name=name), key="poni"
                )
        elif role == "background":
            background = (path,) if app.state.kind == "frames" else (*app.state.background, path)
            self._load(
                app.state.but(background=background), anew=True, note=later("Background {name}", name=name)
            )
        elif role == "calibrant":
            app.calibration.use_frames(path)
            app.shell.go("calibrate")
            app.keep(_("Calibrant {name}").format(name=name))
        elif role == "mask":
            self._load(app.state.but(mask=path), anew=True, note=later("Mask {name}", name=name))
        else:
            self._sample(path)

    def _sample(self, path: str) -> None:
        app, name = self._app, path.rpartition("/")[2]
        frames = path.lower().endswith(_FRAMES) and not self._is_table(path)
        # What only the old file told does not go for another one; a recipe that was chosen does.
        limits = {"qmin", "qmax", "qmaxinst"}
        other = bool(app.state.path) and (app.state.kind == "frames") != frames
        kept = {key: value for key, value in app.state.recipe.items() if not (other and key in limits)}
        state = State(
            path=path,
            kind="frames" if frames else "pattern",
            recipe=kept,
            poni=app.state.poni,
            masks=app.state.masks,
            rings_of=app.state.rings_of,
            calibration=app.state.calibration,
            series={
                name: value for name, value in app.state.series.items() if name not in {"files", "folder"}
            },
            asked=app.state.asked,
        )
        if not app.state.path:
            state = state.but(background=app.state.background)
        if self._missing and not frames and not state.background:
            state = state.but(background=self._found(self._missing, state.folder))
            if not state.background:
                said = _("background {names} is not there").format(names=", ".join(self._missing))
                app.shell.say(said, "warn", "background")
            self._missing = ()
        self._load(state, anew=True, note=later("Opened {name}", name=name))
        app.shell.unsay("settings")
        app.tune.go()

    def _is_table(self, path: str) -> bool:
        """Whether an HDF5 file holds patterns over one first column, and no frames."""
        if not path.lower().endswith(_TABLES):
            return False
        try:
            told = self._app.work.ask("files.look", path=path).result
        except DaisyError:
            # Still being written: whether its first pattern can be read says it.
            return self._is_begun_table(path)
        shapes = {one["dataset"].rpartition("/")[2]: tuple(one["shape"]) for one in told["datasets"]}
        columns = {shapes[name][0] for name in _COLUMNS if len(shapes.get(name, ())) == 1}
        tables = [shape for shape in shapes.values() if len(shape) == 2 and shape[1] in columns]  # noqa: PLR2004
        return bool(tables) and all(len(shape) < 3 for shape in shapes.values())  # noqa: PLR2004 - frames

    def _is_begun_table(self, path: str) -> bool:
        try:
            self._app.work.ask("files.input", paths=[path], role="pattern", look=True)
        except DaisyError:
            return False
        return True

    def _load(self, state: State, *, anew: bool, note: str = "") -> None:
        """Load what a state names, and show it; the state counts once that went well."""
        app = self._app
        before = app.state
        app.state = state
        try:
            source = self._frames() if state.kind == "frames" else self._pattern(anew=anew)
            app.tune.open(source)
        except DaisyError:
            # The image that leads to the calibration stays there.
            app.state = before.but(calibration=app.state.calibration)
            raise
        app.opened()
        if note:
            app.changed(note)
        else:
            app.judged()

    def _pattern(self, *, anew: bool) -> Source:
        """Give the pattern of the page's state; its header's words go into the recipe where nobody said otherwise."""
        app, state = self._app, self._app.state
        told = app.work.ask("files.input", paths=[state.path], role="pattern", look=True).result
        x = np.asarray(app.work.array("~x"))
        intensity = np.asarray(app.work.array("~intensity"))
        sigma = np.asarray(app.work.array("~sigma")) if "~sigma" in told["names"] else None
        background = None
        if state.background:
            app.work.ask("files.input", paths=list(state.background), role="background", look=True)
            background = np.asarray(app.work.array("~background"))
        if anew:
            self._take_header(told["about"], x)
        return Source(x, intensity, sigma, background)

    def _take_header(self, about: dict[str, Any], x: Any) -> None:  # noqa: ANN401 - an array
        """Take what the header says; where it says nothing, ask, and say what the numbers look like."""
        app = self._app
        recipe, form = app.state.recipe, app.tune.about
        form.note("dataformat")
        asked, told = recipe.get("dataformat", ""), about["dataformat"]
        if told and not asked:
            app.state = app.state.set(dataformat=told)
            form.note("dataformat", _("As the header says"))
        elif told and asked != told:
            said = _("The header of the file says {told}: is {asked} right?").format(told=told, asked=asked)
            form.note("dataformat", _("Mind"), said, "warn")
        elif not asked:
            form.note("dataformat", _("Please say it"), _guess(x), "warn")
        if about["wavelength"] and "wavelength" not in recipe:
            app.state = app.state.set(wavelength=float(f"{about['wavelength']:.9g}"))

    def _frames(self) -> Source:
        """Load the frames of the page's state, with their geometry, and integrate them."""
        app = self._app
        app.shell.unsay("poni")
        told = app.work.ask("files.input", paths=[app.state.path], role="frames").result
        if not app.state.poni:
            app.state = app.state.but(poni=self._beside(".poni"))
        if not app.state.poni:
            app.frame.picture.show("frames")
            app.panels.pictured = True
            app.shell.go("calibrate")
            app.calibration.use_frames(app.state.path)
            raise NoGeometryError(
                _("{name} has no geometry: open its .poni file, or find it from a calibrant here").format(
                    name=app.state.name
                )
            )
        app.work.ask("files.input", paths=[app.state.poni], role="geometry")
        if app.state.mask:
            app.work.ask("files.input", paths=[app.state.mask], role="mask")
        app.frame.use_mask(there=bool(app.state.mask))
        for path in app.state.background[:1]:
            app.work.ask("files.input", paths=[path], role="frames", name="background_frames")
        app.state = app.state.but(count=int(told["shape"][0]))
        app.series.grows = dict(told["about"].get("source", {}))
        for line in told["notes"]:
            app.shell.say(line, "note", "frames")
        app.state = app.state.set(dataformat="QA")
        return app.frame.open()

    def _beside(self, ending: str) -> str:
        """Give the file of an ending that goes with the open one: of its name, else the only one of its folder."""
        app = self._app
        told = app.work.ask("files.folder", path=app.state.folder).result
        names = [entry["name"] for entry in told["entries"] if entry["name"].lower().endswith(ending)]
        stem = app.state.name.partition(".")[0]
        same = [name for name in names if name.partition(".")[0] == stem]
        found = same[:1] or (names if len(names) == 1 else [])
        if not found:
            return ""
        app.shell.say(_("Geometry: {name}, found beside the frame").format(name=found[0]), key="poni")
        return f"{app.state.folder}/{found[0]}" if app.state.folder else found[0]

    def _configure(self, path: str) -> None:
        """Take the settings of a configuration, or of the header of a result."""
        app = self._app
        told = app.work.ask("files.input", paths=[path], role="settings").result
        about = told["about"]
        settings = dict(about["settings"])
        name = path.rpartition("/")[2]
        made_of = about["inputfile"].rpartition("/")[2]
        if made_of and app.state.path and made_of != app.state.name and not path.lower().endswith(".cfg"):
            said = _("{path} was made of {made}, not of {sample}; its settings are used all the same")
            app.shell.say(said.format(path=name, made=made_of, sample=app.state.name), "warn", "settings")
        for line in told["notes"]:
            app.shell.say(line, "warn", "settings")
        app.state = app.state.set(**settings)
        background = tuple(about["background"]) or self._found(about["missing"], app.state.folder)
        self._missing = () if background else tuple(about["missing"])
        if app.state.kind == "pattern" and background:
            app.state = app.state.but(background=background)
        if app.state.path:
            self._load(app.state, anew=False, note=later("Settings of {name}", name=name))
            app.tune.go()
            return
        beside = f"{path.rpartition('/')[0]}/{made_of}".lstrip("/") if made_of else ""
        if beside and not beside.lower().endswith(_FRAMES) and self._there(beside):
            self._sample(beside)
        else:
            app.tune.take()
            app.shell.say(
                _("Settings of {name} are taken; now open the pattern.").format(name=name), key="settings"
            )

    def _found(self, names: Sequence[str], folder: str) -> tuple[str, ...]:
        """Give the files of these names in a folder; none unless all are there."""
        paths = tuple(f"{folder}/{name}".lstrip("/") if folder else name for name in names)
        return paths if paths and all(self._there(path) for path in paths) else ()

    def _there(self, path: str) -> bool:
        folder, _slash, name = path.rpartition("/")
        told = self._app.work.ask("files.folder", path=folder).result
        return any(entry["name"] == name for entry in told["entries"])


class NoGeometryError(DaisyError):
    """Frames without a geometry: nothing can be integrated."""


def _guess(x: Any) -> str:  # noqa: ANN401 - an array
    """Say what the numbers of a first column look like; the user decides."""
    top = float(np.nanmax(x)) if np.isfinite(x).any() else 0.0
    if top > 180:  # noqa: PLR2004 - degree
        looks = _("Q in 1/nm")
    elif top > 45:  # noqa: PLR2004 - beyond what most instruments reach in 1/angstrom
        looks = _("two theta in degree")
    else:
        looks = _("two theta in degree, or Q in 1/angstrom")
    return _("The file does not say what its first column is. It goes to {top:.4g}, as {looks} may.").format(
        top=top, looks=looks
    )


def _lead() -> str:
    return _(
        "A pattern (chi, xy, xye), or frames with their .poni; a PDFgetX3 .cfg or .gr brings its settings along."
    )


def _schema() -> dict[str, Any]:
    return {
        "properties": {
            "role": {
                "title": _("Open the next file as"),
                "enum": list(_AS),
                "x-titles": {
                    "sample": _("sample"),
                    "background": _("background"),
                    "mask": _("mask"),
                    "calibrant": _("calibrant"),
                },
                "default": _AS[0],
            }
        }
    }
