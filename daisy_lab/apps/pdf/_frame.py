"""From a detector frame to the pattern: geometry, flip and mask, then the mean around the beam.

One frame is masked and integrated in the page's own process, at every move of a slider (decision 61); a series, in the
session, by a workflow with the same steps.
"""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab import io
from daisy_lab.algorithms.azint import bins, mask_detector, mask_pixels
from daisy_lab.apps.pdf._cake import CALIBRANTS, Cake
from daisy_lab.apps.pdf._live import LiveFrame
from daisy_lab.apps.pdf._masks import mask_steps, stack_of
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import ImageView, ParameterForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.apps.pdf._app import PdfApp
    from daisy_lab.apps.pdf._source import Source
    from daisy_lab.apps.pdf._state import State
    from daisy_lab.vocabulary import Array

__all__ = ["BINS", "FramePage", "frame_workflow"]

BINS: Final = 3000
_FLIPS: Final = ("none", "rows", "columns", "both")


def frame_workflow(
    state: State, frames: str = "frames", *, masked: bool = False, series: bool = False
) -> dict[str, Any]:
    """Give the workflow from frames to patterns, as JSON.

    Parameters
    ----------
    state
        Flip, masks, polarization, the frame that is shown.
    frames
        Name of the frames.
    masked
        Whether a mask of the user's is there.
    series
        Whether all frames are integrated; the mask always comes from the one that is shown.
    """
    one = {"name": "frames", "frame": [state.frame, state.frame + 1]}
    flip = state.flip or "none"
    first, masks = mask_steps(state.masks, one, flip=flip, count=state.count, masked=masked)
    bounds = {"lowest": state.masks.lowest, "highest": state.masks.highest}
    steps = [
        first,
        {
            "algorithm": "azint.bins",
            "inputs": {"frames": one, "geometry": "geometry", "mask": "gap_mask"},
            "settings": {"bins": BINS, "flip": flip, "polarization": state.polarization},
            "outputs": ["binning", "radius"],
        },
        *masks,
        {
            "algorithm": "azint.integrate",
            "inputs": {"frames": frames, "binning": "binning", "mask": "used_mask"},
            "settings": {"error_model": "none" if series else "poisson", **bounds},
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
            None,
            app.link,
            height="100%",
            empty=_("Open a frame to see it here."),
            parts={"levels": False, "axes": False},
        )
        self.form = ParameterForm(
            _schema(), app.link, only=("flip", "polarization", "rings_of"), title=_("Frame")
        )
        self.form.on_change(self._set)
        self.picture.observe(self._turned, "index")
        self.cake = Cake(app, self.picture)
        self.live: LiveFrame | None = None
        """What is open; None before."""
        self._masked = False
        self._lock = RLock()

    def open(self) -> Source:
        """Integrate the frame that is open; runs on the page's working thread.

        Raises
        ------
        DaisyError
            In the session's words: frames of another detector, an all-masked frame, ...
        """
        app = self._app
        self.cake.leave()
        self.picture.index = {"frame": app.state.frame}
        if not app.state.flip:
            self._find_flip()
        self.take()
        return self.again()

    def again(self) -> Source:
        """Integrate anew after a setting was changed on which the bins, or pixels of many frames, depend.

        Raises
        ------
        DaisyError
            As `open` does.
        """
        app = self._app
        app.state = app.state.but(frame=min(app.state.frame, app.state.count - 1))
        background = self._frame("background_frames", 0) if app.state.background else None
        frame = self._frame("frames", app.state.frame)
        if background is not None and background.shape != frame.shape:
            raise DataError(
                _(
                    "the background has {there} pixels (row, column), and the frame {shape}; open a frame of the "
                    "same detector"
                ).format(there=background.shape, shape=frame.shape)
            )
        geometry = app.work.ask("records.get", name="geometry").result["value"]
        flip: Any = app.state.flip or "none"
        known = np.asarray(app.work.array("mask")) if self._masked else None
        gaps = mask_detector(frame[np.newaxis], geometry, known, gaps=app.state.masks.gaps, flip=flip)
        made = bins(
            frame[np.newaxis], geometry, gaps, bins=BINS, flip=flip, polarization=app.state.polarization
        )
        live = LiveFrame(frame, made.binning, made.radius, (gaps, self._faulty(gaps)), background)
        app.state = app.state.but(masks=app.state.masks.but(center=live.center))
        self.live = live
        self.cake.lines()
        app.masking.begin()
        return self.follow()

    def follows(self, before: State) -> bool:
        """Whether what is open can follow from a state to the page's own: only masks that move differ."""
        now = self._app.state
        names = ("frame", "flip", "polarization", "rings_of", "mask")
        slow = ("gaps", "pixels", "hot")
        return (
            self.live is not None
            and all(getattr(now, name) == getattr(before, name) for name in names)
            and all(getattr(now.masks, name) == getattr(before.masks, name) for name in slow)
        )

    def follow(self, *, final: bool = True) -> Source:
        """Make mask and pattern anew for the masks of the page's state, and show the mask.

        Raises
        ------
        SettingError
            If drawn shapes cannot be read.
        """
        assert self.live is not None  # noqa: S101 - a frame is open
        # A slider is heard on the page's own thread, what the session made on the working one.
        with self._lock:
            if final:
                self.live.settle()
            source = self.live.follow(self._app.state.masks)
            self.picture.cover_held(self.live.mask)
            self._app.masking.tell(source, final=final)
        if final:
            self.cake.renew()
        return source

    def steps(self) -> list[dict[str, Any]]:
        """Give the steps of the frame's workflow that make its mask."""
        whole = frame_workflow(self._app.state, masked=self._masked)["steps"]
        return [step for step in whole if step["algorithm"].startswith("azint.mask")]

    @property
    def masked(self) -> bool:
        """Whether a file of the user's masks pixels."""
        return self._masked

    def take(self) -> None:
        """Show the page's state in the form."""
        state = self._app.state
        self.form.update(
            {"flip": state.flip or "none", "polarization": state.polarization, "rings_of": state.rings_of}
        )

    def use_mask(self, *, there: bool) -> None:
        """Say whether the session holds a mask of the user's."""
        self._masked = there

    def _faulty(self, mask: Array) -> Array:
        """Give a mask with hot and dead pixels, where they are to be left out."""
        state = self._app.state
        if not state.masks.pixels:
            return mask
        first, end = stack_of(state.frame, state.count)
        return np.asarray(mask_pixels(self._frames("frames", first, end), mask, hot=state.masks.hot))

    def _frame(self, name: str, number: int) -> Array:
        return np.asarray(self._frames(name, number, number + 1)[0])

    def _frames(self, name: str, first: int, end: int) -> Array:
        """Read frames, and let go of their file: one that is open cannot be appended to."""
        array = self._app.work.array(name)
        read = np.asarray(array[first:end])
        if isinstance(array, io.FileArray):
            array.close()
        return read

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

    def _set(self, name: str, value: Any, final: bool) -> None:  # noqa: ANN401, FBT001 - a form's signature
        if value is None:
            return
        app = self._app
        app.state = app.state.but(**{name: value})
        if name == "rings_of":
            self.cake.lines()
            app.changed(_("Rings of {name}").format(name=value))
            return
        if name == "flip" and final:
            app.shell.unsay("flip")
            self.form.note("flip")
        app.work.do("frame", lambda: app.tune.open(self.again()))
        if final:
            app.changed(f"{name} = {value}")

    def _turned(self, change: Mapping[str, Any]) -> None:
        """Take another frame of the stack, which the user turned to."""
        app, at = self._app, change["new"].get("frame")
        if at is None or at == app.state.frame or self.live is None or not 0 <= int(at) < app.state.count:
            return
        app.state = app.state.but(frame=int(at))
        app.work.do("frame", lambda: app.tune.follow(self.again()))
        app.changed(_("Frame {number}").format(number=at))


def _schema() -> dict[str, Any]:
    return {
        "properties": {
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
            "rings_of": {
                "title": _("Rings drawn"),
                "description": _("Where the rings of a calibrant are by the geometry, over frame and cake."),
                "enum": ["sample", "none", *CALIBRANTS],
                "x-titles": {"sample": _("of the sample, if known"), "none": _("none")},
                "default": "sample",
            },
        }
    }
