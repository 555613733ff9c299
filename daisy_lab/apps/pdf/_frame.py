"""From a detector frame to the pattern: geometry, flip and mask, then the mean around the beam, in the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.apps.pdf._source import Source
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import ImageView, ParameterForm

if TYPE_CHECKING:
    from daisy_lab.apps.pdf._app import PdfApp
    from daisy_lab.apps.pdf._state import State
    from daisy_lab.vocabulary import Array

__all__ = ["FramePage", "frame_workflow"]

_BINS: Final = 3000
_FLIPS: Final = ("none", "rows", "columns", "both")


def frame_workflow(
    state: State, frames: str = "frames", *, masked: bool = False, series: bool = False
) -> dict[str, Any]:
    """Give the workflow from frames to patterns, as JSON.

    Parameters
    ----------
    state
        Flip, threshold of the mask, polarization, the frame that is shown.
    frames
        Name of the frames.
    masked
        Whether a mask of the user's is there.
    series
        Whether all frames are integrated; the mask always comes from the one that is shown.
    """
    one = {"name": "frames", "frame": [state.frame, state.frame + 1]}
    start: dict[str, Any] = {"frames": one, "geometry": "geometry"} | ({"mask": "mask"} if masked else {})
    flip = state.flip or "none"
    data = {"frames": frames, "binning": "binning", "mask": "used_mask"}
    steps = [
        {
            "algorithm": "azint.mask_detector",
            "inputs": start,
            "settings": {"lowest": 0, "flip": flip},
            "outputs": ["gap_mask"],
        },
        {
            "algorithm": "azint.mask_rings",
            "inputs": {"frames": one, "geometry": "geometry", "mask": "gap_mask"},
            "settings": {"threshold": state.threshold, "flip": flip},
            "outputs": ["used_mask"],
        },
        {
            "algorithm": "azint.bins",
            "inputs": {"frames": one, "geometry": "geometry", "mask": "used_mask"},
            "settings": {"bins": _BINS, "flip": flip, "polarization": state.polarization},
            "outputs": ["binning", "radius"],
        },
        {
            "algorithm": "azint.integrate",
            "inputs": data,
            "settings": {"error_model": "none" if series else "poisson", "lowest": 0},
            "outputs": ["patterns", "pattern_sigma"],
        },
    ]
    inputs = {"frames": _("Detector frames"), "geometry": _("Where the detector stands")}
    inputs |= {"mask": _("Pixels to ignore")} if masked else {}
    inputs |= {frames: _("Detector frames")}
    return {
        "format": "daisy-lab-workflow/1",
        "name": "frame_to_pattern",
        "title": _("Frame to pattern"),
        "inputs": inputs,
        "steps": steps,
        "results": ["used_mask", "binning", "radius", "pattern_sigma", "patterns"],
    }


class FramePage:
    """The frame and its settings.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: PdfApp) -> None:
        self._app = app
        self.picture = ImageView(
            None, app.link, height="100%", empty=_("Open a frame to see it here."), parts={"levels": False}
        )
        self.form = ParameterForm(_schema(), app.link, only=("flip", "polarization"), title=_("Frame"))
        self.mask = ParameterForm(_schema(), app.link, only=("threshold",))
        for form in (self.form, self.mask):
            form.on_change(self._set)
        self._masked = False

    def open(self) -> Source:
        """Integrate the frame that is open; runs on the page's working thread.

        Raises
        ------
        DaisyError
            In the session's words: frames of another detector, an all-masked frame, ...
        """
        app = self._app
        self.picture.show("frames")
        self.picture.index = {"frame": app.state.frame}
        if not app.state.flip:
            self._find_flip()
        self.take()
        return self._integrated()

    def again(self) -> Source:
        """Integrate after a setting was changed; the background, too."""
        return self._integrated()

    def take(self) -> None:
        """Show the page's state in the form."""
        state = self._app.state
        self.mask.update({"threshold": state.threshold})
        self.form.update({"flip": state.flip or "none", "polarization": state.polarization})

    def use_mask(self, *, there: bool) -> None:
        """Say whether the session holds a mask of the user's."""
        self._masked = there

    def _find_flip(self) -> None:
        """Look whether the rows of the frame run against those of the geometry, and offer what is sharper."""
        app = self._app
        workflow = {
            "format": "daisy-lab-workflow/1",
            "name": "flip",
            "inputs": {"frames": "", "geometry": ""},
            "steps": [
                {
                    "algorithm": "azint.find_flip",
                    "inputs": {
                        "frames": {"name": "frames", "frame": [app.state.frame, app.state.frame + 1]},
                        "geometry": "geometry",
                    },
                    "outputs": ["flip"],
                }
            ],
            "results": ["flip"],
        }
        told = app.work.ask("chain.show", workflow=workflow, target="flip", view="flip").result
        found = str(told["values"].get("flip", "none"))
        app.state = app.state.but(flip=found)
        if found == "none":
            self.form.note("flip")
            return
        said = " ".join(told["lines"]) or _("The rings are sharper with flip={flip}.").format(flip=found)
        self.form.note("flip", _("Flipped"), said, "warn")
        app.shell.say(said, "warn", "flip")

    def _integrated(self) -> Source:
        app, state = self._app, self._app.state
        q, intensity, sigma = self._pattern("frames")
        if not np.isfinite(intensity).any():
            # The mask, or saturation, leaves nothing: told where the mask is set.
            self.mask.fault("threshold", _("The mask leaves no pixel: raise the threshold"))
        told = app.work.ask(
            "chain.show", workflow=self._workflow(), target="used_mask", into="~mask", view="mask"
        ).result
        self.picture.show(told, "mask")
        background = None
        if state.background:
            _q, level, _sigma = self._pattern("background_frames")
            background = np.stack([q, level])[np.newaxis]
        return Source(q, intensity, sigma, background)

    def _pattern(self, frames: str) -> tuple[Array, Array, Array]:
        work = self._app.work
        frame = self._app.state.frame if frames == "frames" else 0
        workflow = self._workflow(frames)
        asked = {"workflow": workflow, "want": {"frame": [frame, frame + 1]}}
        work.ask("chain.show", **asked, target="patterns", into="~pattern", view="pattern")
        intensity = np.asarray(work.array("~pattern"))[0]
        work.ask("chain.show", **asked, target="pattern_sigma", into="~sigma", view="sigma")
        sigma = np.asarray(work.array("~sigma"))[0]
        work.ask("chain.show", workflow=workflow, target="radius", into="~radius", view="radius")
        return np.asarray(work.array("~radius")), intensity, sigma

    def _workflow(self, frames: str = "frames") -> dict[str, Any]:
        return frame_workflow(self._app.state, frames, masked=self._masked)

    def _set(self, name: str, value: Any, final: bool) -> None:  # noqa: ANN401, FBT001 - a form's signature
        if value is None:
            return
        app = self._app
        app.state = app.state.but(**{name: value})
        if name == "flip" and final:
            app.shell.unsay("flip")
            self.form.note("flip")
        app.work.do("frame", lambda: app.tune.open(self.again()))
        if final:
            app.changed(f"{name} = {value}")


def _schema() -> dict[str, Any]:
    return {
        "properties": {
            "threshold": {
                "type": "number",
                "title": _("Mask threshold"),
                "description": _(
                    "A pixel that stands out from its ring by more standard deviations is left out."
                ),
                "minimum": 2.0,
                "maximum": 12.0,
                "default": 5.0,
            },
            "flip": {
                "title": _("Flip of the frame"),
                "description": _("Whether its rows or columns run against those of the geometry."),
                "enum": list(_FLIPS),
                "x-titles": {
                    "none": _("none"),
                    "rows": _("rows"),
                    "columns": _("columns"),
                    "both": _("rows and columns"),
                },
                "default": "none",
            },
            "polarization": {
                "type": "number",
                "title": _("Polarization of the beam"),
                "minimum": -1.0,
                "maximum": 1.0,
                "default": 0.99,
            },
        }
    }
